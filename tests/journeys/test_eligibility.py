"""An officer finds out whether their council may apply, by names typed loosely, and sends the answer on."""

from datetime import date

import pytest

from signatories.models import Succession
from signatories.models.partial_date import Precision
from tests.factories import make_organisation, make_signature
from tests.journeys.inspection import Inspection
from tests.programme.factories import make_project, make_round, make_rule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rounds(councils):
    """Two rounds, of which the newer has every kind of rule; a council that two others took over from."""
    signed = {"commitments": 0, "on": date(2019, 1, 15)}
    trumpton, camberwick, _ = councils
    make_signature("Trumpton", "Chigley", **signed)
    unsure = make_signature("Camberwick Green", **signed)
    unsure.signatories.update(signed_on_precision=Precision.YEAR, signed_at=None, signed_by=None, signed_hash="")
    ended = make_organisation("Pippin Fort", ends_on=date(2018, 12, 31))
    for name in ("Winkstead", "Wintershire"):
        after = make_organisation(name, starts_on=date(2019, 1, 1))
        Succession.objects.create(predecessor=ended, successor=after)
        after.know_names("Windy Miller’s council")
    earlier = make_round("Round 1", awarded_on=date(2018, 12, 7), awarded_precision=Precision.DAY)
    make_project("One form for drains", earlier, lead=trumpton, partners=[camberwick])
    newer = make_round("Round 2", awarded_on=date(2019, 10, 1), awarded_precision=Precision.MONTH)
    make_rule(newer, "lead-is", types=["district"], nations=["england"])
    make_rule(newer, "lead-signed")
    make_rule(newer, "signed-at-least", number=3)
    make_rule(newer, "led-at-most", number=2)
    make_rule(newer, "funded-before", rounds=[earlier])
    return earlier, newer


def test_an_officer_checks_whether_they_can_apply(visitor, rounds):
    pugh = visitor()
    pages = Inspection(pugh)
    pugh.open("/fund/eligibility/").press("Continue").sees("Select a round")
    pages.look("choose a round wrong")
    pugh.choose("Round 2").press("Continue").sees("At least 3 councils that had signed had to take part")
    box = pugh.page.get_by_role("combobox")
    box.fill("Trump")
    pugh.page.get_by_role("option", name="Trumpton Borough Council").click()
    pugh.type("Who are the partners? (optional)", "Camberwick Green BC\nWindy Miller’s council\nPippin Fort")
    pugh.type("Day", "31").type("Month", "2").type("Year", "2019").press("Check")
    pugh.sees("Date must be a real date", "Select which organisation ‘Windy Miller’s council’ is")
    pages.look("who applies wrong")
    pugh.choose("None of these").type("Day", "").type("Month", "").type("Year", "").press("Check again")
    assert pugh.heading == "Does not meet 1 of 5 rules of Round 2"
    pugh.sees(
        "Camberwick Green Borough Council signed in 2019", "Pippin Fort Borough Council ended on 31 December 2018"
    )
    pages.look("not met")
    assert pages.all_problems() == ""


def test_the_address_of_an_answer_gives_it_to_anybody_without_javascript(visitor, rounds):
    pugh = visitor(javascript=False)
    pugh.open("/fund/eligibility/?round=round-2").type("Which organisation leads the application?", "Trumpton")
    pugh.type("Who are the partners? (optional)", "Chigley; Camberwick Green").type("Year", "2020")
    pugh.type("Day", "2").type("Month", "January").press("Check")
    assert pugh.heading == "Meets 3 of 5 rules of Round 2, and you have to check 2"
    colleague = visitor(width=320).open(pugh.page.url)
    assert colleague.heading == pugh.heading
    colleague.follow("Check another round for the same organisations").choose("Round 1").press("Continue")
    assert colleague.heading == "We do not have the rules of Round 1"
    colleague.sees("Trumpton Borough Council signed only later, on 15 January 2019")
