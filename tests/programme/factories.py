"""Invented topics, case studies, outputs, events and rounds for the tests, in the state that a test needs."""

import itertools
from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image

from commitments.models import Status
from programme.case_studies.pictures import remade
from programme.models import CaseStudy, Event, FundProject, FundRound, Output, Picture, ProjectPart, RoundRule, Topic
from tests.factories import make_organisation

numbers = itertools.count(1)
PUBLISHED_AT_SOME_TIME = {Status.PUBLISHED, Status.REMOVED}


def make_topic(title="Planning"):
    """A topic; the same one for the same title."""
    return Topic.objects.get_or_create(title=title, defaults={"slug": slugify(title)})[0]


def make_case_study(title="One form for blocked drains", *organisations, **fields):
    """A complete case study of these councils (organisations, or names of invented ones); published unless said
    otherwise."""
    texts = {
        "summary": "Two towns made one form.",
        "problem": "Residents rang the wrong council.",
        "done": "We made one form for both.",
        "result": "Half as many calls.",
    }
    return _made(CaseStudy, title, organisations, texts | fields)


def make_output(title="Form pattern for drains", *organisations, **fields):
    """A complete output of these councils; published unless said otherwise."""
    about = {
        "kind": "pattern",
        "description": "A form that any council can use.",
        "url": f"https://example.gov.uk/outputs/{next(numbers)}",
    }
    return _made(Output, title, organisations, about | fields)


def make_event(title="Show and tell about drains", *organisations, **fields):
    """A complete event in a week, online, of one hour; published unless said otherwise."""
    starts_at = fields.pop("starts_at", timezone.now() + timedelta(days=7))
    about = {
        "description": "What we learned.",
        "is_online": True,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
    }
    return _made(Event, title, organisations, about | fields)


def _made(model, title, organisations, fields):
    status, topics = fields.pop("status", Status.PUBLISHED), fields.pop("topics", ())
    now = timezone.now()
    moments = {
        "published_at": now if status in PUBLISHED_AT_SOME_TIME else None,
        "submitted_at": None if status == Status.DRAFT else now,
    }
    thing = model.objects.create(title=title, status=status, **moments | fields)
    thing.organisations.set(make_organisation(one) if isinstance(one, str) else one for one in organisations)
    thing.topics.set(topics)
    return thing


def an_image(colour="red", kind="PNG", name="photo.png", size=(80, 60)):
    """An image in a file, as a browser uploads it."""
    into = BytesIO()
    Image.new("RGB", size, colour).save(into, kind)
    return SimpleUploadedFile(name, into.getvalue())


def make_picture(study, colour="red"):
    """An image of that case study, or of the one with that key; the same one for the same colour."""
    image = remade(an_image(colour))
    kept = {name: getattr(image, name) for name in ("content", "content_type", "width", "height")}
    shown = {"case_study_id": getattr(study, "pk", study), "digest": image.digest}
    return Picture.objects.get_or_create(**shown, defaults=kept | {"alternative_text": f"A {colour} form"})[0]


def make_round(name="Round 90", **fields):
    """An invented round of the fund, shown to the public, without dates and rules unless said otherwise."""
    number = next(numbers)
    about = {"slug": slugify(name), "position": 900 + number, "is_public": True}
    return FundRound.objects.create(name=name, **about | fields)


def make_rule(round_, kind, *, rounds=(), **fields):
    """A rule of a round."""
    rule = RoundRule.objects.create(round=round_, kind=kind, **fields)
    rule.rounds.set(rounds)
    return rule


def make_project(title="One form for drains", round_=None, *, lead=None, partners=(), **fields):
    """A funded project, with its lead and partners: organisations, or names of bodies that the register does not
    know."""
    about = {"slug": f"{slugify(title)}-{next(numbers)}", "round": round_}
    about |= {} if round_ else {"round_note": "Outside the rounds"}
    project = FundProject.objects.create(title=title, **about | fields)
    bodies = [(lead, True)] if lead else []
    for position, (body, leads) in enumerate([*bodies, *((one, False) for one in partners)]):
        organisation = None if isinstance(body, str) else body
        name = body if isinstance(body, str) else body.official_name
        ProjectPart.objects.create(
            project=project, position=position, organisation=organisation, name=name, leads=leads
        )
    return project
