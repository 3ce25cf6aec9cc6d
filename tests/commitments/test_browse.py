"""The list of commitments: what is in it, in which order, what the filters leave and what the counts say."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import search
from commitments.models import Commitment, SearchText
from localdigital.models import RegisterVersion
from signatories.models import Organisation, Signatory, Signature
from signatories.models.signature import Status
from tests.factories import (
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_principles,
    make_signature,
    make_update,
)
from tests.pages import UNKNOWN_TO_THE_PUBLIC, heading, listed, text_of, title

pytestmark = pytest.mark.django_db


def make_promise(name, *councils, on=None, **fields):
    """A commitment of that title of these councils, which can be found."""
    signature = make_signature(*(councils or ["Trumpton"]), commitments=0, on=on, declaration=make_declaration(name))
    promise = make_commitment(signature, title=name, **fields)
    search.index([promise])
    return promise


def found(client, **asked):
    return listed(client.get("/commitments/", asked))


def count(client, name, value, **asked):
    """The number that stands beside a choice of a filter, or None where it is not offered."""
    page = client.get("/commitments/", asked).content.decode()
    beside = re.search(rf'(?s)id="{name}-{value}".*?</span>([\d,]+)\)', page)
    return int(beside[1]) if beside else None


# ---- What is in the list


def test_the_list_has_public_commitments_only_newest_first(client):
    make_signature("Trumpton", published_at=timezone.make_aware(timezone.datetime(2020, 1, 1)), commitments=1)
    make_commitment(make_signature("Camberwick", commitments=0), title="The newest")
    for number, status in enumerate([*UNKNOWN_TO_THE_PUBLIC, Status.REMOVED]):
        make_commitment(make_signature(f"Chigley {number}", status=status, commitments=0), title="Hidden")
    response = client.get("/commitments/")
    assert heading(response) == "Commitments"
    assert "2 commitments" in text_of(response)
    assert listed(response) == ["The newest", "Promise 1"]


def test_an_empty_list_of_commitments_says_so(client):
    assert "No commitments have been published yet" in text_of(client.get("/commitments/"))


def test_a_long_list_of_commitments_has_pages_that_keep_what_was_asked(client):
    make_signature("Trumpton", commitments=30)
    assert len(listed(client.get("/commitments/"))) == 25
    second = client.get("/commitments/", {"page": "2", "region": "west-midlands"})
    assert len(listed(second)) == 5
    assert title(second) == "30 commitments with 1 filter, page 2 of 2"
    assert client.get("/commitments/", {"page": "3"}).status_code == 404
    assert client.get("/commitments/", {"page": "zero"}).status_code == 400
    assert re.search(r'href="/commitments/\?region=west-midlands"[^>]*rel="prev"', second.content.decode())


def test_a_row_says_whose_it_is_how_it_stands_and_when_it_was_heard_of(client):
    promise = make_promise("Chatbots", "Trumpton", "Chigley", due_on=date(2019, 3, 1), asked_on=date(2019, 1, 1))
    make_update(promise, reported_on=date(2019, 2, 3))
    text = text_of(client.get("/commitments/"))
    for words in (
        "Trumpton Borough Council, Chigley Borough Council",
        "In progress Overdue Update overdue",
        "Due 1 March 2019 Last update 3 February 2019 Declaration Chatbots",
    ):
        assert words in text, words


def test_a_row_says_that_a_commitment_has_ended_and_not_that_it_is_late(client):
    promise = make_promise("Chatbots", due_on=date(2019, 3, 1))
    ended = timezone.make_aware(timezone.datetime(2020, 5, 6))
    promise.move("withdraw", by=None, ended_at=ended, public_note="No money")
    text = text_of(client.get("/commitments/"))
    assert "Withdrawn Withdrawn on 6 May 2020" in text
    row = text[text.index("1 commitment ") :]
    assert "Overdue" not in row
    assert "Not yet asked" not in row


def test_a_title_in_welsh_says_so(client):
    make_promise("Cynllun digidol", language="cy")
    assert re.search(
        r'<a class="govuk-link"[^>]* lang="cy">Cynllun digidol<', client.get("/commitments/").content.decode()
    )


# ---- Order


def test_the_list_is_sorted_by_what_is_asked_and_what_is_not_known_comes_last(client):
    today = timezone.localdate()
    early = make_promise("Early", due_on=today + timedelta(days=10))
    make_promise("Late", due_on=today + timedelta(days=20))
    make_promise("Some day", due_on=None)
    make_update(early)
    Commitment.objects.filter(title="Late").update(updated_on=today - timedelta(days=9))
    assert found(client) == ["Some day", "Late", "Early"]
    assert found(client, sort="due") == ["Early", "Late", "Some day"]
    assert found(client, sort="updated") == ["Early", "Late", "Some day"]


def test_relevance_is_an_order_only_while_words_are_looked_for(client):
    make_promise("First")
    make_promise("Second")
    page = client.get("/commitments/", {"sort": "relevance"})
    assert listed(page) == ["Second", "First"]
    assert 'value="relevance"' not in page.content.decode()
    assert 'value="relevance" selected' in client.get("/commitments/", {"q": "second"}).content.decode()


# ---- Filters


def test_every_stage_can_be_asked_for_and_several_at_once(client):
    for stage in ("not-started", "in-progress", "delivered", "stopped"):
        make_update(make_promise(stage), stage=stage)
    make_promise("no-update")
    make_promise("ended").move("lapse", by=None, ended_at=timezone.now(), public_note="x")
    for stage in ("not-started", "in-progress", "delivered", "stopped", "no-update", "ended"):
        assert found(client, stage=stage) == [stage]
        assert count(client, "stage", stage) == 1
    assert found(client, stage=["ended", "stopped"]) == ["ended", "stopped"]


def test_a_commitment_of_a_withdrawn_declaration_has_ended_whatever_its_last_update_said(client):
    promise = make_promise("Chatbots")
    make_update(promise, stage="in-progress")
    Signature.objects.filter(pk=promise.signature_id).update(status=Status.WITHDRAWN, withdrawn_at=timezone.now())
    assert found(client, stage="ended") == ["Chatbots"]
    assert found(client, stage="in-progress") == []
    assert count(client, "stage", "ended") == 1
    assert count(client, "stage", "in-progress") == 0


def test_what_is_late_and_how_can_be_asked_for(client):
    today = timezone.localdate()
    long_ago = today - timedelta(days=300)
    make_promise("Not asked")
    make_promise("Overdue", asked_on=today, due_on=long_ago)
    make_promise("Silent", asked_on=long_ago)
    make_promise("On time", asked_on=today)
    make_update(make_promise("Done", due_on=long_ago), stage="delivered", reported_on=long_ago)
    for state, name in {
        "not-yet-asked": "Not asked",
        "overdue": "Overdue",
        "update-overdue": "Silent",
        "on-time": "On time",
    }.items():
        assert found(client, state=state) == [name]
        assert count(client, "state", state) == 1
    assert found(client, state=["on-time", "overdue"]) == ["On time", "Overdue"]


def test_a_commitment_is_found_by_the_region_nation_and_type_of_any_of_its_organisations(client):
    make_organisation("Pippin Fort", region="wales", nation="wales", type="welsh-council")
    make_promise("Joint", "Trumpton", "Pippin Fort")
    make_promise("Alone", "Trumpton")
    assert found(client, region="wales") == ["Joint"]
    assert found(client, nation="england") == ["Alone", "Joint"]
    assert found(client, type="welsh-council") == ["Joint"]
    assert (count(client, "region", "wales"), count(client, "region", "west-midlands")) == (1, 2)
    assert count(client, "region", "london") is None


@pytest.fixture
def merged():
    """The north east's Pippin Fort and Winkstead ended: Camberwick, in Wales, took on one of the three of theirs."""
    today = timezone.localdate()
    ended = {"region": "north-east", "type": "unitary", "ends_on": today - timedelta(days=1)}
    pippin, winkstead = make_organisation("Pippin Fort", **ended), make_organisation("Winkstead", **ended)
    camberwick = make_organisation("Camberwick", region="wales", nation="wales", type="welsh-council")
    make_promise("Taken on", pippin).adoptions.create(organisation=camberwick)
    make_promise("Shared", "Trumpton", winkstead)
    make_promise("Left alone", pippin, winkstead)
    both = make_promise("Both", camberwick, pippin)
    both.adoptions.create(organisation=make_organisation("Chigley", region="wales", nation="wales"))
    both.adoptions.create(organisation=winkstead)


