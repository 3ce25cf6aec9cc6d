"""The right to be forgotten: who somebody is leaves the register, what councils said and decided stays.

`found_about` (about_person.py) says what is held; `erase` takes it out, all or nothing.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commitments import additions, rewording
from commitments.council import drafts
from commitments.models import Commitment, PartnerQuestion, ProgressUpdate, Revision
from localdigital import mail
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, RegisterVersion
from programme import contributions
from programme.follow.following import forget_address
from programme.models import CaseStudy, Event, Output
from signatories import emails
from signatories.about_person import UNDER_WAY, UNFINISHED, documents_of, parts_of, who_is
from signatories.daily import delete_document
from signatories.mentions import mentions_of, take_out
from signatories.models import Access, Organisation, Person, Signatory
from signatories.models.partial_date import Precision
from signatories.models.signature import EDITABLE, Status
from signatories.people import end_access
from signatories.signup.submission import end_sign_off_links

ERASED = "(erased: its reader asked to be forgotten)"
SAY_WHO_SIGNS = (
    "Somebody who was to sign this declaration cannot. Say again who signs for each organisation, and submit it again."
)
NOBODY = {"signer": None, "signer_name": "", "signer_job_title": ""}
UNSIGNED = {
    "signed_at": None, "signed_by": None, "signed_hash": "", "signed_on": None,
    "signed_on_precision": Precision.UNKNOWN,
}  # fmt: skip


class MustBeSettled(Exception):
    """Documents in sign-off or review name them: `documents`, which somebody has to decide about first."""

    def __init__(self, documents):
        self.documents = documents
        super().__init__(", ".join(one.reference for one in documents))


@transaction.atomic
def erase(person, *, by, now=None):
    """Forget who this Person is. The log keeps the number alone. Raises MustBeSettled and MoveRefused.

    The same address may come back later, as a new Person.
    """
    now = now or timezone.now()
    person = Person.objects.select_for_update().get(pk=person.pk, erased_at=None)
    documents, parts = documents_of(person), parts_of(person)
    if waiting := [one for one in documents if one.status in UNDER_WAY]:
        raise MustBeSettled(waiting)
    who = who_is(person, documents, parts) if person.email else None
    unfinished = [one for one in documents if one.status in UNFINISHED]
    _give_up_documents([one for one in unfinished if one.preparer_id == person.pk], by, now)
    _leave_documents([one for one in unfinished if one.preparer_id != person.pk], person, now)
    named = [one.pk for one in parts if one.signer_id in (person.pk, None)]
    Signatory.objects.filter(pk__in=named).update(signer_name="")
    nameless = {"email": None, "name": "", "job_title": "", "proved_at": None, "erased_at": now}
    Person.objects.filter(pk=person.pk).update(**nameless)
    _end_accesses(person, by, now)
    _delete_what_was_not_sent_in(person, by, now)
    EmailedLink.objects.filter(person_id=person.pk).delete()
    PartnerQuestion.objects.filter(person=person).delete()
    if who:
        _erase_emails(who.address, now)
        forget_address(who.address, now=now)
        take_out(mentions_of(who), who)
    _end_sessions(person, who)
    AuditEvent.record("person.erase", person, by=by, at=now)
    RegisterVersion.bump(now)


@transaction.atomic
def erase_address(address, *, by, now=None):
    """The same for whoever has an address, even where only texts mention it: the log needs somebody to point at."""
    erase(Person.objects.at(address), by=by, now=now)


@transaction.atomic
def take_back(signature, *, by, now=None):
    """Make a document that waits for signers a draft again, so that one of its people can be erased.

    Its preparer is told to say who signs. Raises MoveRefused.
    """
    now = now or timezone.now()
    signature.move("recall", by=by, now=now, message_to_preparer=SAY_WHO_SIGNS)
    end_sign_off_links(signature, now)
    mail.queue_all(emails.returned(signature, SAY_WHO_SIGNS), about=signature, now=now)


def _give_up_documents(documents, by, now):
    """Nobody else can go on with what they prepared: it goes, as it would when they deleted it themselves."""
    for one in documents:
        one.hold(*UNFINISHED, move="delete", now=now)
        AuditEvent.record("signature.delete_draft", one, by=by, at=now, from_status=one.status)
        delete_document(one)
    Organisation.objects.proposed_for_nothing().delete()


def _leave_documents(documents, person, now):
    """Somebody else prepares these: they say anew who signs, unless it was rejected for good."""
    for one in documents:
        theirs = one.signatories.filter(Q(signer=person) | Q(signed_by=person))
        one.hold(*UNFINISHED, move="edit", now=now)
        if one.status == Status.REJECTED:
            theirs.update(signer_job_title="")
        if one.status in EDITABLE:
            one.signatories.filter(signed_by=person).update(**UNSIGNED)
            one.signatories.filter(signer=person).update(**NOBODY)


def _end_accesses(person, by, now):
    # Read anew, so that nobody is mailed: their address is gone.
    for access in Access.objects.live().filter(person=person).select_related("person", "organisation"):
        end_access(access, by=by, now=now)


def _delete_what_was_not_sent_in(person, by, now):
    """What no colleague took over."""
    for kind, delete in (
        (ProgressUpdate, drafts.delete),
        (Revision, rewording.delete_draft),
        (Commitment, additions.delete_draft),
        (CaseStudy, contributions.delete),
        (Output, contributions.delete),
        (Event, contributions.delete),
    ):
        for one in kind.objects.editable_by(person):
            delete(one, by=by, now=now)


def _erase_emails(address, now):
    QueuedEmail.objects.filter(to_address__iexact=address).erase(ERASED, now)


def _end_sessions(person, who):
    """Nobody is signed in as them any more, and no browser's session remembers their address."""
    for session in Session.objects.iterator():
        held = session.get_decoded()
        theirs = held.get("person") == person.pk
        if not theirs and not (who and who.is_in(held)):
            continue
        if SESSION_KEY not in held:
            session.delete()
            continue
        # One of the team who tried the pages of a council stays signed in.
        kept = {key: value for key, value in held.items() if key.startswith(("_auth_", "otp_"))}
        session.session_data = Session.get_session_store_class()().encode(kept)
        session.save(update_fields=["session_data"])
