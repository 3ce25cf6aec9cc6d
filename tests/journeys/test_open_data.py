"""An analyst takes the register away: what there is, what it means, as of a day, as it is filtered."""

from datetime import date

import pytest

from tests.factories import make_signature
from tests.journeys.inspection import Inspection
from tests.programme.factories import make_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_register_is_taken_away(councils, visitor):
    make_signature(*councils[:2], on=date(2018, 11, 9), commitments=2)
    make_round()
    who = visitor(javascript=False)
    pages = Inspection(looking := visitor())
    looking.open("/data/").sees("Downloads", "Open Government Licence")
    looking.follow("data dictionary").sees("What each column", "Changes to the columns")
    pages.look("dictionary")
    looking.open("/data/?on-day=31&on-month=13&on-year=2020").sees("There is a problem", "Date must be a real date")
    pages.look("wrong day")
    looking.open("/data/commitments.csv?on=tomorrow").sees("We cannot make that file")
    pages.look("refused")
    who.open("/data/").type("Day", "31").type("Month", "3").type("Year", "2020").press("Show files of that day")
    who.sees("Downloads as of 31 March 2020")
    with who.page.expect_download() as taken:
        who.page.get_by_role("link", name="CSV of Commitments", exact=True).click()
    assert taken.value.suggested_filename == "commitments-2020-03-31.csv"
    assert taken.value.path().read_text().count("Promise") == 2
    who.open("/commitments/?stage=no-update")
    with who.page.expect_download() as taken:
        who.page.locator("main").get_by_role("link", name="JSON", exact=True).click()
    assert taken.value.suggested_filename.startswith("commitments-chosen-")
    assert pages.all_problems() == ""
