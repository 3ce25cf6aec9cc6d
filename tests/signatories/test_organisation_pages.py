"""The page of one organisation, whether it has signed or not."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from signatories.models import CoPublisher, Succession
from signatories.models.signature import Status
from tests.factories import make_commitment, make_declaration, make_organisation, make_person, make_signature
from tests.pages import NOT_PUBLIC, text_of

pytestmark = pytest.mark.django_db


def test_an_organisation_that_signed_says_who_signed_when_in_what_role_and_what_it_promised(client):
    signer = make_person("Nobby Nutter", job_title="Mayor")
    signature = make_signature("Trumpton", "Camberwick", signers=[signer, make_person()], on=date(2018, 11, 9))
    text = text_of(client.get("/organisations/trumpton/"))
    assert "Has signed the Local Digital Declaration" in text
    assert "Signed by Nobby Nutter, Mayor" in text
    assert "Date signed 9 November 2018" in text
    assert "Local Digital Declaration 2018" in text
    assert "Signed together with Camberwick Borough Council" in text
    assert "Promise 1" in text
    assert signature.reference in client.get("/organisations/trumpton/").content.decode()


def test_an_organisation_that_has_not_signed_says_so_and_how_to_sign(client):
    make_organisation("Trumpton")
    response = client.get("/organisations/trumpton/")
    assert "Has not signed the Local Digital Declaration" in text_of(response)
    assert 'href="/sign/"' in response.content.decode().split("<main")[1]


@pytest.mark.parametrize("status", NOT_PUBLIC)
def test_an_unpublished_signature_is_not_on_its_organisations_page(client, status):
    make_signature("Trumpton", status=status)
    text = text_of(client.get("/organisations/trumpton/"))
    assert "Has not signed" in text
    assert "Promise" not in text
    assert "Pugh Barney" not in text


def test_a_withdrawn_signature_is_told_as_withdrawn(client):
    make_signature("Trumpton", status=Status.WITHDRAWN, withdrawn_at=timezone.make_aware(timezone.datetime(2024, 5, 1)))
    text = text_of(client.get("/organisations/trumpton/"))
    assert "Signed the Local Digital Declaration and withdrew" in text
    assert "What it withdrew" in text
    assert "Withdrawn on 1 May 2024" in text


def test_an_organisation_that_withdrew_alone_is_told_apart_from_the_one_that_stays(client):
    both = make_signature("Trumpton", "Camberwick")
    both.signatories.filter(organisation__name="Camberwick").update(withdrawn_at=timezone.now(), live=False)
    assert "Has signed" in text_of(client.get("/organisations/trumpton/"))
    camberwick = text_of(client.get("/organisations/camberwick/"))
    assert "Signed the Local Digital Declaration and withdrew" in camberwick
    assert "What it withdrew" in camberwick


def test_an_organisation_says_where_others_name_it_as_a_partner(client):
    partner = make_organisation("Chigley")
    make_commitment(make_signature("Trumpton", commitments=0), title="Share a bot", partners=[partner])
    make_commitment(
        make_signature("Camberwick", commitments=0, status=Status.AWAITING_REVIEW), title="Secret", partners=[partner]
    )
    text = text_of(client.get("/organisations/chigley/"))
    assert "Named as a partner" in text
    assert "Share a bot Trumpton Borough Council" in text
    assert "Secret" not in text


def test_an_organisation_that_ended_says_when_and_what_became_of_it(client):
    old, new = make_organisation("Trumpton", ends_on=date(2023, 3, 31)), make_organisation("Trumptonshire")
    Succession.objects.create(predecessor=old, successor=new)
    text = text_of(client.get("/organisations/trumpton/"))
    assert "This organisation ended on 31 March 2023. What it did passed to: Trumptonshire Borough Council" in text
    assert "Do you work there?" not in text
    text = text_of(client.get("/organisations/trumptonshire/"))
    assert "Took over from Trumpton Borough Council , which ended on 31 March 2023" in text


def test_an_organisation_that_ends_or_begins_later_says_so(client):
    later = timezone.localdate() + timedelta(days=30)
    make_organisation("Trumpton", ends_on=later)
    make_organisation("Camberwick", starts_on=later)
    assert "This organisation ended" not in text_of(client.get("/organisations/trumpton/"))
    assert "This organisation begins on" in text_of(client.get("/organisations/camberwick/"))


def test_an_organisation_names_its_county_and_its_combined_authority_and_what_it_co_published(client):
    county, combined = make_organisation("Trumptonshire"), make_organisation("Greater Trumpton")
    trumpton = make_organisation("Trumpton", county=county, combined_authority=combined)
    CoPublisher.objects.create(declaration=make_declaration(), organisation=trumpton)
    text = text_of(client.get("/organisations/trumpton/"))
    assert "County Trumptonshire Borough Council" in text
    assert "Combined authority Greater Trumpton Borough Council" in text
    assert "Co-published Local Digital Declaration 2018" in text


def test_an_organisation_that_nobody_has_checked_has_no_page(client):
    make_organisation("Trumpton", checked_at=None)
    assert client.get("/organisations/trumpton/").status_code == 404
    assert client.get("/organisations/nowhere/").status_code == 404
