"""What every page has: its frame, its policy, the words for dates and numbers, and texts made safe."""

import base64
import datetime as dt
import hashlib
import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from jinja2 import FileSystemLoader

from localdigital.govuk import writing
from localdigital.jinja2 import environment
from localdigital.management.commands import build_frontend
from tests.html_validity import html_problems

UTC = dt.UTC
PAGE = """{% extends "base.html" %}{% block title %}{{ "Hello & welcome" }}{% endblock %}
{% block content %}<h1 class="govuk-heading-xl">Hello</h1>{% endblock %}"""


def public_request(path="/signatories/"):
    """A request that `public_page` answers."""
    request = RequestFactory().get(path)
    request.is_public_page = True
    return request


def page(path="/signatories/", source=PAGE, **context):
    """A small public page as it goes out."""
    return engines["jinja2"].from_string(source).render(context, public_request(path))


def page_with(**changed):
    """A small page where some of the settings are others."""
    loader = FileSystemLoader(settings.BASE_DIR / "templates")
    env = environment(loader=loader)
    env.globals.update(changed)
    return env.from_string(PAGE).render(request=public_request())


def test_the_page_says_its_title_first_and_then_the_service():
    assert f"<title>Hello &amp; welcome – {settings.SERVICE_NAME}</title>" in page()
    assert '<meta property="og:title" content="Hello &amp; welcome">' in page()


def test_the_page_names_its_own_address_without_what_was_asked_for():
    html = page("/signatories/?from=secret")
    assert f'<link rel="canonical" href="{settings.SITE_URL}/signatories/">' in html
    assert "secret" not in html


def test_the_only_inline_script_is_the_one_that_the_policy_allows():
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page(), re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" == settings.PAGE_TEMPLATE_SCRIPT
    assert settings.PAGE_TEMPLATE_SCRIPT in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"]


def test_no_page_has_an_inline_style():
    assert not re.search(r"\sstyle=|<style", page())


def test_the_frame_of_a_page_is_valid_html():
    assert html_problems(page()) == []
    assert html_problems(page_with(branding=True, demo=True)) == []


def test_the_navigation_leads_to_every_part_and_marks_where_the_reader_is():
    html = page()
    links = re.findall(r'class="govuk-service-navigation__link" href="([^"]+)"( aria-current="\w+")?', html)
    assert [href for href, _ in links] == [
        "/signatories/", "/commitments/", "/movement/", "/fund/", "/case-studies/", "/reuse/", "/events/", "/support/",
        "/declaration/", "/sign/", "/account/",
    ]  # fmt: skip
    assert [bool(current) for _, current in links] == [True] + [False] * 10
    elsewhere = page("/organisations/redditch/", '{% extends "base.html" %}{% set active_nav = "commitments" %}')
    assert re.search(r'href="/commitments/" aria-current="true"', elsewhere)


def test_without_leave_to_use_the_brand_there_is_no_crown_and_no_gov_uk_font():
    html = page_with(branding=False)
    assert "GOV.UK" not in html
    assert "rown copyright" not in html
    assert "brand.css" not in html
    assert "images/" not in html
    assert "Open Government Licence v3.0" in html


def test_with_leave_the_page_has_the_crown_the_font_and_the_copyright():
    html = page_with(branding=True)
    assert 'aria-label="GOV.UK"' in html
    assert "/static/brand.css" in html
    assert "Crown copyright" in html
    assert "app-masthead" not in html


def test_only_the_demo_says_that_it_is_one():
    assert "This is a demo" in page_with(demo=True)
    assert "/demo/mailbox/" in page_with(demo=True)
    assert "demo" not in page_with(demo=False)


def test_a_page_whose_form_has_errors_says_so_in_its_title():
    assert "<title>Error: Hello" in page(form=SimpleNamespace(errors={"title": ["Enter a title"]}))
    assert "<title>Hello" in page(form=SimpleNamespace(errors={}))


def test_pages_are_escaped_and_emails_are_not():
    env = engines["jinja2"].env
    assert env.autoescape("pages/home.html")
    assert env.autoescape(None)
    assert not env.autoescape("emails/received.txt")


# ---- Words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (dt.date(2018, 11, 9), "9 November 2018"),
        (dt.datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026"),
        (dt.datetime(2026, 1, 1, 23, 30, tzinfo=UTC), "1 January 2026"),
        (None, ""),
    ],
)
def test_a_date_is_written_as_gov_uk_writes_it(moment, words):
    assert writing.date(moment) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (dt.datetime(2018, 11, 9, 16, 5, tzinfo=UTC), "9 November 2018 at 4:05pm"),
        (dt.datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026 at 12:30am"),
        (dt.datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "1 July 2026 at 12pm"),
        (dt.datetime(2026, 1, 1, 10, 0, tzinfo=UTC), "1 January 2026 at 10am"),
        (None, ""),
    ],
)
def test_a_moment_is_written_in_uk_time(moment, words):
    assert writing.datetime(moment) == words


def test_numbers_have_their_commas_and_words_their_plurals():
    assert writing.number(1234567) == "1,234,567"
    assert (writing.plural(1, "council"), writing.plural(2, "council")) == ("council", "councils")
    assert (writing.plural(1, "body", "bodies"), writing.plural(0, "body", "bodies")) == ("body", "bodies")


