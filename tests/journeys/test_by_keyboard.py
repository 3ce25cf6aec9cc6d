"""A whole sign-up by keyboard alone: everything can be reached, is seen to have the focus, and works."""

import pytest

from signatories.models import Signature
from signatories.models.signature import Status
from tests.journeys.visitor import PUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TABS = 60
NAME_OF_FOCUS = """() => {
    const here = document.activeElement;
    const label = here.labels && here.labels[0];
    return (here.getAttribute("aria-label") || (label || here).textContent).replace(/\\s+/g, " ").trim();
}"""
# An outline or a shadow, on the element or on what is drawn in its place (a radio button's circle is its label's).
FOCUS_IS_SEEN = """() => {
    const here = document.activeElement;
    const drawn = [getComputedStyle(here)];
    for (const label of here.labels || []) drawn.push(getComputedStyle(label, "::before"));
    return drawn.some((style) =>
        (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none");
}"""


class Typist:
    """A visitor's keyboard."""

    def __init__(self, visitor):
        self.visitor, self.page, self.keys = visitor, visitor.page, visitor.page.keyboard

    def focus(self):
        """The name of what has the focus."""
        return self.page.evaluate(NAME_OF_FOCUS)

    def tab_to(self, name, key="Tab"):
        """Tab until the focus is on that; everything on the way shows that it has the focus."""
        passed = []
        while len(passed) < MOST_TABS:
            self.keys.press(key)
            passed.append(self.focus())
            assert self.page.evaluate(FOCUS_IS_SEEN), f"{passed[-1]} does not show the focus on {self.page.url}"
            if passed[-1] == name:
                return self
        raise AssertionError(f"{name} cannot be reached on {self.page.url}: {passed}")

    def type(self, text):
        """Type in place of what is there."""
        self.keys.press("Control+A")
        self.keys.type(text)
        return self

    def press(self, name, key="Enter"):
        """Tab to a button or link and press it; a page follows."""
        self.tab_to(name)
        return self.press_here(key)

    def press_here(self, key="Enter"):
        """Press what has the focus; a page follows."""
        with self.page.expect_navigation():
            self.keys.press(key)
        self.page.wait_for_load_state()
        return self


def test_a_whole_sign_up_by_keyboard_alone(visitor, councils):
    pugh = visitor()
    typist = Typist(pugh)
    sign_in(pugh, typist)
    typist.press("Prepare a declaration")
    choose_organisation(pugh, typist)
    say_who_signs(pugh, typist)
    write_commitment(typist)
    typist.press("Continue", key="Space")
    assert pugh.heading == "Check your answers before you submit"
    typist.press("Submit and go on to sign")
    # The link inside the page takes the focus to the signature, past the document.
    typist.tab_to("Go to the signature").keys.press("Enter")
    typist.press("Sign")
    pugh.sees("Everyone has signed")
    assert Signature.objects.get().status == Status.AWAITING_REVIEW


def sign_in(pugh, typist):
    """Past the navigation by the skip link, into the error summary and out of it, to the account."""
    pugh.open("/sign/email/")
    typist.tab_to("Skip to main content").keys.press("Enter")
    typist.keys.press("Tab")
    assert typist.focus() == "What is your work email address?"
    typist.type("pugh").press_here()
    assert pugh.page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    typist.tab_to("Enter an email address in the correct format, like name@example.gov.uk").keys.press("Enter")
    assert typist.focus() == "What is your work email address?"
    typist.type(PUGH).press("Email me a link")
    pugh.open(pugh.read_link(PUGH))
    typist.press("Continue", key="Space")
    assert pugh.heading == "Your account"


def choose_organisation(pugh, typist):
    """A name is begun and picked from what is offered."""
    typist.tab_to("Which organisation is signing?").type("Camb")
    pugh.page.get_by_role("option", name="Camberwick Green Borough Council").wait_for()
    typist.keys.press("ArrowDown")
    typist.keys.press("Enter")
    assert pugh.page.get_by_role("combobox").input_value() == "Camberwick Green Borough Council"
    typist.tab_to("Save and continue").tab_to("Which organisation is signing?", key="Shift+Tab")
    typist.press("Save and continue")
    pugh.sees("1 organisation signs this declaration")
    typist.press("Continue", key="Space")


def say_who_signs(pugh, typist):
    """Arrows go from one radio button to the next, and what an option reveals comes next."""
    typist.tab_to("I do").keys.press("ArrowDown")
    assert typist.focus() == "Someone else"
    typist.keys.press("ArrowUp")
    assert pugh.page.get_by_label("I do").is_checked()
    typist.tab_to("Your full name").type("Pugh Barney").tab_to("Your job title").type("Officer").press_here()


def write_commitment(typist):
    """All six questions, the principles ticked with the space bar."""
    typist.press("Add a commitment")
    typist.tab_to("What is the title of this commitment?").type("Answer every call").press_here()
    typist.tab_to("People").keys.press("Space")
    typist.tab_to("Openness").keys.press("Space")
    typist.press("Save and continue")
    typist.tab_to("What will you do?").type("We pick up the telephone.").tab_to("Month").type("June")
    typist.press("Save and continue")
    typist.tab_to("What will it produce?").type("a framework").press("Save and continue")
    typist.tab_to("Who are your partners? (optional)").type("Chigley").press("Save and continue")
    typist.tab_to("What difference will it make, and for whom?").type("Nobody waits.").press("Save and continue")


def test_the_menu_of_a_phone_opens_by_keyboard(visitor, councils):
    pugh = visitor(width=320)
    typist = Typist(pugh.open("/sign/"))
    typist.tab_to("Menu").keys.press("Enter")
    typist.press("Commitments")
    assert pugh.path == "/commitments/"
