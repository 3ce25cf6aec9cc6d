"""The first page."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from signatories.models.signature import Status
from tests.factories import make_organisation, make_principles, make_signature
from tests.pages import NOT_PUBLIC, listed, text_of, title

pytestmark = pytest.mark.django_db


def test_it_says_how_many_organisations_and_declarations_stand(client):
    make_signature("Trumpton", "Camberwick")
    make_signature("Chigley")
    text = text_of(client.get("/"))
    assert "organisations have signed 3" in text
    assert "signed declarations 2" in text


def test_what_was_withdrawn_and_what_is_not_published_is_not_counted(client):
    both = make_signature("Trumpton", "Camberwick")
    both.signatories.filter(organisation__name="Camberwick").update(withdrawn_at=timezone.now(), live=False)
    for number, status in enumerate([*NOT_PUBLIC, Status.WITHDRAWN]):
        make_signature(f"Chigley {number}", status=status)
    response = client.get("/")
    assert "organisation has signed 1" in text_of(response)
    assert "signed declaration 1" in text_of(response)
    assert listed(response) == ["Trumpton Borough Council"]


def test_an_empty_register_says_that_nothing_is_published(client):
    text = text_of(client.get("/"))
    assert "organisations have signed 0" in text
    assert "No signature has been published so far." in text


def test_the_five_newest_are_shown_newest_first_with_all_their_organisations(client):
    for number in range(7):
        published_at = timezone.now() - timedelta(days=number)
        make_signature(f"Trumpton {number}", f"Camberwick {number}", published_at=published_at, on=date(2018, 11, 9))
    response = client.get("/")
    assert listed(response) == [
        f"Trumpton {number} Borough Council and Camberwick {number} Borough Council" for number in range(5)
    ]
    assert "Signed 9 November 2018" in text_of(response)


def test_it_explains_the_principles_and_how_to_sign(client):
    make_principles()
    response = client.get("/")
    page = response.content.decode()
    assert "5 principles" in text_of(response)
    assert 'href="/principles/plumbing/"' in page
    assert 'href="/sign/"' in page.split("<main")[1]
    assert 'href="/declaration/"' in page.split("<main")[1]
    assert title(response)


def test_its_search_box_finds_an_organisation_signed_or_not(client):
    make_organisation("Trumpton")
    assert 'name="signed" value="all"' in client.get("/").content.decode()
    assert listed(client.get("/signatories/", {"signed": "all", "q": "trum"})) == ["Trumpton Borough Council"]
