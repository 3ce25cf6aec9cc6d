"""What becomes of what a council sends in: a progress update, a changed text, an added commitment.

Each decision checks, moves, logs and queues the emails, all or nothing. `seen` is the `changed_at` of what the
moderator read: a decision about another text is refused.
"""

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from commitments import emails, search
from commitments.models import Commitment, Deliverable, ProgressUpdate, Revision, Status
from commitments.models.revision import TEXTS
from commitments.partners import ask_partners, set_partners
from commitments.reported import delivered_since
from commitments.shown import parts_of
from commitments.succession import decides_alone
from localdigital import mail
from localdigital.models import RegisterVersion
from localdigital.reasons import use
from signatories.models import Access, MoveRefused, Organisation

ENDS = {ProgressUpdate.Kind.WITHDRAWAL: "withdraw", ProgressUpdate.Kind.LAPSE: "lapse"}


class Stale(Exception):
    """What it is about is not public any more, so there is nothing to report on or to change."""


def commitment_of(thing):
    """The commitment that a submission is about, which may be the submission itself."""
    return thing if isinstance(thing, Commitment) else thing.commitment


def publishes_at_once(commitment, person, on):
    """Whether what this Person sends in is public at once: the delivery team trusts an organisation of theirs."""
    mine = Access.objects.organisations_of(person, on)
    trusted = Organisation.objects.filter(pk__in=mine, publishes_at_once=True)
    return Commitment.objects.filter(pk=commitment.pk).of_organisations(trusted.values("pk")).exists()


@transaction.atomic
def send_in(thing, *, by, now=None, held=None):
    """Send it to the delivery team, or publish it at once where its organisation may. Returns whether it is public.

    `held` is its commitment, where that is held already. Raises MoveRefused when it was sent in already, and Stale
    when its commitment stands no longer.
    """
    now = now or timezone.now()
    _check_that_it_stands(thing, held or _hold(thing), now)
    if _goes_unmoderated(thing, by, timezone.localdate(now)):
        _make_public(thing, "publish_at_once", by, now, submitted_at=now)
        return True
    thing.move("submit", by=by, now=now, submitted_at=now, message="")
    return False


@transaction.atomic
def recall(thing, *, by, now=None, **changes):
    """Take it back from the delivery team to change it. Raises MoveRefused when they decided meanwhile.

    They may have read it already: the text is kept as it was, to show them what changed.
    """
    thing.move("recall", by=by, now=now, last_read=parts_of(thing), **changes)


@transaction.atomic
def publish(thing, *, by, note="", seen=None, now=None):
    """Put it on the public register. Raises MoveRefused, and Stale when its commitment stands no longer."""
    now = now or timezone.now()
    _check_that_it_stands(thing, _held_as_it_was_read(thing, "publish", seen), now)
    drafts = emails.published(thing, note)
    _make_public(thing, "publish", by, now, note=note)
    mail.queue_all(drafts, about=thing, now=now)


@transaction.atomic
def return_for_changes(thing, *, by, note, reasons=(), seen=None, now=None):
    """Give it back to who sent it in, with what must change; `reasons` are those of the team's that were chosen.

    The text is kept as it was read, to show what changed when it comes back.
    """
    now = now or timezone.now()
    _held_as_it_was_read(thing, "return_for_changes", seen)
    changes = {"message": note, "last_read": parts_of(thing)}
    thing.move("return_for_changes", by=by, now=now, note=note, details=use(reasons, now), **changes)
    mail.queue_all(emails.returned(thing, note), about=thing, now=now)


@transaction.atomic
def remove_update(update, *, by, note, seen=None, now=None):
    """Take a published update off the register, as if it had never been reported. One that ended a commitment is
    undone by `reinstate`."""
    now = now or timezone.now()
    _held_as_it_was_read(update, "remove", seen)
    if update.kind in ENDS:
        raise MoveRefused("remove", update)
    update.move("remove", by=by, now=now, note=note)
    follow(update.commitment, now)
    mail.queue_all(emails.removed(update, note), about=update, now=now)


@transaction.atomic
def reinstate(update, *, by, note, seen=None, now=None):
    """Take a withdrawal, or a lapse, off the register: the commitment that it ended stands again as before.

    Raises MoveRefused when it is not public (any more), or the commitment's declaration has ended meanwhile.
    """
    now = now or timezone.now()
    held = _held_as_it_was_read(update, "remove", seen)
    if update.kind not in ENDS or not held.signature.is_standing:
        raise MoveRefused("remove", update)
    update.move("remove", by=by, now=now, note=note)
    held.move("reinstate", by=by, now=now, note=note, ended_at=None, public_note="")
    follow(held, now)
    mail.queue_all(emails.reinstated(update, note), about=update, now=now)


