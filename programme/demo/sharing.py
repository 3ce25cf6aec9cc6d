"""What invented councils share in the demo: a case study, two outputs (one waits for review), who uses what, and on
which topics they help each other (the people of Chigley can be written to). Made by the decisions that people make."""

from django.db import transaction
from django.utils import timezone

from commitments.models import Commitment, Status
from programme import contributions
from programme.case_studies import drawing
from programme.council import case_study_drafts
from programme.models import CaseStudy, Figure, Output, Picture, Topic
from programme.reuse.using import say_that_it_is_used
from programme.support.saying import say
from signatories import people
from signatories.models import Organisation, Person

PIPPIN_FORT, TRUMPTON, CHIGLEY = "LDD-DEMO-4", "LDD-DEMO-1", "LDD-DEMO-3"
CAPTAIN = "captain.snort@pippin-fort.example.gov.uk"
BRACKETT = "mr.brackett@chigley.example.gov.uk"
STUDY = {
    "title": "A shared calendar in place of the fort’s paper diary",
    "summary": "Nine clubs helped to make a calendar that shows at once which evening is free.",
    "problem": "The fort’s rooms were booked in a paper diary. To see which evening was free, somebody had to walk "
    "to the fort and look. Some evenings were booked twice, and others stayed empty.",
    "done": "We met nine clubs and watched how they booked a room. The dance club drew the calendar that it wanted on "
    "a paper napkin. We built that, tried it in the library, and published its code.",
    "could_be_better": "We met nobody who had given up booking. The old diary stayed on the desk for too long, so for "
    "a month there were two.",
    "result": "Two clubs book their rooms in the calendar. Nobody has walked to the fort to look at the diary since.",
}
OUTPUTS = [
    {
        "title": "Source code of the room calendar",
        "kind": "code",
        "description": "A small web calendar for rooms that several clubs share. It needs no more than one server.",
        "url": "https://www.example.gov.uk/pippin-fort/calendar",
        "licence": "mit",
        "promised": "Open source code of the calendar",
    },
    {
        "title": "What nine clubs told us about booking a room",
        "kind": "research",
        "description": "Notes of nine visits, without names, and the questions that we asked.",
        "url": "https://www.example.gov.uk/pippin-fort/research",
        "licence": "ogl-3",
    },
]
SUPPORT = {
    PIPPIN_FORT: ["can-help", "wants-help", "can-help"],
    TRUMPTON: ["wants-help", "can-help", "can-help"],
    CHIGLEY: ["wants-help", "wants-help", ""],
}
TOPICS = ["user-research", "technology-and-cloud", "highways-and-transport"]


@transaction.atomic
def load(now=None):
    """Make all of it, once, where the invented councils are there."""
    now = now or timezone.now()
    captain = Person.objects.filter(email=CAPTAIN).first()
    if captain is None or CaseStudy.objects.filter(title=STUDY["title"]).exists():
        return
    fort = Organisation.objects.get(code=PIPPIN_FORT)
    commitment = Commitment.objects.published().filter(signature__signatories__organisation=fort).first()
    topics = list(Topic.objects.filter(slug__in=TOPICS).order_by("-slug"))
    _write_a_case_study(commitment, fort, captain, topics, now)
    outputs = [_make(about, commitment, fort, captain, topics[:1], now) for about in OUTPUTS]
    contributions.publish(outputs[0], by=None, now=now)
    say_that_it_is_used(outputs[0], Organisation.objects.get(code=TRUMPTON), by=captain, now=now)
    about = {"name": "Mr Brackett", "job_title": "Head of service", "proved_at": now}
    brackett = Person.objects.update_or_create(email=BRACKETT, defaults=about)[0]
    people.give_access(Organisation.objects.get(code=CHIGLEY), brackett, by=None, now=now)
    for code, ways in SUPPORT.items():
        answers = {topic.pk: way for topic, way in zip(topics, ways, strict=False) if way}
        say(Organisation.objects.get(code=code), answers, by=brackett if code == CHIGLEY else captain, now=now)


def _write_a_case_study(commitment, fort, captain, topics, now):
    study = case_study_drafts.begin(commitment, [fort], by=captain, now=now)
    case_study_drafts.keep(study, STUDY | {"topics": [one.pk for one in topics[:1]]}, now=now)
    Figure.objects.create(
        case_study=study,
        position=1,
        kind=Figure.Kind.SAVING,
        amount_gbp=1200,
        per=Figure.Per.YEAR,
        what="Hours of the fort’s clerk",
        how_measured="The clerk wrote down for a month what bookings took before and after.",
    )
    picture = {"image": drawing.drawn(), "alternative_text": drawing.SAYS}
    case_study_drafts.add(study, Picture, picture, most=1, now=now)
    _publish(study, captain, now)


def _make(about, commitment, fort, captain, topics, now):
    about = dict(about)
    deliverable = commitment.deliverables.filter(text=about.pop("promised", "")).first()
    output = Output.objects.create(
        commitment=commitment, deliverable=deliverable, proposer=captain, changed_at=now, **about
    )
    output.organisations.set([fort])
    output.topics.set(topics)
    contributions.send_in(output, by=captain, now=now)
    return output


def _publish(study, captain, now):
    contributions.send_in(study, by=captain, now=now)
    if study.status != Status.PUBLISHED:
        contributions.publish(study, by=None, now=now)
