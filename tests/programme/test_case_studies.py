"""The public pages of case studies: what the list holds and finds, what a page tells, and whose images anyone sees."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commitments.models import Status
from programme import contributions
from programme.case_studies import search
from programme.case_studies.showing import name_of
from programme.models import CaseStudy, Figure, ReusableLink
from tests.factories import make_access, make_organisation, make_person, make_principles, make_signature
from tests.pages import heading, listed, sitemap_entries, text_of, title
from tests.programme.factories import make_case_study, make_output, make_picture, make_topic

pytestmark = pytest.mark.django_db


def told(name="One form for blocked drains", *councils, **fields):
    """A public case study that can be found."""
    study = make_case_study(name, *councils, **fields)
    search.index([study])
    return study


def found(client, **asked):
    page = client.get("/case-studies/", asked).content.decode()
    return [re.sub("<[^>]+>", "", one) for one in re.findall(r'app-list__title"><a[^>]*>(.*?)</a>', page)]


def count(client, name, value, **asked):
    """The number beside a choice of a filter, or None where it is not offered."""
    page = client.get("/case-studies/", asked).content.decode()
    beside = re.search(rf'(?s)id="{name}-{value}".*?</span>([\d,]+)\)', page)
    return int(beside[1]) if beside else None


def add_figure(study, kind="saving", **fields):
    about = {"amount_gbp": 12500, "per": "year", "what": "Answering calls", "how_measured": "Calls in March, £4 each."}
    return Figure.objects.create(case_study=study, kind=kind, **about | fields)


# ---- The list


def test_the_list_has_what_is_published_the_newest_first(client):
    told("Older", published_at=timezone.now() - timedelta(days=9))
    told("Newer", "Trumpton")
    for status in Status:
        if status in (Status.DRAFT, Status.AWAITING_REVIEW, Status.RETURNED, Status.REMOVED):
            make_case_study(f"Hidden {status}", status=status)
    response = client.get("/case-studies/")
    assert heading(response) == "Case studies and business cases"
    assert title(response) == "2 case studies"
    assert listed(response) == ["Newer", "Older"]
    assert "Trumpton Borough Council Two towns made one form." in text_of(response)


def test_an_empty_list_says_so_and_how_to_write_one(client):
    text = text_of(client.get("/case-studies/"))
    assert "No case studies have been published yet" in text
    assert "Write a case study about it" in text


def test_words_are_found_in_every_text_by_their_stems_the_best_first(client):
    told("Something else", summary="Calls.", problem="Many forms about drainage.")
    told("A form", summary="Nobody rings.", published_at=timezone.now() - timedelta(days=3))
    told("Bots", summary="With a formed answer.", published_at=timezone.now() - timedelta(days=2))
    assert found(client, q="forms") == ["A form", "Bots", "Something else"]
    page = client.get("/case-studies/", {"q": "forms"})
    assert {"form", "formed", "forms"} == set(re.findall(r"<mark>(\w+)</mark>", page.content.decode()))
    for study in CaseStudy.objects.all():
        study.links.create(title="Source code of the wizard", url="https://example.gov.uk/x")
    search.index(CaseStudy.objects.all())
    assert len(found(client, q="wizards")) == 3
    assert found(client, q="ring") == found(client, q="rings")
    assert found(client, q="wiz") == []
    text = text_of(client.get("/case-studies/", {"q": "drainage bots"}))
    assert "No case study has all of these words" in text


def test_a_council_is_found_by_its_name_also_after_it_was_renamed(client):
    study = told("Drains", "Trumpton")
    assert found(client, q="trumpton") == ["Drains"]
    study.organisations.update(official_name="Camberwick Green Town Council")
    assert found(client, q="Camberwick Green") == ["Drains"]
    assert found(client, q="trumpton") == []


def test_filters_leave_what_fits_and_say_how_many_each_would(client):
    planning = make_topic("Planning")
    people, *_ = make_principles()
    chigley = make_organisation("Chigley", type="county", region="north-west")
    business = told("Phones", chigley, kind="business-case", topics=[planning])
    business.principles.set([people])
    add_figure(business, "cost")
    add_figure(business, "saving")
    add_figure(told("Drains", "Trumpton", chigley), "cost")
    told("Of the team")
    for asked, expected in [
        ({"kind": "business-case"}, ["Phones"]),
        ({"figures": "saving"}, ["Phones"]),
        ({"figures": ["saving", "cost"]}, ["Drains", "Phones"]),
        ({"principle": people.slug}, ["Phones"]),
        ({"topic": "planning"}, ["Phones"]),
        ({"type": "county"}, ["Drains", "Phones"]),
        ({"region": "west-midlands"}, ["Drains"]),
        ({"nation": "england", "topic": "planning"}, ["Phones"]),
    ]:
        assert found(client, **asked) == expected, asked
    assert count(client, "figures", "cost") == 2
    assert count(client, "type", "county") == 2
    assert count(client, "type", "county", topic="planning") == 1
    assert count(client, "topic", "planning") == 1
    assert count(client, "region", "london") is None
    page = client.get("/case-studies/", {"topic": "planning", "kind": "business-case"})
    assert title(page) == "1 case study with 2 filters"
    assert 'href="/case-studies/?topic=planning"' in page.content.decode()


@pytest.mark.parametrize(
    "asked", [{"kind": "poem"}, {"topic": "no-such"}, {"principle": "x'--"}, {"q": "\0"}, {"page": "0"}, {"sort": "x"}]
)
def test_what_nobody_is_offered_is_a_bad_request(client, asked):
    assert client.get("/case-studies/", asked).status_code == 400


class QueryStrings(TestCase):
    @settings(max_examples=12)
    @given(
        st.dictionaries(
            st.sampled_from(["q", "kind", "figures", "topic", "principle", "type", "region", "sort", "page"]),
            st.text(max_size=12) | st.sampled_from(["saving", "planning", "people", "2", "relevance", "county"]),
        )
    )
    def test_whatever_is_asked_of_the_list_it_answers(self, asked):
        told("Drains", topics=[make_topic("Planning")])
        assert self.client.get("/case-studies/", asked).status_code in (200, 400, 404)


@pytest.mark.parametrize("many", [2, 9])
def test_the_list_costs_four_queries_however_many_there_are(client, many):
    client.get("/case-studies/")
    for number in range(many):
        told(f"Drains {number}", "Trumpton", "Chigley", topics=[make_topic("Planning")])
    with CaptureQueriesContext(connection) as queries:
        client.get("/case-studies/", {"q": "drains calls", "topic": "planning", "type": "district"})
    assert len(queries) == 4


# ---- One of them


def test_a_page_tells_all_that_was_written(client):
    document = make_signature("Trumpton")
    promise = document.commitments.get()
    study = told(
        "One form for drains",
        "Trumpton",
        topics=[make_topic("Drains")],
        commitment=promise,
        could_be_better="We asked too late.",
        reusable="The wording.",
    )
    study.principles.set(make_principles()[:1])
    add_figure(study)
    ReusableLink.objects.create(case_study=study, title="Code", url="https://example.gov.uk/code", licence="mit")
    picture = make_picture(study)
    make_output("Form pattern", "Chigley", case_study=study)
    make_output("Secret pattern", case_study=study, status=Status.DRAFT)
    page = client.get(study.get_absolute_url())
    assert title(page) == f"One form for drains – case study {study.pk}"
    text = text_of(page)
    for words in (
        "Residents rang the wrong council.", "We made one form for both.", "Half as many calls.", "We asked too late.",
        "Answering calls How this was measured: Calls in March, £4 each. Saving £12,500 a year",
        "Code Licence: MIT Licence", "Form pattern Pattern. Licence: Not stated", "The wording.", "Promise 1", "People",
    ):  # fmt: skip
        assert words in text, words
    assert "Secret" not in text
    html = page.content.decode()
    assert f'src="/case-studies/images/{name_of(picture)}" width="80" height="60" alt="A red form"' in html
    assert f"http://testserver{study.get_absolute_url()}" in sitemap_entries(client)


def test_a_business_case_tells_what_is_proposed_not_what_was_done(client):
    study = told(kind="business-case")
    add_figure(study)
    text = text_of(client.get(study.get_absolute_url()))
    for words in ("What is proposed", "What is expected", "How this was estimated", "would cost and save"):
        assert words in text
    assert "What was done" not in text


def test_a_wrong_slug_leads_to_the_right_one_but_tells_nothing_of_what_is_not_public(client):
    study = make_case_study("Secret plan", status=Status.AWAITING_REVIEW)
    assert client.get(f"/case-studies/{study.pk}/x/").status_code == 404
    assert client.get(study.get_absolute_url()).status_code == 404
    public = told()
    response = client.get(f"/case-studies/{public.pk}/x/")
    assert (response.status_code, response["Location"]) == (301, public.get_absolute_url())
    assert client.get("/case-studies/99999999999999999999/x/").status_code == 404


def test_a_commitment_that_nobody_may_read_is_not_named(client):
    promise = make_signature("Chigley", status="draft").commitments.get()
    assert "Promise 1" not in text_of(client.get(told(commitment=promise).get_absolute_url()))


def test_others_with_the_same_topic_follow_the_likest_first(client):
    planning, drains = make_topic("Planning"), make_topic("Drains")
    told("Other", topics=[make_topic("Housing")])
    told("Near", topics=[planning])
    told("Nearest", topics=[planning, drains], published_at=timezone.now() - timedelta(days=400))
    make_case_study("Unread", topics=[planning], status=Status.DRAFT)
    study = told("This", topics=[planning, drains])
    assert listed(client.get(study.get_absolute_url())) == ["Nearest", "Near"]
    assert "Both are about Planning" in text_of(client.get(study.get_absolute_url()))


def test_a_page_costs_ten_queries_at_most_however_much_it_tells(client):
    topics = [make_topic("Planning"), make_topic("Drains")]
    study = told("Drains", "Trumpton", "Chigley", topics=topics, commitment=make_signature().commitments.get())
    for number, colour in enumerate(("red", "blue")):
        add_figure(study, what=f"Calls {number}")
        make_picture(study, colour)
        make_output(f"Output {number}", case_study=study)
        told(f"Like it {number}", topics=topics)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(study.get_absolute_url()).status_code == 200
    assert len(queries) == 10
    assert not any('"programme_picture"."content",' in query["sql"] for query in queries)


def test_case_studies_are_told_on_the_pages_of_their_organisation_and_commitment(client):
    document = make_signature("Trumpton", "Chigley")
    promise = document.commitments.get()
    make_case_study("Unread", "Trumpton", commitment=promise, status=Status.DRAFT)
    for address in (promise.get_absolute_url(), "/organisations/trumpton/"):
        assert "Case studies" not in listed(client.get(address))
        assert "Unread" not in text_of(client.get(address))
    told("One form", "Trumpton", commitment=promise)
    assert "One form" in listed(client.get(promise.get_absolute_url()))
    assert "One form" in listed(client.get("/organisations/trumpton/"))
    assert "One form" not in text_of(client.get("/organisations/chigley/"))


# ---- Decisions, as readers see them


def test_what_the_team_publishes_is_found_at_once_and_gone_when_it_is_removed(client, moderator):
    pugh = make_person("Pugh Barney")
    make_access(pugh, "Trumpton")
    study = make_case_study("One form", "Trumpton", status=Status.AWAITING_REVIEW, proposer=pugh)
    picture = f"/case-studies/images/{name_of(make_picture(study))}"
    assert client.get(picture).status_code == 404
    before = client.get("/case-studies/")["ETag"]
    contributions.publish(study, by=moderator)
    assert found(client, q="forms") == ["One form"]
    assert client.get("/case-studies/", headers={"if-none-match": before}).status_code == 200
    assert client.get(picture).status_code == 200
    contributions.remove(study, by=moderator, note="They asked us to.")
    assert found(client) == []
    assert client.get(study.get_absolute_url()).status_code == 410
    assert client.get(picture).status_code == 404


# ---- Images


def test_an_image_is_served_as_what_it_is_and_kept_no_longer_than_a_page(client):
    picture = make_picture(told())
    response = client.get(f"/case-studies/images/{name_of(picture)}")
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("public, max-age=30,")
    assert response.content == bytes(picture.content)
    assert not response.cookies
    again = client.get(f"/case-studies/images/{name_of(picture)}", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_image_that_two_case_studies_show_is_there_while_one_is_public(client):
    first, second = told("First"), make_case_study("Second", status=Status.REMOVED)
    name = name_of(make_picture(first))
    make_picture(second)
    assert client.get(f"/case-studies/images/{name}").status_code == 200
    first.delete()
    assert client.get(f"/case-studies/images/{name}").status_code == 404


@pytest.mark.parametrize("name", ["x.png", "0" * 64 + ".png", "0" * 64 + ".svg", "..png", "%00.png", "0" * 500])
def test_an_address_that_is_no_image_is_not_there(client, name):
    make_picture(told())
    assert client.get(f"/case-studies/images/{name}").status_code == 404


def test_an_image_is_at_one_address_only(client):
    picture = make_picture(told())
    assert client.get(f"/case-studies/images/{picture.digest}.jpg").status_code == 404


def test_a_command_writes_the_words_of_public_case_studies_anew(client, capsys):
    make_case_study("Public drains")
    make_case_study("Secret drains", status=Status.DRAFT)
    assert found(client, q="drains") == []
    call_command("index_case_studies")
    assert "words: 1" in capsys.readouterr().out
    assert found(client, q="drains") == ["Public drains"]
