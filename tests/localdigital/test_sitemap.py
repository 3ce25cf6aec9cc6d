"""What machines read about the register: sitemap, robots, security contact."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from localdigital.models import RegisterVersion
from localdigital.site import sitemap
from signatories.models.signature import Status
from tests.factories import make_declaration, make_organisation, make_principles, make_signature

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def entries(response):
    """Each address of a sitemap file with its last change, None where it has none."""
    root = ET.fromstring(response.content)
    return {entry.findtext(f"{NAMESPACE}loc"): entry.findtext(f"{NAMESPACE}lastmod") for entry in root}


def paths(response, settings):
    return {address.removeprefix(settings.SITE_URL) for address in entries(response)}


@pytest.mark.django_db
def test_the_sitemap_lists_every_kind_of_public_page(client, settings):
    signature = make_signature("Trumpton", "Camberwick")
    commitment = signature.commitments.get()
    make_principles()
    response = client.get("/sitemap.xml")
    assert response["Content-Type"].startswith("application/xml")
    assert not response.cookies
    assert paths(response, settings) >= {
        "/",
        "/signatories/",
        "/sign/",
        "/privacy/",
        "/declaration/",
        "/declaration/2018/",
        "/principles/plumbing/",
        "/organisations/trumpton/",
        "/organisations/camberwick/",
        f"/signatures/{signature.reference}/",
        commitment.get_absolute_url(),
    }


@pytest.mark.django_db
def test_the_sitemap_says_when_a_signature_last_changed(client, settings):
    signature = make_signature("Trumpton")
    lastmod = entries(client.get("/sitemap.xml"))[settings.SITE_URL + signature.get_absolute_url()]
    assert datetime.fromisoformat(lastmod) == signature.changed_at.replace(microsecond=0)


@pytest.mark.django_db
@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED, Status.WITHDRAWN}))
def test_the_sitemap_lists_nothing_that_the_public_cannot_read(client, status):
    signature = make_signature("Trumpton", status=status)
    make_declaration("2027-draft", published=False)
    make_organisation("Proposed", checked_at=None)
    page = client.get("/sitemap.xml").content.decode()
    assert signature.reference not in page
    assert signature.commitments.get().get_absolute_url() not in page
    assert "2027-draft" not in page
    assert "proposed" not in page


@pytest.mark.django_db
def test_every_address_in_the_sitemap_has_a_page(client, settings):
    make_signature("Trumpton")
    for path in paths(client.get("/sitemap.xml"), settings):
        assert client.get(path).status_code == 200, path


@pytest.mark.django_db
def test_a_long_sitemap_is_spread_over_files_and_loses_nothing(client, settings, monkeypatch):
    for name in ("Trumpton", "Camberwick", "Chigley"):
        make_signature(name)
    make_principles()
    whole = paths(client.get("/sitemap.xml"), settings)
    monkeypatch.setattr(sitemap, "ADDRESSES_PER_FILE", 4)
    index = paths(client.get("/sitemap.xml"), settings)
    assert index == {f"/sitemap.xml?page={number}" for number in range(1, -(-len(whole) // 4) + 1)}
    files = [paths(client.get(file), settings) for file in index]
    assert all(len(file) <= 4 for file in files)
    assert sum(map(len, files)) == len(whole)
    assert set().union(*files) == whole


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "", "٣", "9" * 5000, "1\x00"])
def test_a_sitemap_file_that_does_not_exist_is_not_found(client, number):
    assert client.get("/sitemap.xml", {"page": number}).status_code == 404


@pytest.mark.django_db
def test_the_sitemap_costs_the_same_for_many_as_for_few(client):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/sitemap.xml")
        return len(asked)

    make_signature("Trumpton")
    RegisterVersion.current()
    few = queries()
    for number in range(8):
        make_signature(f"Council {number}")
    assert queries() == few <= 11


def test_search_engines_stay_out_of_what_is_private(client, settings):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /sign/", "Disallow: /account/", "Disallow: /link/", "Disallow: /admin/"} <= set(lines)
    assert "Allow: /sign/$" in lines
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines
    assert not response.cookies


def test_search_engines_stay_out_of_a_demo(client, settings):
    settings.DEMO = True
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_security_txt_says_whom_to_tell_and_expires_within_a_year(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.gov.uk"
    response = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:security@example.gov.uk"
    assert fields["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fields["Expires"])
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=90) < left < timedelta(days=365)
