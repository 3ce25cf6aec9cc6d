"""The preparer's decisions about a whole document: submit it, take it back, delete it."""

from django.db import transaction
from django.utils import timezone

from localdigital import links, mail
from localdigital.models import AuditEvent, ServiceSettings
from signatories import emails
from signatories.document import hashes
from signatories.models import Organisation, Signatory
from signatories.models.partial_date import Precision
from signatories.models.signature import EDITABLE, SIGN_OFF, AlreadySigned, Status
from signatories.signup.steps import Progress, live_elsewhere


class Incomplete(Exception):
    """Something is missing or no longer valid: `problems`, in the order of the pages that mend them."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__(problems[0].sentence)


class SignUpClosed(Exception):
    """The delivery team has closed the sign-up for a time: its text is why."""


@transaction.atomic
def submit(signature, *, by, now=None):
    """Ask for the sign-offs that are missing or no longer fit; with none missing, send it to the delivery team.

    Everything is checked again, now that nobody else can change it. Raises MoveRefused when it was submitted already,
    AlreadySigned when an organisation has a live signature of this version, SignUpClosed, and Incomplete.
    """
    now = now or timezone.now()
    said = ServiceSettings.current()
    if not said.sign_up_is_open:
        raise SignUpClosed(said.sign_up_closed_message)
    signature.hold(*EDITABLE, move="submit", now=now)
    progress = _check(signature, now)
    missing = _forget_what_no_longer_fits(progress)
    news = {"submitted_at": now, "signed_off_at": None, "message_to_preparer": ""}
    if not missing and signature.status == Status.RETURNED:
        signature.move("submit_as_signed", by=by, now=now, **news | {"signed_off_at": now})
    else:
        signature.move("submit", by=by, now=now, **news)
        if not missing:
            signature.move("complete_sign_off", by=by, now=now, signed_off_at=now)
    _announce(signature, progress.signatories, missing, now)


def _check(signature, now):
    progress = Progress(signature, on=timezone.localdate(now))
    if not progress.problems:
        return progress
    others = live_elsewhere(signature, [one.organisation_id for one in progress.signatories])
    raise AlreadySigned(others) if others else Incomplete(progress.problems)


def _forget_what_no_longer_fits(progress):
    """Clear the sign-offs of another document than this one. Returns the signatories that have to sign."""
    current = hashes(progress.signature, progress.signatories, progress.commitments)
    missing = [one for one in progress.signatories if one.signed_hash != current[one.pk]]
    cleared = [one for one in missing if one.signed_at]
    for one in cleared:
        one.signed_at, one.signed_by, one.signed_hash = None, None, ""
        one.signed_on, one.signed_on_precision = None, Precision.UNKNOWN
    Signatory.objects.bulk_update(cleared, SIGN_OFF)
    return missing


def _announce(signature, signatories, missing, now):
    signers = {one.signer_id: one.signer for one in missing if one.signer_id != signature.preparer_id}
    if signers:
        emails.ask_each_for_sign_off(signature, list(signers.values()), signatories, now=now)
        drafts = emails.submitted(signature, signatories)
    else:
        drafts = [] if missing else emails.received(signature, signatories)
    mail.queue_all(drafts, about=signature, now=now)


@transaction.atomic
def recall(signature, *, by, now=None):
    """Take a document back from its signers to change it. Sign-offs that still fit at the next submission stay."""
    now = now or timezone.now()
    signature.move("recall", by=by, now=now)
    end_sign_off_links(signature, now)


def end_sign_off_links(signature, now):
    """No signer's link to this document opens it any more."""
    signers = signature.signatories.exclude(signer=None).values("signer")
    links.retire_each("sign-off", object_id=signature.pk, person_ids=signers, now=now)


@transaction.atomic
def delete_draft(signature, *, by, now=None):
    """Delete a draft that its preparer does not want."""
    signature.hold(Status.DRAFT, move="delete", now=now)
    AuditEvent.record("signature.delete_draft", signature, by=by, at=now, from_status=Status.DRAFT)
    signature.delete()
    Organisation.objects.proposed_for_nothing().delete()
