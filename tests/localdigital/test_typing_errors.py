"""Typing errors in the titles and leads of 40 real projects: what was meant is found all the same."""

import pytest
from django.db import transaction

from commitments import search
from localdigital.models import RegisterVersion
from localdigital.site.search import spelling
from localdigital.site.search.spelling import corrected
from signatories.models import Organisation
from tests.commitments.test_relevance import IMPACT, MISSION, found, projects
from tests.factories import make_commitment, make_declaration, make_organisation, make_signature

pytestmark = pytest.mark.django_db

COUNCILS = ["Bromsgrove", "Redditch", "Rotherham", "Worcester", "Kingston upon Hull", "Perth and Kinross"]


@pytest.fixture(scope="module", autouse=True)
def register(django_db_setup, django_db_blocker):
    """One commitment of each title: made once for this file's tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        promises = []
        for number, project in enumerate(projects()):
            lead = make_organisation(project["lead"], official_name=project["lead"])
            signature = make_signature(lead, commitments=0, declaration=make_declaration(f"v{number}"))
            promises.append(make_commitment(signature, title=project["title"], mission=MISSION, impact=IMPACT))
        search.index(promises)
        for name in COUNCILS:
            make_organisation(name)
        RegisterVersion.bump()
        yield
        transaction.set_rollback(True)


def with_an_error(text, number):
    """The text with one error in its longest word, another for each number: a letter dropped, doubled, swapped with the
    next, or a wrong one; at the beginning, the end, or anywhere between."""
    word = max((one for one in text.split() if one.isalpha()), key=len)
    at = number // 4 % (len(word) - 1)
    letter = word[at]
    wrong = [
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1] + letter + word[at + 2 :],
        word[:at] + ("x" if letter != "x" else "y") + word[at + 1 :],
    ][number % 4]
    return text.replace(word, wrong, 1)


def place_of(title, typed):
    """At which place of the commitments somebody who types this sees that title; 99 for nowhere."""
    titles = found(corrected(typed, RegisterVersion.current()))
    return titles.index(title) + 1 if title in titles else 99


@pytest.mark.parametrize("what", ["title", "typed"])
def test_a_title_is_found_in_spite_of_an_error(what):
    """The whole title with an error, and the few words that somebody would type for it with one."""
    missed = {
        with_an_error(project[what], number): place
        for number, project in enumerate(projects())
        if (place := place_of(project["title"], with_an_error(project[what], number))) > 3
    }
    assert len(missed) <= 2, missed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Bromsgrive", "Bromsgrove"),
        ("bromsgrove", "bromsgrove"),
        ("Rotheram MBC", "Rotherham MBC"),
        ("Redich", "Redditch"),
        ("WORCHESTER", "WORCESTER"),
        ("Kingstn upon Hull", "Kingston upon Hull"),
        ("perth & kinros", "perth & kinross"),
        ("Trumpton", "Trumpton"),  # near nothing
    ],
)
def test_a_council_is_found_in_spite_of_an_error(typed, meant):
    assert corrected(typed, RegisterVersion.current()) == meant


def test_a_whole_search_for_a_misspelt_council_leads_to_it(client):
    rotherham = Organisation.objects.get(name="Rotherham")
    page = client.get("/search/?q=Rotheram+council").content.decode()
    assert f'Go to <a class="govuk-link govuk-!-font-weight-bold" href="{rotherham.get_absolute_url()}">' in page


def test_no_search_stems_the_words_that_are_known_again(monkeypatch):
    """The stem of "iing" is "i", with which a great many known words could begin."""
    corrected("a first search", RegisterVersion.current())
    stemmed = []
    monkeypatch.setattr(search.STEMMER, "stemWord", lambda word: stemmed.append(word) or word[:1])
    search._stem.cache_clear()
    assert corrected("iing " * 40, RegisterVersion.current()) == "iing " * 40
    search._stem.cache_clear()
    assert set(stemmed) == {"iing"}


def test_a_new_state_of_the_register_stems_only_its_new_words(monkeypatch):
    before = spelling.Vocabulary({"council", "councils"}, {"planning"})
    stemmed = []
    monkeypatch.setattr(search.STEMMER, "stemWord", lambda word: stemmed.append(word) or word)
    after = spelling.Vocabulary({"council", "housing"}, set(), before)
    assert stemmed == ["housing"]
    assert after.knows("housing")
    assert not after.knows("planning")
    search._stem.cache_clear()


def test_only_a_few_words_of_a_search_are_looked_up(monkeypatch):
    asked = []
    monkeypatch.setattr(spelling.Vocabulary, "knows", lambda self, word: asked.append(word) or word != "bromsgrive")
    many = " ".join("wor" + chr(97 + one) + chr(98 + one) for one in range(24))
    text = f"Bromsgrive BROMSGRIVE {many} {many}"
    assert corrected(text, RegisterVersion.current()) == f"Bromsgrove BROMSGROVE {many} {many}"
    assert len(asked) == len(set(asked)) + 1 == spelling.MOST_ASKED  # once for each way of writing it
