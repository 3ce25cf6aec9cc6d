"""What changed between two texts is shown whole, without colour, and in a bounded time."""

import time
from datetime import date
from itertools import pairwise

import pytest
from django.conf import settings
from django.template import engines
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from commitments.differences import of_revisions
from commitments.models import Revision
from localdigital.differences import ADDED, MOST_STEPS, REMOVED, SAME, TOKEN, Patient, marked, of_texts
from tests.html_validity import html_problems

FEW_WORDS = st.lists(st.sampled_from(["a", "b", "the", "council", " ", "  ", "\n", "\n\n", "\t", "<b>", "&", "é"]))


def old_of(pieces):
    return "".join(text for kind, text in pieces if kind != ADDED)


def new_of(pieces):
    return "".join(text for kind, text in pieces if kind != REMOVED)


@pytest.mark.parametrize("texts", [st.text(max_size=300), FEW_WORDS.map("".join)], ids=["any text", "few words"])
def test_the_pieces_make_both_texts(texts):
    @hypothesis_settings(max_examples=300)
    @given(old=texts, new=texts)
    def whole(old, new):
        pieces = of_texts(old, new)
        assert (old_of(pieces), new_of(pieces)) == (old, new)
        assert all(text for _, text in pieces)
        # Neighbours are of different kinds, and what went comes before what came.
        kinds = [kind for kind, _ in pieces]
        assert all(one != other for one, other in pairwise(kinds))
        assert (ADDED, REMOVED) not in pairwise(kinds)
        assert (set(kinds) <= {SAME}) == (old == new)

    whole()


def test_the_words_that_changed_are_found_and_the_others_left_alone():
    old = "We will ask the people of Trumpton.\n\nThen we stop."
    new = "We will ask all people in Trumpton, twice.\n\nThen we stop."
    assert of_texts(old, new) == [
        (SAME, "We will ask "),
        (REMOVED, "the"),
        (ADDED, "all"),
        (SAME, " people "),
        (REMOVED, "of Trumpton."),
        (ADDED, "in Trumpton, twice."),
        (SAME, "\n\nThen we stop."),
    ]


def test_a_phrase_that_changed_is_one_change_and_not_one_for_each_word():
    assert of_texts("ring the old bell", "ring our new bell") == [
        (SAME, "ring "), (REMOVED, "the old"), (ADDED, "our new"), (SAME, " bell"),
    ]  # fmt: skip


def test_a_text_that_was_rewritten_is_shown_by_whole_paragraphs():
    kept = "Then we stop.\n\n"
    old = f"We will ask the people of Trumpton what they want.\n\n{kept}Every year we tell you of it."
    new = f"Each council shall publish its data for all to use.\n\n{kept}Nobody of us waits for it any more."
    assert of_texts(old, new) == [
        (REMOVED, "We will ask the people of Trumpton what they want.\n\n"),
        (ADDED, "Each council shall publish its data for all to use.\n\n"),
        (SAME, kept),
        (REMOVED, "Every year we tell you of it."),
        (ADDED, "Nobody of us waits for it any more."),
    ]


LETTERS = [chr(0x100 + number) for number in range(1000)]
TANGLED = {
    "two words, turned": ("a b " * 1250, "b a " * 1250),
    "one word": ("a " * 2500, "a " * 2499 + "b"),
    "paragraphs, turned": ("a\n\nc\n\n" * 800, "b\n\na\n\n" * 800),
    "only line breaks": ("\n" * 5000, "\n" * 4000 + "x"),
    **{
        f"{size} words between others": tuple(
            " ".join(LETTERS[place // 2 % size] if place % 2 else other for place in range(2500)) for other in "uv"
        )
        for size in (2, 26, 200, 1000)
    },
}


@pytest.mark.parametrize("name", TANGLED)
def test_the_most_tangled_texts_of_5000_characters_take_a_bounded_time(name):
    old, new = TANGLED[name]
    began = time.process_time()
    pieces = of_texts(old, new)
    took = time.process_time() - began
    assert (old_of(pieces), new_of(pieces)) == (old, new)
    assert took < 10, "a second on any machine of today, and ten on one that does much else"


def test_two_different_texts_as_people_write_them_are_compared_to_the_end():
    texts = [path.read_text() for path in sorted((settings.BASE_DIR / "signatories/data").rglob("*.md"))]
    prose = " ".join("\n".join(texts).split())
    old, new = prose[:5000], prose[5000:10_000]
    assert len(old) == len(new) == 5000
    matcher = Patient(str.isspace, TOKEN.findall(old), TOKEN.findall(new), autojunk=False)
    matcher.get_opcodes()
    assert matcher.steps_left > MOST_STEPS / 2


# ---- As HTML


def test_what_changed_is_said_in_words_too():
    html = marked([(SAME, "ring "), (REMOVED, "the"), (ADDED, "our"), (SAME, " bell")])
    word = '<span class="app-difference__word" lang="en">'
    gone, come = f"{word}[removed: </span>the{word}]</span>", f"{word}[added: </span>our{word}]</span>"
    assert html == f"ring <del>{gone}</del><ins>{come}</ins> bell"


@given(texts=st.tuples(st.text(max_size=60), st.text(max_size=60)))
def test_everything_in_a_difference_is_escaped(texts):
    html = marked(of_texts(f"<script>{texts[0]}", f"<img {texts[1]}"))
    for tag in ("<del>", "</del>", "<ins>", "</ins>", "</span>", '<span class="app-difference__word" lang="en">',
                '<span class="app-difference__blank" lang="en">'):  # fmt: skip
        html = html.replace(tag, "")
    assert "<" not in html


def test_a_blank_that_changed_is_seen():
    assert "(line break)" in marked(of_texts("a\nb", "a\n\nb"))
    assert "(space)" in marked(of_texts("a b", "a  b"))


# ---- Two versions


def version(**fields):
    return Revision(**{"title": "Bells", "mission": "Ring.", "impact": "Loud.", "partners": []} | fields)


def test_only_the_fields_that_changed_are_told():
    chigley = {"name": "Chigley", "organisation": 7}
    old = version(partners=[chigley, {"name": "Pippin Fort", "organisation": None}])
    new = version(title="New bells", partners=[{"name": "Biscuits", "organisation": None}, chigley])
    title, partners = of_revisions(old, new)
    assert (title.label, partners.label) == ("Title", "Partners")
    assert partners.pieces == [(REMOVED, "Pippin Fort"), (ADDED, "Biscuits")]
    assert of_revisions(old, old) == []
    assert of_revisions(old, version(title="New bells"), leaving_out={7})[1].pieces == [(REMOVED, "Pippin Fort")]


def test_line_breaks_of_another_system_are_no_change():
    assert of_revisions(version(mission="One\r\ntwo\r\n"), version(mission="One\ntwo")) == []


def test_a_due_date_that_is_moved_or_set_is_told_in_words():
    [moved] = of_revisions(version(due_on=None), version(due_on=date(2027, 3, 27)))
    assert moved.pieces == [(REMOVED, "No due date"), (ADDED, "27 March 2027")]


@pytest.mark.browser
def test_a_difference_is_valid_html_in_the_registers_pages():
    old, new = version(mission="a\n\nb", partners=[{"name": "A", "organisation": None}]), version(mission="a\nc <")
    source = (
        '{% from "components/difference.html" import differences %}'
        '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>'
        "{{ differences(changes, 'cy') }}</body></html>"
    )
    page = engines["jinja2"].from_string(source).render({"changes": of_revisions(old, new)})
    assert 'lang="cy"' in page
    assert html_problems(page) == []
