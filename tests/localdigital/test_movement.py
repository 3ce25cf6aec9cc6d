"""The movement: every chart, the figures it is drawn from, what the filters leave, and the files to take away."""

import csv
import re
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from localdigital.charts.drawing import NARROW, SMALL, WIDE, letters
from localdigital.site.movement import coverage, money, over_time, promises
from localdigital.site.movement.filters import Filter
from localdigital.site.movement.published_counts import published_counts
from localdigital.site.movement.views import MODULES
from signatories.models import Organisation, Signatory
from signatories.models.partial_date import Precision
from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_signature, make_update
from tests.pages import text_of
from tests.programme.factories import make_project, make_round

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
KEYS = [key for module in MODULES for key in module.KEYS]
TODAY = timezone.localdate()


def table(client, key, query=""):
    """The figures of a chart as its CSV says them: a dict for each row."""
    response = client.get(f"/movement/{key}.csv{query}")
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


def column(client, key, query="", name=None):
    """{first cell: cell of that column} of a chart's figures; the second column where none is named."""
    rows = table(client, key, query)
    return {next(iter(row.values())): row[name] if name else list(row.values())[1] for row in rows}


def dated(signature, on, precision):
    """The parts of that document are dated so."""
    Signatory.objects.filter(signature=signature).update(
        signed_on=on, signed_on_precision=precision, signed_at=None, signed_by=None, signed_hash=""
    )
    return signature


@pytest.fixture
def some():
    """Councils of two regions that signed, one that ended, one that did not sign; commitments in several states."""
    make_organisation("Pippin Fort", region="wales", nation="wales", type="welsh-council")
    make_organisation("Chigley", region="wales", nation="wales", type="welsh-council")
    make_organisation("Trumpton Rural", ends_on=TODAY - timedelta(days=1))
    make_organisation("Office of Clocks", type="government", region="", nation="")
    first = make_signature("Trumpton", "Chigley", on=date(2019, 5, 6), commitments=0)
    make_signature("Trumpton Rural", on=date(2019, 5, 7), commitments=0)
    make_commitment(first, "Delivered", stage="delivered", updated_on=TODAY)
    make_commitment(first, "Late", due_on=TODAY - timedelta(days=9), asked_on=TODAY, updated_on=TODAY, stage="stopped")
    make_commitment(first, "Overdue", due_on=TODAY - timedelta(days=9), asked_on=TODAY)
    make_commitment(first, "New", asked_on=TODAY)
    return first


# ---- The page


def test_the_page_has_every_chart_with_its_figures_and_its_files(client, some):
    make_project("Clocks", lead=Organisation.objects.get(name="Trumpton"))
    page = client.get("/movement/").content.decode()
    for key in KEYS:
        section = re.search(rf'(?s)<section class="app-movement__chart" id="{key}".*?</section>', page)[0]
        assert (section.count("<svg"), section.count("<table")) == (2, 1), key
        for ending in ("svg", "png", "csv"):
            assert f'href="/movement/{key}.{ending}' in section
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    assert "style=" not in page


