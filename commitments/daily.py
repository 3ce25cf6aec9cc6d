"""What time alone does to commitments: reminders go out, partners are asked, what nobody sends in is deleted."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from commitments import emails
from commitments.models import Commitment, ProgressUpdate, Revision
from commitments.models.submission import EDITABLE
from commitments.offering import tell_everyone
from commitments.partners import ask_everyone
from commitments.reminders import send_reminders
from commitments.spreadsheets.importing import erase_old
from localdigital import mail
from localdigital.models import AuditEvent
from signatories.models import Access

KEPT_UNTOUCHED = timedelta(days=90)
ANNOUNCED_BEFORE = timedelta(days=14)
IMPORTS_KEPT = timedelta(days=90)
KINDS = (ProgressUpdate, Revision, Commitment)


def apply_retention(now):
    """What is past its time here, in an order in which nothing is announced and deleted at once."""
    return {
        "unfinished reports and changes deleted": sum(delete_untouched(kind, now) for kind in KINDS),
        "their deletions announced": sum(announce_deletions(kind, now) for kind in KINDS),
        "imported spreadsheets erased": erase_old(now, kept=IMPORTS_KEPT),
    }


def run_daily(now):
    """The rest of this app's day: nobody is asked about what was deleted."""
    return {
        "partners asked": ask_everyone(now),
        "people told what they may take on": tell_everyone(now),
        "organisations reminded to report": len(send_reminders(now=now)),
    }


def begun(kind, now, since):
    """What somebody began and nobody changed since then, and whether its deletion was announced."""
    announcements = AuditEvent.objects.filter(
        kind=AuditEvent.kind_of(kind, "announce_deletion"),
        object_type=kind._meta.label_lower,
        object_id=OuterRef("pk"),
        at__gte=OuterRef("changed_at"),
    )
    return (
        kind.objects.filter(status__in=EDITABLE, changed_at__lt=now - since)
        .select_related("proposer")
        .annotate(announced=Exists(announcements))
        .annotate(announced_in_time=Exists(announcements.filter(at__lte=now - ANNOUNCED_BEFORE)))
    )


def untouched(kind, now, since):
    """What councils began and nobody changed since then, and whether who began it can go on with it."""
    of = "" if kind is Commitment else "commitment__"
    reporting = Access.objects.in_force(timezone.localdate(now)).filter(person=OuterRef("proposer"))
    signed = reporting.filter(
        organisation__signatories__signature=OuterRef(f"{of}signature"),
        organisation__signatories__withdrawn_at=None,
    )
    adopted = reporting.filter(organisation__adopted__commitment=OuterRef(f"{of}pk"))
    found = begun(kind, now, since)
    if kind is Commitment:
        found = found.filter(added_at__isnull=False)  # the others go with their document
    else:
        found = found.select_related("proposer", "commitment")
    return found.annotate(can_go_on=_goes_on(kind, reporting, signed, adopted) & Q(proposer__email__isnull=False))


def _goes_on(kind, reporting, signed, adopted):
    """Whether who began it can still go on with it; of one that a successor is to take on, whether they report."""
    mine = Exists(signed) | Exists(adopted)
    return mine | (Q(kind=ProgressUpdate.Kind.LAPSE) & Exists(reporting)) if kind is ProgressUpdate else mine


def announce_deletions(kind, now):
    """Tell whoever began it and still has access once, 14 days before, that it is about to be deleted."""
    return announce_each(untouched(kind, now, KEPT_UNTOUCHED - ANNOUNCED_BEFORE), emails.will_be_deleted, now)


def announce_each(things, letter, now):
    """Tell whoever began one of these, can go on with it and was not told yet. Returns how many."""
    due = things.filter(announced=False, can_go_on=True)
    return sum(_announce(thing, letter, now) for thing in due)


@transaction.atomic
def _announce(thing, letter, now):
    if not _still_untouched(thing):
        return 0
    event = AuditEvent.kind_of(thing, "announce_deletion")
    if AuditEvent.objects.about(thing).filter(kind=event, at__gte=thing.changed_at).exists():
        return 0  # cron and a serving process came at the same moment
    AuditEvent.record(event, thing, by=None, at=now)
    deleted_on = timezone.localdate(max(thing.changed_at + KEPT_UNTOUCHED, now + ANNOUNCED_BEFORE))
    mail.queue_all(letter(thing, deleted_on), about=thing, now=now)
    return 1


def delete_untouched(kind, now):
    """Delete what nobody changed for 90 days and whoever began it was told of 14 days ago, or cannot go on with."""
    return delete_each(untouched(kind, now, KEPT_UNTOUCHED), now)


def delete_each(things, now):
    """Delete those of these that were announced in time, or that nobody can go on with. Returns how many."""
    return sum(_delete(thing, now) for thing in things.filter(Q(announced_in_time=True) | Q(can_go_on=False)))


@transaction.atomic
def _delete(thing, now):
    if not _still_untouched(thing):
        return 0
    AuditEvent.record(AuditEvent.kind_of(thing, "delete_untouched"), thing, by=None, at=now, from_status=thing.status)
    thing.delete()
    return 1


def _still_untouched(thing):
    """Whether nobody changed it since it was read; until the transaction ends nobody can."""
    as_read = type(thing).objects.filter(pk=thing.pk, status=thing.status, changed_at=thing.changed_at)
    return as_read.update(changed_at=thing.changed_at) == 1
