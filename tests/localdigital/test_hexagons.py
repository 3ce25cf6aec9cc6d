"""The map of hexagons: where councils are, what goes around them, and what it says of each."""

import csv
from collections import Counter
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.core.exceptions import BadRequest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commitments.models import Adoption
from localdigital.charts.drawing import DEEP, PAINTS
from localdigital.site.movement import hexagons
from localdigital.site.movement.filters import Filter
from localdigital.site.movement.hexagon_geometry import corners, layout, middle, outline
from signatories.models import Signatory
from signatories.organisation_table import OUR_TABLE
from tests.factories import make_commitment, make_declaration, make_organisation, make_signature

LONG_AGO = timezone.localdate() - timedelta(days=400)


# ---- The layout


def test_every_council_that_exists_has_one_hexagon_and_no_two_share_one():
    beside = {"county", "combined-authority", "strategic-regional-authority", "government", "other"}
    with OUR_TABLE.open(encoding="utf-8", newline="") as table:
        names = {
            row["code"]: row["name"]
            for row in csv.DictReader(table)
            if not row["ends_on"] and row["type"] not in beside
        }
    with (OUR_TABLE.parent / "hex_map.csv").open(encoding="utf-8", newline="") as table:
        rows = [(row["code"], row["name"]) for row in csv.DictReader(table)]
    assert rows == sorted(names.items())
    assert len(set(layout().values())) == len(rows) == 361
    assert len({middle(cell) for cell in layout().values()}) == 361


def test_hexagons_side_by_side_share_two_corners_in_even_and_odd_rows():
    for cell, beside in [((3, 4), (4, 4)), ((3, 4), (3, 5)), ((3, 4), (2, 5)), ((3, 5), (4, 6)), ((3, 5), (3, 6))]:
        assert len({*corners(cell)} & {*corners(beside)}) == 2, (cell, beside)
    assert not {*corners((3, 4))} & {*corners((4, 5))}


def area(ring):
    """Twice the area within a ring: less than nothing where it goes round a hole."""
    return sum(x * down - across * y for (x, y), (across, down) in zip(ring, ring[1:] + ring[:1], strict=True))


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=36))
def test_an_outline_holds_exactly_its_hexagons(cells):
    rings = outline(cells)
    assert sum(map(area, rings)) == sum(area(corners(cell)) for cell in cells)
    seen = Counter(point for ring in rings for point in ring)
    assert set(seen.values()) <= {1}, "no ring touches another or itself"


def test_an_outline_goes_round_a_hole_too():
    rings = outline({(1, 1), (2, 1), (1, 2), (3, 2), (1, 3), (2, 3)})
    inner, outer = sorted(rings, key=area)
    assert set(inner) == {*corners((2, 2))}
    assert area(inner) < 0 < area(outer)


# ---- What it says


def council(name, code, **fields):
    return make_organisation(name, code=code, **fields)


def the_map(**asked):
    (chart,) = hexagons.charts(Filter(asked))
    return chart


def drawn(chart, width="wide"):
    return ElementTree.fromstring(getattr(chart, width))


def labels(chart, width="wide"):
    """What is heard of each link, with the attributes of what it draws first."""
    return {link.get("aria-label"): link for link in drawn(chart, width).iter("a")}


def legend(chart):
    words = [text.text for text in drawn(chart).iter("text") if text.text and ": " in text.text]
    return dict(text.rsplit(": ", 1) for text in words)


@pytest.fixture
def four_councils(db):
    """Trumpton signed with Chigley and is late with one of two; Camberwick Green withdrew; Pippin Fort did nothing."""
    trumpton, chigley = council("Trumpton", "E07000223"), council("Chigley", "E07000032", region="south-east")
    document = make_signature(trumpton, chigley, commitments=1, on=date(2018, 11, 9))
    make_commitment(document, due_on=LONG_AGO)
    left = council("Camberwick Green", "E07000224")
    withdrawn_at = timezone.now().replace(2024, 5, 3, 12)
    part = make_signature(left, commitments=1).signatories.all()
    part.update(withdrawn_at=withdrawn_at, live=False)
    return [trumpton, chigley, left, council("Pippin Fort", "E07000225")]


def test_each_hexagon_leads_to_its_council_and_says_its_name_and_state(four_councils):
    links = labels(the_map())
    assert set(links) == {
        "Trumpton Borough Council: signed 9 November 2018, 2 commitments, 1 overdue",
        "Chigley Borough Council: signed 9 November 2018, 2 commitments, 1 overdue",
        "Camberwick Green Borough Council: withdrew 3 May 2024",
        "Pippin Fort Borough Council: not signed",
    }
    assert links["Pippin Fort Borough Council: not signed"].get("href") == "/organisations/pippin-fort/"
    assert set(labels(the_map(), "narrow")) == set(links)