def test_what_a_stranger_typed_becomes_paragraphs_and_lists():
    assert writing.prose("One\ntwo\n\nThree\n• four\n- five\n* six\nSeven") == (
        '<p class="govuk-body">One<br>two</p>'
        '<p class="govuk-body">Three</p>'
        '<ul class="govuk-list govuk-list--bullet"><li>four</li><li>five</li><li>six</li></ul>'
        '<p class="govuk-body">Seven</p>'
    )


def test_bullets_apart_by_an_empty_line_and_a_number_with_a_minus():
    assert writing.prose("-5 degrees") == '<p class="govuk-body">-5 degrees</p>'
    assert writing.prose("") == ""
    assert writing.prose(None) == ""


@pytest.mark.parametrize("make", [writing.prose, writing.markdown])
@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "- <img src=x onerror=alert(1)>", 'a "<b>" & c'])
def test_nothing_that_was_typed_becomes_html_of_its_own(make, text):
    html = make(text)
    assert not re.search(r"<(script|img|b)\b", html)
    assert "&lt;" in html


def test_markdown_has_the_classes_of_gov_uk_and_starts_below_the_page_s_heading():
    html = writing.markdown(
        "# Aims\n\nSee [the aims](https://example.gov.uk)\n\n## More\n\n- one\n\n1. first\n\n> said"
    )
    assert '<h2 class="govuk-heading-m">Aims</h2>' in html
    assert '<h3 class="govuk-heading-s">More</h3>' in html
    assert '<p class="govuk-body">See <a href="https://example.gov.uk" class="govuk-link">the aims</a></p>' in html
    assert '<ul class="govuk-list govuk-list--bullet">' in html
    assert '<ol class="govuk-list govuk-list--number">' in html
    assert html_problems(f"<!DOCTYPE html><html lang=en><head><title>a</title></head><body>{html}</body></html>") == []


def test_markdown_that_starts_at_a_lower_heading_leaves_no_gap():
    assert "<h2" in writing.markdown("### Aims")


def test_markdown_makes_no_link_that_runs_a_script_and_no_picture():
    html = writing.markdown("[a](javascript:alert(1)) ![b](https://example.com/b.png)")
    assert 'href="javascript' not in html
    assert "<img" not in html


# ---- Shared pieces


def piece(source, **context):
    """A piece of template as a page would render it."""
    return engines["jinja2"].from_string(source).render(context)


def test_pages_of_a_list_lead_to_each_other():
    pages = Paginator(range(100), 10)
    source = """{% from "components/pagination.html" import pagination %}{{ pagination(page, address) }}"""
    html = piece(source, page=pages.page(5), address=lambda number: f"?page={number}&q=a")
    assert re.findall(r'href="\?page=(\d+)&amp;q=a"', html) == ["4", "1", "4", "5", "6", "10", "6"]
    assert re.search(r'href="\?page=5&amp;q=a"[^>]*aria-current="page"', html)
    only = Paginator(range(5), 10).page(1)
    assert piece(source, page=only, address=str).strip() == ""


def test_a_status_that_nobody_gave_a_colour_is_an_error():
    source = """{% from "components/tag.html" import status_tag %}{{ status_tag(status, "Words") }}"""
    assert piece(source, status="published") == '<strong class="govuk-tag govuk-tag--green">Words</strong>'
    with pytest.raises(Exception, match="mislaid"):
        piece(source, status="mislaid")


def test_every_status_of_a_document_has_its_colour():
    from signatories.models.signature import Status

    source = """{% from "components/tag.html" import status_tag %}{{ status_tag(status, status.label) }}"""
    for status in Status:
        assert status.label in piece(source, status=status)


def test_a_summary_has_a_link_to_change_each_answer():
    source = """{% from "components/summary.html" import summary %}{{ summary(rows) }}"""
    html = piece(
        source, rows=[{"key": "Title", "value": "<Maps>", "href": "/sign/title/"}, {"key": "Date", "value": "9"}]
    )
    assert "&lt;Maps&gt;" in html
    assert re.search(r'href="/sign/title/">\s*Change\s*<span class="govuk-visually-hidden">\s*title', html)
    assert html.count("Change") == 1


# ---- The build


def test_a_build_that_is_newer_than_its_sources_is_left_alone(monkeypatch):
    build_frontend.build(if_missing=True, with_test_tools=True, say=lambda step: None)
    monkeypatch.setattr(build_frontend, "run", lambda *arguments: pytest.fail("it built again"))
    build_frontend.build(if_missing=True, say=lambda step: None)


def test_the_site_s_style_asks_for_nothing_from_elsewhere():
    build_frontend.build(if_missing=True, say=lambda step: None)
    for name in ("site.css", "brand.css"):
        css = (build_frontend.BUILT / name).read_text()
        targets = re.findall(r"url\(['\"]?([^'\")]+)", css)
        assert all((build_frontend.BUILT / target).exists() for target in targets)
    assert "GDS Transport" not in (build_frontend.BUILT / "site.css").read_text()


def test_a_failing_build_says_what_failed():
    with pytest.raises(build_frontend.CommandError, match=r"no-such-file\.mjs"):
        build_frontend.run("node", "no-such-file.mjs")


def test_the_lock_file_pins_every_package_and_holds_no_address():
    lock = (build_frontend.STATIC / "package-lock.json").read_text()
    assert "://" not in lock
    assert lock.count('"integrity"') > 20