@pytest.mark.parametrize(
    ("name", "value", "titles"),
    [
        ("region", "wales", ["Both", "Taken on"]),
        ("region", "west-midlands", ["Shared"]),
        ("region", "north-east", ["Left alone"]),
        ("nation", "wales", ["Both", "Taken on"]),
        ("type", "welsh-council", ["Both", "Taken on"]),
        ("type", "district", ["Both", "Shared"]),
        ("type", "unitary", ["Left alone"]),
    ],
)
def test_a_commitment_is_of_those_who_answer_for_it_today_or_of_those_who_made_it(client, merged, name, value, titles):
    assert found(client, **{name: value}) == titles
    assert count(client, name, value) == count(client, name, value, **{name: value}) == len(titles)


def test_an_organisation_that_withdrew_does_not_answer_any_more(client):
    promise = make_promise("Chatbots", "Trumpton", make_organisation("Pippin Fort", region="wales"))
    parts = promise.signature.signatories.filter(organisation__region="wales")
    parts.update(withdrawn_at=timezone.now(), live=False)
    assert found(client, region="wales") == []
    assert count(client, "region", "wales") is None


def test_the_year_is_that_of_the_date_on_the_document(client):
    make_promise("Old", on=date(2018, 11, 9))
    make_promise("New", on=date(2021, 1, 1))
    undated = make_promise("Undated")
    Signatory.objects.filter(signature=undated.signature).update(signed_on=None, signed_on_precision="unknown")
    assert found(client, year="2018") == ["Old"]
    assert found(client, year=["2021", "unknown"]) == ["Undated", "New"]
    assert [count(client, "year", year) for year in ("2018", "2021", "unknown", "2019")] == [1, 1, 1, None]


