"""Reporting on a commitment in three pages: what is asked, the evidence, and what each page costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments import publishing
from commitments.council import drafts
from localdigital import links
from signatories.models import Organisation
from tests.commitments.reporting import (
    LINK,
    answers,
    begin,
    cost,
    errors_of,
    make_promise,
    page_of,
    sign_in_reporter,
    within,
)
from tests.factories import make_commitment, make_person, make_signature, make_update
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise():
    return make_promise()


@pytest.fixture
def pugh(sign_in, promise):
    return sign_in_reporter(sign_in)


# ---- The first page


def test_a_report_is_kept_as_a_draft_sent_in_and_published(client, pugh, promise, moderator):
    bell = promise.deliverables.first()
    update = begin(
        client, promise, delivered=[bell.pk], went_well="It rings.", could_be_better="The rope.", next_step="Ring."
    )
    assert (update.status, update.proposer, update.kind) == ("draft", pugh, "report")
    response = client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"then": "continue"})
    assert response.url == f"/account/updates/{update.pk}/check/"
    text = text_of(client.get(response.url))
    for words in (
        "Stage In progress",
        "Delivered 1 of 2 A bell",
        "We bought a bell.",
        "It rings.",
        "The rope.",
        "Next step Ring.",
        "What residents ask, user research https://www.example.gov.uk/research",
    ):
        assert words in text, words
    response = client.post(response.url, follow=True)
    assert "Progress update sent to the delivery team" in text_of(response)
    update.refresh_from_db()
    publishing.publish(update, by=moderator)
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == ("in-progress", timezone.localdate())
    assert [one.text for one in promise.deliverables.exclude(delivered_on=None)] == ["A bell"]


def test_a_trusted_council_is_told_that_it_is_published(client, pugh, promise):
    Organisation.objects.update(publishes_at_once=True)
    update = begin(client, promise)
    check = f"/account/updates/{update.pk}/check/"
    assert "Send to the delivery team" not in text_of(client.get(check))
    assert "Progress update published" in text_of(client.post(check, follow=True))
    promise.refresh_from_db()
    assert promise.stage == "in-progress"


def test_the_first_page_shows_how_it_stands_and_then_what_was_begun(client, pugh, promise):
    bell, rope = promise.deliverables.all()
    make_update(promise, delivered=[bell], stage="in-progress", proposer=make_person("Mrs Honeyman"))
    page = client.get(page_of(promise)).content.decode()
    today = timezone.localdate()
    assert f'name="reported_on-day" type="text" value="{today.day}"' in page
    assert f'value="{bell.pk}" checked' in page
    assert f'value="{rope.pk}" checked' not in page
    assert 'value="in-progress" checked' in page
    begin(client, promise, stage="stopped", delivered=[rope.pk], done="We lost the bell.", on=today - timedelta(days=9))
    page = client.get(page_of(promise)).content.decode()
    assert "We lost the bell." in page
    assert 'value="stopped" checked' in page
    assert f'value="{rope.pk}" checked' in page
    assert f'value="{bell.pk}" checked' not in page


def test_reporting_again_goes_on_with_the_same_draft(client, pugh, promise):
    first = begin(client, promise)
    assert begin(client, promise, done="More.") == first
    assert promise.updates.get().done == "More."
    assert client.post(f"{page_of(promise)}?from=check", answers()).url == f"/account/updates/{first.pk}/check/"


def test_deliverables_can_be_unticked(client, pugh, promise):
    begin(client, promise, delivered=[one.pk for one in promise.deliverables.all()])
    update = begin(client, promise)
    assert update.delivered.count() == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stage": ""}, "Select what stage it is at"),
        ({"stage": "finished"}, "Select one of the options"),
        ({"done": " "}, "Enter what you have done"),
        ({"done": "x" * 5001}, "Your answer must be 5,000 characters or fewer"),
        ({"reported_on-day": ""}, "The date of the update must include a day"),
        ({"reported_on-day": "31", "reported_on-month": "2"}, "The date of the update must be a real date"),
        ({"reported_on-year": "2017"}, "The date of the update must be on or after 4 July 2018"),
        ({"reported_on-year": "2999"}, "The date of the update must be today or in the past"),
        ({"delivered": ["99999999999999999999"]}, "Select what has been delivered from the list"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(client, pugh, promise, wrong, words):
    response = client.post(page_of(promise), answers(next_step="Ring.") | wrong)
    assert words in errors_of(response)
    assert "Ring." in response.content.decode()
    assert not promise.updates.exists()


def test_tomorrow_is_no_date_to_report_for_and_the_first_day_is(client, pugh, promise):
    today = timezone.localdate()
    errors_of(client.post(page_of(promise), answers(today + timedelta(days=1))))
    first_day = {"reported_on-day": 4, "reported_on-month": 7, "reported_on-year": 2018}
    assert client.post(page_of(promise), answers() | first_day).status_code == 302
    errors_of(client.post(page_of(promise), answers() | first_day | {"reported_on-day": 3}))


def test_a_deliverable_of_another_commitment_is_none_of_it(client, pugh, promise):
    other = make_commitment(promise.signature, deliverables=["A clock"]).deliverables.get()
    errors_of(client.post(page_of(promise), answers(delivered=[other.pk])))


def test_a_commitment_without_deliverables_is_not_asked_for_them(client, pugh, promise):
    promise.deliverables.all().delete()
    assert "What has been delivered" not in text_of(client.get(page_of(promise)))
    begin(client, promise)


def test_delivered_without_everything_ticked_is_allowed_and_pointed_out(client, pugh, promise):
    update = begin(client, promise, stage="delivered", delivered=[promise.deliverables.first().pk])
    text = text_of(client.get(f"/account/updates/{update.pk}/check/"))
    assert "You say that this commitment is delivered, but only 1 of its 2 deliverables is ticked." in text
    update = begin(client, promise, stage="delivered", delivered=[one.pk for one in promise.deliverables.all()])
    assert "but" not in text_of(client.get(f"/account/updates/{update.pk}/check/"))


# ---- Evidence


def test_links_are_added_one_at_a_time_and_removed(client, pugh, promise):
    update = begin(client, promise)
    page = f"/account/updates/{update.pk}/evidence/"
    assert client.post(page, LINK | {"then": "add"}).url == page
    client.post(page, {"title": "Code", "url": "http://example.gov.uk/code", "kind": "code", "then": "add"})
    text = text_of(client.get(page))
    assert "You have added 2 links What residents ask https://www.example.gov.uk/research User research" in text
    first = update.evidence.first()
    client.post(f"{page}{first.pk}/remove/")
    client.post(f"{page}{first.pk}/remove/")
    assert [link.title for link in update.evidence.all()] == ["Code"]


def test_the_same_link_twice_is_one(client, pugh, promise):
    update = begin(client, promise)
    for _ in range(2):
        client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"then": "add"})
    assert update.evidence.count() == 1


def test_going_on_without_a_link_is_fine_and_with_half_of_one_it_is_not(client, pugh, promise):
    update = begin(client, promise)
    page = f"/account/updates/{update.pk}/evidence/"
    blank = {"title": " ", "url": "", "then": "continue"}
    assert client.post(page, blank).url == f"/account/updates/{update.pk}/check/"
    text = errors_of(client.post(page, blank | {"title": "Half"}))
    assert "Enter a web address" in text
    assert "Select what kind of evidence it is" in text
    assert "Enter a title for the link" in errors_of(client.post(page, blank | {"then": "add"}))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "ftp://example.gov.uk/x", "https://gov.uk@example.org/", "data:text/html,x", "nowhere",
        "https://example.gov.uk:99999/", "http://[a", "//", "mailto:a@example.gov.uk", "x" * 600,
        "https://example.gov.uk/" + "x" * 500,
    ],
)  # fmt: skip
def test_only_pages_on_the_web_are_evidence(client, pugh, promise, url):
    update = begin(client, promise)
    errors_of(client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"url": url, "then": "add"}))
    assert not update.evidence.exists()


def test_twenty_links_are_enough(client, pugh, promise):
    update = begin(client, promise)
    for number in range(20):
        drafts.add_evidence(update, title="x", url=f"https://example.gov.uk/{number}", kind="code")
    response = client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"then": "add"})
    assert "An update can hold 20 links. Remove one first" in errors_of(response)
    assert update.evidence.count() == 20


@pytest.mark.parametrize(
    "url", ["http://localhost/x", "http://127.0.0.1/", "10.1.2.3/plan", "http://[::1]/", "https://wiki.trumpton.local/"]
)
def test_a_link_that_not_everyone_can_open_is_refused_beside_the_field(client, pugh, promise, url):
    update = begin(client, promise)
    text = errors_of(client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"url": url}))
    assert text.count("Enter a web address that anyone can open") == 2
    assert not update.evidence.exists()


def test_an_emailed_link_to_report_opens_the_form_of_its_commitment(client, pugh, promise):
    client.post("/account/leave/")
    link = links.make("report", person_id=pugh.pk, object_id=promise.pk)
    response = client.post(f"/link/{links.token(link)}/", follow=True)
    assert response.redirect_chain[-1][0] == page_of(promise)
    text = text_of(response)
    assert "Ring the bells Report progress" in text
    assert "What stage is it at?" in text


def test_whoever_opens_a_page_of_another_council_reads_who_is_signed_in(client, pugh):
    theirs = make_signature("Chigley").commitments.get()
    response = client.get(page_of(theirs))
    assert response.status_code == 404
    assert f"You are signed in as {pugh.email}" in text_of(response)
    assert f"/sign/email/?next={page_of(theirs)}" in response.content.decode().replace("%2F", "/")
    assert "no-store" in response["Cache-Control"]
    assert "You are signed in" not in text_of(client.get("/nowhere/"))


# ---- What it costs


@pytest.mark.parametrize("many", [1, 12])
def test_the_pages_cost_the_same_for_one_deliverable_and_for_many(client, pugh, promise, many):
    promise.deliverables.all().delete()
    for number in range(many):
        promise.deliverables.create(position=number, text="A bell")
    everything = [one.pk for one in promise.deliverables.all()]
    within(4, cost(lambda: client.get(page_of(promise))))  # whose it is, what was begun, and the list of deliverables
    within(8 + 1, cost(lambda: begin(client, promise, delivered=everything)))  # one of them is the test's own
    within(4, cost(lambda: client.get(page_of(promise))))
    within(8 + 1, cost(lambda: begin(client, promise, delivered=everything)))
    update = promise.updates.get()
    evidence = f"/account/updates/{update.pk}/evidence/"
    within(3, cost(lambda: client.get(evidence)))
    for number in range(many):
        within(5, cost(lambda n=number: client.post(evidence, LINK | {"url": f"example.gov.uk/{n}"})))
    within(5, cost(lambda: client.get(f"/account/updates/{update.pk}/check/")))  # with two lists
    within(7, cost(lambda: client.post(f"/account/updates/{update.pk}/check/")))
    withdraw = page_of(promise, "withdraw")
    within(4, cost(lambda: client.get(withdraw)))  # whose it is, what was begun, and the list of its organisations
    within(8, cost(lambda: client.post(withdraw, {"reason": "No money"})))
