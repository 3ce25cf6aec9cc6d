"""What time alone does to signatures: unsigned ones become drafts, untouched ones are announced and then deleted."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from localdigital import mail
from localdigital.models import AuditEvent
from signatories import emails
from signatories.models import MoveRefused, Organisation, Person, Signatory, Signature
from signatories.models.signature import Status
from signatories.signoff import lapse

SIGNED_WITHIN = timedelta(days=60)
KEPT_UNTOUCHED = timedelta(days=90)
ANNOUNCED_BEFORE = timedelta(days=14)
PEOPLE_KEPT = timedelta(days=365)
UNFINISHED = (Status.DRAFT, Status.RETURNED, Status.REJECTED)
ANNOUNCED = "signature.announce_deletion"


def apply_retention(now):
    """What is past its time here, in an order in which nothing is announced and deleted at once."""
    return {
        "sign-offs lapsed": lapse_unsigned(now),
        "documents deleted": delete_untouched(now),
        "deletions announced": announce_deletions(now),
        "people forgotten": forget_people(now),
    }


def lapse_unsigned(now):
    """Documents submitted 60 days ago that still wait for a signature become drafts again."""
    waiting = Signature.objects.filter(status=Status.AWAITING_SIGN_OFF, submitted_at__lt=now - SIGNED_WITHIN)
    lapsed = 0
    for signature in waiting.select_related("preparer"):
        try:
            lapse(signature, now=now)
            lapsed += 1
        except MoveRefused:
            pass  # signed at this very moment
    return lapsed


def untouched(now, since):
    """A council's unfinished documents that nobody changed since then, and whether their deletion was announced."""
    announcements = AuditEvent.objects.filter(
        kind=ANNOUNCED,
        object_type=Signature._meta.label_lower,
        object_id=OuterRef("pk"),
        at__gte=OuterRef("changed_at"),
    )
    return (
        Signature.objects.filter(status__in=UNFINISHED, changed_at__lt=now - since, preparer__isnull=False)
        .select_related("preparer")
        .annotate(announced=Exists(announcements))
        .annotate(announced_in_time=Exists(announcements.filter(at__lte=now - ANNOUNCED_BEFORE)))
    )


def announce_deletions(now):
    """Tell each preparer once, 14 days before, that a document is about to be deleted; not of a rejected one."""
    due = untouched(now, KEPT_UNTOUCHED - ANNOUNCED_BEFORE).filter(announced=False).exclude(status=Status.REJECTED)
    return sum(_announce(signature, now) for signature in due)


@transaction.atomic
def _announce(signature, now):
    if not _still_untouched(signature):
        return 0
    if AuditEvent.objects.about(signature).filter(kind=ANNOUNCED, at__gte=signature.changed_at).exists():
        return 0  # cron and a serving process came at the same moment
    AuditEvent.record(ANNOUNCED, signature, by=None, at=now)
    deleted_on = timezone.localdate(max(signature.changed_at + KEPT_UNTOUCHED, now + ANNOUNCED_BEFORE))
    mail.queue_all(emails.will_be_deleted(signature, deleted_on), about=signature, now=now)
    return 1


def delete_untouched(now):
    """Delete what nobody changed for 90 days: rejected documents, and others whose preparer was told 14 days ago."""
    due = untouched(now, KEPT_UNTOUCHED).filter(Q(announced_in_time=True) | Q(status=Status.REJECTED))
    return sum(_delete(signature, now) for signature in due)


@transaction.atomic
def _delete(signature, now):
    if not _still_untouched(signature):
        return 0
    AuditEvent.record("signature.delete_untouched", signature, by=None, at=now, from_status=signature.status)
    delete_document(signature)
    Organisation.objects.proposed_for_nothing().delete()
    return 1


def delete_document(signature):
    """Delete one that is not public, whatever its status, in the transaction of the decision that says why."""
    signature.commitments.all().delete()
    # The document first: the database keeps the last signatory of one that is beyond draft.
    Signature.objects.filter(pk=signature.pk)._raw_delete(using="default")
    Signatory.objects.filter(signature_id=signature.pk).delete()


def _still_untouched(signature):
    """Whether nobody changed it since it was read; until the transaction ends nobody can."""
    as_read = Signature.objects.filter(pk=signature.pk, status=signature.status, changed_at=signature.changed_at)
    return as_read.update(changed_at=signature.changed_at) == 1


def forget_people(now):
    """Delete people a year after their last role: this notes since when they have none, and takes it back."""
    idle = Person.objects.without_a_role(timezone.localdate(now))
    Person.objects.exclude(role_ended_at=None).exclude(pk__in=idle.values("pk")).update(role_ended_at=None)
    idle.filter(role_ended_at=None).update(role_ended_at=now)
    return idle.filter(role_ended_at__lt=now - PEOPLE_KEPT).delete()[0]
