"""Signing: a signer reads what will be published, and signs or declines."""

from django.db import transaction
from django.utils import timezone

from localdigital import links, mail
from localdigital.models import AuditEvent
from signatories import emails
from signatories.document import hashes, signatories_of
from signatories.models.partial_date import Precision
from signatories.models.signature import SIGN_OFF, MoveRefused, Signatory, Status
from signatories.signup.submission import end_sign_off_links


class DocumentChanged(Exception):
    """What the signer was shown is not the document as it is now: they must read it again."""


def asked_of(signature, person):
    """The signatories that wait for this Person's signature."""
    return _waiting_for(person, signatories_of(signature))


def _waiting_for(person, signatories):
    return [one for one in signatories if one.signer_id == person.pk and not one.signed_at]


def seal(signature, signatories):
    """What the sign-off page holds of the document that it shows: compared when it is signed."""
    return _joined(hashes(signature), signatories)


def _joined(current, signatories):
    return ".".join(current[one.pk] for one in signatories)


@transaction.atomic
def sign(signature, *, by, shown, now=None):
    """Sign for every organisation that waits for this Person. With the last one, the delivery team's turn begins.

    `shown` is the `seal` of the page they read. Raises MoveRefused when the document waits for no one (any more),
    and DocumentChanged when it is not the one that was shown.
    """
    now = now or timezone.now()
    signature.hold(Status.AWAITING_SIGN_OFF, move="sign", now=now)
    signatories = signatories_of(signature)
    mine = _waiting_for(by, signatories)
    current = hashes(signature, signatories)
    if not mine:
        raise MoveRefused("sign", signature)
    if shown != _joined(current, mine):
        raise DocumentChanged
    for one in mine:
        one.signed_at, one.signed_by, one.signed_hash = now, by, current[one.pk]
        one.signed_on, one.signed_on_precision = timezone.localdate(now), Precision.DAY
    Signatory.objects.bulk_update(mine, SIGN_OFF)  # the signature is held: nobody else signs meanwhile
    AuditEvent.objects.bulk_create(
        AuditEvent.of("signatory.sign", one, by=by, at=now, signature=signature.pk, document=one.signed_hash)
        for one in mine
    )
    links.retire("sign-off", object_id=signature.pk, person_id=by.pk, now=now)
    drafts = emails.signed(signature, by, signatories)
    if all(one.signed_at for one in signatories):
        signature.move("complete_sign_off", by=by, now=now, signed_off_at=now)
        drafts += emails.received(signature, signatories)
    elif by.pk != signature.preparer_id:
        drafts += emails.sign_off_progress(signature, mine[0].signer_name, signatories)
    mail.queue_all(drafts, about=signature, now=now)


@transaction.atomic
def decline(signature, *, by, reason, now=None):
    """Decline to sign: the document is a draft again, and its preparer is told why. Raises MoveRefused."""
    now = now or timezone.now()
    signature.hold(Status.AWAITING_SIGN_OFF, move="decline", now=now)
    mine = asked_of(signature, by)
    if not mine:
        raise MoveRefused("decline", signature)
    name = mine[0].signer_name
    message = f"{name} declined to sign. They wrote:\n\n{reason}"
    signature.move("decline", by=by, now=now, message_to_preparer=message)
    end_sign_off_links(signature, now)
    mail.queue_all(emails.declined(signature, name, reason), about=signature, now=now)


@transaction.atomic
def lapse(signature, *, now=None):
    """Nobody signed for 60 days: a draft again, so that it no longer keeps its organisations from signing."""
    now = now or timezone.now()
    signature.move("lapse", by=None, now=now)
    end_sign_off_links(signature, now)
    mail.queue_all(emails.lapsed(signature), about=signature, now=now)


@transaction.atomic
def ask_again(signature, signer, *, by, now=None):
    """Send a signer a fresh link to a document that waits for them."""
    now = now or timezone.now()
    signature.hold(Status.AWAITING_SIGN_OFF, move="ask_again", now=now)
    emails.ask_for_sign_off(signature, signer, now=now)
    AuditEvent.record("signature.ask_again", signature, by=by, at=now, signer=signer.pk)
