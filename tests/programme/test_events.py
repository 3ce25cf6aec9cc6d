"""The public pages of events: what is coming up, what was, how times are written, and what is not there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.models import Status
from localdigital.govuk import writing
from localdigital.models import AuditEvent, RegisterVersion
from programme.events.cancelling import cancel
from programme.models import Event, Material
from signatories.models import MoveRefused
from tests.factories import make_organisation, make_person
from tests.pages import heading, listed, sitemap_entries, text_of, title
from tests.programme.factories import make_event, make_topic

pytestmark = pytest.mark.django_db

SOON = timedelta(days=3)


def uk(text):
    """The moment of a UK time: "2027-11-09 14:00"."""
    return timezone.make_aware(datetime.fromisoformat(text))


def make_past(name="Show and tell about bells", *organisations, **fields):
    starts_at = timezone.now() - fields.pop("ago", timedelta(days=7))
    return make_event(name, *organisations, starts_at=starts_at, **fields)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ("2027-11-09 14:00", "2027-11-09 15:30", "Tuesday 9 November 2027, 2pm to 3:30pm"),
        ("2027-06-01 11:00", "2027-06-01 12:00", "Tuesday 1 June 2027, 11am to midday"),
        ("2027-06-01 20:00", "2027-06-02 00:00", "Tuesday 1 June 2027, 8pm to midnight"),
        ("2027-06-01 22:00", "2027-06-02 01:00", "10pm on Tuesday 1 June 2027 to 1am on Wednesday 2 June 2027"),
        ("2027-06-01 09:00", "2027-06-03 16:00", "9am on Tuesday 1 June 2027 to 4pm on Thursday 3 June 2027"),
        ("2027-03-28 00:30", "2027-03-28 03:00", "Sunday 28 March 2027, 12:30am to 3am"),
    ],
)
def test_a_period_is_written_as_gov_uk_writes_times(starts, ends, words):
    assert writing.period(uk(starts), uk(ends)) == words


def test_of_the_hour_that_there_is_twice_it_says_which():
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert writing.period(first, first + timedelta(hours=1)) == (
        "Sunday 31 October 2027, 1:30am British Summer Time to 1:30am GMT"
    ), "an hour long"


def test_what_is_coming_up_stands_first_and_then_what_is_over(client):
    make_past("Last month", ago=timedelta(days=30))
    make_past("Last week")
    make_event("In a month", starts_at=timezone.now() + timedelta(days=30))
    make_event("In a week")
    make_event("Going on now", starts_at=timezone.now() - timedelta(minutes=10))
    make_event("Nobody has read this", status=Status.AWAITING_REVIEW)
    page = client.get("/events/")
    assert listed(page) == ["Going on now", "In a week", "In a month", "Last week", "Last month"]
    text = text_of(page)
    assert text.index("In a month") < text.index("Past events") < text.index("Last week")
    assert title(page) == "5 events"


def test_a_page_without_events_says_so_and_asks_for_one(client):
    assert "No events have been published yet" in text_of(client.get("/events/"))
    make_past()
    assert "No event is planned at the moment" in text_of(client.get("/events/"))


def test_long_lists_have_pages(client):
    for number in range(26):
        make_past(f"Event {number}", ago=timedelta(days=number + 1))
    assert len(listed(client.get("/events/"))) == 25
    assert listed(client.get("/events/?page=2")) == ["Event 25"]
    assert client.get("/events/?page=3").status_code == 404


def test_readers_narrow_the_list_by_words_kind_topic_and_place(client):
    make_event("Bells online", "Chigley", kind="training", topics=[make_topic("Planning")])
    make_event("Drains in the hall", "Trumpton", place="Town hall, Trumpton", is_online=False)
    make_event("Both ways", place="The library", audience="Bakers", topics=[make_topic("Housing")])
    make_topic("Nobody asked about this")

    def found(query):
        return set(listed(client.get(f"/events/?{query}")))

    assert found("kind=training") == {"Bells online"}
    assert found("topic=planning") == {"Bells online"}
    assert found("where=place") == {"Drains in the hall", "Both ways"}
    assert found("where=online") == {"Bells online", "Both ways"}
    assert found("q=bakers") == {"Both ways"}
    assert found("q=borough+CHIGLEY") == {"Bells online"}
    assert found("q=trumpton&where=online") == set()
    assert found("when=past") == set()
    page = client.get("/events/?topic=planning&kind=training")
    assert "Topic: Planning" in text_of(page)
    assert title(page) == "1 event with 2 filters"
    assert "Nobody asked about this" not in text_of(page)


@pytest.mark.parametrize("query", ["kind=party", "topic=x", "when=soon", "where=moon", "page=x", "q=%00"])
def test_what_is_none_of_the_choices_is_a_bad_request(client, query):
    assert client.get(f"/events/?{query}").status_code == 400


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.dictionaries(st.sampled_from(["q", "kind", "when", "where", "topic", "page"]), st.text(max_size=30)))
def test_no_query_breaks_the_list(client, asked):
    assert client.get("/events/", asked).status_code in (200, 400, 404)


def test_an_event_tells_all_that_one_needs_to_come(client):
    event = make_event(
        "Show and tell", "Trumpton", "Chigley", starts_at=uk("2127-11-11 14:00"), audience="Bakers",
        place="Town hall\nTrumpton", booking_url="https://example.gov.uk/book", topics=[make_topic("Planning")],
    )  # fmt: skip
    page = client.get(event.get_absolute_url())
    text = text_of(page)
    assert heading(page) == "Show and tell"
    for words in (
        "Tuesday 11 November 2127, 2pm to 3pm (UK time)",
        "Online, and in person: Town hall Trumpton",
        "For whom Bakers",
        "Chigley Borough Council Trumpton Borough Council",
        "Topic Planning",
        "Book a place",
        "Add to your calendar",
        "What it is about What we learned.",
    ):
        assert words in text, words
    assert 'datetime="2127-11-11T14:00:00+00:00"' in page.content.decode()


def test_a_past_event_keeps_its_slides_and_notes_and_needs_no_booking(client):
    event = make_past(outcome="Three councils joined.", booking_url="https://example.gov.uk/book")
    Material.objects.create(event=event, title="Slides", url="https://example.gov.uk/slides")
    text = text_of(client.get(event.get_absolute_url()))
    for words in ("Past event", "What came of it Three councils joined.", "Slides", "The Local Digital delivery team"):
        assert words in text, words
    assert "Book a place" not in text


def test_a_cancelled_event_stays_and_says_so(client, moderator, outbox_text):
    officer = make_person()
    event = make_event("Bells", booking_url="https://example.gov.uk/book", proposer=officer)
    before = RegisterVersion.current().number
    cancel(event, by=moderator, note="The hall is flooded.")
    page = client.get(event.get_absolute_url())
    assert "This event is cancelled." in text_of(page)
    assert "Book a place" not in text_of(page)
    assert "(cancelled)" in title(page)
    assert "Cancelled" in text_of(client.get("/events/"))
    assert RegisterVersion.current().number > before
    assert [one.kind for one in AuditEvent.objects.about(event)] == ["event.cancel"]
    [(to, subject, body)] = outbox_text()
    assert (to, subject) == (officer.email, "Your event is cancelled")
    assert "The hall is flooded." in body
    with pytest.raises(MoveRefused):
        cancel(event, by=moderator)


@pytest.mark.parametrize("make", [make_past, lambda: make_event(status=Status.AWAITING_REVIEW)])
def test_what_is_over_or_not_public_cannot_be_cancelled(moderator, make):
    with pytest.raises(MoveRefused):
        cancel(make(), by=moderator)
    assert not Event.objects.exclude(cancelled_at=None).exists()


@pytest.mark.parametrize(
    ("status", "answer"), [(Status.REMOVED, 410), (Status.DRAFT, 404), (Status.AWAITING_REVIEW, 404)]
)
def test_what_is_not_public_is_not_there(client, status, answer):
    event = make_event("A secret", status=status)
    assert client.get(event.get_absolute_url()).status_code == answer
    for address in (f"/events/{event.pk}/x/", f"/events/{event.pk}/event.ics"):
        response = client.get(address)
        assert response.status_code == answer
        assert b"secret" not in response.content
    assert not [page for page in sitemap_entries(client) if event.slug in page]


def test_an_old_title_leads_to_the_event(client):
    event = make_event("Bells")
    assert client.get(f"/events/{event.pk}/old-title/").url == event.get_absolute_url()
    assert f"http://testserver{event.get_absolute_url()}" in sitemap_entries(client)


def test_an_organisation_shows_the_next_events_that_it_holds(client):
    trumpton = make_organisation("Trumpton")
    make_event("Bells", trumpton)
    make_event("Of another", "Chigley")
    make_past("Last week", trumpton)
    text = text_of(client.get("/organisations/trumpton/"))
    assert "Its next event" in text
    assert "Bells" in text
    assert "Of another" not in text
    assert "Last week" not in text


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_pages_cost_the_same_for_one_event_and_for_twenty(client):
    RegisterVersion.current()
    event = make_event("Bells", "Trumpton", topics=[make_topic()])
    Material.objects.create(event=event, title="Slides", url="https://example.gov.uk/slides")
    pages = ["/events/", "/events/?q=bells&kind=show-and-tell&topic=planning", event.get_absolute_url()]
    few = [cost(client, page) for page in pages]
    for number in range(20):
        make_event(f"Bells {number}", "Trumpton", f"Town {number}", topics=[make_topic(), make_topic("Housing")])
    assert [cost(client, page) for page in pages] == few
    assert few[0] <= 4
    assert few[1] <= 4
    assert few[2] <= 5
