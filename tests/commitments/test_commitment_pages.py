"""The public pages of commitments: each one, all of them, and none that is not published."""

from datetime import date

import pytest

from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_signature
from tests.pages import UNKNOWN_TO_THE_PUBLIC, heading, text_of, title

pytestmark = pytest.mark.django_db


def make_promise(status=Status.PUBLISHED, **fields):
    """One commitment of Trumpton and Camberwick, in a document of that status."""
    signature = make_signature("Trumpton", "Camberwick", status=status, commitments=0, public_note="Note.")
    return make_commitment(signature, **fields)


def test_a_commitment_shows_all_that_was_promised_and_whose_promise_it_is(client):
    promise = make_promise(
        partners=[make_organisation("Chigley"), "The Biscuit Factory"],
        deliverables=["A clock"],
        due_on=date(2019, 11, 9),
    )
    response = client.get(promise.get_absolute_url())
    assert heading(response) == "Answer the phone with a bot"
    text = text_of(response)
    for words in (
        "We will find out what people ask us most.",
        "Due 9 November 2019",
        "A clock",
        "The Biscuit Factory",
        "Residents get an answer at any hour.",
        "1. People 2. Plumbing",
        "Trumpton Borough Council Camberwick Borough Council",
    ):
        assert words in text, words
    page = response.content.decode()
    for address in (
        "/organisations/chigley/",
        "/organisations/camberwick/",
        f"/signatures/{promise.signature.reference}/",
    ):
        assert f'href="{address}"' in page


def test_a_partner_is_said_to_have_signed_or_not(client):
    promise = make_promise(partners=[make_organisation("Chigley"), make_organisation("Pippin")])
    make_signature("Pippin")
    text = text_of(client.get(promise.get_absolute_url()))
    assert "Chigley Borough Council has not signed" in text
    assert "Pippin Borough Council has signed" in text


def test_a_partner_that_nobody_has_checked_is_named_without_a_link(client):
    promise = make_promise(partners=[make_organisation("Chigley", checked_at=None)])
    page = client.get(promise.get_absolute_url()).content.decode()
    assert "Chigley Borough Council" in page
    assert "/organisations/chigley/" not in page


@pytest.mark.parametrize("slug", ["x", "answer-the-phone", "Answer-the-phone-with-a-bot"])
def test_a_wrong_slug_leads_to_the_right_one(client, slug):
    promise = make_promise()
    response = client.get(f"/commitments/{promise.pk}/{slug}/")
    assert response.status_code == 301
    assert response["Location"] == promise.get_absolute_url()


@pytest.mark.parametrize("status", UNKNOWN_TO_THE_PUBLIC)
@pytest.mark.parametrize("slug", ["answer-the-phone-with-a-bot", "x"])
def test_a_commitment_that_is_not_published_is_not_found_and_its_slug_not_told(client, status, slug):
    promise = make_promise(status=status)
    response = client.get(f"/commitments/{promise.pk}/{slug}/")
    assert response.status_code == 404
    assert "Location" not in response.headers
    assert "Answer the phone" not in response.content.decode()


@pytest.mark.parametrize("slug", ["answer-the-phone-with-a-bot", "x"])
def test_a_removed_commitment_is_gone_and_its_slug_not_told(client, slug):
    promise = make_promise(status=Status.REMOVED)
    response = client.get(f"/commitments/{promise.pk}/{slug}/")
    assert response.status_code == 410
    assert "Location" not in response.headers
    assert "Note." not in text_of(response)
    page = response.content.decode()
    assert "Answer the phone" not in page
    assert "Trumpton" not in page


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40])
def test_an_unknown_commitment_is_not_found(client, pk):
    assert client.get(f"/commitments/{pk}/x/").status_code == 404


def test_a_withdrawn_commitment_stays_and_says_so(client):
    promise = make_promise(status=Status.WITHDRAWN)
    response = client.get(promise.get_absolute_url())
    assert "was withdrawn on" in text_of(response)
    assert "(withdrawn)" in title(response)


def test_two_commitments_of_one_name_have_different_titles(client):
    one, other = make_promise(), make_commitment(make_signature("Trumpton B", commitments=0))
    assert title(client.get(one.get_absolute_url())) != title(client.get(other.get_absolute_url()))
