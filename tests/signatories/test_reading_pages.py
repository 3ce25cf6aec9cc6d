"""The list of organisations, and the names that a field suggests."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signatories.models.partial_date import Precision
from signatories.models.signature import Status
from tests.factories import make_organisation, make_signature
from tests.pages import NOT_PUBLIC, heading, listed, text_of, title

pytestmark = pytest.mark.django_db


def test_the_list_says_how_many_have_signed_and_leaves_out_those_that_have_not(client):
    make_signature("Trumpton", "Camberwick")
    make_organisation("Chigley")
    response = client.get("/signatories/")
    assert heading(response) == "2 organisations have signed"
    assert listed(response) == ["Camberwick Borough Council", "Trumpton Borough Council"]


def test_the_list_of_an_empty_register_says_so_and_how_to_sign(client):
    response = client.get("/signatories/")
    assert heading(response) == "No organisations have signed yet"
    assert "Be the first" in text_of(response)


def test_a_search_finds_an_organisation_by_another_name(client):
    make_signature("Trumpton", "Camberwick")
    make_organisation("Trumpton").know_names("The Clock Town")
    response = client.get("/signatories/", {"q": "clock tow"})
    assert heading(response) == "1 organisation that has signed matches ‘clock tow’"
    assert listed(response) == ["Trumpton Borough Council"]


def test_the_heading_repeats_what_was_typed_as_text_not_as_html(client):
    make_signature("Trumpton")
    response = client.get("/signatories/", {"q": "<b>x</b>"})
    assert heading(response) == "No organisations that have signed match ‘&lt;b&gt;x&lt;/b&gt;’"


def test_an_empty_result_says_what_to_do(client):
    make_signature("Trumpton")
    response = client.get("/signatories/", {"q": "zzz", "type": "county"})
    assert heading(response) == "No organisations that have signed match ‘zzz’ and your filters"
    assert "type only the start of the name" in text_of(response)
    assert 'href="/signatories/?q=zzz&amp;type=county&amp;signed=all"' in response.content.decode()


def test_the_list_is_filtered_by_type_nation_region_and_year(client):
    make_organisation("Trumpton", type="county", nation="wales", region="wales")
    make_signature("Trumpton", on=date(2019, 5, 1))
    make_signature("Camberwick", on=date(2020, 5, 1))
    for asked in ({"type": "county"}, {"nation": "wales"}, {"region": "wales"}, {"year": "2019"}):
        assert listed(client.get("/signatories/", asked)) == ["Trumpton Borough Council"], asked
    assert listed(client.get("/signatories/", {"type": "county", "year": "2020"})) == []


def test_a_document_without_a_date_is_found_under_date_not_known(client):
    signature = make_signature("Trumpton")
    signature.signatories.update(signed_on=None, signed_on_precision=Precision.UNKNOWN)
    make_signature("Camberwick")
    response = client.get("/signatories/", {"year": "unknown"})
    assert listed(response) == ["Trumpton Borough Council"]
    assert "Signed date not known" in text_of(response)


def test_a_date_is_shown_as_far_as_it_is_known(client):
    signature = make_signature("Trumpton", on=date(2019, 5, 1))
    signature.signatories.update(signed_on_precision=Precision.MONTH)
    assert "Signed May 2019" in text_of(client.get("/signatories/"))


def test_the_newest_come_first_when_asked_and_those_without_a_date_last(client):
    make_signature("Camberwick", on=date(2019, 1, 1))
    make_signature("Trumpton", on=date(2021, 1, 1))
    undated = make_signature("Arkwright")
    undated.signatories.update(signed_on=None, signed_on_precision=Precision.UNKNOWN)
    names = listed(client.get("/signatories/", {"sort": "newest"}))
    assert names == ["Trumpton Borough Council", "Camberwick Borough Council", "Arkwright Borough Council"]


def test_those_that_have_not_signed_are_listed_when_asked_without_those_that_ended(client):
    make_signature("Trumpton")
    make_organisation("Camberwick")
    make_organisation("Chigley", ends_on=date(2020, 3, 31))
    response = client.get("/signatories/", {"signed": "no"})
    assert heading(response) == "1 organisation has not signed"
    assert listed(response) == ["Camberwick Borough Council"]


def test_an_organisation_that_signed_and_then_ended_stays_among_those_that_signed(client):
    make_organisation("Trumpton", ends_on=date(2020, 3, 31))
    make_signature("Trumpton")
    make_organisation("Chigley", ends_on=date(2020, 3, 31))
    response = client.get("/signatories/")
    assert listed(response) == ["Trumpton Borough Council"]
    assert "ended 31 March 2020" in text_of(response)
    assert listed(client.get("/signatories/", {"signed": "all"})) == ["Trumpton Borough Council"]


def test_who_withdrew_has_not_signed(client):
    make_signature("Trumpton", status=Status.WITHDRAWN)
    both = make_signature("Camberwick", "Chigley")
    both.signatories.filter(organisation__name="Chigley").update(withdrawn_at=timezone.now(), live=False)
    assert listed(client.get("/signatories/")) == ["Camberwick Borough Council"]
    names = listed(client.get("/signatories/", {"signed": "no"}))
    assert names == ["Chigley Borough Council", "Trumpton Borough Council"]


@pytest.mark.parametrize("status", NOT_PUBLIC)
def test_an_unpublished_signature_puts_nobody_on_the_list(client, status):
    make_signature("Trumpton", status=status)
    assert listed(client.get("/signatories/")) == []
    assert listed(client.get("/signatories/", {"signed": "no"})) == ["Trumpton Borough Council"]


def test_an_organisation_that_nobody_has_checked_is_not_listed(client):
    make_organisation("Trumpton", checked_at=None)
    assert listed(client.get("/signatories/", {"signed": "all"})) == []


def test_a_long_list_has_pages_whose_links_keep_the_filters(client):
    for number in range(30):
        make_organisation(f"Trumpton {number:02}")
    first = client.get("/signatories/", {"signed": "no", "q": "trumpton"})
    assert len(listed(first)) == 25
    assert title(first) == "30 organisations that have not signed match ‘trumpton’, page 1 of 2"
    assert 'href="/signatories/?signed=no&amp;q=trumpton&amp;page=2"' in first.content.decode()
    second = client.get("/signatories/", {"signed": "no", "q": "trumpton", "page": "2"})
    assert len(listed(second)) == 5
    assert not set(listed(first)) & set(listed(second))
    assert 'href="/signatories/?signed=no&amp;q=trumpton"' in second.content.decode()


def test_links_leave_out_the_fields_that_a_reader_left_empty(client):
    make_signature("Trumpton")
    page = client.get("/signatories/?q=trum&type=&nation=&region=&year=&sort=name").content.decode()
    assert 'href="/signatories/?q=trum&amp;sort=name&amp;signed=all"' in page


def test_each_filter_can_be_taken_away_on_its_own(client):
    make_signature("Trumpton")
    page = client.get("/signatories/", {"q": "trum", "region": "west-midlands", "sort": "newest"}).content.decode()
    assert (
        'href="/signatories/?region=west-midlands&amp;sort=newest"><span class="govuk-visually-hidden">Remove' in page
    )
    assert 'href="/signatories/?q=trum&amp;sort=newest"><span class="govuk-visually-hidden">Remove' in page


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "9" * 30, "9" * 5000, "\0", "²"])
def test_what_is_no_page_number_is_a_bad_request(client, page):
    assert client.get("/signatories/", {"page": page}).status_code == 400


def test_a_page_past_the_end_is_not_found(client):
    assert client.get("/signatories/", {"page": "2"}).status_code == 404
    assert client.get("/signatories/", {"page": "1000000"}).status_code == 404


@pytest.mark.parametrize("asked", [{"type": "x"}, {"year": "1066"}, {"q": "a\0b"}, {"signed": "maybe"}, {"sort": "x"}])
def test_a_choice_that_is_not_offered_is_a_bad_request(client, asked):
    assert client.get("/signatories/", asked).status_code == 400


ANY_TEXT = st.text(max_size=60) | st.sampled_from(["yes", "no", "all", "newest", "county", "wales", "2019", "1", ""])
PARAMETERS = st.sampled_from(["q", "signed", "type", "nation", "region", "year", "sort", "page", "x"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.dictionaries(PARAMETERS, ANY_TEXT, max_size=5))
@example(asked={"q": "%"})
@example(asked={"q": "'"})
@example(asked={"q": "\ud800"})
def test_nothing_that_a_stranger_asks_the_list_breaks_it(client, asked):
    query = "&".join(f"{name}={quoted(value)}" for name, value in asked.items())
    assert client.get(f"/signatories/?{query}").status_code in (200, 400, 404)
    assert client.get(f"/organisations.json?{query}").status_code in (200, 400)


def quoted(text):
    """The text as it stands in an address, lone surrogates too."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