def made_public(commitments, *, now, ask=True):
    """What follows when commitments become public: they can be found, their people are asked, their partners too.

    Without `ask` no partner is emailed now: the daily run asks them.
    """
    today = timezone.localdate(now)
    reported_for = Access.objects.in_force(today).values("organisation")
    mine = Commitment.objects.filter(pk__in=[one.pk for one in commitments], asked_on=None)
    mine.of_organisations(reported_for).update(asked_on=today)
    search.index(commitments)
    if ask:
        ask_partners(commitments, now=now)


def _hold(thing):
    """Hold the commitment that it is about. Returns it as the database has it, which `thing` then is about."""
    held = Commitment.objects.held(commitment_of(thing).pk)
    if thing != held:
        thing.commitment = held
    return held


def _held_as_it_was_read(thing, move, seen):
    """The commitment that it is about, held; refused when the thing is not as it was `seen`.

    It cannot be sent in anew while its commitment is held: so it is moved as it was read, or not at all.
    """
    held = _hold(thing)
    if seen is not None:
        as_read = type(thing).objects.filter(pk=thing.pk, changed_at=seen).exists()
        if not as_read or thing.changed_at != seen:
            raise MoveRefused(move, type(thing).objects.get(pk=thing.pk))
    return held


def _goes_unmoderated(thing, person, on):
    kind = thing.kind if isinstance(thing, ProgressUpdate) else None
    if kind == ProgressUpdate.Kind.LAPSE:
        return decides_alone(thing.commitment, person, on)
    return kind == ProgressUpdate.Kind.NO_CHANGE or publishes_at_once(commitment_of(thing), person, on)


def _check_that_it_stands(thing, held, now):
    """Refuse when its commitment, which is held, has ended, or its declaration has.

    One that somebody answers for, or has taken on meanwhile, cannot lapse.
    """
    stands = held.signature.is_standing and (thing == held or held.status == Status.PUBLISHED)
    lapses = isinstance(thing, ProgressUpdate) and thing.kind == ProgressUpdate.Kind.LAPSE
    if not stands or (lapses and held.owners(timezone.localdate(now))):
        raise Stale


def _make_public(thing, move, by, now, **changes):
    """Make the move that publishes, and what follows from it on the commitment."""
    if isinstance(thing, Revision):
        prefetch_related_objects([thing.commitment], "partners")
        changes["number"] = _next_number(thing.commitment)
    thing.move(move, by=by, now=now, published_at=now, message="", last_read=None, **changes)
    if isinstance(thing, Revision):
        _rewrite(thing, now)
    elif isinstance(thing, ProgressUpdate):
        follow(thing.commitment, now)
        if thing.kind in ENDS:
            thing.commitment.move(ENDS[thing.kind], by=by, now=now, ended_at=now, public_note=thing.done)
    else:
        made_public([thing], now=now)
        RegisterVersion.bump(now)


def follow(commitment, now):
    """Make a commitment say what its published updates say: the newest tells the stage and what is delivered."""
    updates = list(ProgressUpdate.objects.timeline().filter(commitment=commitment).prefetch_related("delivered"))
    # "No change" only repeats a stage, perhaps while a report that changes it waits to be read.
    reports = [one for one in updates if one.kind == ProgressUpdate.Kind.REPORT]
    changes = {
        "updated_on": max((one.heard_on for one in updates), default=None),
        "stage": next((one.stage for one in reports if one.stage), ""),
    }
    Commitment.objects.filter(pk=commitment.pk).update(**changes)
    for field, value in changes.items():
        setattr(commitment, field, value)
    _tick(commitment, reports)
    search.index([commitment])
    RegisterVersion.bump(now)


def _tick(commitment, reports):
    """A deliverable is delivered when the newest report says so, since the first of those that go on saying it."""
    delivered_on = delivered_since(reports)
    deliverables = Deliverable.objects.filter(commitment=commitment)
    changed = [one for one in deliverables if one.delivered_on != delivered_on.get(one.pk)]
    for one in changed:
        one.delivered_on = delivered_on.get(one.pk)
    Deliverable.objects.bulk_update(changed, ["delivered_on"])


def _next_number(commitment):
    """The number of a changed text: the first version is written down with the first change."""
    last = commitment.revisions.history().values_list("number", flat=True).first()
    if last is None:
        first = {"number": 1, "status": Status.PUBLISHED, "published_at": commitment.published_at}
        Revision.of(commitment, submitted_at=commitment.submitted_at, **first).save()
    return (last or 1) + 1


def _rewrite(revision, now):
    """Put a changed text in place of the old one."""
    commitment = revision.commitment
    for name in (*TEXTS, "due_on"):
        setattr(commitment, name, getattr(revision, name))
    commitment.save(update_fields=[*TEXTS, "due_on"])
    set_partners(commitment, revision.partners)
    search.index([commitment])
    ask_partners([commitment], now=now)
    RegisterVersion.bump(now)
