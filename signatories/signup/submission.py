"""The preparer's decisions about a whole document: submit it, take it back, delete it."""

from django.db import transaction
from django.utils import timezone

from localdigital import links, mail
from localdigital.models import AuditEvent
from signatories import emails
from signatories.document import hashes, signatories_of
from signatories.models import Organisation
from signatories.models.signature import EDITABLE, AlreadySigned, Status
from signatories.signup.steps import Progress, live_elsewhere


class Incomplete(Exception):
    """Something is missing or no longer valid: `problems`, in the order of the pages that mend them."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__(problems[0].sentence)


@transaction.atomic
def submit(signature, *, by, now=None):
    """Ask for the sign-offs that are missing or no longer fit; with none missing, send it to the delivery team.

    Everything is checked again, now that nobody else can change it. Raises MoveRefused when it was submitted already,
    AlreadySigned when an organisation has a live signature of this version, and Incomplete.
    """
    now = now or timezone.now()
    signature.hold(*EDITABLE, move="submit", now=now)
    _check(signature, now)
    missing = _forget_what_no_longer_fits(signature)
    news = {"submitted_at": now, "signed_off_at": None, "message_to_preparer": ""}
    if not missing and signature.status == Status.RETURNED:
        signature.move("submit_as_signed", by=by, now=now, **news | {"signed_off_at": now})
    else:
        signature.move("submit", by=by, now=now, **news)
        if not missing:
            signature.move("complete_sign_off", by=by, now=now, signed_off_at=now)
    _announce(signature, missing, now)


def _check(signature, now):
    progress = Progress(signature, on=timezone.localdate(now))
    if not progress.problems:
        return
    others = live_elsewhere(signature, [one.organisation_id for one in progress.signatories])
    raise AlreadySigned(others) if others else Incomplete(progress.problems)


def _forget_what_no_longer_fits(signature):
    """Clear the sign-offs of another document than this one. Returns the signatories that have to sign."""
    current = hashes(signature)
    missing = [one for one in signatories_of(signature) if one.signed_hash != current[one.pk]]
    signature.signatories.filter(pk__in=[one.pk for one in missing if one.signed_at]).update(
        signed_at=None, signed_by=None, signed_hash="", signed_on=None, signed_on_precision="unknown"
    )
    return missing


def _announce(signature, missing, now):
    for signer in {one.signer_id: one.signer for one in missing}.values():
        if signer != signature.preparer:
            emails.ask_for_sign_off(signature, signer, now=now)
    if missing:
        drafts = emails.submitted(signature) if {one.signer_id for one in missing} != {signature.preparer_id} else []
    else:
        drafts = emails.received(signature)
    mail.queue_all(drafts, about=signature, now=now)


@transaction.atomic
def recall(signature, *, by, now=None):
    """Take a document back from its signers to change it. Sign-offs that still fit at the next submission stay."""
    now = now or timezone.now()
    signature.move("recall", by=by, now=now)
    end_sign_off_links(signature, now)


def end_sign_off_links(signature, now):
    """No signer's link to this document opens it any more."""
    for signer_id in set(signature.signatories.exclude(signer=None).values_list("signer_id", flat=True)):
        links.retire("sign-off", object_id=signature.pk, person_id=signer_id, now=now)


@transaction.atomic
def delete_draft(signature, *, by, now=None):
    """Delete a draft that its preparer does not want."""
    signature.hold(Status.DRAFT, move="delete", now=now)
    AuditEvent.record("signature.delete_draft", signature, by=by, at=now, from_status=Status.DRAFT)
    signature.delete()
    Organisation.objects.proposed_for_nothing().delete()
