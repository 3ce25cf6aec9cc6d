"""The whole sign-up in a browser that runs no scripts, as wide as a phone."""

import re

import pytest

from signatories.models import Signature
from signatories.models.signature import Status
from tests.factories import make_organisation
from tests.journeys.visitor import PUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_whole_sign_up_without_javascript(visitor, councils):
    make_organisation("Pippin Fort"), make_organisation("Pippin Hill"), make_organisation("Chigley North")
    pugh = visitor(width=320, height=640, javascript=False)
    pugh.sign_in(PUGH).press("Prepare a declaration")

    pugh.add_organisation("Pippin").sees("Choose the organisation you mean")
    with pugh.page.expect_navigation():
        pugh.page.get_by_role("button", name=re.compile("Pippin Hill Borough Council")).click()
    pugh.sees("1 organisation signs this declaration", "Pippin Hill Borough Council").press("Continue")
    # Without scripts what an option reveals is always there, and counts only with its option.
    pugh.type("Their full name", "Somebody Else").signs_myself()

    pugh.press("Add a commitment")
    answer_all_but_the_last(pugh, "The first", partners="Chigley No\nChigley\nThe fire brigade")
    pugh.sees("Which organisation is ‘Chigley No’?").choose("Chigley North Borough Council").press("Save and continue")
    finish(pugh)
    for title in ("The second", "The third"):
        pugh.press("Add another commitment")
        answer_all_but_the_last(pugh, title)
        finish(pugh)
    pugh.press("Move up The third").press("Move down The first").follow("Remove The second")
    pugh.press("Remove this commitment").sees("You have added 2 commitments")
    assert pugh.page.locator("main h2").all_inner_texts()[-2:] == ["Commitment 1\nThe third", "Commitment 2\nThe first"]

    pugh.press("Continue").sees("Chigley North Borough Council", "Chigley Borough Council", "The fire brigade")
    pugh.press("Submit and go on to sign").sees("it commits to the 2 commitments above")
    pugh.press("Sign").sees("Declaration submitted", "Everyone has signed")
    assert Signature.objects.get().status == Status.AWAITING_REVIEW


def answer_all_but_the_last(pugh, title, partners=""):
    """Five of the six questions about a commitment."""
    pugh.type("What is the title of this commitment?", title).press("Save and continue")
    pugh.choose("People").press("Save and continue")
    pugh.type("What will you do?", "Find out").press("Save and continue")
    pugh.type("What will it produce?", "a framework").press("Save and continue")
    pugh.type("Who are your partners? (optional)", partners).press("Save and continue")


def finish(pugh):
    """The last question about a commitment."""
    pugh.type("What difference will it make, and for whom?", "Nobody waits").press("Save and continue")
