"""Sending an email again: whether it still makes sense, to which address, and doing it.

The text is the one that was sent, with new links. It goes to its Person's address of today, which is most often the
one that it had.
"""

import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from commitments.models import Commitment, Partner
from localdigital import mail
from localdigital.models import AuditEvent, QueuedEmail
from signatories.models import Access, Person, Signatory, Signature

AT_MOST_A_DAY = 3
DAY = timedelta(days=1)
PLACEHOLDER = re.compile(r"\[link \d+\]")


class NotSentAgain(Exception):
    """Why an email is not sent again, in a sentence for the delivery team."""


@transaction.atomic
def send_again(email, *, by, now=None):
    """Queue an email once more, with new links, and write it down. Raises NotSentAgain, which says why not."""
    now = now or timezone.now()
    # The first of its repetitions is held: two colleagues at once do not send it four times a day.
    QueuedEmail.objects.select_for_update().get(pk=email.repeats_id or email.pk)
    again = mail.repeat(email, to=recipient(email, now=now), now=now)
    AuditEvent.record("email.send_again", again, by=by, at=now, repeats=again.repeats_id)
    return again


def recipient(email, *, now=None):
    """The address to which it would go if it were sent again. Raises NotSentAgain."""
    now = now or timezone.now()
    _refuse_what_is_kept_no_more(email)
    _refuse_too_often(email, now)
    links = list(email.links.order_by("pk"))
    if not links and PLACEHOLDER.search(email.body):
        raise NotSentAgain("The link in it ended more than a week ago and is no longer kept.")
    if any(link.purpose == "team" for link in links):
        raise NotSentAgain("It is about a colleague’s own sign-in: an administrator can reset that on their page.")
    person = _person_of(email, links)
    for link in links:
        reason = why_not(link, person, email, timezone.localdate(now))
        if reason:
            raise NotSentAgain(reason)
    return person.email


def _refuse_what_is_kept_no_more(email):
    if email.is_erased:
        raise NotSentAgain("To whom it went and what it said are no longer kept.")
    if not (email.sent_at or email.failed_at):
        raise NotSentAgain("It is still waiting to be sent.")


def _refuse_too_often(email, now):
    again = QueuedEmail.objects.filter(repeats=email.repeats_id or email.pk)
    if again.unsent().exists():
        raise NotSentAgain("It was sent again already, and that is still waiting to be sent.")
    if again.filter(queued_at__gt=now - DAY).count() >= AT_MOST_A_DAY:
        raise NotSentAgain(f"It was sent again {AT_MOST_A_DAY} times in the last 24 hours. Try again tomorrow.")


def _person_of(email, links):
    """Whose it is: the Person whom its links let in, or the one who has the address today."""
    wanted = {"pk": links[0].person_id} if links else {"email": email.to_address}
    person = Person.objects.filter(**wanted).exclude(email=None).first()
    if person is None:
        raise NotSentAgain("The person to whom it went, or their address, is no longer known here.")
    return person


# ---- Whether a link still leads somewhere


def leads_somewhere(link, person, on):
    """Whether the page that a link of a council's people leads to is still for this Person on that date."""
    mine = Access.objects.in_force(on).filter(person=person)
    if link.purpose == "report":
        return Commitment.objects.answered_for_by(person, on).filter(pk=link.object_id).exists()
    if link.purpose == "partner":
        return _named(link, mine).exists()
    if link.purpose == "invitation":
        return mine.filter(organisation=link.object_id).exists()
    return link.purpose == "new-version" and mine.exists()


def _named(link, accesses):
    named = Partner.objects.filter(commitment=link.object_id, organisation__in=accesses.values("organisation"))
    return named.filter(commitment__in=Commitment.objects.standing())


def why_not(link, person, email, on):
    """Why a link of that purpose would mislead the Person by now, in a sentence; nothing when it would not."""
    if link.purpose == "sign-in":
        return ""
    if link.purpose == "sign-off":
        return _why_not_sign(link, person, email)
    if not leads_somewhere(link, person, on):
        return "Its link no longer leads to anything that they may do: they have no such access today."
    if link.purpose == "report" and not Commitment.objects.open().filter(pk=link.object_id).exists():
        return "A commitment that it asks about is delivered, stopped or has ended."
    mine = Access.objects.in_force(on).filter(person=person)
    if link.purpose == "partner" and not _named(link, mine).filter(answer="").exists():
        return "They have answered the question already."
    if link.purpose == "new-version":
        signed = Signatory.objects.filter(declaration=link.object_id, live=True).values("organisation")
        if not mine.exclude(organisation__in=signed).exists():
            return "Their organisation has signed this version already, or is about to."
    return ""


def _why_not_sign(link, person, email):
    signature = Signature.objects.to_be_signed_by(person).filter(pk=link.object_id).first()
    if signature is None:
        return "The declaration does not wait for their signature: it was signed, declined or taken back."
    if signature.submitted_at and signature.submitted_at > email.queued_at:
        return "The declaration was submitted again since. They have a newer email about what it says now."
    return ""
