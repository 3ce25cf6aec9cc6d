"""Atom feeds: valid, stable, kept as public pages are, and never broken by what somebody typed."""

from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import QName

import feedparser
import pytest
from django.utils import timezone
from lxml import etree

from localdigital.models import RegisterVersion
from programme.models import Announcement
from signatories.models import FormerSlug
from signatories.models.signature import Status
from tests.factories import make_organisation, make_principles, make_signature, make_update
from tests.programme.factories import make_case_study

pytestmark = pytest.mark.django_db

GRAMMAR = etree.RelaxNG(file=Path(__file__).parent / "atom.rng")
ATOM = "http://www.w3.org/2005/Atom"
NASTY = "A <b>bold</b> & \x0bstrange\x1f title \ufffe\u202e “quoted” ]]>"


def read(response):
    """The feed, as a reader of feeds understands it, once it is seen to be valid Atom."""
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    document = etree.fromstring(response.content, etree.XMLParser(resolve_entities=False))
    GRAMMAR.assertValid(document)
    check(document)
    found = feedparser.parse(response.content)
    assert (found.bozo, found.version) == (False, "atom10")
    return found


def check(feed):
    """What RFC 4287 asks of a feed and its entries beyond the grammar."""

    def parts(element, name):
        return element.findall(str(QName(ATOM, name)))

    assert len([one for one in parts(feed, "link") if one.get("rel") == "self"]) == 1
    ids = []
    for element in [feed, *parts(feed, "entry")]:
        ids.append(parts(element, "id")[0].text)
        assert len([one for one in parts(element, "link") if one.get("rel") == "alternate"]) == 1
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("tag:testserver,2026-11-22:") for one in ids)


@pytest.fixture
def promise():
    make_principles()
    return make_signature("Trumpton", published_at=timezone.now() - timedelta(days=9)).commitments.get()


def test_each_subject_has_a_feed_that_its_page_names(client, promise):
    make_update(promise)
    for page, feed, title in (
        ("/", "/feeds/register.atom", "Local Digital Declaration register"),
        ("/organisations/trumpton/", "/feeds/organisations/trumpton.atom", "Trumpton Borough Council"),
        ("/principles/people/", "/feeds/principles/people.atom", "Principle 1: People"),
        (promise.get_absolute_url(), f"/feeds/commitments/{promise.pk}.atom", "Promise 1"),
    ):
        found = read(client.get(feed))
        assert found.feed.title.startswith(title)
        assert found.feed.link == f"http://testserver{page}"
        assert [one.href for one in found.feed.links if one.rel == "self"] == [f"http://testserver{feed}"]
        assert len(found.entries) == 2
        head = client.get(page).content.decode().split("</head>")[0]
        assert 'type="application/atom+xml"' in head
        assert f'href="{feed}"' in head


@pytest.mark.parametrize(
    ("page", "feed", "kinds"),
    [
        ("/signatories/", "/feeds/signatures.atom", {"Signature"}),
        ("/commitments/", "/feeds/progress.atom", {"Progress update"}),
        ("/case-studies/", "/feeds/case-studies.atom", {"Case study"}),
    ],
)
def test_a_list_names_the_feed_of_its_kind_of_news_alone(client, promise, page, feed, kinds):
    make_update(promise)
    make_case_study()
    make_case_study(status="draft", title="Not yet told")
    found = read(client.get(feed))
    assert {entry.tags[0].term for entry in found.entries} == kinds
    assert len(found.entries) == 1
    assert found.feed.link == f"http://testserver{page}"
    assert [one.href for one in found.feed.links if one.rel == "self"] == [f"http://testserver{feed}"]
    assert f'type="application/atom+xml" title="{found.feed.title.split(" – ")[0]}' in client.get(page).content.decode()
    for offering in (page, "/follow/"):
        assert f'href="{feed}"' in client.get(offering).content.decode()
    again = client.get(feed, headers={"if-none-match": client.get(feed)["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_grammar_refuses_what_is_no_feed(client, promise):
    written = client.get("/feeds/register.atom").content.decode()
    for before, after in (("<updated>2", "<updated>on 2"), ("author>", "writer>"), ('rel="self"', 'rel=""')):
        assert before in written
        assert not GRAMMAR.validate(etree.fromstring(written.replace(before, after).encode())), before


def test_a_feed_was_updated_when_its_newest_entry_was(client, promise):
    update = make_update(promise)
    found = read(client.get("/feeds/register.atom"))
    assert found.feed.updated == found.entries[0].updated
    assert found.entries[0].id == f"tag:testserver,2026-11-22:progress-update/{update.pk}"
    assert found.entries[0].tags[0].term == "Progress update"


def test_a_feed_without_entries_is_valid_and_does_not_change_by_itself(client):
    make_organisation()
    first, second = (read(client.get("/feeds/organisations/trumpton.atom")) for _ in range(2))
    assert first.feed.updated == second.feed.updated == "2018-07-04T00:00:00+00:00"
    assert first.entries == []


def test_what_somebody_typed_never_breaks_it(client, promise):
    type(promise).objects.filter(pk=promise.pk).update(title=NASTY, mission=NASTY)
    make_update(promise, done=NASTY)
    found = read(client.get(f"/feeds/commitments/{promise.pk}.atom"))
    assert "A <b>bold</b> & strange title “quoted” ]]>" in found.entries[0].title.replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&amp;", "&").replace("  ", " ")
    assert "<b>" not in found.entries[0].summary, "what is typed is text, not HTML"


def test_announcements_are_in_the_registers_feed(client):
    Announcement.objects.create(title="News", slug="news", summary="S", body="B", published_at=timezone.now())
    [entry] = read(client.get("/feeds/register.atom")).entries
    assert (entry.title, entry.link) == ("News", "http://testserver/announcements/news/")


def test_it_is_kept_like_a_public_page(client, promise, django_assert_num_queries):
    first = client.get("/feeds/register.atom")
    assert "public" in first["Cache-Control"]
    assert not first.cookies
    with django_assert_num_queries(1):
        assert client.get("/feeds/register.atom", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/feeds/register.atom", headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
    RegisterVersion.bump()
    assert client.get("/feeds/register.atom", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_former_address_leads_to_the_one_of_today_and_what_is_not_public_has_none(client):
    FormerSlug.objects.create(slug="old", organisation=make_organisation())
    response = client.get("/feeds/organisations/old.atom")
    assert (response.status_code, response.url) == (301, "/feeds/organisations/trumpton.atom")
    draft = make_signature("Chigley", status=Status.DRAFT).commitments.get()
    for address in (
        f"commitments/{draft.pk}",
        "commitments/9999999999999999999999",
        "organisations/no",
        "principles/no",
    ):
        assert client.get(f"/feeds/{address}.atom").status_code == 404


def test_its_entries_keep_their_names_when_texts_and_addresses_change(client, promise):
    before = read(client.get("/feeds/organisations/trumpton.atom"))
    body = make_organisation("Trumpton")
    type(body).objects.filter(pk=body.pk).update(slug="greater-trumpton", official_name="Greater Trumpton Council")
    after = read(client.get("/feeds/organisations/greater-trumpton.atom"))
    assert (before.feed.id, before.entries[0].id) == (after.feed.id, after.entries[0].id)
