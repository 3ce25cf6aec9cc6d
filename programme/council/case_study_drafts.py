"""What a council's people write in a case study before they send it in.

Each function holds the draft, so that nothing changes once it was sent in, and two at once take turns.
"""

from django.db import transaction
from django.utils import timezone

from commitments.models import Evidence, EvidenceKind, ProgressUpdate
from programme import topics
from programme.models import CaseStudy, Licence, Picture, ReusableLink
from signatories.models import Person

LONGEST = 5000
MOST_UNFINISHED = 20
# Evidence of these kinds is something that others can take.
REUSABLE = [kind for kind in EvidenceKind if kind not in (EvidenceKind.BLOG, EvidenceKind.CASE_STUDY)]


class TooMany(Exception):
    """It holds as many of those as it can."""


class ShownAlready(Exception):
    """It shows that image already."""


@transaction.atomic
def begin(commitment, organisations, *, by, now=None):
    """A draft about a commitment, filled in with what was reported on it, or an empty one without a commitment.

    `organisations` are those that its officer reports for: of them those offer it that answer for the commitment.
    A second click finds the first one's draft. Raises TooMany.
    """
    now = now or timezone.now()
    Person.objects.select_for_update().only("pk").get(pk=by.pk)
    today = timezone.localdate(now)
    begun = list(CaseStudy.objects.editable_by(by).offered_by(by, today).only("commitment", "title").order_by("pk"))
    # One without a commitment is the same only while nothing was written in it.
    for one in begun:
        if one.commitment_id == (commitment and commitment.pk) and (commitment or not one.title):
            return one
    if len(begun) >= MOST_UNFINISHED:
        raise TooMany
    told = _told(commitment) if commitment else {}
    study = CaseStudy(commitment=commitment, proposer=by, changed_at=now, **told)
    study.skip_history_when_saving = True  # of drafts there is none
    study.save()
    owners = commitment.owners(today) if commitment else organisations
    study.organisations.set([one for one in organisations if one in owners] or organisations)
    if commitment:
        study.principles.set(commitment.principles.all())
        _take_links(study, commitment)
    return study


def _told(commitment):
    """The texts, as far as the commitment and its published updates tell them."""
    reports = commitment.updates.published().filter(kind=ProgressUpdate.Kind.REPORT).order_by("reported_on", "pk")
    said = list(reports)
    delivered = [f"- {one.text}" for one in commitment.deliverables.all() if one.delivered_on]
    project = commitment.fund_projects.public().first()
    texts = {
        "problem": [
            "What we set out to do:",
            commitment.mission,
            "The difference that we wanted to make:",
            commitment.impact,
        ],
        "done": [one.done for one in said],
        "result": [one.went_well for one in said],
        "could_be_better": [one.could_be_better for one in said],
        "reusable": ["\n".join(delivered)],
    }
    joined = {name: "\n\n".join(filter(None, parts))[:LONGEST] for name, parts in texts.items()}
    return joined | {"title": commitment.title, "project": project}


def _take_links(study, commitment):
    """The published evidence that others can use, each address once."""
    updates = commitment.updates.published()
    evidence = Evidence.objects.filter(update__in=updates, kind__in=REUSABLE).order_by("update", "position")
    links = {one.url: one for one in reversed(evidence)}
    ReusableLink.objects.bulk_create(
        ReusableLink(case_study=study, position=position, title=one.title, url=one.url, licence=Licence.NOT_STATED)
        for position, one in enumerate(list(links.values())[::-1][:20], start=1)
    )


@transaction.atomic
def keep(study, answers, *, own=(), now=None):
    """Keep the answers of one page. Raises MoveRefused when it was sent in meanwhile. A topic that the delivery team
    deleted meanwhile is left out.

    Of `organisations` only those are changed that its officer reports for, who are `own`.
    """
    answers = dict(answers)
    several = {name: answers.pop(name) for name in ("principles", "topics") if name in answers}
    if several.get("topics"):
        several["topics"] = topics.hold(several["topics"])
    chosen = answers.pop("organisations", None)
    study.hold(now, **answers)
    for name, ids in several.items():
        getattr(study, name).set(ids)
    if chosen is not None:
        study.organisations.add(*(one for one in own if str(one.pk) in chosen))
        study.organisations.remove(*(one for one in own if str(one.pk) not in chosen))


@transaction.atomic
def add(study, model, answers, *, most, now=None):
    """Add a Figure, a ReusableLink or a Picture. The same figure or link again adds nothing.

    Raises TooMany, ShownAlready and MoveRefused.
    """
    study.hold(now)
    fields = _fields(answers)
    compared = ["digest"] if model is Picture else list(fields)
    others = list(model.objects.filter(case_study=study).values("position", *compared))
    if any(all(one[name] == fields[name] for name in compared) for one in others):
        if model is Picture:
            raise ShownAlready
        return
    if len(others) >= most:
        raise TooMany
    last = max((one["position"] for one in others), default=0)
    model.objects.create(case_study=study, position=last + 1, **fields)


def _fields(answers):
    """The fields of the model: of an image those that it was made with."""
    answers = dict(answers)
    image = answers.pop("image", None)
    if image is None:
        return answers
    return answers | {name: getattr(image, name) for name in ("content", "content_type", "width", "height", "digest")}


@transaction.atomic
def remove(study, model, asked, *, now=None):
    """Take out the Figure, ReusableLink or Picture whose id is `asked`. Twice, or nonsense, changes nothing.

    Raises MoveRefused.
    """
    study.hold(now)
    ids = model.objects.filter(case_study=study).values_list("pk", flat=True)
    model.objects.filter(pk__in=[pk for pk in ids if str(pk) == asked]).delete()