def in_black_and_white(paint):
    """How a paint looks without its hue: its pattern, or of a plain one whether it is dark."""
    colour, pattern, *_ = PAINTS[paint]
    return pattern or (colour == DEEP)


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        ("", {"Signed": "2", "Withdrew": "1", "Not signed": "1"}),
        (
            "commitments",
            {"4 or more commitments": "0", "2 or 3 commitments": "2", "1 commitment": "0", "No commitments": "2"},
        ),
        ("overdue", {"2 or more overdue": "0", "1 overdue": "2", "None overdue": "0", "No commitments": "2"}),
    ],
)
def test_the_legend_counts_each_state_and_no_two_look_alike_in_black_and_white(four_councils, by, counts):
    chart = the_map(by=by)
    assert legend(chart) == counts
    looks = [in_black_and_white(paint) for _, paint in hexagons.STATES[by or "signed"].values()]
    assert len(set(looks)) == len(looks)
    assert [row[1:] for row in chart.rows if str(row[0]).startswith("Trumpton")] == [["9 November 2018", 2, 1]]


def test_a_filter_leaves_faint_hexagons_that_are_no_links_and_not_counted(four_councils):
    chart = the_map(region="south-east")
    assert list(labels(chart)) == ["Chigley Borough Council: signed 9 November 2018, 2 commitments, 1 overdue"]
    assert legend(chart) == {"Signed": "1", "Withdrew": "0", "Not signed": "0", "Not in your filters": "3"}
    assert chart.summary == "1 of 1 council has signed."
    assert [str(row[0]) for row in chart.rows] == ["Chigley Borough Council"]
    shapes = [shape for shape in drawn(chart).iter("polygon") if shape.get("class") is None]
    assert len(shapes) - len(legend(chart)) == 3


def test_counties_and_combined_authorities_stand_beside_the_map_with_a_line_around_their_districts(db):
    authority = make_organisation("Trumptonshire Combined", type="combined-authority")
    county = make_organisation("Trumptonshire", type="county", combined_authority=authority)
    for name, code in [("Trumpton", "E07000234"), ("Chigley", "E07000236")]:
        council(name, code, county=county)
    new = make_organisation("New Trumpton")
    make_organisation("Old Trumpton", code="E07000235", ends_on=LONG_AGO)
    links = labels(the_map())
    assert set(links) == {f"{one} Borough Council: not signed" for one in (
        "Trumptonshire Combined", "Trumptonshire", "Trumpton", "Chigley", "New Trumpton"
    )}  # fmt: skip
    around = {
        label.removesuffix(" Borough Council: not signed"): path.get("d")
        for label, link in links.items()
        for path in link.iter("path")
    }
    assert set(around) == {"Trumptonshire Combined", "Trumptonshire"}
    assert around["Trumptonshire Combined"] == around["Trumptonshire"] != ""
    assert "Not on the map yet" in [text.text for text in drawn(the_map()).iter("text")]
    assert new.official_name in [str(row[0]) for row in the_map().rows]


def test_a_council_that_took_over_a_commitment_answers_for_it_once(db):
    heir, old = council("Trumpton", "E07000223"), make_organisation("Chigley")
    signature = make_signature(heir, old, commitments=1)
    Adoption.objects.create(commitment=signature.commitments.get(), organisation=heir)
    other = make_signature("Camberwick Green", commitments=1)
    Adoption.objects.create(commitment=other.commitments.get(), organisation=heir)
    Signatory.objects.filter(signature=other).update(live=False)
    (row,) = [row for row in the_map().rows if str(row[0]) == heir.official_name]
    assert row[2:] == [2, 0]


def test_what_a_council_is_called_is_text_and_never_markup(db):
    council("Trumpton", "E07000223", official_name='Trumpton & "Son" <script>')
    chart = the_map()
    assert list(labels(chart)) == ['Trumpton & "Son" <script>: not signed']
    assert "<script" not in chart.wide + chart.narrow + chart.file(
        "From the register", "https://register.example.gov.uk"
    )


def test_a_file_of_it_leads_to_the_website_and_needs_no_style_sheet(four_councils):
    file = ElementTree.fromstring(the_map().file("From the register", "https://register.example.gov.uk"))
    links = list(file.iter("{http://www.w3.org/2000/svg}a"))
    assert {link.get("href").split("/organisations/")[0] for link in links} == {"https://register.example.gov.uk"}
    assert all(link.find("{http://www.w3.org/2000/svg}title").text == link.get("aria-label") for link in links)


def test_it_is_two_queries_whatever_there_is(db, django_assert_num_queries):
    declaration = make_declaration()
    for number, code in enumerate(sorted(layout())[:12]):
        make_signature(council(f"Pippin Fort {number}", code), declaration=declaration, commitments=number % 3)
    with django_assert_num_queries(2):
        chart = the_map(by="overdue")
        chart.wide  # noqa: B018


def test_the_map_is_by_nothing_else(db):
    with pytest.raises(BadRequest):
        the_map(by="population")


def test_its_page_offers_the_other_maps_and_the_files_of_the_one_that_it_shows(client, four_councils):
    page = client.get("/movement/?by=overdue&region=west-midlands").content.decode()
    section = page[page.index('<section class="app-movement__chart" id="map"') :].split("</section>")[0]
    assert '<a class="govuk-link" href="/movement/?region=west-midlands&amp;by=signed#map">Signed</a>' in section
    assert '<strong aria-current="true">Overdue</strong>' in section
    assert 'href="#map-figures"' not in section, "few links need no way round them"
    assert 'href="/movement/map.png?region=west-midlands&amp;by=overdue"' in section
    file = client.get("/movement/map.svg?region=west-midlands&by=overdue").content.decode()
    assert "Map of overdue commitments" in file
    assert "Chigley" not in file
    assert client.get("/movement/map.svg?by=population").status_code == 400
