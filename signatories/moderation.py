"""The delivery team's decisions about a signature. Each checks, moves, logs and queues the emails, all or nothing.

`seen` is the `changed_at` of the document that the moderator read: a decision about another one is refused.
"""

from functools import partial

from django.db import transaction
from django.utils import timezone

from commitments import search
from commitments.models import Commitment
from commitments.publishing import made_public
from localdigital import mail
from localdigital.models import AuditEvent, RegisterVersion
from localdigital.reasons import use
from signatories import emails
from signatories.document import commitments_of, parts_of, signatories_of
from signatories.models.signature import MoveRefused, Status
from signatories.people import give_access_to_the_people_of, signatories_with_domains


class AuthorityUnchecked(Exception):
    """A signer's address is not at the organisation's own domain, and nobody said how authority was checked."""


class OrganisationUnchecked(Exception):
    """An organisation that the preparer proposed has not been checked and added to the register."""


def at_own_domain(signatory):
    """Whether the signer's address is at a domain of the organisation. False where that cannot be known."""
    email = signatory.signer.email if signatory.signer else None
    return bool(email) and any(domain.holds(email) for domain in signatory.organisation.email_domains.all())


def needing_authority(signature, signatories=None):
    """The signatories whose signer's authority has to be checked by other means than their address."""
    signatories = signatories_with_domains(signature) if signatories is None else signatories
    return [one for one in signatories if not at_own_domain(one)]


@transaction.atomic
def publish(signature, *, by, note="", authority="", seen=None, now=None):
    """Put it on the public register. Raises AuthorityUnchecked, OrganisationUnchecked and MoveRefused."""
    signatories = signatories_with_domains(signature)
    if any(one.organisation.checked_at is None for one in signatories):
        raise OrganisationUnchecked
    if not authority.strip() and needing_authority(signature, signatories):
        raise AuthorityUnchecked
    details = {"authority": authority} if authority else {}
    now = now or timezone.now()
    letter = partial(emails.published, signatories=signatories)
    changes = {"published_at": now, "last_read": None}
    _decide(signature, "publish", letter, by, note, seen, now, details=details, **changes)
    give_access_to_the_people_of(signature, signatories, by=by, now=now)
    _publish_commitments(signature, now)


@transaction.atomic
def return_for_changes(signature, *, by, note, reasons=(), seen=None, now=None):
    """Give it back to its preparer with what must change; `reasons` are those of the team's that were chosen.

    The text is kept as it was read, to show what changed when it comes back.
    """
    now = now or timezone.now()
    signatories, commitments = signatories_of(signature), commitments_of(signature)
    changes = {"message_to_preparer": note, "last_read": parts_of(signature, signatories, commitments)}
    letter = partial(emails.returned, signatories=signatories)
    _decide(signature, "return_for_changes", letter, by, note, seen, now, details=use(reasons, now), **changes)


@transaction.atomic
def reject(signature, *, by, note, reasons=(), seen=None, now=None):
    """Refuse it for good, with a reason."""
    now = now or timezone.now()
    details = use(reasons, now)
    _decide(signature, "reject", emails.rejected, by, note, seen, now, details=details, message_to_preparer=note)


@transaction.atomic
def withdraw(signature, *, by, note, seen=None, now=None):
    """It no longer stands: its page stays and says so, with the note as the public reason."""
    now = now or timezone.now()
    _decide(signature, "withdraw", emails.withdrawn, by, note, seen, now, public_note=note, withdrawn_at=now)


@transaction.atomic
def remove(signature, *, by, note, seen=None, now=None):
    """Take its page off the register: 410 from now on, and nothing of it can be read."""
    _decide(signature, "remove", emails.removed, by, note, seen, now)


@transaction.atomic
def restore(signature, *, by, note="", seen=None, now=None):
    """Put a removed one back to what it was. Raises AlreadySigned when its organisation has signed again since."""
    _decide(signature, "restore", emails.restored, by, note, seen, now)


@transaction.atomic
def record_paper(signature, *, by, note="", seen=None, now=None):
    """Publish a paper signature that the team typed in. Nobody is emailed: its people have no address here."""
    now = now or timezone.now()
    if signature.preparer_id or not signature.source_note or not signature.signatories.exists():
        raise MoveRefused("record_paper", signature)
    if signature.signatories.filter(organisation__checked_at=None).exists():
        raise OrganisationUnchecked
    _decide(signature, "record_paper", None, by, note, seen, now, published_at=now)
    _publish_commitments(signature, now)


def _publish_commitments(signature, now):
    Commitment.objects.publish_with(signature, now)
    made_public(Commitment.objects.filter(signature=signature), now=now)


@transaction.atomic
def withdraw_signatory(signatory, *, by, note, seen=None, now=None):
    """One of several organisations withdraws; the others go on with the declaration and its commitments.

    `note` is the public reason. Raises MoveRefused when the document does not stand, this part of it was withdrawn
    already, or it is the last one.
    """
    now = now or timezone.now()
    signature = signatory.signature
    if seen is not None and seen != signature.changed_at:
        raise MoveRefused("withdraw_signatory", signature)
    signature.hold(Status.PUBLISHED, move="withdraw_signatory", now=now)
    standing = signature.signatories.filter(withdrawn_at=None)
    if not standing.exclude(pk=signatory.pk).exists():
        raise MoveRefused("withdraw_signatory", signature)
    if standing.filter(pk=signatory.pk).update(withdrawn_at=now, live=False, public_note=note) != 1:
        raise MoveRefused("withdraw_signatory", signature)
    signatory.withdrawn_at, signatory.live, signatory.public_note = now, False, note
    AuditEvent.record("signatory.withdraw", signatory, by=by, at=now, note=note, signature=signature.pk)
    mail.queue_all(emails.signatory_withdrawn(signature, signatory, note), about=signature, now=now)
    RegisterVersion.bump(now)


def _decide(signature, move, letter, by, note, seen, now, *, details=None, **changes):
    now = now or timezone.now()
    if seen is not None and seen != signature.changed_at:
        raise MoveRefused(move, signature)
    drafts = letter(signature, note) if letter else []
    was_public = signature.is_public
    signature.move(move, by=by, now=now, note=note, details=details, **changes)
    if was_public or signature.is_public:
        RegisterVersion.bump(now)
    mail.queue_all(drafts, about=signature, now=now)


@transaction.atomic
def accept_organisation(organisation, *, by, now=None):
    """Say that a proposed organisation is real and belongs in the register, as it is now written."""
    now = now or timezone.now()
    organisation.checked_at = now
    organisation.save(update_fields=["checked_at", "sort_name"])
    organisation.know_names(organisation.name, organisation.official_name)
    AuditEvent.record("organisation.accept", organisation, by=by, at=now)
    search.index_those_of([organisation.pk])
    RegisterVersion.bump(now)
