"""An officer proposes an event on the phone, the team publishes it, a reader finds it and puts it into a calendar."""

from datetime import timedelta

import icalendar
import pytest
from django.utils import timezone

from programme import contributions
from programme.events.cancelling import cancel
from programme.models import Event, Material
from tests.factories import make_access, make_person, make_signature, make_user
from tests.journeys.inspection import Inspection
from tests.programme.factories import make_event, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pugh(councils):
    """Reports for Trumpton and Chigley, which have signed."""
    make_topic("Planning")
    make_signature("Trumpton", "Chigley", commitments=0)
    person = make_person()
    make_access(person, "Trumpton")
    make_access(person, "Chigley")
    return person


def test_an_event_is_proposed_published_found_and_put_into_a_calendar(visitor, client, sign_in, pugh):
    starts_at = timezone.now() - timedelta(days=400)
    past = make_event("Show and tell about the first year", starts_at=starts_at, outcome="Nine councils joined.")
    Material.objects.create(event=past, title="Slides", url="https://example.gov.uk/slides")
    officer = visitor(width=320).use_session_of(sign_in(pugh))
    pages = Inspection(officer)
    officer.open("/account/events/propose/")
    june = timezone.localdate().year + 1
    officer.type("Title", "Show and tell: one form for drains").choose("Training").press("Save and continue")
    officer.sees("There is a problem", "Enter what it is about")
    assert officer.page.get_by_label("Title", exact=True).input_value() == "Show and tell: one form for drains"
    pages.look("mistakes")
    officer.type("What is it about?", "What we learned.\n\n- the form\n- the drains")
    for part, value in (("Day", "1"), ("Month", "6"), ("Year", str(june))):
        officer.page.get_by_label(part, exact=True).first.fill(value)
    officer.type("Start time", "2pm").type("End time", "15:30").choose("Online", "In person")
    officer.type("Where is it?", "Town hall, High Street, Trumpton")
    officer.type("Where can people book? (optional)", "example.gov.uk/book")
    officer.choose("Planning", "Trumpton Borough Council").press("Save and continue")
    officer.sees("Check your answers", "2pm").press("Send to the delivery team")
    event = Event.objects.get(proposer=pugh)
    contributions.publish(event, by=make_user())

    reader = visitor()
    public = Inspection(reader)
    reader.open("/events/").sees("2 events", "Coming up", "Past events")
    public.look("events")
    reader.open("/events/?where=place&topic=planning").sees("1 event", "Topic: Planning")
    reader.follow(event.title).sees("2pm to 3:30pm", "Online, and in person", "Held by")
    public.look("event")
    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name="Add to your calendar", exact=True).click()
    [entry] = icalendar.Calendar.from_ical(download.value.path().read_bytes()).events
    assert entry.start == event.starts_at
    cancel(event, by=make_user("another"), note="The hall is flooded.")
    reader.page.reload()
    reader.sees("This event is cancelled")
    public.look("cancelled")
    reader.open(past.get_absolute_url()).sees("Nine councils joined.", "Slides")
    reader.open("/organisations/trumpton/").sees("Its next event")
    reader.open("/events/?q=zebra").sees("There are no results")
    assert pages.all_problems() + public.all_problems() == ""
