"""Searching commitments: which words find what, in which order, what is marked, and an index that is always in step."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.html import escape
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commitments import search
from commitments.marking import extract, marked
from commitments.matching import holding, words_of
from commitments.models import Commitment, SearchText
from commitments.search_index import SQLITE_TRIGGERS, drop_search_index, make_search_index
from signatories import moderation
from signatories.models import Organisation
from signatories.models.signature import Status
from tests.factories import make_commitment, make_declaration, make_organisation, make_signature, make_update
from tests.pages import listed, text_of

pytestmark = pytest.mark.django_db


def make_promise(title, *councils, **fields):
    """A commitment of that title which can be found."""
    signature = make_signature(*(councils or ["Trumpton"]), commitments=0, declaration=make_declaration(title[:20]))
    promise = make_commitment(signature, title=title, **fields)
    search.index([promise])
    return promise


def titles(client, words):
    """The titles found, without the marks."""
    page = client.get("/commitments/", {"q": words}).content.decode().replace("<mark>", "").replace("</mark>", "")
    return re.findall(r'app-list__title"><a[^>]*>([^<]+)<', page)


# ---- What finds what


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "chatbots",
            "chatbot",
            "CHATBOT",
            "housing",
            "houses chatbots",
            "for housing",
            "trumpton",
            "Trumpton council",
        ),
        *(
            "pippin fort",
            "biscuit factory",
            "framework",
            "residents",
            "twelve residents",
            "next",
            "our code",
            "bellringers",
        ),
        *("“chatbots”", "chatbots!", "chatbots / housing", "chätböts"),
    ],
)
def test_a_commitment_is_found_by_any_word_of_what_its_page_says(client, typed):
    promise = make_promise(
        "Chatbots for housing",
        partners=[make_organisation("Pippin Fort"), "The Biscuit Factory"],
        impact="Bellringers rest.",
    )
    make_update(promise, next_step="Next we ask more.", evidence=[("Our code", "https://example.gov.uk/", "code")])
    make_promise("Something else", "Camberwick", mission="x", impact="x", deliverables=[])
    assert titles(client, typed) == ["Chatbots for housing"]


def test_all_words_must_be_there(client):
    make_promise("Chatbots for housing")
    make_promise("Chatbots for parks", "Camberwick")
    assert titles(client, "chatbots housing") == ["Chatbots for housing"]


def test_where_nothing_has_all_words_those_with_any_are_shown_and_it_is_said(client):
    make_promise("Chatbots for housing")
    make_promise("Open parks", "Camberwick")
    response = client.get("/commitments/", {"q": "chatbots parks"})
    assert sorted(titles(client, "chatbots parks")) == ["Chatbots for housing", "Open parks"]
    assert "No commitment has all of these words. These have at least one of them." in text_of(response)
    assert "No commitment has all" not in text_of(client.get("/commitments/", {"q": "chatbots housing"}))


def test_a_filter_that_leaves_out_what_has_all_words_does_not_bring_in_what_has_any(client):
    make_update(make_promise("Chatbots for housing"), stage="delivered")
    make_promise("Chatbots for parks", "Camberwick")
    response = client.get("/commitments/", {"q": "chatbots housing", "stage": "no-update"})
    assert listed(response) == []
    assert "No commitment has all" not in text_of(response)


def test_the_commonest_words_are_not_looked_for_unless_there_are_no_others(client):
    make_promise("Chatbots for housing")
    assert titles(client, "the chatbots of a house") == ["Chatbots for housing"]
    assert words_of("the of a") == ["the", "of", "a"]


@pytest.mark.parametrize("typed", ["zebra", "???", "🔔🔔", "«»"])
def test_what_nothing_says_finds_nothing(client, typed):
    make_promise("Chatbots for housing")
    response = client.get("/commitments/", {"q": typed})
    assert listed(response) == []
    assert "Nothing matches what you asked for" in text_of(response)


def test_what_is_not_public_is_not_found(client, moderator):
    removed, draft = make_promise("Chatbots for housing"), make_signature("Chigley", status=Status.DRAFT, commitments=0)
    make_commitment(draft, title="Chatbots in secret")
    moderation.remove(removed.signature, by=moderator, note="A mistake.")
    search.index(Commitment.objects.all())
    assert titles(client, "chatbots") == []


# ---- Order


def test_a_word_in_the_title_comes_before_one_in_a_name_and_that_before_one_in_the_text(client):
    make_promise("In the text", mission="Bells ring.")
    make_promise("In a name", "Camberwick", partners=["The Bells"])
    make_promise("In the title: bells", "Chigley")
    make_promise("In the text again", "Pippin", mission="Bells ring.")
    assert titles(client, "bells") == ["In the title: bells", "In a name", "In the text again", "In the text"]


def test_a_rare_word_counts_more_than_a_common_one(client):
    make_promise("Zebra crossings")
    for number in range(8):
        make_promise(f"Service number {number}", f"Place {number}")
    assert titles(client, "zebra service")[0] == "Zebra crossings"


# ---- What is marked


def test_found_words_are_marked_in_the_title_the_names_and_the_sentence_that_has_most_of_them(client):
    make_promise(
        "Chatbots & <b>bold</b> plans",
        mission="First we wait. Then we put every chatbot to the Trumpton test! After that we rest.",
    )
    page = client.get("/commitments/", {"q": "chatbot trumpton"}).content.decode()
    assert "<mark>Chatbots</mark> &amp; &lt;b&gt;bold&lt;/b&gt; plans</a>" in page
    assert "<mark>Trumpton</mark> Borough Council" in page
    assert ">Then we put every <mark>chatbot</mark> to the <mark>Trumpton</mark> test!<" in page


def test_a_long_sentence_is_shortened_around_what_was_found():
    long = f"{'before ' * 60}bells {'after ' * 60}"
    short = extract([long], ["bell"])
    assert "<mark>bells</mark>" in short
    assert short.startswith("… ")
    assert short.endswith(" …")
    assert len(short) < 230


def test_nothing_is_taken_out_where_no_word_is_found():
    assert extract(["First we wait."], ["bell"]) == ""
    assert extract(["First we wait."], []) == ""


@given(text=st.text(max_size=300), wanted=st.lists(st.sampled_from(["bell", "a", "0", "x", "cafe"]), max_size=3))
@settings(max_examples=200)
def test_marking_changes_nothing_but_adds_marks_and_escapes(text, wanted):
    assert marked(text, wanted).replace("<mark>", "").replace("</mark>", "") == escape(text)
    extract([text, text * 3], wanted)


class AnyText(TestCase):
    """Whatever is typed is answered."""

    @given(text=st.text(max_size=220))
    @settings(max_examples=25, deadline=None)
    def test_any_text_is_an_answer_or_a_bad_request(self, text):
        make_promise("Chatbots for housing")
        assert self.client.get("/commitments/", {"q": text}).status_code in (200, 400)
        assert self.client.get("/commitments/", {"partner": text}).status_code in (200, 400)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            '"',
            "''",
            "chatbots' OR 1=1 --",
            'title:"chatbots"',
            "NEAR(a b)",
            "chatbots*",
            "^chatbots",
            "{title} : x",
            "AND",
        ),
        *("chatbots NOT housing", "a:B & !c", "(((", "\\", "%", "chatbots <-> housing", "1e5 0x10 3.14 -5 2018-11-09"),
        *("x" * 200, "é" * 200, "🔔 " * 100, "a b c d e f g h i j k l m n o p q r s t u v w x y z", "\u202echatbots"),
    ],
)
def test_what_a_database_would_read_as_an_operator_is_a_word_like_any_other(client, typed):
    make_promise("Chatbots for housing")
    assert client.get("/commitments/", {"q": typed}).status_code == 200


def test_threads_that_read_words_at_once_do_not_mix_them_up():
    words = [f"connect{one}ing chatbots{one} generously{one}" for one in range(300)]
    alone = [search.stems(text) for text in words]
    search._stem.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        for _ in range(5):
            assert list(threads.map(search.stems, words)) == alone
            search._stem.cache_clear()


@pytest.mark.parametrize("number", ["1e5", "0x10", "2018", "3d", "5g", "007", "12e", "e12", "1e5x9"])
def test_numbers_and_what_looks_like_one_are_found(client, number):
    make_promise(f"Plan {number}")
    make_promise("Another plan", "Camberwick")
    assert titles(client, number) == [f"Plan {number}"]


# ---- The index is in step


def holders(word):
    return set(Commitment.objects.filter(pk__in=holding([word])).values_list("title", flat=True))


def test_the_index_follows_every_way_in_which_the_words_change():
    promise = make_promise("Chatbots")
    assert holders("chatbot") == {"Chatbots"}
    SearchText.objects.filter(pk=promise.pk).update(title="phone")
    assert (holders("chatbot"), holders("phone")) == (set(), {"Chatbots"})
    search.index([promise])
    assert (holders("chatbot"), holders("phone")) == ({"Chatbots"}, set())
    promise.delete()
    assert holders("chatbot") == set()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps the column itself")
def test_the_triggers_are_there_and_made_again_with_what_was_missed_after_every_migrate():
    assert trigger_names() == set(SQLITE_TRIGGERS)
    with connection.cursor() as cursor:
        for name in SQLITE_TRIGGERS:
            cursor.execute(f"DROP TRIGGER {name}")
    make_promise("Chatbots")
    assert holders("chatbot") == set()
    make_search_index()
    assert holders("chatbot") == {"Chatbots"}
    assert trigger_names() == set(SQLITE_TRIGGERS)


def trigger_names():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'commitments_searchtext'")
        return {name for (name,) in cursor.fetchall()}


def test_the_index_can_be_taken_away_and_made_again():
    make_promise("Chatbots")
    connection.check_constraints()  # PostgreSQL changes no table while some wait to be checked
    drop_search_index()
    make_search_index()
    make_search_index()
    assert holders("chatbot") == {"Chatbots"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "again"])
def test_the_index_is_empty_in_every_test_with_real_commits(time):
    assert holders("chatbot") == set()
    make_promise("Chatbots")
    assert holders("chatbot") == {"Chatbots"}


def test_a_command_writes_all_words_anew(client, capsys):
    promise, gone = make_promise("Chatbots"), make_signature("Chigley", status=Status.DRAFT)
    SearchText.objects.all().delete()
    SearchText.objects.create(commitment=gone.commitments.get(), title="chatbot")
    call_command("index_commitments")
    assert capsys.readouterr().out == "1 commitment can be found\n"
    assert list(SearchText.objects.values_list("pk", flat=True)) == [promise.pk]
    assert titles(client, "chatbots") == ["Chatbots"]


def test_the_command_takes_in_a_name_that_was_changed(client):
    make_promise("Chatbots")
    Organisation.objects.update(name="Winkstead", official_name="Winkstead Council")
    call_command("index_commitments", verbosity=0)
    assert titles(client, "winkstead") == ["Chatbots"]


def test_a_text_of_any_length_can_be_written_down(client):
    make_promise("Chatbots", mission=" ".join(f"word{number}" for number in range(11_000)) + "x" * 10_000)
    assert titles(client, "chatbots word7") == ["Chatbots"]