# ---- Names for a field that suggests


def test_suggestions_are_official_names_with_what_tells_them_apart(client):
    make_organisation("Trumpton")
    response = client.get("/organisations.json", {"q": "trum"})
    assert response.json() == {
        "results": [{"name": "Trumpton Borough Council", "hint": "District council, West Midlands"}]
    }
    assert not response.cookies
    assert "public" in response["Cache-Control"]


def test_suggestions_begin_with_names_that_begin_so_and_are_ten_at_most(client):
    make_organisation("North Trumpton")
    for number in range(12):
        make_organisation(f"Trumpton {number:02}")
    names = [result["name"] for result in client.get("/organisations.json", {"q": "trump"}).json()["results"]]
    assert len(names) == 10
    assert names[0] == "Trumpton 00 Borough Council"
    assert "North Trumpton Borough Council" not in names


def test_only_organisations_that_exist_today_and_are_checked_are_suggested(client):
    make_organisation("Trumpton Old", ends_on=timezone.localdate() - timedelta(days=1))
    make_organisation("Trumpton New", starts_on=timezone.localdate() + timedelta(days=1))
    make_organisation("Trumpton Odd", checked_at=None)
    assert client.get("/organisations.json", {"q": "trumpton"}).json() == {"results": []}


@pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": " "}, {"q": "???"}, {"q": "a\0"}, {"q": "a" * 300}])
def test_nothing_is_suggested_for_nothing_typed(client, asked):
    make_organisation("Trumpton")
    response = client.get("/organisations.json", asked)
    assert (response.status_code, response.json()) == (200, {"results": []})
