"""Somebody searches everything: with suggestions while typing, with an error, and without any script."""

import pytest

from commitments import search
from commitments.models import Commitment
from localdigital.models import RegisterVersion
from programme.case_studies.search import index
from tests.factories import make_commitment, make_signature
from tests.journeys.inspection import Inspection
from tests.programme.factories import make_case_study, make_event, make_output

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_search_suggests_forgives_and_works_without_scripts(visitor, councils):
    signature = make_signature("Trumpton", "Chigley", commitments=0)
    for number in range(7):
        make_commitment(signature, title=f"Chatbots, part {number + 1}: a common approach")
    search.index(Commitment.objects.all())
    index([make_case_study("Chatbots that answer in Welsh", "Camberwick Green")])
    make_output("Chatbot for bins", "Trumpton")
    make_event("Chatbot clinic", "Chigley")
    RegisterVersion.bump()

    reader = visitor()
    pages = Inspection(reader)
    label = "Search organisations, commitments and more"
    reader.open("/")
    box = reader.page.get_by_label(label, exact=True)
    box.type("trum")
    reader.page.get_by_role("option", name="Trumpton Borough Council").wait_for()
    pages.look("home with suggestions")
    with reader.page.expect_navigation():
        box.press("ArrowDown")
        reader.page.keyboard.press("Enter")
    assert reader.path == "/organisations/trumpton/"

    reader.open("/search/")
    box = reader.page.get_by_label("Search the register", exact=True)
    box.type("chatbot")
    reader.page.get_by_role("option", name="Chatbots that answer in Welsh").wait_for()
    with reader.page.expect_navigation():
        box.press("Enter")  # suggestions are open, and none is chosen
    reader.sees("10 results", "Chatbot clinic")

    reader = visitor(width=320, javascript=False)
    reader.open("/").type(label, "trumptn").press("Search")
    reader.sees("Showing results for trumpton", "Go to Trumpton Borough Council")
    more = Inspection(visitor(width=320))
    more.visitor.open("/search/?q=chatbotts+trumptn").sees("Showing results for chatbots trumpton")
    more.look("results for what was meant")
    more.visitor.open("/search/?q=" + "bins+" * 60)
    more.look("too long")
    more.visitor.open("/search/?q=chatbots").follow("See all 7 commitments").sees("7 commitments")
    assert pages.all_problems() + more.all_problems() == ""
