"""The fund as the public reads it: rounds by their dates, who took part in projects, sums that say what they cover."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localdigital.charts.bars import Bar, pictures
from localdigital.models import RegisterVersion
from programme.models import ProjectPart, RoundQuestion
from signatories.models import Succession
from tests.factories import make_commitment, make_organisation, make_signature
from tests.pages import heading, listed, sitemap_entries, text_of, title
from tests.programme.factories import make_case_study, make_output, make_project, make_round, make_rule

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def awarded(name="Round 91", **fields):
    return make_round(name, awarded_on=date(2019, 9, 12), awarded_precision="day", **fields)


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return text_of(response)


# ---- Rounds


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        (HOUR, 2 * HOUR, "Opens soon"),
        (-HOUR, HOUR, "Open for applications"),
        (-2 * HOUR, -HOUR, "Closed, not awarded yet"),
        (None, None, "Dates not announced"),
    ],
)
def test_how_a_round_stands_follows_from_its_dates_to_the_minute(client, opens, closes, said):
    now = timezone.now()
    dates = {"opens_at": opens and now + opens, "closes_at": closes and now + closes}
    one = make_round(apply_url="https://example.gov.uk/apply", **dates)
    for address in ("/fund/", one.get_absolute_url()):
        assert said in read(client, address)
    page = read(client, one.get_absolute_url())
    assert ("Apply now" in page) == (said == "Open for applications")


def test_a_page_about_a_round_is_kept_for_a_minute_only(client, monkeypatch):
    one = make_round(opens_at=timezone.now() - HOUR, closes_at=timezone.now() + HOUR)
    first = client.get(one.get_absolute_url())["ETag"]
    later = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr("localdigital.caching.timezone.now", lambda: later)
    assert client.get(one.get_absolute_url())["ETag"] != first


def test_times_are_uk_times_and_a_day_whose_time_is_not_known_has_none(client):
    moment = timezone.make_aware(timezone.datetime(2050, 7, 1, 17))
    one = make_round(opens_at=timezone.make_aware(timezone.datetime(2050, 6, 1)), closes_at=moment)
    page = read(client, one.get_absolute_url())
    assert "Opens 1 June 2050 Closes 1 July 2050 at 5pm (UK time)" in page


def test_a_round_says_all_that_councils_ask_of_it(client):
    before = make_round("Round 92")
    one = make_round(
        available_gbp=1_000_000, smallest_award_gbp=50_000, largest_award_gbp=350_000, phases=["alpha", "beta"],
        how_to_apply="Send it by **post**.", notes="Read this.", sources="https://example.gov.uk/a https://b.example.gov.uk/",
    )  # fmt: skip
    make_rule(one, "lead-signed")
    make_rule(one, "signed-at-least", number=3)
    make_rule(one, "led-at-most", number=2)
    make_rule(one, "funded-before", rounds=[before])
    RoundQuestion.objects.create(round=one, question="May a supplier lead?", answer="No.")
    response = client.get(one.get_absolute_url())
    page = text_of(response)
    for words in (
        "£1,000,000 in all", "£50,000 to £350,000 for each project", "Alpha and beta", "must have signed",
        "3 councils that have signed", "at most 2 applications", "Round 92", "May a supplier lead? No.", "post",
        "Read this.",
    ):  # fmt: skip
        assert words in page
    assert 'href="https://b.example.gov.uk/"' in response.content.decode()
    assert f'href="/fund/eligibility/?round={one.slug}"' in response.content.decode()


def test_a_past_round_tells_its_rules_in_the_past_tense(client):
    one = awarded()
    for kind, fields in {
        "lead-is": {"types": ["district"]}, "lead-signed": {}, "signed-at-least": {"number": 3},
        "led-at-most": {"number": 2}, "funded-before": {},
    }.items():  # fmt: skip
        make_rule(one, kind, **fields)
    for address in (one.get_absolute_url(), f"/fund/eligibility/?round={one.slug}"):
        page = read(client, address)
        assert page.count("had to") == 4
        assert not [words for words in (" must ", " may ", "that have signed") if words in page]


def test_what_the_team_has_not_shown_is_nowhere(client):
    hidden = make_round("Round 93", is_public=False)
    in_hidden, off = make_project("Secret clocks", hidden), make_project("Secret drains", is_public=False)
    for thing in (hidden, in_hidden, off):
        assert client.get(thing.get_absolute_url()).status_code == 404
    for page in (
        *(client.get(one).content.decode() for one in ("/fund/", "/fund/projects/")),
        str(sitemap_entries(client)),
    ):
        assert not any(words in page for words in ("Round 93", "round-93", "Secret", "secret"))


# ---- Sums


def test_sums_say_how_much_of_the_total_they_cover_and_unknown_is_not_nought(client):
    one = awarded(awarded_gbp=500_000, projects_awarded=4)
    make_project("With", one, amount_gbp=100_000)
    make_project("With too", one, amount_gbp=50_000)
    make_project("Without", one)
    make_round("Round 94", awarded_on=date(2020, 1, 1), awarded_precision="year")
    page = read(client, "/fund/")
    assert "£500,000 announced, in 1 of 2 rounds" in page
    assert "Announced: £500,000 for 4 projects On this website: 3 projects : Round 91 , £150,000 in 2 of them" in page
    assert "Round 94 2020 Announced: not published On this website: no projects" in page
    page = read(client, one.get_absolute_url())
    assert "3 of the 4 projects are on this website." in page
    assert "Their published amounts: £150,000 in 2 of 3 projects." in page
    assert "Without Lead not known Phase not stated Amount not published" in page


def test_a_project_counts_once_in_the_region_of_its_leads(client):
    trumpton, chigley = make_organisation("Trumpton"), make_organisation("Chigley")
    north, gds = make_organisation("Pippin Fort", region="north-east"), make_organisation("Camberwick", region="")
    joint = make_project("Joint", lead=trumpton, amount_gbp=100)
    ProjectPart.objects.create(project=joint, organisation=chigley, name="Chigley", leads=True)
    across = make_project("Across", lead=trumpton, partners=[chigley], amount_gbp=20)
    ProjectPart.objects.create(project=across, organisation=north, name="Pippin Fort", leads=True)
    make_project("Nobody leads", partners=[north], amount_gbp=3)
    make_project("Not in a region", lead=gds)
    page = read(client, "/fund/")
    assert "West Midlands 1 project : West Midlands , £100 Led from several regions 1 project" in page


def test_bars_are_as_long_as_their_share_of_the_longest():
    known = [Bar("A", "", (("deep", 50),), outline=200), Bar("B", "", (("deep", 100),)), Bar("C", "", (("deep", 0),))]
    wide, narrow = pictures("Sums", "Of three rounds.", known, ids="sums")
    assert re.findall(r'<rect[^>]* width="([\d.]+)"', narrow.partition("</defs>")[2]) == ["339", "84", "169"]
    assert "Sums" in wide


# ---- Projects


def test_projects_are_found_by_round_phase_region_and_a_loosely_written_name(client):
    old, new = awarded("Round 95"), awarded("Round 96")
    trumpton, chigley = make_organisation("Trumpton"), make_organisation("Chigley", region="london")
    make_project("Drains", old, lead=trumpton, partners=[chigley], phase="alpha", amount_gbp=1000)
    make_project("Clocks", new, lead=chigley, partners=["Pippin Fort Volunteers"], phase="beta")
    make_project("Fires")
    for asked, found in [
        ("", ["Clocks", "Drains", "Fires"]),
        ("round=round-95", ["Drains"]),
        ("round=none", ["Fires"]),
        ("phase=beta", ["Clocks"]),
        ("phase=not-stated", ["Fires"]),
        ("region=london", ["Clocks"]),
        ("organisation=chigley+BC", ["Clocks", "Drains"]),
        ("organisation=trumpton&round=round-95", ["Drains"]),
        ("organisation=pippin+fort+vol", ["Clocks"]),
        ("organisation=Trumpton&phase=beta", []),
    ]:
        assert listed(client.get(f"/fund/projects/?{asked}")) == found, asked
    response = client.get("/fund/projects/?organisation=trumpton")
    assert heading(response) == "1 funded project matches your filter"
    assert "Organisation: Trumpton Borough Council" in text_of(response)
    assert "Published amounts of the whole projects: £1,000. As lead: £1,000 in 1 project." in text_of(response)


def test_a_council_is_found_with_the_projects_of_those_that_it_took_over_from(client):
    county, district, green = (
        make_organisation("Trumptonshire"),
        make_organisation("Chigley"),
        make_organisation("Green"),
    )
    between, after = make_organisation("Pippin Fort"), make_organisation("Camberwick")
    for before, heir in ((county, after), (district, between), (between, after)):
        Succession.objects.create(predecessor=before, successor=heir)
    make_project("Drains", lead=county, partners=[district], amount_gbp=300_000)
    make_project("Clocks", lead=green, partners=[district], amount_gbp=5000)
    make_project("Fires", lead=green, partners=[after])
    make_project("Others", lead=green)
    make_project("Secret", lead=county, is_public=False)
    response = client.get("/fund/projects/?organisation=Camberwick")
    assert listed(response) == ["Clocks", "Drains", "Fires"]
    page = text_of(response)
    assert "£305,000 in 2 of 3 projects. As lead: £300,000 in 1 project." in page
    assert "Joined by Chigley Borough Council, which it took over from" in page
    assert "Led by Trumptonshire Borough Council, which it took over from" in page
    assert "Fires Led by Green Borough Council, with 1 partner named Takes part in it" in page
    page = read(client, after.get_absolute_url())
    assert "Drains Led by Trumptonshire Borough Council, which it took over from" in page
    assert "Secret" not in page
    assert listed(client.get("/fund/projects/?organisation=Chigley")) == ["Clocks", "Drains"]
    assert "look for Camberwick Borough Council" in read(client, "/fund/projects/?organisation=Camber")


def offered(response, name):
    """What a filter offers, with how many projects each finds."""
    options = re.search(rf'(?s)<select[^>]* name="{name}">(.*?)</select>', response.content.decode())[1]
    return re.findall(r"<option[^>]*>(.*?)</option>", options)


def test_filters_offer_what_finds_something_and_say_how_much(client):
    old, new = awarded("Round 95"), awarded("Round 96")
    trumpton, chigley = make_organisation("Trumpton"), make_organisation("Chigley", region="london")
    make_project("Drains", old, lead=trumpton, phase="alpha")
    make_project("Clocks", new, lead=chigley, phase="beta")
    make_project("Fires", new, lead=trumpton, phase="beta")
    response = client.get("/fund/projects/")
    assert offered(response, "round") == ["All", "Round 95 (1)", "Round 96 (2)"]
    assert offered(response, "phase") == ["All", "Alpha (1)", "Beta (2)"]
    assert sorted(offered(response, "region")) == ["All", "London (1)", "West Midlands (2)"]
    response = client.get("/fund/projects/?phase=beta&region=london")
    assert offered(response, "round") == ["All", "Round 96 (1)"]
    assert offered(response, "phase") == ["All", "Beta (1)"]
    assert sorted(offered(response, "region")) == ["All", "London (1)", "West Midlands (1)"]


def test_every_figure_by_region_leads_to_as_many_projects(client):
    trumpton, chigley = make_organisation("Trumpton"), make_organisation("Chigley", region="london")
    make_project("One", lead=trumpton)
    joint = make_project("Joint", lead=trumpton)
    ProjectPart.objects.create(project=joint, organisation=chigley, name="Chigley", leads=True)
    make_project("Nobody leads")
    page = client.get("/fund/").content.decode()
    found = {
        where: listed(client.get(f"/fund/projects/?region={where}")) for where in re.findall(r"region=([\w-]+)", page)
    }
    assert found == {"west-midlands": ["One"], "several": ["Joint"], "unknown": ["Nobody leads"]}


def test_a_round_without_projects_and_a_name_of_nobody_say_so(client):
    awarded("Round 95")
    make_round("Round 96", is_public=False)
    page = read(client, "/fund/projects/?round=round-95")
    assert "Round: Round 95" in page
    assert "No source that we know names the projects of Round 95" in page
    assert "Round 96" not in read(client, "/fund/projects/?round=round-96")
    assert "No organisation in the register is called ‘zzz’" in read(client, "/fund/projects/?organisation=zzz")


def test_a_name_that_nobody_has_leads_to_those_with_a_name_like_it(client):
    make_project("Drains", lead=make_organisation("Trumpton"))
    make_organisation("Trumpington")
    response = client.get("/fund/projects/?organisation=trump")
    assert listed(response) == []
    assert 'organisation=trumpton">look for Trumpton Borough Council</a>' in response.content.decode()
    assert "Trumpington" not in text_of(response)


@pytest.mark.parametrize(
    "asked", ["phase=gamma", "region=atlantis", "page=0", "organisation=%00", "round=" + "x" * 101]
)
def test_what_nobody_offers_is_refused(client, asked):
    assert client.get(f"/fund/projects/?{asked}").status_code == 400


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.dictionaries(st.sampled_from(["round", "phase", "region", "organisation", "page"]), st.text(max_size=30))
)
def test_no_address_breaks_the_list(client, asked):
    assert client.get("/fund/projects/", asked).status_code in (200, 400, 404)


def test_a_project_leads_to_all_that_belongs_to_it(client):
    trumpton, unchecked = make_organisation("Trumpton"), make_organisation("Chigley", checked_at=None)
    promise = make_signature(trumpton).commitments.get()
    hidden = make_commitment(make_signature("Camberwick", status="draft", commitments=0), title="A secret")
    project = make_project("Drains", awarded(), lead=trumpton, partners=[unchecked, "Pippin Fort Volunteers"])
    project.commitments.set([promise, hidden])
    output = make_output("Form pattern", trumpton, project=project)
    make_output("Not yet", trumpton, project=project, status="draft")
    study = make_case_study("How we did it", trumpton, project=project)
    response = client.get(project.get_absolute_url())
    page = response.content.decode()
    for address in ("/organisations/trumpton/", promise.get_absolute_url(), "/fund/round-91/"):
        assert f'href="{address}"' in page
    assert output.title in page
    assert study.title in page
    assert "Chigley Borough Council Pippin Fort Volunteers Amount Not published Phase Not stated" in text_of(response)
    assert 'href="/organisations/chigley/"' not in page
    assert "A secret" not in page
    assert "Not yet" not in page


def test_organisations_and_commitments_lead_to_their_projects(client):
    trumpton, chigley = make_organisation("Trumpton"), make_organisation("Chigley")
    promise = make_signature(trumpton).commitments.get()
    one = make_project("Drains", awarded(), lead=trumpton, partners=[chigley], amount_gbp=70_000)
    one.commitments.add(promise)
    make_project("Secret", lead=trumpton, is_public=False).commitments.add(promise)
    assert "Funded projects Drains Leads it Round 91 £70,000 for the whole project" in read(
        client, "/organisations/trumpton/"
    )
    assert "Drains Takes part in it Round 91" in read(client, "/organisations/chigley/")
    page = read(client, promise.get_absolute_url())
    assert "Funded by Drains Round 91 of the Local Digital Fund" in page
    assert "Secret" not in page + read(client, "/organisations/trumpton/")


# ---- Titles, addresses, cost


def test_pages_have_titles_of_their_own_and_projects_of_one_name_too(client):
    one, two = awarded("Round 97"), awarded("Round 98")
    pages = ["/fund/", "/fund/projects/", one.get_absolute_url(), two.get_absolute_url()]
    pages += [make_project("Drains", round_).get_absolute_url() for round_ in (one, two)]
    titles = [title(client.get(page)) for page in pages]
    assert len(set(titles)) == len(titles)
    assert {f"http://testserver{page}" for page in pages} <= set(sitemap_entries(client))


def test_pages_cost_no_more_queries_for_more_projects(client):
    trumpton, costs = make_organisation("Trumpton"), []
    one = awarded()
    make_rule(one, "lead-signed")
    RegisterVersion.current()
    for number in (1, 12):
        for _ in range(number):
            make_project("Drains", one, lead=trumpton, partners=[make_organisation("Chigley"), "Pippin Fort"])
        costs.append([])
        for address in ("/fund/", "/fund/projects/", "/fund/projects/?organisation=trumpton", one.get_absolute_url()):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            costs[-1].append(len(queries))
    assert costs[0] == costs[1]
    assert costs[1][:3] == [3, 4, 5]  # the organisation that is looked for is a query of its own
    assert costs[1][3] <= 7