def test_the_page_asks_as_much_of_the_database_for_many_as_for_few(client, some, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as few:
        client.get("/movement/")
    for number in range(5):
        signature = make_signature(f"Camberwick {number}", on=date(2020, 1 + number, 1))
        make_update(signature.commitments.get())
    for query in ("", "?region=west-midlands"):
        with django_assert_max_num_queries(len(few)):
            client.get(f"/movement/{query}")


@pytest.mark.parametrize("key", KEYS)
def test_a_chart_by_itself_asks_only_for_its_own_figures(client, some, django_assert_max_num_queries, key):
    with django_assert_max_num_queries(5):
        assert client.get(f"/movement/{key}.csv").status_code == 200


def test_an_empty_register_says_so(client):
    assert "0 of the 0 organisations that could sign today have signed." in text_of(client.get("/movement/"))
    for key in KEYS:
        assert client.get(f"/movement/{key}.svg").status_code == 200


# ---- Coverage


def test_coverage_is_of_those_that_exist_and_could_sign_and_shows_who_is_missing(client, some):
    assert table(client, "coverage-by-region") == [
        {"Region": "West Midlands", "Signed": "1", "Not signed": "0", "Could sign": "1", "Signed, %": "100.0"},
        {"Region": "Wales", "Signed": "1", "Not signed": "1", "Could sign": "2", "Signed, %": "50.0"},
        {"Region": "All", "Signed": "2", "Not signed": "1", "Could sign": "3", "Signed, %": "66.7"},
    ]
    assert column(client, "coverage-by-nation") == {"England": "1", "Wales": "1", "All": "2"}
    assert column(client, "coverage-by-type") == {"District council": "1", "Welsh council": "1", "All": "2"}
    page = text_of(client.get("/movement/"))
    assert "2 of the 3 organisations that could sign today have signed: 67%." in page
    assert "1 more organisation that signed is not counted here" in page


def test_a_bar_leads_to_the_list_that_it_counts(client, some):
    root = ElementTree.fromstring(client.get("/movement/coverage-by-region.svg?type=welsh-council").content)
    links = [one.get("href") for one in root.iter(f"{SVG}a")]
    assert parse_qs(urlsplit(links[0]).query) == {"type": ["welsh-council"], "region": ["wales"]}
    assert "1 organisation" in text_of(client.get(links[0].partition("testserver")[2] or urlsplit(links[0]).path))


# ---- Over time


def months(**chosen):
    """{(year, month): (signed, at most)} of what fits."""
    asked = Filter(chosen)
    return {
        (one.year, one.month): (one.signed, one.at_most)
        for one in over_time.by_month(over_time.counted(asked), asked.on)
    }


def test_the_line_follows_the_dates_on_documents_as_far_as_they_are_known():
    dated(make_signature("Trumpton"), date(2019, 5, 6), Precision.DAY)
    dated(make_signature("Chigley"), date(2019, 7, 1), Precision.MONTH)
    dated(make_signature("Pippin Fort"), date(2020, 1, 1), Precision.YEAR)
    dated(make_signature("Camberwick Green"), None, Precision.UNKNOWN)
    line = months()
    assert line[2019, 4] == (0, 0)
    assert line[2019, 5] == (1, 1)
    assert line[2019, 7] == (2, 2)
    assert line[2019, 12] == (2, 2)
    assert line[2020, 1] == (2, 3)
    assert line[2020, 11] == (2, 3)
    assert line[2020, 12] == (3, 3)
    assert line[TODAY.year, TODAY.month] == (3, 3)


def test_an_organisation_counts_once_from_its_first_date_until_it_withdraws(client):
    first = dated(make_signature("Trumpton", status=Status.WITHDRAWN), date(2019, 5, 6), Precision.DAY)
    dated(make_signature("Trumpton"), date(2021, 5, 6), Precision.DAY)
    gone = dated(make_signature("Chigley", status=Status.WITHDRAWN), date(2019, 6, 1), Precision.DAY)
    for signature in (first, gone):
        type(signature).objects.filter(pk=signature.pk).update(
            withdrawn_at=timezone.make_aware(timezone.datetime(2020, 3, 4))
        )
    line = months()
    assert line[2019, 12] == (2, 2)
    assert line[2020, 2] == (2, 2)
    assert line[2020, 3] == (1, 1)
    assert line[2022, 1] == (1, 1)


def test_who_signed_on_no_known_date_is_said_to_be_missing_from_the_line(client):
    dated(make_signature("Trumpton"), None, Precision.UNKNOWN)
    page = text_of(client.get("/movement/"))
    assert (
        "0 organisations in this register had signed on a known date, and 1 more on a date that is not known, those "
        "that have ended since included." in page
    )
    assert "1 organisation that has signed is not on the line" in page


def test_published_counts_are_points_and_stand_in_the_table_as_their_source_says_them(client):
    points = [one for one in published_counts() if one.has_a_point]
    assert [(one.number, str(one.when)) for one in points if one.is_of_signatories] == [
        (150, "March 2019"), (169, "23 August 2019"), (288, "2 August 2022"),
    ]  # fmt: skip
    rows = [row for row in table(client, "signatories-over-time") if row["Source"] != "This register"]
    assert len(rows) == len(published_counts())
    assert all(row["Source"] for row in rows)
    assert {"over a third", "more than 30", "over 200"} <= {row["Number"] for row in rows}
    assert {row["By"] for row in rows[len(points) :]} == {"Date not known"}
    assert client.get("/movement/signatories-over-time.svg").content.count(b"<circle") == 5  # one of them in the key


def test_published_counts_of_the_whole_country_are_left_out_of_a_part_of_it(client, some):
    rows = table(client, "signatories-over-time", "?region=wales")
    assert {row["Source"] for row in rows} == {"This register"}
    assert "Published counts are of the whole country" in text_of(client.get("/movement/?region=wales"))


# ---- Commitments


def test_commitments_are_counted_as_their_list_counts_them(client, some):
    for query, delivered, overdue in (("?region=wales", "1", "1"), ("?region=london", "0", "0")):
        assert column(client, "commitments-by-stage", query)["Delivered"] == delivered
        assert column(client, "commitments-on-time", query)["Overdue"] == overdue
        for parameter, number in (("stage=delivered", delivered), ("state=overdue", overdue)):
            page = text_of(client.get(f"/commitments/{query}&{parameter}"))
            assert re.search(rf"\b{'No' if number == '0' else number} commitment", page), (query, parameter)
    assert column(client, "commitments-on-time") == {
        "On time": "1", "Overdue": "1", "Update overdue": "0", "Not yet asked": "0",
    }  # fmt: skip


def test_commitments_are_counted_for_each_principle_by_stage(client, some):
    rows = table(client, "commitments-by-principle")
    people = rows[0]
    assert people["Principle"] == "People"
    assert people["All"] == "4"
    assert people["Delivered"] == "1"
    assert people["Stopped"] == "1"
    assert people["No update yet"] == "2"
    assert rows[-1]["All"] == "0"


# ---- The fund


def test_money_is_by_the_region_of_who_leads_and_says_what_is_not_published(client, some):
    one = make_round("Round 91")
    make_project("Clocks", one, lead=Organisation.objects.get(name="Trumpton"), amount_gbp=90_000)
    make_project("Drains", one, lead=Organisation.objects.get(name="Chigley"))
    published = column(client, "fund-by-region", name="£ published")
    assert published == {"West Midlands": "90000", "Wales": "", "All": "90000"}
    assert column(client, "fund-by-region", "?region=wales") == {"Wales": "1", "All": "1"}
    assert "The amount of 1 project was not published, and is left out." in text_of(client.get("/movement/"))


# ---- Filters and files


def test_what_was_asked_can_be_taken_away_again_and_goes_with_every_file(client, some):
    page = client.get("/movement/?region=wales&type=welsh-council&other=1").content.decode()
    assert 'href="/movement/?type=welsh-council&amp;other=1"' in page
    assert 'href="/movement/coverage-by-type.png?region=wales&amp;type=welsh-council"' in page
    assert "Region: Wales" in client.get("/movement/coverage-by-type.svg?region=wales").content.decode()


@pytest.mark.parametrize("query", ["region=mars", "nation=%00", "type=district&type=nope"])
def test_what_nobody_offered_is_a_bad_request_everywhere(client, query):
    for address in ("", "coverage-by-region.svg", "signatories-over-time.png", "fund-by-region.csv"):
        assert client.get(f"/movement/{address}?{query}").status_code == 400


def test_there_are_no_other_charts(client):
    for address in ("nothing.svg", "nothing.png", "nothing.csv", "coverage-by-region.pdf"):
        assert client.get(f"/movement/{address}").status_code == 404


@pytest.mark.parametrize("key", KEYS)
def test_a_drawing_stands_by_itself(client, some, key):
    response = client.get(f"/movement/{key}.svg")
    assert response["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(response.content)
    named = {one.get("id"): one.text for one in root.iter() if one.get("id")}
    assert named[root.get("aria-labelledby")]
    assert named[root.get("aria-describedby")]
    assert "Source: " in "".join(root.itertext())
    assert not [one for one in root.iter() if one.get("style")]
    for link in root.iter(f"{SVG}a"):
        assert link.get("href").startswith("http")
        assert link.get("aria-label")
    used = {found for one in root.iter() for found in re.findall(r"url\(#(.+?)\)", one.get("fill", ""))}
    assert used <= {*named}
    assert min(float(one.get("font-size")) for one in root.iter(f"{SVG}text")) >= SMALL


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_words_of_every_chart_fit_its_width(some, width):
    for module in (over_time, coverage, promises, money):
        for chart in module.charts(Filter({})):
            root = ElementTree.fromstring(str(chart.drawn(width, "it")))
            for one in root.iter("text"):
                size, bold = float(one.get("font-size")), one.get("font-weight") == "bold"
                wide, x = letters(one.text or "", size, bold=bold), float(one.get("x"))
                left = x - {None: 0, "middle": 0.5, "end": 1}[one.get("text-anchor")] * wide
                assert -20 < left < width + 20 - wide, (chart.key, one.text)


def test_a_picture_is_made_of_the_drawing(client, some):
    response = client.get("/movement/coverage-by-region.png")
    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    assert int.from_bytes(response.content[16:20]) == 1980


# ---- The OECD's principles


def test_the_oecds_principles_are_answered_by_figures_of_the_whole_register(client, some):
    page = text_of(client.get("/movement/?region=wales"))
    assert re.findall(r"Principle (\d+) ", page) == ["1", "3", "5", "6", "7", "9", "10"]
    for said in (
        "2 signed declarations, 4 commitments and 0 progress updates",
        "3 organisations have signed: 2 of the 3 that could sign today.",
        "2 of 2 open commitments have a due date. 1 is overdue. 1 is on time and was reported on in the last 6 months.",
        "1 commitment is delivered",
    ):
        assert said in page
