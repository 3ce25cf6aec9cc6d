"""/search/: everything public, in groups, whatever kind it is; and what is not public is found nowhere."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from commitments import search
from commitments.models import Commitment, KnownWord
from localdigital.models import RegisterVersion
from programme.case_studies.search import index
from programme.models import Announcement
from tests.factories import make_commitment, make_organisation, make_principles, make_signature
from tests.pages import text_of
from tests.programme.factories import make_case_study, make_event, make_output, make_project, make_round

pytestmark = pytest.mark.django_db


def publish_everything():
    """What decisions do when they publish: the words are written down, and the register has a new version."""
    search.index(Commitment.objects.exclude(published_at=None))
    RegisterVersion.bump()


@pytest.fixture
def register():
    """One thing of each kind about chatbots."""
    make_principles()
    signature = make_signature("Trumpton", "Camberwick Green", commitments=0)
    make_commitment(signature, title="A common approach to chatbots")
    index([make_case_study("Chatbots that answer in Welsh", "Chigley")])
    make_output("Chatbot for bins", "Trumpton")
    make_event("Chatbot clinic", "Chigley")
    make_project("User research into chatbots", make_round("Round 91"), lead=make_organisation("Chigley"))
    make_round("The chatbot challenge")
    Announcement.objects.create(
        title="Chatbot month", slug="chatbot-month", summary="A month of bots", published_at=signature.published_at
    )
    publish_everything()
    return signature


def found(client, typed, **asks):
    """The page for what is typed, as HTML; it is a page whatever is typed."""
    answer = client.get("/search/", {"q": typed, **asks})
    assert answer.status_code == 200
    return answer.content.decode()


def headings(page):
    """The groups of the page, in their order."""
    return [unescape(" ".join(one.split())) for one in re.findall(r"<h2 [^>]*app-found__heading[^>]*>(.*?)</h2>", page)]


def titles(page):
    """The titles found, in their order."""
    return [unescape(re.sub("<[^>]+>", "", one)) for one in re.findall(r'<h3 class="app-list__title">(.*?)</h3>', page)]


def test_one_search_finds_every_kind_that_has_the_words(client, register):
    page = found(client, "chatbots")
    assert set(headings(page)) == {
        "Commitments", "Case studies and business cases", "Outputs to reuse", "Events",
        "Funded projects", "Rounds of the fund", "Announcements",
    }  # fmt: skip
    assert "chatbots – 7 results – Search" in page
    assert "<mark>chatbots</mark>" in page


def test_what_has_the_words_in_its_title_comes_before_what_only_mentions_them(client, register):
    make_event("Meeting", description="We talk of the leaflet")
    make_output("Leaflet kit")
    publish_everything()
    assert headings(found(client, "leaflet")) == ["Outputs to reuse", "Events"]


@pytest.mark.parametrize("typed", ["Trumpton", "trumpton borough", "TRUMPTON  Council", "the code", "the reference"])
def test_who_types_a_name_a_code_or_a_reference_is_led_there_first(client, register, typed):
    trumpton = make_organisation("Trumpton")
    typed = {
        "the code": trumpton.code.lower(),
        "the reference": f" {register.reference.lower().replace('-', ' ')}",
    }.get(typed, typed)
    page = found(client, typed)
    target = register.get_absolute_url() if register.reference.lower()[:4] in typed else trumpton.get_absolute_url()
    [inset] = re.findall(r'<div class="govuk-inset-text app-go-to">(.*?)</div>', page, re.DOTALL)
    assert re.findall(r'href="([^"]+)"', inset) == [target]


def test_a_group_shows_its_best_and_leads_to_a_list_that_finds_as_many(client, register):
    for number in range(12):
        make_commitment(register, title=f"Leaflet {number}")
        make_output(f"Leaflet pattern {number}", "Trumpton")
        make_event(f"Leaflet day {number}", "Trumpton")
        make_organisation(f"Leaflet {number}")
        index([make_case_study(f"Leaflet story {number}", "Trumpton")])
        make_project(f"Leaflet project {number}")
    publish_everything()
    page = found(client, "leaflet")
    more = {unescape(href) for href in re.findall(r'href="([^"]+)">See all 12 ', page)}
    assert len(more) == 6
    for address in more:
        text = text_of(client.get(address))
        assert re.search(r"\b12 (organisations|commitments|case studies|outputs|events|results)", text), address


def test_what_is_not_public_is_neither_found_nor_suggested_nor_a_correction(client, register):
    make_output("Quokkas for bins", "Trumpton", status="draft")
    make_event("Quokkas day", "Trumpton", status="awaiting-review")
    index([make_case_study("Quokkas at work", "Trumpton", status="draft")])
    make_project("Quokkas", is_public=False)
    make_round("Quokkas", is_public=False)
    make_organisation("Quokkas", checked_at=None)
    removed = make_signature("Chigley", status="removed", commitments=0)
    make_commitment(removed, title="Quokkas for all")
    draft = make_signature("Winkstead", status="draft", commitments=0)
    make_commitment(draft, title="Quokkas first")
    publish_everything()
    assert KnownWord.objects.filter(word="quokkas").exists(), "the index knew it while it was public"
    for typed in ("quokkas", "quokka", "qoukkas", "quokkkas"):
        page = found(client, typed)
        assert "Nothing was found" in page
        assert "Showing results for" not in page
        assert "uokkas" not in page.replace(typed, "")
    assert client.get("/search/suggestions/?q=quok").json() == {"results": []}


# ---- Typing errors


def test_a_word_that_finds_nothing_is_taken_for_one_that_does_and_only_that(client, register):
    page = found(client, "Chatbotts Welsh")
    assert "Showing results for <strong>Chatbots Welsh</strong>" in page
    assert titles(page)[0] == "Chatbots that answer in Welsh"
    assert "q=Chatbotts%20Welsh&amp;exact=on" in page
    as_typed = found(client, "chatbotts", exact="on")
    assert "Nothing was found for ‘chatbotts’" in as_typed
    assert 'Did you mean <a class="govuk-link" href="/search/?q=chatbots">' in as_typed


def test_a_word_of_another_form_is_no_error(client, register):
    assert "Showing results for" not in found(client, "chatbot answering")


def test_the_words_are_read_once_for_a_state_of_the_register(client, register):
    costs = []
    for typed in ("chatbots", "chatbots and bins", "chatbotts"):
        with CaptureQueriesContext(connection) as asked:
            found(client, typed)
        costs.append(len(asked))
    assert costs == [4, 3, 3], "the register's version, the known words, what has the words, what is shown of it"
    make_commitment(register, title="Zwieback for committees")
    publish_everything()
    with CaptureQueriesContext(connection) as asked:
        assert "Showing results for <strong>zwieback" in found(client, "zwiebak")
    assert len(asked) == 5, "that only the index of commitments knew it is looked up too"


# ---- Whatever is typed


def test_nothing_typed_explains_and_offers_lists(client):
    page = found(client, " ")
    assert "Small typing errors do not matter" in page
    assert 'href="/commitments/"' in page


def test_pages_that_say_how_something_is_done_are_found(client, register):
    assert titles(found(client, "how to sign"))[0] == "How to sign the Declaration"
    assert "Openness" in titles(found(client, "openness"))


def test_a_page_of_results_is_kept_by_caches_and_listed_by_no_search_engine(client, register):
    answer = client.get("/search/?q=chatbots")
    assert answer["X-Robots-Tag"] == "noindex"
    assert "public" in answer["Cache-Control"]
    assert client.get("/search/?q=chatbots", headers={"If-None-Match": answer["ETag"]}).status_code == 304


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=40), only=st.sampled_from(["", "commitments", "pages", "projects"]))
@example(typed="a" * 10_000, only="")
@example(typed="\0", only="")
@example(typed="😀 🏴", only="")
@example(typed="the of and", only="")
@example(typed='" OR 1=1; DROP TABLE x --', only="")
@example(typed="title:* NEAR(a, 2) AND NOT {b} ^c | !d <-> :*", only="")
@example(typed="ſſſſ İİİİ ﬀﬀﬀ ²²²² ４４４４", only="")
@example(typed="chatb(ts[ ai \\ %_", only="")
def test_whatever_is_typed_is_answered(client, register, typed, only):
    page = client.get("/search/", {"q": typed, "kind": only})
    assert page.status_code in (200, 400)
    assert "<h1" in page.content.decode()
    assert client.get("/search/suggestions/", {"q": typed}).status_code == 200


def test_what_is_too_long_is_said_and_not_lost(client):
    answer = client.get("/search/", {"q": "bins " * 50})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert page.count("Search must be 200 characters or fewer") == 2
    assert "bins bins" in page
    assert client.get("/search/?q=a&kind=nothing").status_code == 400


# ---- While typing


def test_organisations_are_suggested_before_titles_and_lead_to_their_pages(client, register):
    make_output("Trumpton pattern")
    RegisterVersion.bump()
    results = client.get("/search/suggestions/?q=trump").json()["results"]
    assert [(one["name"], one["hint"]) for one in results] == [
        ("Trumpton Borough Council", "District council, West Midlands"),
        ("Trumpton pattern", "Output to reuse"),
    ]
    assert results[0]["url"] == "/organisations/trumpton/"
    assert [one["hint"] for one in client.get("/search/suggestions/?q=chatbot+answ").json()["results"]] == [
        "Case study"
    ]
    assert client.get("/search/suggestions/?q=").json() == {"results": []}
