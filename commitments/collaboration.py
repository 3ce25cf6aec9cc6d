"""Asking to work together: an officer writes to the people of a commitment, or of an organisation about a topic on
which it gives or wants help. Neither address is published."""

from datetime import timedelta

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone

from commitments import emails
from commitments.models import Approach, Commitment
from commitments.succession import organisations_of
from localdigital import mail
from localdigital.models import AuditEvent
from signatories.models import Access, Person

MOST_A_DAY = 5
DAY = timedelta(days=1)
# Two clicks on the same button.
TWICE = timedelta(minutes=1)


class Hindrance(TextChoices):
    """Why somebody cannot write to the people of a commitment or an organisation."""

    OVER = "over"
    STRANGER = "stranger"
    OWN = "own"
    NOBODY = "nobody"
    TOO_MANY = "too-many"


class Hindered(Exception):
    """The message cannot be sent: `why` is a Hindrance."""

    def __init__(self, why):
        self.why = why
        super().__init__(why)


def hindrance(to, person, organisations, *, now):
    """Why this Person, who reports for these organisations, cannot write to the people of a commitment or of an
    organisation, or None."""
    people = _people(to, now)
    if not _goes_on(to, now):
        return Hindrance.OVER
    if person in people:
        return Hindrance.OWN
    if not organisations:
        return Hindrance.STRANGER
    if not people:
        return Hindrance.NOBODY
    return Hindrance.TOO_MANY if _made_lately(person, now).count() >= MOST_A_DAY else None


@transaction.atomic
def ask_to_work_together(to, *, by, message, topic="", now=None):
    """Mail the people of a commitment, or of an organisation about a topic, what an officer writes to them. The text is
    in the emails alone.

    Raises Hindered. Asked twice within a minute, it is sent once.
    """
    now = now or timezone.now()
    # One at a time for each Person, so that two at once are counted as two (SQLite lets in one writer anyway).
    Person.objects.select_for_update().get(pk=by.pk)
    about = {"commitment": to} if isinstance(to, Commitment) else {"organisation": to, "topic": topic}
    twice = _made_lately(by, now).filter(**about, made_at__gt=now - TWICE).first()
    if twice:
        return twice
    organisations = organisations_of(by, timezone.localdate(now))
    if why := hindrance(to, by, organisations, now=now):
        raise Hindered(why)
    approach = Approach.objects.create(**about, person=by, made_at=now)
    AuditEvent.record("approach.make", approach, by=by, at=now, **{to._meta.model_name: to.pk})
    drafts = emails.approach(approach, organisations, _people(to, now), message)
    mail.queue_all(drafts, about=approach, now=now)
    return approach


@transaction.atomic
def report(approach, *, by, now=None):
    """Tell the delivery team that a message was not what it should be. Returns whether that is new."""
    now = now or timezone.now()
    if Approach.objects.filter(pk=approach.pk, reported_at=None).update(reported_at=now) != 1:
        return False
    AuditEvent.record("approach.report", approach, by=by, at=now)
    return True


@transaction.atomic
def settle(approach, *, by, now=None):
    """The delivery team has dealt with a reported message. Returns whether that is new."""
    now = now or timezone.now()
    if Approach.objects.reported().filter(pk=approach.pk).update(settled_at=now) != 1:
        return False
    AuditEvent.record("approach.settle", approach, by=by, at=now)
    return True


def _goes_on(to, now):
    return to.is_standing if isinstance(to, Commitment) else to.existed(timezone.localdate(now))


def _people(to, now):
    on = timezone.localdate(now)
    if isinstance(to, Commitment):
        return emails.people_of(to, on)
    accesses = Access.objects.in_force(on).filter(organisation=to, person__email__isnull=False)
    return [access.person for access in accesses.select_related("person")]


def _made_lately(person, now):
    return Approach.objects.filter(person=person, made_at__gt=now - DAY)
