"""Public pages can be kept by anyone, carry no cookie, and are known to have changed when they have."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from localdigital import caching
from localdigital.models import RegisterVersion
from signatories.models.signature import Status
from tests.factories import make_signature

PAGES = [
    "/",
    "/signatories/",
    "/signatories/?q=trum",
    "/organisations/trumpton/",
    "/organisations.json?q=t",
    "/commitments/",
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def trumpton():
    return make_signature("Trumpton")


def addresses(signature):
    """The fixed pages and those of this document."""
    return [*PAGES, signature.get_absolute_url(), signature.commitments.get().get_absolute_url()]


def test_no_public_page_sets_a_cookie(client, trumpton):
    for address in addresses(trumpton):
        response = client.get(address)
        assert response.status_code == 200
        assert not response.cookies, address
        assert "Cookie" not in response.get("Vary", ""), address


def test_no_page_that_is_not_there_sets_a_cookie(client, trumpton):
    removed = make_signature("Camberwick", status=Status.REMOVED)
    for address in (
        removed.get_absolute_url(),
        "/signatures/x/",
        "/organisations/x/",
        "/signatories/?page=x",
        "/nowhere",
    ):
        assert not client.get(address).cookies, address


def test_a_public_page_may_be_kept_for_half_a_minute_and_used_for_a_day_when_we_are_down(client, trumpton):
    for address in addresses(trumpton):
        response = client.get(address)
        assert response["Cache-Control"] == "public, max-age=30, stale-while-revalidate=30, stale-if-error=86400"
        assert response["ETag"].startswith('"')
        assert "Last-Modified" in response


def test_an_unchanged_page_is_answered_without_its_content(client, trumpton):
    for address in addresses(trumpton):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == first["Cache-Control"]
        assert again["ETag"] == first["ETag"]


def test_a_star_is_no_etag_of_any_page(client):
    for address, status in (("/", 200), ("/organisations/nowhere/", 404), ("/organisations/trumpton/", 200)):
        later = http_date((timezone.now() + timedelta(minutes=1)).timestamp())
        for also in ({}, {"If-Modified-Since": later}):
            assert client.get(address, headers={"If-None-Match": "*", **also}).status_code == status


def test_a_change_of_the_register_changes_every_page(client, trumpton):
    before = {address: client.get(address)["ETag"] for address in addresses(trumpton)}
    RegisterVersion.bump()
    for address, etag in before.items():
        response = client.get(address, headers={"If-None-Match": etag})
        assert response.status_code == 200
        assert response["ETag"] != etag


def test_each_page_has_an_etag_of_its_own(client, trumpton):
    etags = [client.get(address)["ETag"] for address in addresses(trumpton)]
    assert len(set(etags)) == len(etags)


def test_a_new_release_changes_every_page(client, settings):
    before = client.get("/")["ETag"]
    settings.RELEASE = "the next one"
    assert client.get("/")["ETag"] != before


def test_a_new_day_changes_every_page(client, monkeypatch):
    before = client.get("/")
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(caching.timezone, "localdate", lambda: tomorrow)
    after = client.get("/")
    assert after["ETag"] != before["ETag"]
    assert parse_http_date(after["Last-Modified"]) > parse_http_date(before["Last-Modified"])


def test_last_modified_is_when_the_register_changed(client):
    RegisterVersion.bump(now=timezone.now().replace(microsecond=0) + timedelta(minutes=1))
    changed_at = RegisterVersion.current().changed_at
    assert client.get("/")["Last-Modified"] == http_date(changed_at.timestamp())


def test_a_browser_that_only_knows_the_time_is_answered_too(client):
    # The future, since what is kept from before the last change must be fetched again.
    now = http_date((timezone.now() + timedelta(minutes=1)).timestamp())
    assert client.get("/", headers={"If-Modified-Since": now}).status_code == 304
    long_ago = http_date(datetime(2018, 7, 4, tzinfo=timezone.get_current_timezone()).timestamp())
    assert client.get("/", headers={"If-Modified-Since": long_ago}).status_code == 200


def test_what_is_gone_or_moved_is_kept_no_longer_than_a_page(client):
    removed = make_signature("Camberwick", status=Status.REMOVED)
    response = client.get(removed.get_absolute_url())
    assert response.status_code == 410
    assert response["Cache-Control"] == "public, max-age=30"
    assert "ETag" not in response
    moved = client.get(removed.get_absolute_url().lower())
    assert moved.status_code == 301
    assert moved["Cache-Control"] == "no-cache"


def test_a_public_page_is_only_read(client):
    for address in PAGES:
        assert client.post(address).status_code == 405
        assert client.head(address).status_code == 200
