"""The page of one commitment after signing: how it stands, what was reported, what moved, and what nobody may read."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import search
from commitments.models import Adoption, Commitment, Partner, ProgressUpdate, Revision, Stage, Status
from commitments.publishing import follow, publish, remove_update
from signatories.models import Organisation, Signatory
from signatories.models.signature import Status as SignatureStatus
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
    make_user,
)
from tests.html_validity import html_problems
from tests.pages import heading, text_of, title

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
SECRET = "the mayor is unwell"


def make_promise(*names, **fields):
    return make_commitment(make_signature(*(names or ["Trumpton"]), commitments=0), **fields)


def page(client, promise):
    promise.refresh_from_db()
    response = client.get(promise.get_absolute_url())
    assert response.status_code == 200
    return response


def make_change(promise, **fields):
    change = Revision.of(promise, proposer=make_person(), status=Status.AWAITING_REVIEW, reason="")
    for name, value in fields.items():
        setattr(change, name, value)
    change.save()
    return change


def tags(response):
    main = response.content.decode().partition("<main")[2]
    return re.findall(r'<strong class="govuk-tag[^"]*">([^<]+)</strong>', main)


# ---- Updates


def test_an_update_shows_all_that_was_reported(client):
    promise = make_promise(deliverables=["A clock", "A bell"])
    make_update(
        promise,
        stage=Stage.IN_PROGRESS,
        reported_on=MAY,
        done="We built the tower.",
        went_well="The masons came early.",
        could_be_better="The bell is late.",
        next_step="Hang the bell.",
        delivered=promise.deliverables.all()[:1],
        evidence=[("How we built it", "https://example.gov.uk/tower?a=1&b=2", "case-study")],
    )
    response = page(client, promise)
    text = text_of(response)
    for words in (
        "1 May 2026 In progress",
        "What was done We built the tower.",
        "Newly delivered A clock",
        "What went well The masons came early.",
        "What could have gone better The bell is late.",
        "Next step Hang the bell.",
        "Evidence How we built it (case study)",
        "1 of 2 delivered A clock delivered, reported 1 May 2026 A bell",
        "Last update 1 May 2026",
    ):
        assert words in text, words
    assert 'href="https://example.gov.uk/tower?a=1&amp;b=2"' in response.content.decode()
    assert "%" not in text


def test_updates_come_newest_first_with_what_each_newly_delivered(client):
    promise = make_promise(deliverables=["A clock", "A bell"])
    clock, bell = promise.deliverables.all()
    make_update(promise, reported_on=APRIL, done="Then the bell.", delivered=[clock, bell])
    make_update(promise, reported_on=MARCH, done="First the clock.", delivered=[clock])
    make_update(promise, reported_on=MAY, kind="no-change", stage="", done="")
    text = text_of(page(client, promise))
    entries = ["1 May 2026 No change reported", "Then the bell. Newly delivered A bell"]
    places = [text.index(words) for words in [*entries, "First the clock. Newly delivered A clock"]]
    assert places == sorted(places)


def test_a_deliverable_is_newly_delivered_in_one_update_also_when_two_are_of_one_day(client):
    promise = make_promise()
    for hour in range(2):
        make_update(
            promise,
            reported_on=MAY,
            delivered=promise.deliverables.all(),
            published_at=timezone.now() + timedelta(hours=hour),
        )
    assert text_of(page(client, promise)).count("Newly delivered A framework") == 1


def test_a_page_without_updates_says_whether_anybody_was_asked(client):
    promise = make_promise()
    response = page(client, promise)
    assert "Nobody has been asked to report on this commitment yet." in text_of(response)
    assert tags(response) == ["No update yet", "Not yet asked"]
    Commitment.objects.update(asked_on=timezone.localdate())
    text = text_of(page(client, promise))
    assert "No update has been published yet." in text
    assert "delivered" not in text


def test_words_of_councils_are_shown_as_they_were_typed_and_no_more(client):
    promise = make_promise(title="<i>Ring</i>")
    texts = {name: f"<b>{name}</b>\n\n- <script>" for name in ("done", "went_well", "could_be_better", "next_step")}
    make_update(promise, **texts, evidence=[("<u>Us</u>", "https://example.gov.uk/\"onclick='x'", "blog")])
    publish(make_change(promise, due_on=MAY, reason="<em>Late</em>"), by=make_user())
    shown = page(client, promise).content.decode()
    assert not re.search(r"<[biu]>|<em>|<script>|\"onclick", shown.partition("<main")[2])
    assert shown.count("&lt;script&gt;") == 4
    assert html_problems(shown) == []


# ---- How it stands today


def test_what_is_late_is_said_and_no_longer_when_an_update_is_published(client):
    today = timezone.localdate()
    promise = make_promise(due_on=today - timedelta(days=1))
    make_update(promise, stage=Stage.IN_PROGRESS, reported_on=today - timedelta(days=200))
    assert tags(page(client, promise))[:3] == ["In progress", "Overdue", "Update overdue"]
    make_update(promise, stage=Stage.DELIVERED)
    assert tags(page(client, promise))[0] == "Delivered"
    assert "verdue" not in text_of(page(client, promise))


def test_the_page_is_another_one_when_an_update_is_published(client):
    promise = make_promise()
    etag = page(client, promise)["ETag"]
    update = make_update(promise, status=Status.AWAITING_REVIEW)
    assert client.get(promise.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 304
    publish(update, by=make_user())
    assert client.get(promise.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 200


def test_a_due_date_that_moved_says_from_when_to_when_and_why(client):
    promise = make_promise(due_on=MARCH)
    publish(make_change(promise, due_on=MAY, reason="The builders were ill"), by=make_user())
    publish(make_change(promise, title="Ring", due_on=MAY, reason="Shorter"), by=make_user("second"))
    promise.refresh_from_db()
    text = text_of(page(client, promise))
    day = timezone.localdate().strftime("%-d %B %Y")
    assert f"Due 1 May 2026 Moved on {day} from 1 March 2026 to 1 May 2026: The builders were ill" in text
    assert "Shorter" not in text
    assert text.count("Moved on") == 1
    assert "Changed text: 3 versions" in text
    assert f'href="{promise.get_absolute_url()}history/"' in page(client, promise).content.decode()
    assert "Changed text" not in text_of(page(client, make_promise("Chigley")))


def test_councils_working_on_something_like_it_are_named_with_why(client):
    promise = make_promise("Trumpton", title="Chatbots that answer the phone about housing")
    other = make_commitment(make_signature("Chigley", commitments=0), title="Housing chatbots")
    search.index([promise, other])
    text = text_of(page(client, promise))
    assert "Councils working on something like this Housing chatbots Chigley Borough Council Both mention" in text


# ---- Whose it is, and with whom


def test_partners_are_confirmed_not_yet_confirmed_or_no_longer_named(client):
    councils = [make_organisation(name) for name in ("Chigley", "Pippin Fort", "Camberwick Green")]
    promise = make_promise(partners=[*councils, "The parish choir"])
    said = {"answered_at": timezone.now()}
    Partner.objects.filter(organisation=councils[0]).update(answer="confirmed", **said)
    Partner.objects.filter(organisation=councils[1]).update(answer="disowned", **said)
    make_signature("Camberwick Green")
    text = text_of(page(client, promise))
    assert "Chigley Borough Council has not signed, confirmed as a partner" in text
    assert "Camberwick Green Borough Council has signed, not yet confirmed" in text
    assert "The parish choir" in text
    assert "Pippin" not in page(client, promise).content.decode()


def test_an_owner_that_withdrew_ended_or_took_it_on_is_said_to_have_done_so(client):
    promise = make_promise("Trumpton", "Chigley", "Camberwick Green")
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    Signatory.objects.filter(organisation__name="Chigley").update(live=False, withdrawn_at=timezone.now())
    Organisation.objects.filter(name="Trumpton").update(ends_on=yesterday)
    Organisation.objects.filter(name="Camberwick Green").update(ends_on=today)
    Adoption.objects.create(commitment=promise, organisation=make_organisation("Pippin Fort"))
    text, day = text_of(page(client, promise)), "%-d %B %Y"
    assert f"Trumpton Borough Council ended on {yesterday.strftime(day)}" in text
    assert f"Chigley Borough Council withdrew on {today.strftime(day)}" in text
    assert f"Pippin Fort Borough Council adopted it on {today.strftime(day)}" in text
    assert text.count("ended on") == 1
    # Below the title, those that answer for it today
    shown = page(client, promise).content.decode()
    [answering] = re.findall(r'app-owners">([^<]+)<', shown)
    assert answering == "Camberwick Green Borough Council and Pippin Fort Borough Council"


def test_a_commitment_of_many_councils_names_three_below_its_title_and_all_beside_it(client):
    promise = make_promise(*(f"Council {number}" for number in range(6)))
    shown = page(client, promise).content.decode()
    assert "Council 0 Borough Council, Council 1 Borough Council, Council 2 Borough Council and 3 others<" in shown
    assert "Council 5 Borough Council" in shown


@pytest.mark.parametrize(
    ("kind", "words"),
    [("withdrawal", "This commitment was withdrawn on"), ("lapse", "organisations ended: it lapsed on")],
)
def test_a_commitment_that_ended_says_when_and_why_and_keeps_its_timeline(client, kind, words):
    promise = make_promise()
    make_update(promise, done="We began.", reported_on=MARCH)
    if kind == "lapse":
        Organisation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    update = make_update(promise, status=Status.AWAITING_REVIEW, kind=kind, stage="", done="The money is gone.")
    publish(update, by=make_user())
    response = page(client, promise)
    text = text_of(response)
    assert f"{words} {timezone.localdate().strftime('%-d %B %Y')} The money is gone." in text
    assert text.count("The money is gone.") == 1
    assert "We began." in text
    assert "Report progress" not in text
    assert {"withdrawal": "(withdrawn)", "lapse": "(lapsed)"}[kind] in title(response)
    assert tags(response)[0] == {"withdrawal": "Withdrawn", "lapse": "Lapsed"}[kind]


@pytest.mark.parametrize("asked_on", [None, MARCH])
def test_officers_are_led_on_from_the_page_where_there_is_somebody_to_ask(client, asked_on):
    promise = make_promise(asked_on=asked_on)
    shown = page(client, promise).content.decode()
    assert f'href="/account/commitments/{promise.pk}/"' in shown
    assert (f'href="/account/commitments/{promise.pk}/work-together/"' in shown) == (asked_on is not None)


def test_a_commitment_added_after_signing_says_so(client):
    promise = make_promise(added_at=timezone.now())
    day = timezone.localdate().strftime("%-d %B %Y")
    assert f"Added on {day}, after signing, to Declaration" in text_of(page(client, promise))
    assert "after signing" not in text_of(page(client, make_promise("Chigley")))


def test_a_welsh_commitment_is_in_welsh_for_who_hears_the_page(client):
    promise = make_promise(language="cy", title="Canu’r clychau")
    make_update(promise, done="Dyma ni.", delivered=promise.deliverables.all())
    shown = page(client, promise).content.decode()
    assert '<html lang="en"' in shown
    assert re.search(r'<h1[^>]* lang="cy">Canu’r clychau</h1>', shown)
    assert re.search(r'lang="cy"><p class="govuk-body">Dyma ni.</p>', shown)
    english = page(client, make_promise("Chigley", title="Mend the clock")).content.decode()
    assert ' lang="cy"' not in english.partition('id="similar"')[0]


# ---- What nobody may read


@pytest.mark.parametrize("status", [one for one in Status if one != Status.PUBLISHED])
def test_an_update_that_is_not_published_cannot_be_read(client, status):
    promise = make_promise()
    published_at = (
        {} if status in (Status.DRAFT, Status.AWAITING_REVIEW, Status.RETURNED) else {"published_at": timezone.now()}
    )
    make_update(
        promise,
        status=status,
        done=SECRET,
        went_well=SECRET,
        message=SECRET,
        delivered=promise.deliverables.all(),
        evidence=[(SECRET, "https://example.gov.uk/", "blog")],
        **published_at,
    )
    follow(promise, timezone.now())
    response = page(client, promise)
    assert SECRET not in response.content.decode()
    assert "example.gov.uk" not in response.content.decode()
    assert "No update" in text_of(response) or "Nobody has been asked" in text_of(response)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_REVIEW, Status.RETURNED])
def test_a_changed_text_that_is_not_published_cannot_be_read(client, status):
    promise = make_promise()
    change = make_change(promise, title=SECRET, reason=SECRET, mission=SECRET, due_on=MAY, message=SECRET)
    Revision.objects.filter(pk=change.pk).update(status=status)
    shown = page(client, promise).content.decode()
    assert SECRET not in shown
    assert "Moved on" not in shown


@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_REVIEW, Status.RETURNED])
@pytest.mark.parametrize("document", SignatureStatus)
@pytest.mark.parametrize("slug", ["the-mayor-is-unwell", "x"])
def test_an_added_commitment_that_is_not_published_is_not_found(client, status, document, slug):
    signature = make_signature("Trumpton", status=document, commitments=0)
    added = {"added_at": timezone.now(), "status": status, "published_at": None}
    promise = make_commitment(signature, title=SECRET, **added)
    response = client.get(f"/commitments/{promise.pk}/{slug}/")
    assert response.status_code == 404
    assert SECRET not in response.content.decode()


def test_a_removed_update_is_gone_from_the_page(client):
    promise = make_promise()
    update = make_update(promise, done=SECRET)
    assert SECRET in page(client, promise).content.decode()
    remove_update(update, by=make_user(), note="It names somebody")
    shown = page(client, promise).content.decode()
    assert SECRET not in shown
    assert "It names somebody" not in shown


def test_nobody_who_sends_in_or_answers_is_named_or_addressed(client):
    promise, person = make_promise("Trumpton", partners=[make_organisation("Chigley")]), make_person("Miss Lovelace")
    make_access(person, "Trumpton")
    make_update(promise, proposer=person)
    publish(make_change(promise, title="Ring", proposer=person), by=make_user("windy"))
    shown = page(client, promise).content.decode()
    for word in ("Lovelace", "Pugh", "windy", "@"):
        assert word not in shown.replace("@media", ""), word


# ---- What it costs, and how long it may be


def make_long(promise, count=12):
    """Everything that a page can hold, many times."""
    word, user = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3, make_user(f"user{promise.pk}")
    for number in range(count):
        make_update(
            promise,
            reported_on=MARCH + timedelta(days=number),
            done=f"{word}\n\n" * 10,
            went_well=word,
            could_be_better=word,
            next_step=word,
            delivered=promise.deliverables.all()[:number],
            evidence=[(word[:200], f"https://example.gov.uk/{word}", "code")] * 5,
        )
    for number in range(1, 4):
        publish(make_change(promise, due_on=MAY + timedelta(days=number), reason=word, mission=word), by=user)
    return promise


def test_a_page_costs_the_same_however_much_was_reported(client):
    short = make_long(make_promise("Trumpton", partners=[make_organisation("Chigley")]), count=1)
    names = [f"Council {number}" for number in range(6)]
    councils = [make_organisation(f"Partner {number}") for number in range(8)]
    long = make_promise(*names, partners=councils, deliverables=[f"A clock {number}" for number in range(9)])
    make_long(long)
    for promise in (short, long):
        Adoption.objects.create(commitment=promise, organisation=make_organisation("Pippin Fort"))
        promise.refresh_from_db()
    likes = [make_commitment(make_signature("Felpersham", commitments=0), title="Chatbots that answer the phone")]
    search.index([short, long, *likes])
    costs = []
    for promise in (short, long):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(promise.get_absolute_url())
        assert page.status_code == 200
        costs.append(len(queries))
    # One of them is for what few commitments have: a changed text.
    assert costs[0] == costs[1] <= 11
    assert ProgressUpdate.objects.timeline().count() == 13


def test_a_page_of_one_that_nobody_changed_or_took_on_costs_less(client):
    promise = make_promise("Trumpton", partners=[make_organisation("Chigley")])
    make_update(promise, evidence=[("Code", "https://example.gov.uk/", "code")])
    promise.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(promise.get_absolute_url()).status_code == 200
    assert len(queries) <= 10


def test_a_long_page_is_valid_html(client):
    promise = make_promise(partners=["A" * 200], deliverables=["B" * 500] * 3, title="C" * 200)
    make_long(promise, count=3)
    response = page(client, promise)
    assert heading(response) == "C" * 200
    assert html_problems(response.content) == []
