"""An officer proposes an event: what they type, what is refused, and that nothing typed is lost."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Status
from programme import contributions
from programme.events import drafts
from programme.events.forms import EventForm
from programme.events.times import HalfOfTheDayMissing, moment, time_of
from programme.models import Event
from tests.factories import make_access, make_organisation, make_person, make_signature
from tests.pages import text_of
from tests.programme.factories import make_event, make_topic

pytestmark = pytest.mark.django_db

PROPOSE = "/account/events/propose/"


@pytest.fixture
def officer(sign_in):
    """Somebody who reports for Trumpton, which has signed; signed in."""
    make_signature("Trumpton", preparer=make_person("Mrs Honeyman"))
    person = make_person()
    make_access(person, "Trumpton")
    sign_in(person)
    return person


def on(day, name="on"):
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def next_june():
    return date(timezone.localdate().year + 1, 6, 1)


def answers(day=None, **changes):
    return {
        "title": "Show and tell: drains", "kind": "training", "description": "What we learned.", "starts": "2pm",
        "ends": "3:30pm", "where": ["online"], **on(day or next_june()),
    } | changes  # fmt: skip


def propose(client, **changes):
    """Send the form; the event that it makes."""
    response = client.post(PROPOSE, answers(**changes))
    event = Event.objects.latest("pk") if response.status_code == 302 else None
    assert event, text_of(response)
    assert response.url == f"/account/offers/event/{event.pk}/check/"
    return event


def refused(client, **changes):
    """Send the form; what the page says."""
    response = client.post(PROPOSE, answers(**changes))
    assert response.status_code == 200
    assert not Event.objects.exists()
    assert "There is a problem" in text_of(response)
    return text_of(response)


def test_an_officer_proposes_an_event_and_the_team_publishes_it(client, officer, moderator):
    topic = make_topic("Planning")
    event = propose(
        client, where=["online", "place"], place="Town hall", audience="Bakers", booking_url="example.gov.uk/book",
        topics=[topic.pk], **{f"ends_on-{part}": "" for part in ("day", "month", "year")},
    )  # fmt: skip
    assert (event.status, event.proposer, event.kind) == (Status.DRAFT, officer, "training")
    assert timezone.localtime(event.starts_at).isoformat() == f"{next_june()}T14:00:00+01:00"
    assert event.ends_at - event.starts_at == timedelta(minutes=90)
    assert (event.is_online, event.place, event.booking_url) == (True, "Town hall", "https://example.gov.uk/book")
    assert [one.name for one in event.organisations.all()] == ["Trumpton"]
    assert list(event.topics.all()) == [topic]
    client.post(f"/account/offers/event/{event.pk}/check/")
    event.refresh_from_db()
    contributions.publish(event, by=moderator)
    assert "Show and tell: drains" in text_of(client.get("/events/"))


def test_what_was_begun_is_shown_again_and_changed(client, officer):
    event = propose(client, topics=[make_topic("Planning").pk], starts="midday", ends="midnight")
    page = f"/account/events/{event.pk}/"
    html = client.get(page).content.decode()
    for value in ("Show and tell: drains", "midday", "midnight", str(next_june().year)):
        assert f'value="{value}"' in html, value
    assert "What we learned." in html
    assert html.count("checked") == 3, "the kind, the way and the topic"
    assert client.post(page, answers(title="Drains", where=["place"], place="Town hall")).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.is_online, event.place) == ("Drains", False, "Town hall")
    assert not event.topics.exists()
    contributions.send_in(event, by=officer)
    assert client.get(page).url == f"/account/offers/event/{event.pk}/sent/"
    assert client.post(page, answers(title="Too late")).status_code == 302
    event.refresh_from_db()
    assert event.title == "Drains"


def test_a_draft_that_was_sent_in_meanwhile_stays_as_it_was_sent(client, officer, monkeypatch):
    event = propose(client)
    keep = drafts.change

    def sent_in_just_before(one, *args, **kwargs):
        contributions.send_in(Event.objects.get(pk=one.pk), by=officer)
        return keep(one, *args, **kwargs)

    monkeypatch.setattr(drafts, "change", sent_in_just_before)
    response = client.post(f"/account/events/{event.pk}/", answers(title="Too late"))
    assert response.url == f"/account/offers/event/{event.pk}/sent/"
    event.refresh_from_db()
    assert event.title == "Show and tell: drains"


def test_a_double_click_makes_one_draft_and_nobody_begins_without_end(client, officer, monkeypatch):
    first = propose(client)
    assert propose(client, audience="Bakers") == first
    assert Event.objects.get().audience == "Bakers"
    monkeypatch.setattr(drafts, "MOST_UNFINISHED", 1)
    assert "Delete one that you will not send in first" in text_of(client.post(PROPOSE, answers(title="Another")))


def test_who_reports_for_several_says_which_hold_it(client, officer):
    make_signature("Chigley")
    camberwick = make_access(officer, "Camberwick Green").organisation  # which has not signed
    chigley = make_access(officer, "Chigley").organisation
    assert "Select which organisations hold it" in refused(client)
    assert "Select organisations from the list" in refused(client, organisations=[camberwick.pk])
    assert list(propose(client, organisations=[chigley.pk]).organisations.all()) == [chigley]


def test_only_organisations_that_have_signed_propose(client, sign_in):
    assert client.get(PROPOSE).url.startswith("/sign/")
    person = make_person()
    make_access(person, "Trumpton")
    sign_in(person)
    for response in (client.get(PROPOSE), client.post(PROPOSE, answers())):
        assert response.status_code == 403
        assert "Only organisations that have signed can propose an event" in text_of(response)
    assert not Event.objects.exists()


def test_another_officers_event_is_not_there(client, officer):
    event = make_event("Bells", "Trumpton", status=Status.DRAFT, proposer=make_person("Mrs Honeyman"))
    assert client.get(f"/account/events/{event.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Enter a title"),
        ({"kind": ""}, "Select what kind of event it is"),
        ({"kind": "party"}, "Select one of the options"),
        ({"description": " "}, "Enter what it is about"),
        ({"on-day": ""}, "The date must include a day"),
        ({"on-month": "13"}, "The date must be a real date"),
        ({"on-year": "2018"}, "The date must be today or in the future"),
        ({"on-year": "9999", "on-month": "12", "on-day": "31"}, "The date must be on or before 31 December"),
        ({"on-year": "0001"}, "The date must be today or in the future"),
        ({"starts": ""}, "Enter the start time"),
        ({"starts": "half two"}, "The start time must be a real time, like 2pm, 2:30pm or 14:30"),
        ({"ends": "3:30"}, "The end time must include am or pm, like 3:30pm"),
        ({"ends": "25:00"}, "The end time must be a real time"),
        ({"ends": "1:30pm"}, "The end time must be after the start time"),
        ({"where": []}, "Select how people can take part"),
        ({"where": ["place"]}, "Enter where it is"),
        ({"booking_url": "http://localhost/"}, "Enter a web address that anyone can open"),
        ({"booking_url": "javascript:alert(1)"}, "Enter a web address in the correct format"),
        (on(date(2018, 1, 1), "ends_on"), "The end date must be the same as or after the date of the event"),
        (on(date(2100, 1, 1), "ends_on"), "The end date must be within 31 days of the date of the event"),
        ({"title": "x" * 201}, "Title must be 200 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, officer, changes, words):
    response = client.post(PROPOSE, answers() | {"audience": "Bakers & <others>"} | changes)
    assert not Event.objects.exists()
    assert text_of(response).count(words) == 2, "in the summary and beside the field"
    html = response.content.decode()
    assert 'value="Bakers &amp; &lt;others&gt;"' in html
    for name, typed in changes.items():
        if typed and isinstance(typed, str) and name != "kind":
            assert typed.strip() in html


def test_an_event_may_last_over_midnight_and_several_days(client, officer):
    day = next_june()
    night = propose(client, title="A long night", starts="10pm", ends="1am", **on(day + timedelta(days=1), "ends_on"))
    assert night.ends_at - night.starts_at == timedelta(hours=3)
    evening = propose(client, title="An evening", starts="8pm", ends="midnight")
    assert evening.ends_at - evening.starts_at == timedelta(hours=4)
    page = client.get(f"/account/events/{night.pk}/").content.decode()
    assert 'name="ends_on-day" type="text" value="2"' in page


def test_today_is_early_enough_until_it_begins():
    trumpton = make_organisation("Trumpton")
    noon = datetime.combine(next_june(), time(12), timezone.get_current_timezone())

    def wrong(starts, now, kept=None):
        form = EventForm(answers(starts=starts), organisations=[trumpton], topics=[], now=now, kept=kept)
        return form.errors.as_text()

    assert "The start time must be in the future" in wrong("11am", noon)
    assert wrong("12:30pm", noon) == ""
    later = noon + timedelta(days=2)
    assert "must be today or in the future" in wrong("12:30pm", later)
    assert wrong("12:30pm", later, kept=noon + timedelta(minutes=30)) == "", "what was kept in time need not be moved"


# ---- Times of day, and the days on which the clocks change


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2pm", time(14)), ("2 PM", time(14)), ("2.30 p.m.", time(14, 30)), ("14:00", time(14)), ("1400", time(14)),
        ("9", time(9)), ("9:30", time(9, 30)), ("12am", time(0)), ("12pm", time(12)), ("noon", time(12)),
        ("12 midnight", time(0)), ("02:30", time(2, 30)), ("24:00", time(0)),
    ],
)  # fmt: skip
def test_times_are_understood_as_people_write_them(typed, meant):
    assert time_of(typed) == meant


@pytest.mark.parametrize("typed", ["", "soon", "13pm", "0am", "14:60", "24:30", "99", "١٤:00", "2pm-3pm"])
def test_what_is_no_time_is_not_guessed(typed):
    with pytest.raises(ValueError, match="not a time of day"):
        time_of(typed)


@pytest.mark.parametrize("typed", ["2", "2:30", "7.15"])
def test_an_hour_that_may_be_in_the_afternoon_is_asked_about(typed):
    with pytest.raises(HalfOfTheDayMissing):
        time_of(typed)


def test_an_hour_that_is_skipped_does_not_exist_and_one_that_is_twice_is_the_first():
    with pytest.raises(ValidationError, match="there is no such time"):
        moment(date(2027, 3, 28), time(1, 30))
    assert moment(date(2027, 10, 31), time(1, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert moment(date(2027, 10, 31), time(2, 30)) == datetime(2027, 10, 31, 2, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_beside_its_field(client, officer):
    year = timezone.localdate().year + 1
    last_sunday = max(date(year, 3, day) for day in range(25, 32) if date(year, 3, day).weekday() == 6)
    assert refused(client, day=last_sunday, starts="1:30am", ends="4am").count("there is no such time") == 2
    event = propose(client, day=last_sunday, starts="12:30am", ends="3am")
    assert event.ends_at - event.starts_at == timedelta(minutes=90), "an hour is missing in between"


# ---- What it costs


def cost(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    return len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


def test_the_pages_cost_the_same_for_few_topics_and_for_many(client, officer):
    for number in range(12):
        make_topic(f"Topic {number}")
    topics = [one.pk for one in map(make_topic, ("Planning", "Housing"))]
    assert cost(lambda: client.get(PROPOSE)) <= 3
    # Two clicks at once take turns, or a topic goes; and topics are kept from being deleted meanwhile: one more.
    assert cost(lambda: client.post(PROPOSE, answers(topics=topics))) <= 9
    page = f"/account/events/{Event.objects.get().pk}/"
    assert cost(lambda: client.get(page)) <= 4  # whose it is, and two lists
    assert cost(lambda: client.post(page, answers(topics=topics))) <= 8
    assert cost(lambda: client.post(page, answers(topics=topics[:1]))) <= 9
