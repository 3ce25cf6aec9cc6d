"""A journalist follows the fund's money: from the charts to a round, to a council's projects, to a source."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from programme.models import RoundQuestion
from tests.factories import make_organisation
from tests.journeys.inspection import Inspection
from tests.programme.factories import make_project, make_round, make_rule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fund(councils):
    """A round that was awarded, with two projects, and one that is open."""
    trumpton, green, chigley = councils
    past = make_round(
        "Round 91", awarded_on=date(2019, 10, 1), awarded_precision="month", awarded_gbp=250_000, projects_awarded=3,
        sources="https://example.gov.uk/a-long-address-of-an-article-about-the-awards-of-this-round/",
    )  # fmt: skip
    make_project(
        "One form for drains", past, lead=trumpton, partners=[green, "Pippin Fort Volunteers"], amount_gbp=90_000
    )
    make_project("Clocks that tell the time", past, lead=chigley, sources="https://example.gov.uk/clocks/")
    now = timezone.now()
    coming = make_round(
        "Round 92", opens_at=now, closes_at=now + timedelta(days=9), apply_url="https://example.gov.uk/"
    )
    make_rule(coming, "signed-at-least", number=3)
    RoundQuestion.objects.create(round=coming, question="May a supplier lead?", answer="No.")
    make_organisation("Camberwick")


def test_the_money_is_followed_from_the_chart_to_its_source(fund, visitor):
    who = visitor()
    inspection = Inspection(who)
    who.open("/fund/").sees("Open for applications", "£250,000", "£90,000 in 1 of them")
    assert who.page.locator(".app-drawing--wide svg").count() == 2
    inspection.look("fund")
    who.follow("Round 92").sees("Apply now", "At least 3 councils", "May a supplier lead?")
    inspection.look("open round")
    who.follow("Local Digital Fund").follow("Round 91").sees("2 of the 3 projects", "October 2019")
    inspection.look("past round")
    who.open("/fund/projects/").sees("Chigley Borough Council")
    inspection.look("projects")
    who.type("Organisation", "camberwick green").page.keyboard.press("Escape")
    who.press("Show projects").sees("1 funded project matches your filter", "£90,000. As lead: none of them")
    inspection.look("filtered projects")
    who.follow("One form for drains").sees("Trumpton Borough Council", "Pippin Fort Volunteers")
    inspection.look("project")
    who.follow("Camberwick Green Borough Council").sees("Funded projects", "Takes part in it")
    who.open("/fund/projects/?organisation=trumpley").sees("No organisation in the register is called ‘trumpley’")
    inspection.look("no projects")
    assert inspection.all_problems() == ""
