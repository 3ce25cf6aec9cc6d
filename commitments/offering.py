"""Telling the people of a successor which commitments of organisations that ended they may take on: once each."""

from django.db import transaction
from django.utils import timezone

from commitments import emails
from commitments.models import Adoption, Commitment
from commitments.succession import to_be_decided_by
from localdigital import mail
from localdigital.models import AuditEvent
from signatories.models import Access, Organisation, Person, Signatory, Succession

KIND = "person.offer_commitments"


def tell_everyone(now):
    """Tell whoever was not told yet: organisations have ended, people were given access. Returns how many."""
    today = timezone.localdate(now)
    ended = Organisation.objects.filter(ends_on__lt=today)
    if not Commitment.objects.open().of_organisations(ended.values("pk")).exists():
        return 0
    heirs = Organisation.objects.filter(pk__in=Succession.objects.filter(predecessor__in=ended).values("successor"))
    return len(tell_people_of(heirs, by=None, now=now))


def tell_people_of(organisations, *, by, now=None):
    """Tell the people of these organisations what they may take on and were not told of. Returns the emails queued."""
    now = now or timezone.now()
    accesses = Access.objects.in_force(timezone.localdate(now)).filter(
        organisation__in=organisations, person__email__isnull=False
    )
    people = Person.objects.filter(pk__in=accesses.values("person")).order_by("pk")
    return [email for one in people if (email := _tell(one, by, now))]


@transaction.atomic
def _tell(person, by, now):
    """One email about all of it; None where there is nothing new."""
    today = timezone.localdate(now)
    # Cron and a serving process may come at the same moment: of two, the later finds what the earlier wrote.
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    told = _told(held)
    offers = [one for one in to_be_decided_by(held, today) if one[0].pk not in told and not one[0].lapse_waits]
    if not offers or not held.email:
        return None
    commitments = [commitment for commitment, _ in offers]
    draft = emails.offered(held, offers, _ended(commitments, today))
    email = mail.queue(draft, about=offers[0][1][0], now=now)
    AuditEvent.record(KIND, held, by=by, at=now, commitments=[one.pk for one in commitments])
    return email


def _told(person):
    events = AuditEvent.objects.about(person).filter(kind=KIND)
    return {pk for event in events for pk in event.details["commitments"]}


def _ended(commitments, today):
    """The organisations that ended, of those that signed or took on these commitments; by name."""
    parts = Signatory.objects.filter(signature__in={one.signature_id for one in commitments}, withdrawn_at=None)
    adoptions = Adoption.objects.filter(commitment__in=commitments)
    ended = Organisation.objects.filter(ends_on__lt=today)
    found = ended.filter(pk__in=parts.values("organisation")) | ended.filter(pk__in=adoptions.values("organisation"))
    return list(found.order_by("sort_name", "pk"))
