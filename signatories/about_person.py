"""Everything that the register holds about one person, found by an address: to be read, handed out, or erased."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse

from commitments.models import Approach, Commitment, PartnerQuestion, ProgressUpdate, Revision
from commitments.models.submission import EDITABLE as STILL_THEIRS
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, User
from programme.follow.subjects import Subject
from programme.models import CaseStudy, Event, Follow, Follower, Output, SupportOffer, Use
from signatories.mentions import Who, mentions_of
from signatories.models import Access, Person, Signatory, Signature
from signatories.models.signature import Status

# What becomes of a document that they prepared or sign, by its status, when they are erased
UNFINISHED = frozenset({Status.DRAFT, Status.RETURNED, Status.REJECTED})
UNDER_WAY = frozenset({Status.AWAITING_SIGN_OFF, Status.AWAITING_REVIEW})
SENT_IN = (ProgressUpdate, Revision, Commitment, CaseStudy, Output, Event)
SENT_LATER = "Stays: an email to somebody else that waits goes as it was written. Its text is erased after 90 days"
# Where a mention stays, and why; anything else is a text that a council or the team published.
STAYS = {
    "localdigital.auditevent": "Stays: nothing in the log can be changed or deleted, by anybody",
    "localdigital.user": "Stays: an account of the delivery team, which an administrator switches off",
    "signatories.person": "Stays: another person with the same name, who is known by another address",
    "signatories.signatory": "Stays: signed under the same name by somebody else, or on paper for another organisation",
}
PUBLISHED_TEXT = "Stays: what a council wrote or the team published. Ask the council to change it"


@dataclass
class Section:
    """One kind of thing that is held: its rows, all with the same columns, and what erasing does to them."""

    title: str
    becomes: str
    rows: list = field(default_factory=list)

    @property
    def columns(self):
        """The names of the columns."""
        return list(self.rows[0]) if self.rows else []


@dataclass
class Found:
    """What is held about whoever has an address. `under_way` are documents that must be settled before erasing."""

    address: str
    person: Person | None
    who: Who
    documents: list
    parts: list
    mentions: list
    sections: list = field(default_factory=list)

    @property
    def under_way(self):
        """Documents that others wait for and that name them."""
        return [one for one in self.documents if one.status in UNDER_WAY]

    @property
    def is_anything(self):
        """Whether anything at all is held."""
        return any(section.rows for section in self.sections)


def documents_of(person):
    """The documents that they prepared, or in which they sign or signed, newest first."""
    theirs = Q(preparer=person) | Q(signatories__signer=person) | Q(signatories__signed_by=person)
    return list(Signature.objects.filter(theirs).distinct().order_by("-made_at", "-pk"))


def parts_of(person):
    """The parts of documents that they sign or signed; and those that organisations of theirs signed on paper by
    somebody of their name."""
    parts = Signatory.objects.select_related("organisation", "signature").order_by("pk")
    theirs = list(parts.filter(Q(signer=person) | Q(signed_by=person)))
    names = names_in(person, theirs)
    organisations = {one.organisation_id for one in theirs}
    organisations |= set(Access.objects.filter(person=person).values_list("organisation", flat=True))
    on_paper = parts.filter(signer=None, signed_by=None, organisation__in=organisations).exclude(signer_name="")
    # Compared here: SQLite tells É from é.
    called = {name.casefold() for name in names}
    return theirs + [one for one in on_paper if one.signer_name.casefold() in called]


def names_in(person, parts):
    """What they are called: by themselves, by those who said that they sign, and on paper."""
    signs = [one.signer_name for one in parts if one.signer_id in (person.pk, None)]
    return {name for name in [person.name, *signs] if name}


def who_is(person, documents, parts):
    """By what they are known, and what is theirs: themselves, the documents that they prepared or sign, their
    organisations, their accesses, and what they sent in."""
    theirs = [person, *documents, *(one.organisation for one in parts)]
    for access in Access.objects.filter(person=person).select_related("organisation"):
        theirs += [access, access.organisation]
    theirs += [one for kind in SENT_IN for one in kind.objects.filter(proposer=person)]
    return Who(person.email, names_in(person, parts), {(one._meta.label_lower, one.pk) for one in theirs})


def found_about(email):
    """Everything that the register holds about whoever has that address."""
    address = email.strip().lower()
    person = Person.objects.filter(email=address).first()
    documents = documents_of(person) if person else []
    parts = parts_of(person) if person else []
    who = who_is(person, documents, parts) if person else Who(address)
    found = Found(address, person, who, documents, parts, _elsewhere(who, person, parts))
    found.sections = [*_who_they_are(found), *_what_they_do(found), *_what_was_written(found), *_what_is_logged(found)]
    return found


def _elsewhere(who, person, parts):
    """The mentions that are not rows about them already."""
    own = {("signatories.signatory", one.pk) for one in parts}
    own |= {("signatories.person", person.pk)} if person else set()
    emails = set(QueuedEmail.objects.filter(to_address__iexact=who.address).values_list("pk", flat=True))
    own |= {("localdigital.queuedemail", pk) for pk in emails}
    own |= {("programme.follower", one.pk) for one in Follower.objects.at(who.address)}
    return [mention for mention in mentions_of(who) if (mention.label, mention.pk) not in own]


def _who_they_are(found):
    users = User.objects.filter(email__iexact=found.address)
    yield Section(
        "Person",
        "Address, name and job title are blanked. The number stays, so that the log points at somebody. "
        "A name of one word is looked for only in what is theirs, since elsewhere it may be any word: their documents, "
        "organisations and reports, and the notes about them.",
        [_person(found.person)] if found.person else [],
    )
    yield Section(
        "Account of the delivery team",
        "Stays: it is not a council’s. An administrator switches it off.",
        [{"User": one.get_username(), "Name": one.get_full_name(), "Active": one.is_active} for one in users],
    )
    follows = Follow.objects.with_subject().filter(follower__in=Follower.objects.at(found.address))
    yield Section(
        "Follows by email",
        "Deleted, and no more news is sent.",
        [{"What": Subject.of(one).title, "Asked": one.made_at, "Confirmed": one.confirmed_at} for one in follows],
    )


def _person(person):
    return {
        "Number": person.pk,
        "Address": person.email,
        "Name": person.name,
        "Job title": person.job_title,
        "Known since": person.made_at,
        "Address proved": person.proved_at,
    }


def _what_they_do(found):
    person = found.person
    if not person:
        return
    yield Section(
        "Declarations prepared",
        "Unfinished ones are deleted. Published ones stay, since they are their councils’.",
        [_document(one) for one in found.documents if one.preparer_id == person.pk],
    )
    yield Section(
        "Signs or signed",
        "What is public shows their job title in place of the name. Unfinished ones ask anew who signs.",
        [_part(one) for one in found.parts],
    )
    accesses = Access.objects.filter(person=person).select_related("organisation")
    yield Section(
        "Reports for",
        "It ends, and what is under way goes to a colleague who is left.",
        [{"Organisation": str(one.organisation), "From": one.began_at, "Until": one.ended_at} for one in accesses],
    )
    sent_in = [one for kind in SENT_IN for one in kind.objects.filter(proposer=person).order_by("pk")]
    yield Section(
        "Sent in for a council",
        "Stays without their name. What was not sent in goes to a colleague who is left, or is deleted.",
        [_sent_in(one) for one in sent_in],
    )
    approaches = Approach.objects.filter(person=person).select_related("commitment", "organisation")
    yield Section(
        "Asked to work together",
        "That it was asked stays, without who did. The text is in the emails.",
        [{"About": one.about, "Organisation": str(one.organisation or ""), "When": one.made_at} for one in approaches],
    )
    said = [one for kind in (Use, SupportOffer) for one in kind.objects.filter(said_by=person).order_by("pk")]
    yield Section(
        "Said of an organisation, about reuse and support",
        "That it was said stays, without who did.",
        [{"What": one._meta.verbose_name.capitalize(), "Number": one.pk, "When": one.said_at} for one in said],
    )
    questions = PartnerQuestion.objects.filter(person=person).select_related("commitment")
    yield Section(
        "Was asked about a partnership",
        "Deleted.",
        [{"Commitment": one.commitment.title, "When": one.asked_at} for one in questions],
    )


def _document(signature):
    return {
        "Declaration": signature.reference,
        "State": signature.get_status_display(),
        "Begun": signature.made_at,
        "What was said to the preparer": signature.message_to_preparer,
    }


def _part(part):
    return {
        "Declaration": part.signature.reference,
        "State": part.signature.get_status_display(),
        "Organisation": part.organisation.official_name,
        "Name": part.signer_name,
        "Job title": part.signer_job_title,
        "Signed": str(part.signed_date) if part.signed_on else "",
    }


def _sent_in(thing):
    commitment = thing.pk if isinstance(thing, Commitment) else getattr(thing, "commitment_id", None)
    return {
        "What": thing._meta.verbose_name.capitalize(),
        "Number": thing.pk,
        "Commitment": commitment or "",
        "State": thing.get_status_display(),
        "Sent in": thing.submitted_at,
        "Theirs alone": "Yes" if thing.status in STILL_THEIRS else "No",
    }


def _what_was_written(found):
    emails = QueuedEmail.objects.filter(to_address__iexact=found.address).order_by("pk")
    yield Section(
        "Emails to them",
        "Those that wait are not sent. Address, subject and text of all are erased.",
        [_email(one) for one in emails],
    )
    yield Section(
        "Mentions that are taken out",
        "The address is taken out of these texts, and the name as it is written here, whoever else has that name.",
        [_mention(one) for one in found.mentions if one.is_redacted],
    )
    yield Section(
        "Mentions that stay",
        "Nothing is done about these: each says why.",
        [_mention(one) | {"Why": _why_it_stays(one)} for one in found.mentions if not one.is_redacted],
    )


def _email(email):
    return {
        "Number": email.pk,
        "Queued": email.queued_at,
        "Subject": email.subject,
        "Text": email.body,
        "What the mail server said": email.failure,
    }


def _why_it_stays(mention):
    return SENT_LATER if mention.waits else STAYS.get(mention.label, PUBLISHED_TEXT)


def _mention(mention):
    where = f"{mention.model._meta.verbose_name.capitalize()} {mention.pk}"
    return {"Where": where, "Part": mention.field.replace("_", " "), "Text": mention.text}


def _what_is_logged(found):
    if not found.person:
        return
    pk, label = found.person.pk, Person._meta.label_lower
    links = EmailedLink.objects.filter(person_id=pk).order_by("pk")
    yield Section(
        "Emailed links",
        "Deleted: none lets anybody in any more.",
        [{"For": one.purpose, "Made": one.made_at, "Used": one.used_at} for one in links],
    )
    by_or_about = Q(actor_type=label, actor_id=pk) | Q(object_type=label, object_id=pk)
    events = AuditEvent.objects.filter(by_or_about | Q(details__person=pk) | Q(details__signer=pk))
    yield Section(
        "The log",
        "Stays: it names people by a number alone, and nothing in it can be changed.",
        [
            {"Event": one.pk, "When": one.at, "Kind": one.kind, "About": f"{one.object_type} {one.object_id}"}
            for one in events
        ],
    )


def page_of(signature):
    """Where the delivery team settles what waits."""
    return reverse("admin:signatories_signature_change", args=[signature.pk])
