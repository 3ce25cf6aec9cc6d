"""The real rounds and projects, from the tables of the register: whole, with sources, added once."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from localdigital.models import RegisterVersion
from programme.demo import fund as demo
from programme.fund import loading
from programme.models import FundProject, FundRound, ProjectPart, RoundRule, RoundState
from signatories import organisation_table
from signatories.models import Organisation
from tests.factories import make_commitment, make_organisation, make_signature
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bodies():
    """The organisations that the tables name, as the register's own table has them."""
    with organisation_table.OUR_TABLE.open("rb") as content:
        rows = {row.code: row.values for row in organisation_table.read(content).rows}
    wanted = {code for row in loading.rows_of("fund_projects.csv") for code, *_ in loading._bodies_of(row) if code}
    for code in wanted:
        own = {name: rows[code].get(name, "") for name in ("name", "official_name", "type", "nation", "region", "slug")}
        make_organisation(code=code, **own)


def test_eight_rounds_and_46_projects_are_added_once_each_with_its_source(bodies):
    told = []
    loading.load(told.append)
    assert told == ["Fund: 8 rounds and 46 projects added"]
    assert FundRound.objects.public().count() == 8
    assert FundProject.objects.public().count() == 46
    assert not FundRound.objects.filter(sources="").exists()
    assert not FundProject.objects.filter(sources="").exists()
    assert Counter(FundProject.objects.values_list("round__slug", flat=True)) == {
        "round-1": 14, "round-2": 6, "round-3": 7, "round-4": 6, "c-19-challenge": 8, "round-5": 2, None: 3,
    }  # fmt: skip
    assert {str(rule): (rule.number, len(rule.types)) for rule in RoundRule.objects.filter(round__slug="round-3")} == {
        "The lead is of one of these types and nations": (None, 11),
        "At least so many signed councils take part, with the lead": (3, 0),
        "A council leads at most so many applications": (2, 0),
    }
    earlier = {
        one.round.slug: [each.slug for each in one.rounds.all()]
        for one in RoundRule.objects.filter(kind="funded-before").select_related("round").prefetch_related("rounds")
    }
    assert earlier == {"round-2": ["round-1"], "round-4": ["round-2", "round-3"]}
    version = RegisterVersion.current().number
    loading.load(told.append)
    assert told[1:] == ["Fund: 0 rounds and 0 projects added"]
    assert RegisterVersion.current().number == version


def test_names_and_codes_belong_together_and_what_is_not_known_stays_so(bodies):
    loading.load(lambda _: None)
    names = {}
    for part in ProjectPart.objects.select_related("organisation").filter(organisation__isnull=False):
        names.setdefault(part.organisation.official_name, set()).add(part.name)
    assert names["London Borough of Croydon"] == {"London Borough of Croydon"}
    assert names["Worthing Borough Council"] == {"Adur and Worthing"}
    assert names["Huntingdonshire District Council"] == {"Huntingdon District Council"}
    unknown = set(ProjectPart.objects.filter(organisation=None).values_list("name", flat=True))
    assert unknown == {"Publica Group", "Lewisham Homes", "London Office of Technology and Innovation"}
    joint = FundProject.objects.get(slug__startswith="opencommunity")
    assert joint.parts.filter(leads=True).count() == 2
    nobody = FundProject.objects.get(slug="common-service-pattern-for-online-housing-repairs")
    assert not nobody.parts.filter(leads=True).exists()
    assert FundProject.objects.filter(amount_gbp=None).count() == 7
    assert FundRound.objects.get(slug="round-3").awarded_gbp is None


def test_what_the_team_put_right_stays_and_the_first_commitment_is_linked(client, bodies):
    loading.load(lambda _: None)
    FundProject.objects.filter(slug=loading.FIRST_PROJECT).update(amount_gbp=61_839)
    signature = make_signature(Organisation.objects.get(code="E07000234"), commitments=0)
    promise = make_commitment(signature, title=loading.FIRST_COMMITMENT)
    loading.load(lambda _: None)
    assert FundProject.objects.get(slug=loading.FIRST_PROJECT).amount_gbp == 61_839
    assert "User research into chatbots and AI" in text_of(client.get(promise.get_absolute_url()))


def test_without_the_organisations_nothing_is_added():
    with pytest.raises(CommandError, match="import_organisations"):
        call_command("load_programme")
    assert not FundRound.objects.exists()


def test_the_demo_has_an_invented_round_that_is_open_again_when_it_has_closed(client):
    now = timezone.now()
    demo.load(now)
    demo.load(now + timedelta(days=40))
    one = FundRound.objects.get()
    assert (one.rules.count(), one.questions.count()) == (4, 2)
    assert one.state(now + timedelta(days=41)) == RoundState.OPEN
    assert "An invented round" in text_of(client.get(one.get_absolute_url()))
