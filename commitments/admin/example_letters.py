"""Every email that the register sends, each with who gets it and when, and how an example of it is made.

The functions are those that write the real ones. They are called in a transaction that is rolled back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from commitments import emails as about_commitments
from commitments.reminders import Letter, Reason, Wanted
from localdigital import team
from localdigital.models import QueuedEmail
from localdigital.roles import VIEWER
from signatories import emails as about_signatures

from .invented import NOW, TODAY, Invented

PLACEHOLDER = re.compile(r"\[link \d+\]")
NOTE = "Say in the mission which residents you asked, and when."
DELETED_ON = TODAY + timedelta(days=14)


@dataclass(frozen=True)
class Kind:
    """One email: its template, when it goes, to whom, and the function that writes an example."""

    template: str
    when: str
    to: str
    write: Callable


@dataclass(frozen=True)
class Example:
    """A Kind with the text that it has for the invented data."""

    kind: Kind
    subject: str
    body: str


def _reminder(made):
    reasons = [Reason("due-soon", TODAY, "example")]
    letter = Letter(made.trumpton, [made.preparer], [Wanted(made.commitment, reasons)])
    about_commitments.remind(letter, TODAY, now=NOW)


def _offered(made):
    made.commitment.needs_a_decision = True
    made.trumpton.ends_on = TODAY - timedelta(days=1)
    return about_commitments.offered(made.neighbour, [(made.commitment, [made.camberwick_green])], [made.trumpton])


def _partners(made):
    people = {made.neighbour: [made.partner]}
    return about_commitments.ask_partners(made.commitment, people, [made.trumpton], now=NOW)


def _new_version(made):
    return about_signatures.ask_to_sign_new_version(made.declaration, {made.preparer: [made.trumpton]}, now=NOW)


def _approach(made):
    message = "We are making the same form.\nCould we compare what residents told us?"
    return about_commitments.approach(made.approach, [made.camberwick_green], [made.preparer], message)


def _invite_colleague(made):
    made.colleague = team.add("florence@invented.example.gov.uk", [VIEWER], by=None, first_name="Florence", now=NOW)


SIGN, PEOPLE = about_signatures, about_commitments
GROUPS = {
    "Signing in and access": [
        Kind(
            "sign-in",
            "At once, when somebody asks for a link",
            "The address that they gave",
            lambda made: SIGN.sign_in(made.preparer, now=NOW),
        ),
        Kind(
            "fresh-link",
            "At once, when somebody opens a link that was used or has ended and asks for a new one",
            "The person whose link it was",
            lambda made: SIGN.fresh_link("report", made.commitment.pk, made.preparer, now=NOW),
        ),
        Kind(
            "invitation",
            "When a colleague or the delivery team gives somebody access to an organisation",
            "The one who is given access",
            lambda made: SIGN.invited(made.trumpton, made.neighbour, by=made.preparer, now=NOW),
        ),
        Kind(
            "access-ended",
            "When a colleague or the delivery team ends somebody’s access",
            "The one whose access ended",
            lambda made: SIGN.access_ended(made.access),
        ),
    ],
    "Preparing and signing a declaration": [
        Kind(
            "sign-off",
            "When a declaration is submitted, and when the preparer asks a signer again",
            "Each signer who is not the preparer",
            lambda made: SIGN.ask_for_sign_off(made.signature, made.signer, now=NOW),
        ),
        Kind(
            "submitted",
            "When a declaration is submitted",
            "The preparer",
            lambda made: SIGN.submitted(made.signature, made.signatories),
        ),
        Kind(
            "signed",
            "When somebody has signed",
            "The one who signed",
            lambda made: SIGN.signed(made.signature, made.signer, made.signatories),
        ),
        Kind(
            "sign-off-progress",
            "When somebody has signed and others have not yet",
            "The preparer",
            lambda made: SIGN.sign_off_progress(made.signature, "Philby Snorkel", made.signatories[1:]),
        ),
        Kind("received", "When everyone has signed", "The preparer", lambda made: SIGN.received(made.signature)),
        Kind(
            "declined",
            "When a signer declines",
            "The preparer",
            lambda made: SIGN.declined(made.signature, "Philby Snorkel", "The due date is too early for us."),
        ),
        Kind(
            "lapsed",
            "When nobody has signed for 60 days and the declaration is a draft again",
            "The preparer",
            lambda made: SIGN.lapsed(made.signature),
        ),
        Kind(
            "will-be-deleted",
            "14 days before a declaration that nobody changed for 90 days is deleted",
            "The preparer",
            lambda made: SIGN.will_be_deleted(made.signature, DELETED_ON),
        ),
    ],
    "What the delivery team decides about a declaration": [
        Kind(
            "published",
            "When it is published",
            "The preparer and every signer",
            lambda made: SIGN.published(made.signature, NOTE),
        ),
        Kind(
            "returned",
            "When it is returned for changes",
            "The preparer",
            lambda made: SIGN.returned(made.signature, NOTE),
        ),
        Kind(
            "rejected",
            "When it is rejected",
            "The preparer and every signer",
            lambda made: SIGN.rejected(made.signature, "Trumpton Borough Council has signed already."),
        ),
        Kind(
            "withdrawn",
            "When it is withdrawn",
            "The preparer and every signer",
            lambda made: SIGN.withdrawn(made.signature, "The councils have merged."),
        ),
        Kind(
            "signatory-withdrawn",
            "When one of several organisations withdraws and the others go on",
            "The preparer and every signer",
            lambda made: SIGN.signatory_withdrawn(made.signature, made.signatories[1]),
        ),
        Kind(
            "removed",
            "When it is taken off the register",
            "The preparer and every signer",
            lambda made: SIGN.removed(made.signature, "It was signed without authority."),
        ),
        Kind(
            "restored",
            "When it is put back on the register",
            "The preparer and every signer",
            lambda made: SIGN.restored(made.signature),
        ),
        Kind(
            "new-version",
            "When the delivery team asks signatories of an earlier version to sign a newer one, once each",
            "Everyone with access to such an organisation",
            _new_version,
        ),
    ],
    "Reports, changed texts and added commitments": [
        Kind(
            "reminder",
            "30 days before a commitment is due, on the day that it is due, and after each 90 days without a report",
            "Everyone with access to an organisation that answers for it",
            _reminder,
        ),
        Kind(
            "sent-in-published",
            "When the delivery team publishes what was sent in",
            "Who sent it in",
            lambda made: PEOPLE.published(made.report),
        ),
        Kind(
            "sent-in-returned",
            "When the delivery team returns what was sent in",
            "Who sent it in",
            lambda made: PEOPLE.returned(made.change, NOTE),
        ),
        Kind(
            "sent-in-removed",
            "When the delivery team takes a progress update off the register",
            "Who sent it in",
            lambda made: PEOPLE.removed(made.report, "It names a resident."),
        ),
        Kind(
            "sent-in-will-be-deleted",
            "14 days before something that was begun and never sent in is deleted",
            "Who began it",
            lambda made: PEOPLE.will_be_deleted(made.report, DELETED_ON),
        ),
        Kind(
            "commitment-reinstated",
            "When the delivery team takes back what ended a commitment",
            "Everyone with access to an organisation that answers for it, and who ended it",
            lambda made: PEOPLE.reinstated(made.withdrawal, "It was another commitment that was meant."),
        ),
        Kind(
            "commitments-offered",
            "When an organisation has ended and its successors may take on its commitments, once each",
            "Everyone with access to a successor",
            _offered,
        ),
    ],
    "Partners and working together": [
        Kind(
            "partner-question",
            "When a commitment that names them becomes public or changes, or when they first have access: once each",
            "Everyone with access to the organisation that is named",
            _partners,
        ),
        Kind(
            "partner-disowned",
            "When an organisation says that it is no partner",
            "Everyone with access to an organisation that answers for the commitment",
            lambda made: PEOPLE.partners_disowned([made.partner], now=NOW),
        ),
        Kind(
            "approach",
            "At once, when an officer of another organisation asks to work together",
            "Everyone with access to an organisation that answers for the commitment",
            _approach,
        ),
    ],
    "The delivery team itself": [
        Kind(
            "team-invitation",
            "When an administrator adds a colleague, or lets one in again",
            "The colleague",
            _invite_colleague,
        ),
        Kind(
            "team-reset",
            "When an administrator resets how a colleague signs in",
            "The colleague",
            lambda made: team.reset_sign_in(made.colleague, by=None, now=NOW),
        ),
    ],
}


@transaction.atomic
def examples():
    """Every email with its example, by group. Nothing of what it takes stays in the database."""
    made = Invented()
    written = {kind.template: kind.write(made) for kinds in GROUPS.values() for kind in kinds}
    queued = {email.template: email for email in QueuedEmail.objects.filter(template__in=written).order_by("pk")}
    transaction.set_rollback(True)
    return {group: [_example(kind, written, queued) for kind in kinds] for group, kinds in GROUPS.items()}


def _example(kind, written, queued):
    """What the function gave back, or what it queued."""
    letter = written[kind.template] or queued[kind.template]
    first = letter[0] if isinstance(letter, list) else letter
    if first.template != kind.template:
        raise ValueError(f"{kind.template} is written as {first.template}")
    return Example(kind, first.subject, PLACEHOLDER.sub("[a link of their own]", first.body))