def test_a_principle_is_asked_for_by_its_slug_and_one_that_nobody_serves_is_shown_with_0(client):
    make_promise("Chatbots")
    assert found(client, principle="people") == ["Chatbots"]
    assert found(client, principle="openness") == []
    assert (count(client, "principle", "people"), count(client, "principle", "openness")) == (1, 0)


@pytest.mark.parametrize("typed", ["chigley", "Chigley Borough Council", "chigley bc", " CHIGLEY ", "chigley-slug"])
def test_a_partner_is_asked_for_by_its_slug_or_a_name_typed_loosely(client, typed):
    chigley = make_organisation("Chigley", slug="chigley-slug")
    make_promise("With Chigley", partners=[chigley, "The Biscuit Factory"])
    make_promise("Without")
    response = client.get("/commitments/", {"partner": typed})
    assert listed(response) == ["With Chigley"]
    assert "Partner: Chigley Borough Council" in text_of(response)


def test_an_organisation_that_said_it_is_no_partner_is_not_found_as_one(client):
    promise = make_promise("Chatbots", partners=[make_organisation("Chigley")])
    promise.partners.update(answer="disowned", answered_at=timezone.now())
    assert found(client, partner="chigley") == []


def test_a_partner_that_the_register_does_not_know_is_said_to_be_unknown(client):
    make_promise("Chatbots", partners=["The Biscuit Factory"])
    response = client.get("/commitments/", {"partner": "The Biscuit Factory"})
    assert listed(response) == []
    assert "No organisation in the register is called ‘The Biscuit Factory’" in text_of(response)
    assert 'href="/commitments/?q=The%20Biscuit%20Factory"' in response.content.decode()
    assert found(client, q="The Biscuit Factory") == ["Chatbots"]


def test_partners_with_a_name_like_an_unknown_one_are_suggested(client):
    for number in range(6):
        make_promise(f"Bells {number}", partners=[make_organisation(f"Chigley {number}")])
    make_organisation("Chigley that is no partner")
    response = client.get("/commitments/", {"partner": "chigl", "stage": "no-update"})
    links = re.findall(r'href="([^"]+)">Chigley (\d)', response.content.decode())
    assert [number for _, number in links] == list("01234")
    address = links[3][0].replace("&amp;", "&")
    assert listed(client.get(address)) == ["Bells 3"]
    assert "No update yet" in text_of(client.get(address))
    with CaptureQueriesContext(connection) as queries:
        client.get("/commitments/", {"partner": "chigl"})
    # The version, the counts, the name, the slug, the suggestions
    assert len(queries) <= 5
    assert "Partners with a name like this" not in text_of(client.get("/commitments/", {"partner": "zebras"}))


def test_evidence_counts_once_it_is_published(client):
    promise = make_promise("Chatbots")
    evidence = [("Our code", "https://example.gov.uk/", "code"), ("More code", "https://example.gov.uk/2", "code")]
    make_update(promise, evidence=evidence)
    make_update(promise, status="draft", evidence=[("Secret", "https://example.gov.uk/", "blog")])
    assert found(client, evidence="code") == ["Chatbots"]
    assert found(client, evidence="blog") == []
    assert (count(client, "evidence", "code"), count(client, "evidence", "user-research")) == (1, None)


def test_counts_are_those_left_by_the_search_and_the_other_filters(client):
    make_update(make_promise("Chatbots for housing", "Trumpton"), stage="delivered")
    make_update(make_promise("Chatbots for parks", "Camberwick"), stage="stopped")
    make_promise("Phones", "Chigley")
    asked = {"q": "chatbots", "stage": "delivered"}
    assert count(client, "stage", "delivered", **asked) == 1
    assert count(client, "stage", "stopped", **asked) == 1
    assert count(client, "stage", "no-update", **asked) == 0
    assert count(client, "principle", "people", **asked) == 1
    assert count(client, "type", "district", **asked) == 1


