"""Events in people's own calendars: valid to two parsers, and right when the clocks change."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import vobject
from django.utils import timezone

from localdigital.models import RegisterVersion
from programme.events.cancelling import cancel
from programme.models import Event
from tests.programme.factories import make_event, make_topic

pytestmark = pytest.mark.django_db


def entries(client, address="/events.ics"):
    """The events of a calendar by their UIDs, as one parser reads them; another finds nothing wrong with it."""
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    text = response.content.decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    vobject.readOne(text).validate(raiseException=True)
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar.errors == []
    assert str(calendar["method"]) == "PUBLISH"
    for entry in calendar.events:
        assert entry.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "ORGANIZER"} <= set(entry)
    return {str(entry["uid"]): entry for entry in calendar.events}


def one_entry(client, event):
    [entry] = entries(client, f"/events/{event.pk}/event.ics").values()
    return entry


def test_strange_titles_and_texts_come_out_as_they_went_in(client):
    name = "Bells, drains; and \\“pies” 🥧\u200d " + "ﬁne " * 40
    event = make_event(
        name[:200], "Trumpton", description="One, two;\n\nthree: 🎉\nBEGIN:VEVENT", place="Town hall,\nTrumpton",
        audience="Bakers, too", topics=[make_topic("Planning, and more")], booking_url="https://example.gov.uk/?a=1,2;3",
    )  # fmt: skip
    entry = one_entry(client, event)
    assert str(entry["summary"]) == event.title
    assert str(entry["location"]) == "Town hall,, Trumpton, Online"
    text = str(entry["description"])
    assert text.startswith("One, two;\n\nthree: 🎉\nBEGIN:VEVENT\n\nFor: Bakers, too\n\nHeld by: Trumpton")
    assert "Book a place: https://example.gov.uk/?a=1,2;3" in text
    assert entry["categories"].cats == ["Show and tell", "Planning, and more"]
    assert str(entry["url"]).endswith(event.get_absolute_url())
    read = vobject.readOne(client.get(f"/events/{event.pk}/event.ics").content.decode()).vevent
    assert read.summary.value == event.title
    assert read.description.value == text


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        # The clocks go forward at 1am UTC on 28 March 2027 and back at 1am UTC on 31 October 2027
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
        (datetime(2027, 10, 30, 8, tzinfo=UTC), datetime(2027, 11, 1, 16, tzinfo=UTC)),
        (datetime(2027, 7, 1, 13, tzinfo=UTC), datetime(2027, 7, 1, 14, tzinfo=UTC)),
    ],
)
def test_moments_are_exact_also_when_the_clocks_change(client, starts, ends):
    event = make_event(starts_at=starts, ends_at=ends)
    entry = one_entry(client, event)
    assert (entry.start, entry.end) == (starts, ends)
    read = vobject.readOne(client.get(f"/events/{event.pk}/event.ics").content.decode()).vevent
    assert (read.dtstart.value, read.dtend.value) == (starts, ends)


def test_the_feed_holds_what_comes_and_the_last_90_days(client):
    now = timezone.now()
    coming = make_event("In a year", starts_at=now + timedelta(days=365))
    lately = make_event("Lately", starts_at=now - timedelta(days=89))
    make_event("Long ago", starts_at=now - timedelta(days=92))
    make_event("Not read yet", status="awaiting-review")
    make_event("Removed", status="removed")
    assert set(entries(client)) == {f"event-{one.pk}@testserver" for one in (lately, coming)}


def test_a_feed_without_events_is_a_calendar_too(client):
    assert entries(client) == {}


def test_a_later_version_has_the_same_name_and_a_higher_number(client, moderator):
    event = make_event()
    first = one_entry(client, event)
    Event.objects.filter(pk=event.pk).update(published_at=event.published_at - timedelta(hours=1))
    cancel(Event.objects.get(pk=event.pk), by=moderator)
    second = one_entry(client, event)
    assert first["uid"] == second["uid"]
    assert second["sequence"] > first["sequence"]
    assert second["last-modified"].dt >= first["last-modified"].dt
    assert (str(first["status"]), str(second["status"])) == ("CONFIRMED", "CANCELLED")
    assert str(second["summary"]) == f"Cancelled: {event.title}"


def test_a_calendar_that_asks_again_is_told_that_nothing_changed(client):
    event = make_event()
    for address in ("/events.ics", f"/events/{event.pk}/event.ics"):
        answer = client.get(address)
        assert not answer.cookies
        again = {"HTTP_IF_NONE_MATCH": answer["ETag"]}
        assert client.get(address, **again).status_code == 304
        RegisterVersion.bump()
        assert client.get(address, **again).status_code == 200


def test_an_event_without_a_length_says_no_end(client):
    event = make_event()
    Event.objects.update(ends_at=event.starts_at)
    assert "dtend" not in one_entry(client, event)


def test_characters_that_no_calendar_holds_are_left_out(client):
    strange = "Ab\x0bc\x01 \u202edef"
    event = make_event(strange, topics=[make_topic(strange)], description=strange, place=strange, audience=strange)
    assert not set(client.get(f"/events/{event.pk}/event.ics").content) & {0x01, 0x0B}
    entry = one_entry(client, event)
    assert str(entry["summary"]) == "Abc def"
    assert "\u202e" not in entry.to_ical().decode()
