"""The pages that say how the register works, and those shown when something is wrong."""

import re
from itertools import pairwise

import pytest
from django.db import connections
from django.test import Client, RequestFactory

from localdigital.site import errors

PAGES = {
    "/privacy/": "Privacy notice",
    "/cookies/": "Cookies",
    "/accessibility/": "Accessibility statement",
    "/contact/": "Contact us",
    "/data/": "Open data",
}


def text_of(response):
    """What a reader sees, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "title"), PAGES.items())
def test_each_page_has_its_own_title_and_sets_no_cookie(client, address, title):
    response = client.get(address)
    assert response.status_code == 200
    assert f"<title>{title} – " in " ".join(response.content.decode().split()).replace("<title> ", "<title>")
    assert not response.cookies
    assert "public" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_each_page_has_one_main_heading_and_skips_no_level(client, address):
    levels = [int(level) for level in re.findall(r"<h([1-6])", client.get(address).content.decode().split("<main")[1])]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_each_page_says_how_to_reach_the_team(client, settings, address):
    page = client.get(address).content.decode()
    assert f"mailto:{settings.CONTACT_EMAIL}" in page or 'href="/contact/"' in page


@pytest.mark.django_db
def test_the_privacy_notice_says_the_law_what_is_published_and_for_how_long(client):
    page = text_of(client.get("/privacy/"))
    for fact in (
        "Article 6(1)(e)",
        "Ministry of Housing, Communities and Local Government",
        "Information Commissioner",
        "We never publish: email addresses",
        "90 days after the last change",
        "60 days, then they become drafts again",
        "24 hours",
        "7 days after they stop working",
        "12 months after they last prepared, signed or reported for an organisation",
        "Last changed: 22 November 2026",
    ):
        assert fact in page, fact


@pytest.mark.django_db
def test_the_cookies_page_names_the_cookies_as_they_are_called_here(client, settings):
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-one", "__Host-two"
    page = text_of(client.get("/cookies/"))
    assert "__Host-one" in page
    assert "__Host-two" in page
    assert "Expires after 12 hours" in page


def test_the_form_cookie_lasts_the_year_that_the_cookies_page_says(settings):
    assert settings.CSRF_COOKIE_AGE == 52 * 7 * 24 * 60 * 60


@pytest.mark.django_db
def test_the_accessibility_statement_has_what_the_regulations_ask_for(client):
    page = text_of(client.get("/accessibility/"))
    for part in (
        "applies to",
        "partially compliant",
        "version 2.2",
        "Content that is not accessible",
        "Feedback and contact",
        "Enforcement procedure",
        "Equality and Human Rights Commission",
        "Equality Commission for Northern Ireland",
        "(No. 2) Accessibility Regulations 2018",
        "prepared on 22 November 2026",
    ):
        assert part in page, part


@pytest.mark.django_db
def test_the_data_page_carries_the_attribution_of_the_councils_facts(client):
    page = text_of(client.get("/data/"))
    assert "Open Government Licence v3.0" in page
    assert "UK Local Authorities" in page
    assert "mySociety" in page
    assert "CC BY 4.0, changed" in page


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.csrf_failure, 403),
        (errors.page_not_found, 404),
        (errors.too_many_requests, 429),
        (errors.server_error, 500),
    ],
)
def test_every_error_page_is_drawn_without_asking_the_database(view, status):
    # No django_db mark: a query fails the test.
    response = view(RequestFactory().get("/somewhere/"))
    assert response.status_code == status
    assert b"<h1" in response.content
    assert b'href="/contact/"' in response.content


@pytest.mark.django_db
def test_an_unknown_address_is_answered_with_a_helpful_page(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "Page not found" in text_of(response)
    assert 'href="/signatories/"' in response.content.decode()
    assert not response.cookies


@pytest.mark.django_db
def test_a_broken_database_still_gives_a_page_that_says_so(monkeypatch):
    def broken(*args, **kwargs):
        raise connections["default"].Database.OperationalError("gone")

    client = Client(raise_request_exception=False)
    monkeypatch.setattr(connections["default"], "cursor", broken)
    response = client.get("/declaration/")
    assert response.status_code == 500
    assert "there is a problem with the service" in text_of(response)
    assert "gone" not in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_answered_with_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "someone"})
    assert response.status_code == 403
    assert "Nothing was saved or sent" in text_of(response)
