"""Events for people's own calendars: the feed of all of them, and each as a file (RFC 5545).

Moments are written in UTC: a calendar shows them in its reader's own time, and the hour that there is twice when the
clocks go back stays the one that was meant, which a local time could not say.
"""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from localdigital.addresses import page_of
from localdigital.caching import public_page
from localdigital.forms import tidy
from localdigital.govuk import writing
from programme.models import Event, Topic
from programme.models.contribution import Status
from signatories.models import Organisation

KEPT_FOR = timedelta(days=90)
ASK_AGAIN = timedelta(hours=1)
TEAM = "The Local Digital delivery team"


@public_page
def events_ics(request):
    """Every event that is coming up, and those of the last 90 days, so that a calendar hears of a late change."""
    first_day = timezone.localdate() - KEPT_FOR
    events = _in_full(Event.objects.going_on_since(timezone.make_aware(datetime.combine(first_day, time.min))))
    feed = _calendar(events)
    feed.add("name", f"{settings.SERVICE_NAME}: events")
    feed.add("x-wr-calname", f"{settings.SERVICE_NAME}: events")
    feed.add("url", f"{settings.SITE_URL}/events.ics")
    feed.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    feed.add("x-published-ttl", "PT1H")
    return _answer(feed, "events.ics")


@public_page
def event_ics(request, pk):
    """One event, to be added to a calendar."""
    event = get_object_or_404(_in_full(Event.objects.all()), pk=pk)
    if event.status == Status.REMOVED:
        return render(request, "pages/410.html", status=410)
    if not event.is_public:
        raise Http404("not published")
    return _answer(_calendar([event]), f"event-{pk}.ics")


def _in_full(events):
    return events.prefetch_related(
        Prefetch("organisations", queryset=Organisation.objects.order_by("sort_name", "pk")),
        Prefetch("topics", queryset=Topic.objects.order_by("title")),
    )


def _calendar(events):
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{urlsplit(settings.SITE_URL).hostname}//Events//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for event in events:
        calendar.add_component(_entry(event))
    return calendar


def _entry(event):
    """One event, by the same name for ever; a later version of it has a higher number."""
    address = page_of(event)
    entry = icalendar.Event()
    entry.add("uid", f"event-{event.pk}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("dtstamp", _moment(event.changed_at))
    entry.add("created", _moment(event.published_at))
    entry.add("last-modified", _moment(event.changed_at))
    entry.add("sequence", max(0, int((event.changed_at - event.published_at).total_seconds())))
    entry.add("dtstart", _moment(event.starts_at))
    if event.ends_at > event.starts_at:  # the end must be later, where it is said
        entry.add("dtend", _moment(event.ends_at))
    # Tidied, since a calendar holds no control characters (RFC 5545, 3.1)
    title = tidy(event.title, lines=False)
    entry.add("summary", f"Cancelled: {title}" if event.cancelled_at else title)
    entry.add("description", tidy("\n\n".join(_about(event, address))))
    place = _on_one_line(tidy(event.place))
    entry.add("location", ", ".join(filter(None, [place, "Online" if event.is_online else ""])))
    topics = [tidy(topic.title, lines=False) for topic in event.topics.all()]
    entry.add("categories", [event.get_kind_display(), *topics])
    entry.add("status", "CANCELLED" if event.cancelled_at else "CONFIRMED")
    entry.add("url", address)
    entry.add("organizer", _publisher())
    return entry


def _about(event, address):
    """What a calendar shows of it, in paragraphs."""
    holders = [one.official_name for one in event.organisations.all()] or [TEAM]
    yield event.description.strip()
    if event.audience:
        yield f"For: {event.audience}"
    yield f"Held by: {writing.listed(holders)}"
    if event.booking_url and not event.cancelled_at:
        yield f"Book a place: {event.booking_url}"
    yield address


def _publisher():
    """Who publishes it, which a published calendar must say: the register, not who holds it."""
    address = icalendar.vCalAddress(f"mailto:{settings.CONTACT_EMAIL}")
    address.params["cn"] = settings.SERVICE_NAME
    return address


def _moment(value):
    return value.astimezone(UTC).replace(microsecond=0)


def _on_one_line(text):
    return ", ".join(line.strip() for line in text.splitlines() if line.strip())


def _answer(calendar, name):
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
