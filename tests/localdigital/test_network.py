"""The network of partners: who works with whom, how sure that is, and how it is drawn."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from commitments.models import Adoption, Partner
from localdigital.site.movement import network
from localdigital.site.movement.filters import Filter
from localdigital.site.movement.network_drawing import ordered
from signatories.models import Signatory
from tests.factories import make_commitment, make_declaration, make_organisation, make_signature

LONG_AGO = timezone.localdate() - timedelta(days=400)


def who(chart):
    """The table as {(one, other): the numbers}, by names without "Borough Council"."""
    return {tuple(str(cell).removesuffix(" Borough Council") for cell in row[:2]): row[2:] for row in chart.rows}


def the_network(**asked):
    (chart,) = network.charts(Filter(asked))
    return chart


def drawn(chart, width="wide"):
    return ElementTree.fromstring(getattr(chart, width))


def legend(chart):
    words = [text.text for text in drawn(chart).iter("text") if text.text and ": " in text.text]
    return dict(text.rsplit(": ", 1) for text in words)


def answer(commitment, organisation, said):
    Partner.objects.filter(commitment=commitment, organisation=organisation).update(
        answer=said, answered_at=timezone.now()
    )


@pytest.fixture
def partners(db):
    """Trumpton and Chigley signed together and name Pippin Fort, which confirmed it in one of two commitments."""
    document = make_signature("Trumpton", "Chigley", commitments=0)
    pippin_fort = make_organisation("Pippin Fort", region="south-east")
    both = [make_commitment(document, partners=[pippin_fort, "A firm that the register does not know"]) for _ in "12"]
    answer(both[0], pippin_fort, Partner.Answer.CONFIRMED)
    return document, pippin_fort


def test_those_that_sign_one_document_or_name_a_partner_work_together(partners):
    assert who(the_network()) == {
        ("Chigley", "Trumpton"): [1, 0, 0],
        ("Chigley", "Pippin Fort"): [0, 2, 1],
        ("Pippin Fort", "Trumpton"): [0, 2, 1],
    }
    assert the_network().summary == "3 organisations work together, in 3 pairs."
    assert legend(the_network()) == {"Signed together": "1", "Partner, confirmed": "2", "Partner, not answered": "0"}


def test_two_that_name_each_other_are_one_pair(partners):
    _, pippin_fort = partners
    trumpton = make_organisation("Trumpton")
    make_commitment(make_signature(pippin_fort, commitments=0), partners=[trumpton])
    assert who(the_network())["Pippin Fort", "Trumpton"] == [0, 3, 1]


def test_a_partner_that_disowned_it_or_ended_works_with_nobody(db):
    camberwick_green = make_organisation("Camberwick Green")
    ended = make_organisation("Old Chigley", ends_on=LONG_AGO)
    commitment = make_commitment(make_signature(commitments=0), partners=[camberwick_green, ended])
    answer(commitment, camberwick_green, Partner.Answer.DISOWNED)
    assert the_network().rows == []
    assert the_network().summary == "No organisations are known to work together yet."


def test_what_was_withdrawn_connects_nobody(partners):
    Signatory.objects.filter(organisation__name="Chigley").update(withdrawn_at=timezone.now(), live=False)
    assert set(who(the_network())) == {("Pippin Fort", "Trumpton")}
    make_signature("Camberwick Green", "Trumpton", status="withdrawn")
    make_commitment(make_signature("Camberwick Green", commitments=0, status="awaiting-review"), partners=partners[1:])
    assert set(who(the_network())) == {("Pippin Fort", "Trumpton")}


def test_who_took_over_a_commitment_works_with_its_partners(partners):
    document, _ = partners
    heir, trumpton = make_organisation("Camberwick Green"), make_organisation("Trumpton")
    for commitment in document.commitments.all():
        Adoption.objects.create(commitment=commitment, organisation=heir)
        Adoption.objects.create(commitment=commitment, organisation=trumpton)
    assert who(the_network())["Camberwick Green", "Pippin Fort"] == [0, 2, 1]
    assert who(the_network())["Pippin Fort", "Trumpton"] == [0, 2, 1], "once, though it signed and adopted them"


def test_a_filter_leaves_the_pairs_of_which_one_fits_and_draws_the_other_hollow(partners):
    chart = the_network(region="south-east")
    assert set(who(chart)) == {("Chigley", "Pippin Fort"), ("Pippin Fort", "Trumpton")}
    assert legend(chart)["Not in your filters"] == "2"
    hollow = [dot for dot in drawn(chart).iter("circle") if dot.get("fill") == "#ffffff"]
    assert len(hollow) == 1 + 2


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_each_organisation_is_one_link_that_says_with_how_many_it_works(partners, width):
    links = list(drawn(the_network(), width).iter("a"))
    assert {link.get("aria-label"): link.get("href") for link in links} == {
        f"{name} Borough Council: works with 2 organisations": f"/organisations/{name.lower().replace(' ', '-')}/"
        for name in ("Trumpton", "Chigley", "Pippin Fort")
    }
    lines = [path for path in drawn(the_network(), width).iter("path") if path.get("class") is None]
    assert sorted(line.get("stroke-width") for line in lines[3:]) == ["2.16", "2.16", "2.5"], "by how much they do"


def test_the_biggest_of_a_large_network_are_drawn_and_how_many_are_left_out_is_said(db, monkeypatch):
    monkeypatch.setattr(network, "MOST_DRAWN", 3)
    strong = make_signature("Trumpton", commitments=0)
    make_commitment(strong, partners=[make_organisation("Chigley")])
    make_commitment(strong, partners=[make_organisation("Chigley"), make_organisation("Pippin Fort")])
    make_signature("Camberwick Green", "Wobbleton", commitments=0)
    chart = the_network()
    assert [legend(chart)[words] for words in ("Signed together", "Partner, not answered")] == ["0", "2"]
    assert "The drawing shows 2 of the 3 pairs" in chart.notes[1]
    assert len(chart.rows) == 3
    monkeypatch.setattr(network, "MOST_READ", 2)
    chart = the_network()
    assert len(chart.rows) == 2
    assert chart.notes[-1] == "The table has 2 of them."
    assert chart.summary == "Organisations work together in 3 pairs."


def test_the_same_connections_make_the_same_drawing_and_those_of_one_group_are_neighbours(db):
    declaration = make_declaration()
    for pair in [("Aldham", "Yelverton"), ("Barton", "Zennor"), ("Chigley", "Barton Mills")]:
        make_signature(*pair, commitments=0, declaration=declaration)
    assert the_network().wide == the_network().wide
    every, _ = network.connections(Filter({}))
    assert ordered(every) == ordered(every[::-1])
    names = [place.words for place in ordered(every)]
    assert names == ["West Midlands", "Aldham", "Yelverton", "Barton", "Zennor", "Barton Mills", "Chigley"]


def test_names_are_text_and_never_markup(db):
    make_signature(
        make_organisation("A <b> & Co", official_name='A <b> & "Co"', slug="a-b-co"), "Trumpton", commitments=0
    )
    chart = the_network()
    assert 'A <b> & "Co": works with 1 organisation' in {a.get("aria-label") for a in drawn(chart).iter("a")}
    assert "<b>" not in chart.wide + chart.narrow + chart.file("From the register", "https://register.example.gov.uk")


def test_it_is_two_queries_whatever_there_is(partners, django_assert_num_queries):
    for number in range(5):
        make_commitment(partners[0], title=f"More {number}", partners=[make_organisation(f"Pippin Fort {number}")])
    with django_assert_num_queries(2):
        chart = the_network(nation="england")
        chart.wide, chart.narrow  # noqa: B018
    assert len(chart.rows) == 13
