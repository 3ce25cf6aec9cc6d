"""Somebody prepares a slide: the charts of one region, reached with the keyboard, read without scripts, on a phone."""

from datetime import date

import pytest

from tests.factories import make_organisation, make_signature
from tests.journeys.inspection import Inspection
from tests.programme.factories import make_project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = "document.activeElement.getAttribute('aria-label')"
SEEN = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"


def test_charts_are_narrowed_followed_by_keyboard_and_read_without_scripts(councils, visitor):
    trumpton, _, chigley = councils
    make_organisation("Pippin Fort", region="wales", nation="wales", type="welsh-council")
    make_signature(trumpton, chigley, on=date(2019, 5, 6), commitments=2)
    make_project("Clocks that tell the time", lead=trumpton, amount_gbp=90_000)

    who = visitor(javascript=False)
    who.open("/movement/").sees("The movement", "2 of the 4 organisations that could sign today have signed: 50%.")
    who.page.locator("#region").select_option("west-midlands")
    who.press("Filter every chart").sees("Region: West Midlands", "2 of the 3 organisations")
    assert not who.page.locator("#coverage-by-region table").is_visible()
    who.page.locator("#coverage-by-region summary").click()
    assert who.page.locator("#coverage-by-region table").is_visible()

    who.page.locator("#coverage-by-type-heading").click()
    who.page.keyboard.press("Tab")
    assert who.page.evaluate(HERE) == "District council: 2 of 3 (67%)"
    assert who.page.evaluate(SEEN)
    who.page.keyboard.press("Enter")
    who.page.wait_for_url("**/signatories/?region=west-midlands&type=district")
    who.sees("Trumpton Borough Council", "Chigley Borough Council")

    who = visitor()
    inspection = Inspection(who)
    who.open("/movement/")
    inspection.look("movement")
    assert who.page.locator(".app-drawing--wide").first.is_visible()
    who.page.set_viewport_size({"width": 320, "height": 640})
    assert not who.page.locator(".app-drawing--wide").first.is_visible()
    assert who.page.locator(".app-drawing--narrow text").first.evaluate("it => it.getBoundingClientRect().height") > 12
    assert inspection.all_problems() == ""
