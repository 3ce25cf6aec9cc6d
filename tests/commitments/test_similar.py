"""Councils working on something like this: why each is shown, which are not, and what that costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments import search
from commitments.models import Commitment
from commitments.similar import similar_for_page, similar_to
from signatories.models.signature import Status
from tests.factories import make_commitment, make_declaration, make_principles, make_signature
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def make_promise(title, *councils, principles=None, **fields):
    signature = make_signature(*councils, commitments=0, declaration=make_declaration(f"v{len(title)}-{councils[0]}"))
    promise = make_commitment(signature, **{"title": title, "mission": "Do.", "impact": "Good."} | fields)
    if principles is not None:
        promise.principles.set(principles)
    search.index([promise])
    return promise


def whys(texts, principles=()):
    return {one.commitment.title: one.why for one in similar_to(texts, [one.pk for one in principles])}


def test_it_says_why_in_the_words_that_were_written():
    people, plumbing, *_ = make_principles()
    make_promise("Chatbot answers", "Trumpton", mission="About houses and their repair.", principles=[plumbing])
    make_promise("Chatbots", "Chigley", principles=[people])
    assert whys(["Chatbots for Housing", "", ""], [plumbing]) == {
        "Chatbot answers": "Both mention chatbots and housing, and both follow Plumbing",
    }


def test_one_shared_word_is_enough_only_in_both_titles_and_with_a_shared_principle():
    people, plumbing, *_ = make_principles()
    make_promise("Chatbots", "Chigley", principles=[people])
    make_promise("Alpha", "Camberwick", mission="Chatbots answer.", principles=[plumbing])
    assert whys(["Chatbots for Housing", "", ""], [plumbing]) == {}
    assert whys(["Chatbots for Housing", "", ""], [people]) == {
        "Chatbots": "Both mention chatbots, and both follow People"
    }


def test_the_likest_comes_first_and_capitals_that_mean_something_stay():
    make_promise("AI taxis", "Trumpton")
    make_promise("An AI chatbot for taxis", "Chigley")
    found = similar_to(["AI chatbots for taxis", ""])
    assert [(one.commitment.title, set(one.words)) for one in found] == [
        ("An AI chatbot for taxis", {"AI", "chatbots", "taxis"}),
        ("AI taxis", {"AI", "taxis"}),
    ]


def test_a_shared_principle_alone_makes_nothing_alike():
    principles = make_principles()
    make_promise("Taxi licences", "Trumpton", principles=principles)
    assert whys(["Bin collections", "We will collect bins."], principles) == {}


def test_words_that_any_commitment_may_say_make_nothing_alike():
    make_promise(
        "A better digital service for residents", "Trumpton", mission="We will share data and design services."
    )
    assert whys(["Better digital services", "We design services and share data with residents."]) == {}


def test_one_rare_word_somewhere_in_both_texts_is_not_enough_but_three_are():
    make_promise("Alpha", "Trumpton", mission="Sensors in gullies report blockages.")
    assert whys(["Beta", "Sensors on lamp posts."]) == {}
    assert list(whys(["Beta", "Sensors in gullies tell of blockages."])) == ["Alpha"]


def test_what_many_commitments_mention_makes_nothing_alike():
    for number in range(20):
        make_promise(f"Chatbots {number}", f"Place {number}")
    assert whys(["Chatbots", ""]) == {}


def test_a_councils_own_commitments_and_those_that_do_not_stand_are_left_out(moderator):
    mine = make_promise("Chatbots for taxis", "Trumpton", "Chigley")
    make_promise("Chatbots for taxis too", "Chigley", "Pippin")
    other = make_promise("Chatbots for taxis elsewhere", "Camberwick")
    make_commitment(
        make_signature("Winkstead", status=Status.DRAFT, commitments=0), title="Chatbots for taxis in secret"
    )
    search.index(Commitment.objects.all())
    assert [one.commitment for one in similar_for_page(mine)] == [other]
    other.move("withdraw", by=moderator, public_note="x")
    assert similar_for_page(mine) == []
    assert similar_for_page(other) == []


def test_it_says_whose_each_is():
    make_promise("Chatbots for taxis", "Camberwick", "Chigley", "Pippin")
    (one,) = similar_to(["Chatbots for taxis"])
    assert (one.organisation, one.others) == ("Camberwick Borough Council", 2)


def test_at_most_five_are_shown():
    for number in range(8):
        make_promise("Zebra crossings", f"Place {number}")
    assert len(similar_to(["Zebra crossings"])) == 5


@pytest.mark.parametrize(
    "texts", [["", "", ""], ["???", "🔔"], ["the of", "a"], ["x" * 5000, "y " * 5000], ["a:B & !c", '"']]
)
def test_any_text_can_be_compared(texts):
    make_promise("Chatbots for taxis", "Trumpton")
    assert similar_to(texts) == []


@pytest.mark.parametrize("number", [3, 40])
def test_it_costs_two_queries_however_many_there_are(number):
    promise = make_promise("Chatbots for taxis", "Trumpton", mission=" ".join(f"word{one}" for one in range(300)))
    for one in range(number):
        make_promise(f"Taxi chatbots {one}" if one < 10 else f"Plan {one}", f"Place {one}")
    promise = Commitment.objects.select_related("signature").prefetch_related("principles").get(pk=promise.pk)
    with CaptureQueriesContext(connection) as queries:
        assert similar_for_page(promise)
    assert len(queries) == 2


# ---- In the sign-up


def test_who_prepares_a_declaration_sees_who_works_on_something_like_it(client, sign_in):
    make_promise("Chatbots for taxis", "Camberwick", "Chigley")
    draft = make_signature("Trumpton", status=Status.DRAFT, commitments=0)
    promise = make_commitment(draft, title="A chatbot in every taxi")
    text = text_of(sign_in(draft.preparer).get(f"/sign/{draft.reference}/commitments/"))
    assert "Councils working on something like this Chatbots for taxis Camberwick Borough Council and 1 other" in text
    assert "Both mention chatbot and taxi, and both follow People" in text
    Commitment.objects.filter(pk=promise.pk).update(mission="")
    assert "something like this" not in text_of(client.get(f"/sign/{draft.reference}/commitments/"))
