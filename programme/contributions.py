"""What becomes of what a council or the delivery team offers everybody: a case study, an output, an event.

Each decision checks, moves, logs and queues the emails, all or nothing. `seen` is the `changed_at` of what the
moderator read: a decision about another text is refused.
"""

from django.db import transaction
from django.utils import timezone

from commitments.models import Deliverable, Status
from commitments.models.submission import OPEN
from localdigital import mail
from localdigital.models import AuditEvent, RegisterVersion
from localdigital.reasons import use
from programme import emails
from programme.case_studies import search
from programme.missing import what_is_missing
from programme.models import CaseStudy, Event, Output
from programme.shown import parts_of
from signatories.models import Access, MoveRefused


class Unfinished(Exception):
    """It lacks something without which it cannot be sent in or published: `missing` says what, a sentence each."""

    def __init__(self, missing):
        self.missing = list(missing)
        super().__init__(" ".join(self.missing))


def publishes_at_once(thing, person, on):
    """Whether what this Person offers is public at once: the team trusts an organisation of theirs that it is of."""
    mine = Access.objects.organisations_of(person, on)
    return thing.organisations.filter(pk__in=mine, publishes_at_once=True).exists()


@transaction.atomic
def send_in(thing, *, by, now=None):
    """Send it to the delivery team, or publish it at once where its organisation may. Returns whether it is public.

    Raises MoveRefused when it was sent in already, Unfinished when something is missing.
    """
    now = now or timezone.now()
    # Held and read anew: it may be being changed in another window.
    thing.hold(now)
    thing.refresh_from_db()
    _check(thing, now)
    if publishes_at_once(thing, by, timezone.localdate(now)):
        _make_public(thing, "publish_at_once", by, now, submitted_at=now)
        return True
    thing.move("submit", by=by, now=now, submitted_at=now, message="")
    return False


@transaction.atomic
def recall(thing, *, by, now=None):
    """Take it back from the delivery team to change it. Raises MoveRefused when they decided meanwhile."""
    thing.move("recall", by=by, now=now, last_read=parts_of(thing))


@transaction.atomic
def delete(thing, *, by, now=None):
    """Delete what was begun and is not sent in. Raises MoveRefused when it is."""
    thing.hold(now)
    AuditEvent.record(AuditEvent.kind_of(thing, "delete_draft"), thing, by=by, at=now, from_status=thing.status)
    thing.delete()


@transaction.atomic
def publish(thing, *, by, note="", seen=None, now=None):
    """Put what was sent in where everybody can read it. Raises MoveRefused and Unfinished."""
    now = now or timezone.now()
    _check_as_read(thing, "publish", seen)
    _check(thing, now)
    drafts = emails.published(thing, note)
    _make_public(thing, "publish", by, now, note=note)
    mail.queue_all(drafts, about=thing, now=now)


@transaction.atomic
def publish_own(thing, *, by, seen=None, now=None):
    """Publish what the delivery team wrote itself. Raises MoveRefused when a council wrote it, and Unfinished."""
    if thing.proposer_id is not None:
        raise MoveRefused("publish_at_once", thing)
    now = now or timezone.now()
    _check_as_read(thing, "publish_at_once", seen)
    _check(thing, now)
    _make_public(thing, "publish_at_once", by, now)


@transaction.atomic
def return_for_changes(thing, *, by, note, reasons=(), seen=None, now=None):
    """Give it back to who sent it in, with what must change; `reasons` are those of the team's that were chosen."""
    now = now or timezone.now()
    _check_as_read(thing, "return_for_changes", seen)
    changes = {"message": note, "last_read": parts_of(thing)}
    thing.move("return_for_changes", by=by, now=now, note=note, details=use(reasons, now), **changes)
    mail.queue_all(emails.returned(thing, note), about=thing, now=now)


@transaction.atomic
def remove(thing, *, by, note, seen=None, now=None):
    """Take what is public away: its page is gone. Who sent it in is told why. Raises MoveRefused."""
    now = now or timezone.now()
    _check_as_read(thing, "remove", seen)
    thing.move("remove", by=by, now=now, note=note)
    RegisterVersion.bump(now)
    mail.queue_all(emails.removed(thing, note), about=thing, now=now)


@transaction.atomic
def correct(thing, *, by, fields, rows, now=None):
    """Note that the delivery team changed what it says, in the transaction that saves it: `fields` names what changed,
    `rows` tells of what stands below the form. Hold it before by `hold_for_correction`."""
    AuditEvent.record(AuditEvent.kind_of(thing, "change"), thing, by=by, at=now, fields=fields, **rows)
    if thing.status == Status.PUBLISHED:
        _told_anew(thing, now)


def pass_on(organisation, *, of, to, on):
    """Give a colleague what somebody who left has under way for an organisation, where they report for none of those
    that offer it any more. Call it in the transaction that ends their access."""
    theirs = Access.objects.organisations_of(of, on)
    for kind in (CaseStudy, Output, Event):
        under_way = kind.objects.of_organisations([organisation]).filter(proposer=of, status__in=OPEN)
        still = kind.objects.of_organisations(theirs).values("pk")
        kind.objects.filter(pk__in=list(under_way.exclude(pk__in=still).values_list("pk", flat=True))).update(
            proposer=to
        )


def hold_for_correction(thing, *, now=None):
    """Keep everyone else from deciding about it until the transaction ends. Raises MoveRefused when somebody has."""
    now = now or timezone.now()
    as_read = type(thing).objects.filter(pk=thing.pk, status=thing.status)
    if not may_be_corrected(thing) or as_read.update(changed_at=now) != 1:
        raise MoveRefused("edit", type(thing).objects.filter(pk=thing.pk).first() or thing)
    thing.changed_at = now


def may_be_corrected(thing):
    """Whether the delivery team may change what it says: what is public, and what it began itself."""
    return thing.status == Status.PUBLISHED or (thing.proposer_id is None and thing.status == Status.DRAFT)


def _check(thing, now):
    if getattr(thing, "deliverable_id", None):
        # Two outputs of one deliverable take turns, so that the second is told of the first
        Deliverable.objects.select_for_update().get(pk=thing.deliverable_id)
    if missing := list(what_is_missing(thing, now)):
        raise Unfinished(missing)


def _check_as_read(thing, move, seen):
    """Refuse when the thing is not as it was `seen`; nobody can send in another text until the transaction ends."""
    if seen is None:
        return
    as_read = type(thing).objects.filter(pk=thing.pk, changed_at=seen).update(changed_at=seen) == 1
    if not as_read or thing.changed_at != seen:
        raise MoveRefused(move, type(thing).objects.get(pk=thing.pk))


def _make_public(thing, move, by, now, **changes):
    thing.move(move, by=by, now=now, published_at=now, message="", last_read=None, **changes)
    _told_anew(thing, now)


def _told_anew(thing, now):
    """A public page says something else: caches compare the version, and the search its words."""
    if isinstance(thing, CaseStudy):
        search.index([thing])
    RegisterVersion.bump(now)
