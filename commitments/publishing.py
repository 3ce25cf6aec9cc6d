"""What becomes of what a council sends in: a progress update, a changed text, an added commitment.

Each decision checks, moves, logs and queues the emails, all or nothing. `seen` is the `changed_at` of what the
moderator read: a decision about another text is refused.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from commitments import emails, search
from commitments.models import Commitment, Deliverable, Partner, ProgressUpdate, Revision, Status
from commitments.partners import ask_partners
from localdigital import mail
from localdigital.models import RegisterVersion
from signatories.models import Access, MoveRefused, Organisation

ENDS = {ProgressUpdate.Kind.WITHDRAWAL: "withdraw", ProgressUpdate.Kind.LAPSE: "lapse"}


class Stale(Exception):
    """What it is about is not public any more, so there is nothing to report on or to change."""


def commitment_of(thing):
    """The commitment that a submission is about, which may be the submission itself."""
    return thing if isinstance(thing, Commitment) else thing.commitment


def publishes_at_once(commitment, person, on):
    """Whether what this Person sends in is public at once: the delivery team trusts an organisation of theirs."""
    mine = Access.objects.in_force(on).filter(person=person).values("organisation")
    trusted = Organisation.objects.filter(pk__in=mine, publishes_at_once=True)
    return Commitment.objects.filter(pk=commitment.pk).of_organisations(trusted.values("pk")).exists()


@transaction.atomic
def send_in(thing, *, by, now=None):
    """Send it to the delivery team, or publish it at once where its organisation may. Returns whether it is public.

    Raises MoveRefused when it was sent in already, and Stale when its commitment stands no longer.
    """
    now = now or timezone.now()
    _check_that_it_stands(thing)
    says_nothing = isinstance(thing, ProgressUpdate) and thing.kind == ProgressUpdate.Kind.NO_CHANGE
    if says_nothing or publishes_at_once(commitment_of(thing), by, timezone.localdate(now)):
        thing.move("publish_at_once", by=by, now=now, submitted_at=now, published_at=now, message="")
        _take_effect(thing, by, now)
        return True
    thing.move("submit", by=by, now=now, submitted_at=now, message="")
    return False


@transaction.atomic
def recall(thing, *, by, now=None):
    """Take it back from the delivery team to change it. Raises MoveRefused when they decided meanwhile."""
    thing.move("recall", by=by, now=now)


@transaction.atomic
def publish(thing, *, by, note="", seen=None, now=None):
    """Put it on the public register. Raises MoveRefused, and Stale when its commitment stands no longer."""
    now = now or timezone.now()
    _check_that_it_stands(thing)
    _check_that_it_was_read(thing, "publish", seen)
    thing.move("publish", by=by, now=now, note=note, published_at=now, message="")
    _take_effect(thing, by, now)
    mail.queue_all(emails.published(thing, note), about=thing, now=now)


@transaction.atomic
def return_for_changes(thing, *, by, note, seen=None, now=None):
    """Give it back to who sent it in, with what must change."""
    _check_that_it_was_read(thing, "return_for_changes", seen)
    thing.move("return_for_changes", by=by, now=now, note=note, message=note)
    mail.queue_all(emails.returned(thing, note), about=thing, now=now)


@transaction.atomic
def remove_update(update, *, by, note, now=None):
    """Take a published update off the register, as if it had never been reported. One that ended a commitment stays."""
    now = now or timezone.now()
    if update.kind in ENDS:
        raise MoveRefused("remove", update)
    update.move("remove", by=by, now=now, note=note)
    follow(update.commitment, now)


def made_public(commitments, *, now):
    """What follows when commitments become public: they can be found, their people are asked, their partners too."""
    today = timezone.localdate(now)
    reported_for = Access.objects.in_force(today).values("organisation")
    mine = Commitment.objects.filter(pk__in=[one.pk for one in commitments], asked_on=None)
    mine.of_organisations(reported_for).update(asked_on=today)
    search.index(commitments)
    ask_partners(commitments, now=now)


def _check_that_it_was_read(thing, move, seen):
    if seen is not None and seen != thing.changed_at:
        raise MoveRefused(move, thing)


def _check_that_it_stands(thing):
    """Hold the commitment, so that it cannot end meanwhile, and refuse when it has ended."""
    commitment = commitment_of(thing)
    held = Commitment.objects.filter(pk=commitment.pk).select_related("signature").select_for_update(of=("self",))
    now_stored = held.get()
    stands = now_stored.signature.is_standing and (thing is commitment or now_stored.status == Status.PUBLISHED)
    if not stands:
        raise Stale


def _take_effect(thing, by, now):
    if isinstance(thing, Revision):
        _rewrite(thing, by, now)
    elif isinstance(thing, ProgressUpdate):
        follow(thing.commitment, now)
        if thing.kind in ENDS:
            thing.commitment.refresh_from_db()
            thing.commitment.move(ENDS[thing.kind], by=by, now=now, ended_at=now, public_note=thing.done)
    else:
        made_public([thing], now=now)
        RegisterVersion.bump(now)


def follow(commitment, now):
    """Make a commitment say what its published updates say: the newest tells the stage and what is delivered."""
    reports = ProgressUpdate.objects.timeline().filter(commitment=commitment)
    newest = reports.first()
    latest_report = reports.exclude(stage="").first()
    changes = {
        "updated_on": newest.reported_on if newest else None,
        "stage": latest_report.stage if latest_report else "",
    }
    Commitment.objects.filter(pk=commitment.pk).update(**changes)
    for field, value in changes.items():
        setattr(commitment, field, value)
    _tick(commitment, reports)
    search.index([commitment])
    RegisterVersion.bump(now)


def _tick(commitment, reports):
    """A deliverable is delivered when the newest report says so, since the first of those that go on saying it."""
    delivered_on = {}
    ticking = reports.filter(kind=ProgressUpdate.Kind.REPORT).prefetch_related("delivered")
    for report in reversed(ticking):
        ticked = {one.pk for one in report.delivered.all()}
        delivered_on = {pk: delivered_on.get(pk, report.reported_on) for pk in ticked}
    for deliverable in Deliverable.objects.filter(commitment=commitment):
        on = delivered_on.get(deliverable.pk)
        if deliverable.delivered_on != on:
            Deliverable.objects.filter(pk=deliverable.pk).update(delivered_on=on)


def _rewrite(revision, by, now):
    """Put a changed text in place of the old one. The first version is written down with the first change."""
    commitment = Commitment.objects.prefetch_related("partners").get(pk=revision.commitment_id)
    last = commitment.revisions.history().values_list("number", flat=True).first()
    if last is None:
        first = Revision.of(
            commitment, number=1, status=Status.PUBLISHED, published_at=commitment.published_at, reason=""
        )
        first.submitted_at = commitment.submitted_at
        first.save()
        last = 1
    Revision.objects.filter(pk=revision.pk).update(number=last + 1)
    revision.number = last + 1
    texts = {name: getattr(revision, name) for name in ("title", "mission", "impact", "due_on")}
    Commitment.objects.filter(pk=commitment.pk).update(**texts)
    _set_partners(commitment, revision.partners)
    commitment.refresh_from_db()
    search.index([commitment])
    ask_partners([commitment], now=now)
    RegisterVersion.bump(now)


def _set_partners(commitment, wanted):
    """Those that stay keep their answer; one that said it is no partner does not come back by a changed text."""
    there = {(one.name, one.organisation_id): one for one in commitment.partners.all()}
    keys = [(one["name"], one["organisation"]) for one in wanted]
    for key, partner in there.items():
        if key not in keys and partner.answer != Partner.Answer.DISOWNED:
            partner.delete()
    disowned = {one.organisation_id for one in there.values() if one.answer == Partner.Answer.DISOWNED}
    Partner.objects.filter(commitment=commitment).update(position=F("position") + len(keys))
    for position, (name, organisation) in enumerate(keys, start=1):
        if (name, organisation) in there:
            Partner.objects.filter(pk=there[name, organisation].pk).update(position=position)
        elif organisation is None or organisation not in disowned:
            Partner.objects.create(commitment=commitment, position=position, name=name, organisation_id=organisation)
