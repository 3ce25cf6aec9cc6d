"""What machines read about the register: sitemap, robots, security contact."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import publishing
from commitments.models import Adoption
from localdigital.models import RegisterVersion
from localdigital.site import last_changed
from signatories import moderation
from signatories.models.signature import Status
from tests.factories import (
    make_declaration,
    make_organisation,
    make_principles,
    make_signature,
    make_update,
    make_user,
)
from tests.pages import sitemap_entries
from tests.programme.factories import make_case_study, make_event, make_project, make_round

NOW = timezone.now().replace(microsecond=0)


def ago(days):
    return NOW - timedelta(days=days)


def listed(client):
    """The public pages that the sitemap lists, as paths."""
    return {address.removeprefix("http://testserver") for address in sitemap_entries(client)}


def last_change(client, thing):
    """What the sitemap says of when a page last changed; None where it says nothing."""
    found = sitemap_entries(client)[f"http://testserver{thing.get_absolute_url()}"]
    return found and datetime.fromisoformat(found)


def files(client):
    """The files of the sitemap's index, each with its last change."""
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert root.tag.endswith("}sitemapindex")
    return {file[0].text.removeprefix("http://testserver"): file[1].text if len(file) > 1 else None for file in root}


def old_signature(*names, **fields):
    """A document all of which happened long ago."""
    moments = {"published_at": ago(90), "changed_at": ago(90)}
    signature = make_signature(*names, **moments | fields)
    signature.commitments.update(published_at=ago(90), changed_at=ago(90))
    for part in signature.signatories.all():
        type(part.organisation).objects.update(checked_at=ago(100))
        part.organisation.history.update(history_date=ago(100))
    return signature


@pytest.mark.django_db
def test_the_sitemap_is_an_index_of_files_that_list_every_kind_of_public_page(client):
    signature = make_signature("Trumpton", "Camberwick")
    make_principles()
    programme = [make_case_study(), make_event(), make_project("Drains", make_round())]
    response = client.get("/sitemap.xml")
    assert response["Content-Type"].startswith("application/xml")
    assert not response.cookies
    assert list(files(client)) == [
        f"/sitemap-{name}-1.xml"
        for name in (
            "pages", "declarations", "principles", "organisations", "signatures", "commitments", "case-studies",
            "events", "rounds", "projects",
        )
    ]  # fmt: skip
    assert listed(client) >= {
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
        signature.commitments.get().get_absolute_url(),
        *(one.get_absolute_url() for one in programme),
    }


@pytest.mark.django_db
def test_every_address_in_the_sitemap_has_a_page(client):
    make_signature("Trumpton")
    for path in listed(client):
        assert client.get(path).status_code == 200, path


@pytest.mark.django_db
@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED, Status.WITHDRAWN}))
def test_the_sitemap_lists_nothing_that_the_public_cannot_read(client, status):
    signature = make_signature("Trumpton", status=status)
    make_declaration("2027-draft", published=False)
    make_organisation("Proposed", checked_at=None)
    told = " ".join(listed(client))
    assert "/organisations/trumpton/" in told
    assert signature.reference not in told
    assert signature.commitments.get().get_absolute_url() not in told
    assert "2027-draft" not in told
    assert "proposed" not in told


# ---- When a page last changed


@pytest.mark.django_db
def test_a_page_changed_when_what_it_tells_did(client):
    signature = old_signature("Trumpton", "Camberwick")
    promise, trumpton = signature.commitments.get(), make_organisation("Trumpton")
    pages = [signature, promise, trumpton]
    assert {last_change(client, page) for page in pages} == {ago(90)}
    make_update(promise, published_at=ago(30), changed_at=ago(30))
    assert {last_change(client, page) for page in pages} == {ago(30)}
    make_update(promise, status="draft", changed_at=ago(1))
    assert {last_change(client, page) for page in pages} == {ago(30)}, "what nobody can read changes nothing"


@pytest.mark.django_db
def test_a_page_changed_when_something_was_taken_from_it(client):
    promise = old_signature("Trumpton").commitments.get()
    update = make_update(promise, published_at=ago(30), changed_at=ago(30))
    publishing.remove_update(update, by=make_user(), note="A mistake", now=ago(10))
    assert last_change(client, promise) == last_change(client, make_organisation("Trumpton")) == ago(10)


@pytest.mark.django_db
def test_a_page_changed_when_its_document_was_withdrawn_or_its_promise_taken_on(client):
    signature = old_signature("Trumpton")
    promise, chigley = signature.commitments.get(), make_organisation("Chigley", checked_at=ago(80))
    chigley.history.update(history_date=ago(80))
    Adoption.objects.create(commitment=promise, organisation=chigley, adopted_at=ago(20))
    assert last_change(client, promise) == last_change(client, chigley) == ago(20)
    with transaction.atomic():
        moderation.withdraw(signature, by=make_user(), note="They asked us to.", now=ago(5))
    for page in (signature, promise, make_organisation("Trumpton")):
        assert last_change(client, page) == ago(5)


@pytest.mark.django_db
def test_an_organisation_changed_with_the_newest_of_what_it_shares(client):
    body = old_signature("Trumpton").signatories.get().organisation
    make_case_study("Drains", body, published_at=ago(40), changed_at=ago(40))
    assert last_change(client, body) == ago(40)
    make_event("Bells", body, published_at=ago(8), changed_at=ago(8))
    make_event("Secret", body, status="draft", changed_at=ago(1))
    assert last_change(client, body) == ago(8)


@pytest.mark.django_db
def test_a_file_changed_when_the_newest_of_its_pages_did_and_fixed_pages_say_nothing(client):
    old_signature("Trumpton")
    newer = old_signature("Chigley", changed_at=ago(3))
    old_signature("Camberwick", status=Status.REMOVED, changed_at=ago(1))
    found = files(client)
    assert found["/sitemap-pages-1.xml"] is None
    assert datetime.fromisoformat(found["/sitemap-signatures-1.xml"]) == last_change(client, newer) == ago(3)
    for file, at in found.items():
        changes = [one for one in sitemap_entries(client, file).values() if one]
        assert at == max(changes, default=None), file


# ---- Many pages


@pytest.mark.django_db
def test_many_pages_are_spread_over_files_in_which_each_stays(client, monkeypatch):
    for name in ("Trumpton", "Camberwick", "Chigley"):
        make_signature(name)
    whole = listed(client)
    monkeypatch.setattr(last_changed, "KEYS_PER_FILE", 2)
    spread = [listed_in for file in files(client) if (listed_in := sitemap_entries(client, file))]
    assert len([file for file in files(client) if "organisations" in file]) >= 2
    assert sum(map(len, spread)) == len(whole)
    assert listed(client) == whole


@pytest.mark.django_db
@pytest.mark.parametrize(
    "file",
    ["pages-0", "pages-2", "organisations-1", "organisations-0", "secrets-1", f"organisations-{'9' * 30}",
     f"organisations-{'9' * 5000}"],
)  # fmt: skip
def test_a_sitemap_file_that_does_not_exist_is_not_found(client, file):
    assert client.get(f"/sitemap-{file}.xml").status_code == 404


@pytest.mark.django_db
def test_the_sitemap_costs_the_same_for_many_as_for_few(client):
    def queries(address):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    def costs():
        return [
            queries("/sitemap.xml"),
            *(queries(f"/sitemap-{name}-1.xml") for name in ("organisations", "signatures")),
        ]

    make_signature("Trumpton")
    RegisterVersion.current()
    few = costs()
    for number in range(8):
        make_update(make_signature(f"Council {number}").commitments.get())
    assert costs() == few == [2, 3, 3]


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
