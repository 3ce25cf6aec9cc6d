"""The page of one signed document, and what is said when there is none."""

from datetime import date

import pytest
from django.utils import timezone

from signatories.models.partial_date import Precision
from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_person, make_signature
from tests.pages import UNKNOWN_TO_THE_PUBLIC, heading, text_of, title

pytestmark = pytest.mark.django_db


def test_a_signed_document_shows_all_that_was_signed(client):
    signer = make_person("Nobby Nutter", job_title="Mayor")
    signature = make_signature("Trumpton", "Camberwick", signers=[signer] * 2, commitments=0, on=date(2018, 11, 9))
    chigley = make_organisation("Chigley")
    make_commitment(
        signature,
        partners=[chigley, "The Biscuit Factory"],
        deliverables=["A clock", "A band"],
        due_on=date(2019, 11, 9),
    )
    response = client.get(f"/signatures/{signature.reference}/")
    assert heading(response) == "Trumpton Borough Council and Camberwick Borough Council"
    text = text_of(response)
    for words in (
        "Signed by Nobby Nutter Mayor",
        "Date signed 9 November 2018",
        "Answer the phone with a bot",
        "We will find out what people ask us most.",
        "Deliverables A clock A band",
        "Due 9 November 2019",
        "Chigley Borough Council",
        "The Biscuit Factory",
        "Residents get an answer at any hour.",
        "1. People 2. Plumbing",
        signature.reference,
    ):
        assert words in text, words
    page = response.content.decode()
    for address in ("/organisations/chigley/", "/principles/people/", "/declaration/2018/", "/organisations/trumpton/"):
        assert f'href="{address}"' in page


def test_a_document_recorded_from_paper_says_where_it_comes_from(client):
    signature = make_signature("Trumpton", source_note="the council's own website, read on 3 May 2021")
    page = text_of(client.get(f"/signatures/{signature.reference}/"))
    assert "Recorded by the delivery team from: the council&#39;s own website, read on 3 May 2021" in page


def test_a_document_without_a_known_date_says_so(client):
    signature = make_signature("Trumpton")
    signature.signatories.update(signed_on=None, signed_on_precision=Precision.UNKNOWN)
    assert "Date signed Not known" in text_of(client.get(f"/signatures/{signature.reference}/"))


def test_no_public_page_shows_an_email_address_of_a_signer(client):
    signature = make_signature("Trumpton")
    for address in (f"/signatures/{signature.reference}/", "/organisations/trumpton/", "/signatories/", "/"):
        assert "pugh.barney@" not in client.get(address).content.decode()


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("-", ""), lambda text: text.replace("-", " ")])
def test_a_reference_typed_loosely_leads_to_the_document(client, change):
    signature = make_signature("Trumpton")
    response = client.get(f"/signatures/{change(signature.reference)}/")
    assert response.status_code == 301
    assert response["Location"] == f"/signatures/{signature.reference}/"


@pytest.mark.parametrize("reference", ["x", "2222-2223", "4H7K-2QX", "²²²²-²²²²", "a" * 500])
def test_what_is_no_reference_is_not_found(client, reference):
    assert client.get(f"/signatures/{reference}/").status_code == 404


@pytest.mark.parametrize("status", UNKNOWN_TO_THE_PUBLIC)
def test_a_document_that_is_not_published_is_not_found(client, status):
    signature = make_signature("Trumpton", status=status)
    assert client.get(f"/signatures/{signature.reference}/").status_code == 404


def test_a_withdrawn_document_stays_and_says_when_and_why(client):
    when = timezone.make_aware(timezone.datetime(2024, 5, 1))
    signature = make_signature("Trumpton", status=Status.WITHDRAWN, withdrawn_at=when, public_note="They asked us to.")
    response = client.get(f"/signatures/{signature.reference}/")
    assert "This declaration was withdrawn on 1 May 2024. They asked us to." in text_of(response)
    assert "Promise 1" in text_of(response)
    assert "withdrawn" in title(response)


def test_a_document_says_which_of_its_signatories_withdrew(client):
    both = make_signature("Trumpton", "Camberwick")
    when = timezone.make_aware(timezone.datetime(2024, 5, 1))
    both.signatories.filter(organisation__name="Camberwick").update(withdrawn_at=when, live=False)
    text = text_of(client.get(f"/signatures/{both.reference}/"))
    assert "Camberwick Borough Council withdrew from this declaration on 1 May 2024." in text
    assert "Trumpton Borough Council withdrew" not in text


def test_a_removed_document_is_gone_with_all_its_content_even_why_it_was_withdrawn_before(client):
    signature = make_signature("Trumpton", status=Status.REMOVED, public_note="It was a hoax.")
    response = client.get(f"/signatures/{signature.reference}/")
    assert response.status_code == 410
    page = response.content.decode()
    for content in ("It was a hoax.", "Trumpton", "Pugh Barney", "Promise"):
        assert content not in page
