"""What the page of an organisation tells of its events."""

from datetime import datetime, time

from django.db.models import Exists, OuterRef
from django.utils import timezone

from programme.models import Event

LISTED_AT_MOST = 3


def holds_some(on):
    """Whether the organisation at hand holds an event on that date or later."""
    held = Event.organisations.through.objects.filter(organisation=OuterRef("pk"))
    return Exists(held.filter(event__in=_from_that_day(on).order_by().values("pk")))


def about_organisation(organisation, on):
    """The next events that it holds: one query, where `holds_some` says so (as `holds_events` of the organisation).

    Its page changes with the day, so what is over stays on it until midnight.
    """
    held = _from_that_day(on).of_organisations([organisation]) if organisation.holds_events else []
    return {"events": list(held[:LISTED_AT_MOST])}


def _from_that_day(on):
    return Event.objects.going_on_since(timezone.make_aware(datetime.combine(on, time.min)))
