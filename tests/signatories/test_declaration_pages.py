"""The Declaration's own pages: its versions and its principles."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from localdigital.models import RegisterVersion
from signatories.models import CoPublisher
from signatories.models.signature import Status
from tests.factories import make_commitment, make_declaration, make_organisation, make_principles, make_signature

pytestmark = pytest.mark.django_db


def page(client, address):
    """The page's HTML on one line."""
    return " ".join(client.get(address).content.decode().split())


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_published_version_can_be_read(client):
    make_declaration(dated_on=date(2018, 7, 4), body="## The ambition\n\nWork *together*.")
    response = client.get("/declaration/2018/")
    html = " ".join(response.content.decode().split())
    assert "Local Digital Declaration 2018, 4 July 2018 – " in html
    assert "<em>together</em>" in html
    assert 'href="https://example.gov.uk/declaration"' in html
    assert not response.cookies
    assert "public" in response["Cache-Control"]


def test_a_draft_version_cannot_be_read_and_is_named_nowhere(client):
    make_declaration()
    make_declaration("2027", published=False, title="A secret draft")
    assert client.get("/declaration/2027/").status_code == 404
    assert "A secret draft" not in page(client, "/declaration/2027/")
    assert "A secret draft" not in page(client, "/declaration/")
    assert "A secret draft" not in page(client, "/declaration/2018/")


def test_an_unknown_version_is_not_found(client):
    assert client.get("/declaration/1066/").status_code == 404


def test_the_list_is_useful_before_any_version_is_published(client):
    assert "No version has been published" in page(client, "/declaration/")


def test_the_list_leads_to_the_version_the_principles_and_signing(client):
    make_declaration()
    make_principles()
    html = page(client, "/declaration/")
    for address in ("/declaration/2018/", "/principles/people/", "/principles/openness/", "/sign/"):
        assert f'href="{address}"' in html


def test_versions_are_listed_newest_first(client):
    make_declaration("2018", title="The first")
    make_declaration("2022", title="The second", dated_on=date(2022, 7, 4), summary_of_changes="Says more of data.")
    html = page(client, "/declaration/").split("All versions")[1]
    assert html.index("The second") < html.index("The first")
    assert "Says more of data." in html


def test_only_the_newest_version_offers_to_be_signed_and_an_older_one_leads_to_it(client):
    make_declaration("2018")
    make_declaration("2022", dated_on=date(2022, 7, 4))
    old, new = (page(client, f"/declaration/{version}/").split("<main")[1] for version in ("2018", "2022"))
    assert 'href="/declaration/2022/"' in old
    assert 'href="/sign/"' not in old
    assert 'href="/sign/"' in new
    assert "A newer version" not in new


def test_a_version_says_how_many_organisations_have_signed_it(client):
    make_signature("Trumpton", "Camberwick")
    make_signature("Chigley", status=Status.WITHDRAWN)
    make_signature("Greendale", status=Status.AWAITING_REVIEW)
    make_signature("Pontypandy", declaration=make_declaration("2022", dated_on=date(2022, 7, 4)))
    assert ">2 organisations (" in page(client, "/declaration/2018/")
    assert ">1 organisation (" in page(client, "/declaration/2022/")


def test_a_version_names_its_co_publishers_and_none_that_nobody_has_checked(client):
    declaration = make_declaration()
    for organisation in (make_organisation("Trumpton"), make_organisation("Proposed", checked_at=None)):
        CoPublisher.objects.create(declaration=declaration, organisation=organisation)
    html = page(client, "/declaration/2018/")
    assert 'href="/organisations/trumpton/">Trumpton Borough Council</a>' in html
    assert "Proposed" not in html


def test_each_principle_has_a_page_that_names_it_in_its_title(client):
    for principle in make_principles():
        html = page(client, f"/principles/{principle.slug}/")
        assert f"Principle {principle.number}: {principle.title} – " in html
        assert 'aria-current="page"' in html


def test_an_unknown_principle_is_not_found(client):
    assert client.get("/principles/haste/").status_code == 404


def test_a_principle_shows_the_newest_public_commitments_that_serve_it(client):
    now = timezone.now()
    for age in range(12):
        signature = make_signature(f"Council {age}", commitments=0, published_at=now - timedelta(days=age))
        make_commitment(signature, title=f"Promise of age {age}.")
    html = page(client, "/principles/people/")
    found = [html.find(f"Promise of age {age}.") for age in range(12)]
    assert -1 not in found[:10]
    assert found[:10] == sorted(found[:10])
    assert found[10:] == [-1, -1]
    assert "Council 9" in html
    assert "Promise of age" not in page(client, "/principles/openness/")


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED, Status.WITHDRAWN}))
def test_a_principle_shows_no_commitment_that_the_public_cannot_read(client, status):
    make_signature("Trumpton", status=status)
    html = page(client, "/principles/people/")
    assert "Promise" not in html
    assert "Trumpton" not in html


def test_a_principle_says_which_commitments_were_withdrawn(client):
    make_signature("Trumpton", status=Status.WITHDRAWN)
    assert "Declaration withdrawn</strong>" in page(client, "/principles/people/")


@pytest.mark.parametrize("address", ["/declaration/", "/declaration/2018/", "/principles/people/"])
def test_a_page_costs_the_same_for_many_as_for_few(client, address):
    declaration = make_signature("Trumpton").declaration
    CoPublisher.objects.create(declaration=declaration, organisation=make_organisation("Trumpton"))
    RegisterVersion.current()
    few = queries(client, address)
    for number in range(8):
        signature = make_signature(f"Council {number}", f"Shire {number}")
        CoPublisher.objects.create(declaration=declaration, organisation=signature.signatories.first().organisation)
    assert queries(client, address) == few <= 6