def test_what_was_asked_can_be_taken_away_one_by_one(client):
    make_promise("Chatbots")
    asked = "q=chatbots&stage=no-update&stage=stopped&principle=people"
    page = client.get(f"/commitments/?{asked}").content.decode()
    tags = re.findall(r'app-tags__tag" href="([^"]+)"><span[^>]*>Remove </span>([^<]+) <', page)
    assert {words: address.replace("&amp;", "&") for address, words in tags} == {
        "Search: chatbots": "/commitments/?stage=no-update&stage=stopped&principle=people",
        "Stage: No update yet": "/commitments/?q=chatbots&stage=stopped&principle=people",
        "Stage: Stopped": "/commitments/?q=chatbots&stage=no-update&principle=people",
        "Principle: People": "/commitments/?q=chatbots&stage=no-update&stage=stopped",
    }


def test_an_empty_result_says_what_to_try(client):
    make_promise("Chatbots")
    text = text_of(client.get("/commitments/", {"q": "zebras", "stage": "stopped"}))
    for words in ("No commitments", "check the spelling", "remove one of the filters above", "see all commitments"):
        assert words in text


@pytest.mark.parametrize(
    "query",
    [
        *("stage=x", "state=x", "principle=x", "principle=a%20b", "region=x", "nation=x", "type=x", "year=1066"),
        *("evidence=x", "sort=x", "page=x", f"q={'x' * 201}", f"partner={'x' * 201}", "q=%00", "partner=%00"),
        *("stage=%00", "&".join(f"principle=p{number}" for number in range(50)), f"principle={'p' * 5000}"),
    ],
)
def test_what_is_none_of_the_choices_is_a_bad_request(client, query):
    make_promise("Chatbots")
    assert client.get(f"/commitments/?{query}").status_code == 400


def test_empty_fields_ask_for_nothing(client):
    make_promise("Chatbots")
    assert found(client, q="", partner="", sort="", page="") == ["Chatbots"]


# ---- What it costs

PAGES = {
    "": 4,
    "?q=place+bells": 4,
    "?q=place+nonsense": 4,
    "?q=bells&stage=no-update&state=overdue&principle=people&region=west-midlands&nation=england&type=district"
    "&year=2018&sort=due": 4,
    "?sort=updated&page=1": 4,
    # Whom the name means is one query more.
    "?partner=place+1": 5,
}


def fill(number):
    """That many documents of one commitment each, of as many organisations."""
    declaration, person, principles = make_declaration(), make_person(), make_principles()
    now, partner = timezone.now(), make_organisation("Place 1")
    bodies = Organisation.objects.bulk_create(
        Organisation(
            code=f"B{one}", scheme="gss", name=f"B{one}", official_name=f"B{one}", sort_name=f"b{one}", slug=f"b{one}",
            type="district", nation="england", region="west-midlands", checked_at=now,
        )
        for one in range(number)
    )  # fmt: skip
    signatures = Signature.objects.bulk_create(Signature(declaration=declaration, preparer=person) for _ in bodies)
    Signatory.objects.bulk_create(
        Signatory(
            signature=signature, organisation=body, declaration=declaration, live=True, position=1,
            signed_on=date(2018, 11, 9), signed_on_precision="day",
        )
        for signature, body in zip(signatures, bodies, strict=True)
    )  # fmt: skip
    promises = Commitment.objects.bulk_create(
        Commitment(
            signature=signature, position=1, title="Bells in every place", mission="Ring.", status="published",
            published_at=now, due_on=date(2019, 1, 1),
        )
        for signature in signatures
    )  # fmt: skip
    through = Commitment.principles.through
    through.objects.bulk_create(through(commitment=promise, principle=principles[0]) for promise in promises)
    for promise in promises[:30]:
        promise.partners.create(position=1, name="Place 1", organisation=partner)
    Signature.objects.update(status=Status.PUBLISHED, submitted_at=now, published_at=now)
    search.index(promises)
    with connection.cursor() as cursor:
        # The database does this by itself, but not inside a test: without it, it takes 2,000 rows for one.
        cursor.execute("ANALYZE")
    RegisterVersion.current()


def costs(client):
    found = {}
    for query in PAGES:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/commitments/{query}")
        assert listed(response) or "Bells" in text_of(response), query
        found[query] = len(queries)
    return found


@pytest.mark.one_database
def test_the_list_costs_the_same_for_20_commitments_and_for_2000(client):
    fill(20)
    small = costs(client)
    Signature.objects.update(status=Status.DRAFT)
    Signature.objects.all().delete()
    Organisation.objects.all().delete()
    assert SearchText.objects.count() == 0
    fill(2000)
    assert costs(client) == small
    assert {query: number for query, number in small.items() if number > PAGES[query]} == {}


def test_a_list_that_has_not_changed_costs_one_query(client):
    fill(20)
    etag = client.get("/commitments/?q=bells")["ETag"]
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/commitments/?q=bells", headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert len(queries) == 1
