"""Somebody looks for others who work on the same thing, in a browser: searches, filters, writes, is answered."""

import pytest
from django.utils import timezone

from commitments import search
from commitments.models import Approach
from tests.factories import make_access, make_commitment, make_person, make_signature, make_update
from tests.journeys.inspection import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pugh(councils):
    """Reports for Trumpton, which prepares another declaration."""
    person = make_person()
    make_access(person, "Trumpton")
    return person


@pytest.fixture
def brackett(councils):
    """Reports for Chigley, whose chatbots are in progress; Camberwick Green has chatbots too, but nobody reports."""
    person = make_person("Mr Brackett", "chigley.example.gov.uk")
    make_access(person, "Chigley")
    signature = make_signature("Chigley", commitments=0, preparer=person)
    ours = make_commitment(signature, title="Chatbots for taxis", asked_on=timezone.localdate())
    make_update(ours, evidence=[("Our code", "https://example.gov.uk/", "code")])
    others = make_signature("Camberwick Green", commitments=0)
    promises = [make_commitment(others, title="A chatbot in every taxi"), make_commitment(others, title="Open parks")]
    search.index([ours, *promises])
    return person


def test_an_officer_finds_a_commitment_and_writes_to_its_people_who_report_it(visitor, client, sign_in, pugh, brackett):
    draft = make_signature("Trumpton", status="draft", commitments=0)
    make_commitment(draft, title="A taxi chatbot")
    reader = visitor().use_session_of(sign_in(pugh))
    pages = Inspection(reader)
    reader.open(f"/sign/{draft.reference}/commitments/").sees("Councils working on something like this")
    pages.look("sign-up")
    reader.open("/commitments/").sees("3 commitments")
    pages.look("all")
    reader.type("Search commitments", "chatbots").press("Search").sees("2 commitments")
    pages.look("searched")
    reader.page.get_by_label("In progress").check()
    reader.press("Apply filters").sees("1 commitment", "Search: chatbots", "Stage: In progress")
    pages.look("filtered")
    reader.open("/commitments/?q=zebras&partner=nobody").sees("Nothing matches what you asked for")
    pages.look("nothing")
    reader.open("/commitments/?q=chatbots+zebras").sees("No commitment has all of these words")
    pages.look("some words")
    reader.follow("Chatbots for taxis").follow("Ask to work together")
    pages.look("message")
    reader.press("Send message").sees("Enter a message")
    pages.look("message missing")
    reader.type("Your message", "We do this too.").press("Send message").sees("Message sent")
    pages.look("message sent")
    reader.open(f"/account/commitments/{Approach.objects.get().commitment_id}/work-together/")
    other = visitor().use_session_of(sign_in(brackett))
    reports = Inspection(other)
    other.open(f"/account/messages/{Approach.objects.get().pk}/report/")
    reports.look("report")
    other.press("Report this message").sees("You have reported this message")
    reports.look("reported")
    other.open(f"/account/commitments/{Approach.objects.get().commitment_id}/work-together/").sees(
        "your own commitment"
    )
    reports.look("own")
    assert pages.all_problems() + reports.all_problems() == ""


@pytest.mark.parametrize("width", [320, 1280])
def test_the_filters_need_no_script(visitor, brackett, width):
    reader = visitor(width=width, javascript=False).open("/commitments/")
    filters = reader.page.get_by_label("In progress")
    if width == 320:
        assert not filters.is_visible()
        reader.page.get_by_text("Filter and sort").click()
    filters.check()
    reader.press("Apply filters").sees("1 commitment", "Chatbots for taxis")
    reader.follow("Remove Stage: In progress").sees("3 commitments")
