"""Changing a text and adding a commitment in a real browser: every page for everybody, on every screen, valid."""

from datetime import timedelta

import pytest

from commitments import publishing, rewording
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import PUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MISSION = "We will evaluate chatbots:\n\n- with residents of {}\n- with officers\n\nWe publish what we {}."


@pytest.fixture
def promise(councils):
    """A published commitment of two councils, whose officer reports for the first."""
    make_access(make_person("Pugh Barney"), "Trumpton")
    make_organisation("Pippin Fort")
    signature = make_signature("Trumpton", "Camberwick Green", commitments=0)
    named = [make_organisation("Chigley"), "The Biscuit Factory"]
    mission = MISSION.format("both councils", "learn every month")
    return make_commitment(signature, title="A common approach to chatbots", mission=mission, partners=named)


def test_the_pages_of_a_changed_text_are_for_everybody(visitor, promise, moderator):
    pugh = visitor().sign_in(PUGH)
    pages = Inspection(pugh)
    pugh.open(f"/account/commitments/{promise.pk}/").follow("Propose a change of its text or due date")
    pages.look("change")
    pugh.press("Save and check").sees("Enter why it is changing")
    pages.look("change wrong")
    pugh.type("Why is it changing?", "Residents asked for the phone.").press("Save and check")
    pugh.sees("Nothing has changed. Change what is different, or go back")
    pages.look("nothing changed", state_of="change wrong")
    pugh.type("What is the title of this commitment?", "A common approach to chatbots and phone bots")
    pugh.type("What will you do?", MISSION.format("three councils", "learned once"))
    pugh.type("Who are your partners? (optional)", "Chigley Borough Council\nPippin Fort")
    pugh.type("Year", str(promise.due_on.year + 1)).press("Save and check")
    pages.look("check")
    pugh.press("Send to the delivery team").sees("What happens next")
    pages.look("sent")
    revision = promise.revisions.open().get()
    publishing.return_for_changes(revision, by=moderator, note="Whose phone?")
    pugh.open("/account/").sees("Whose phone?").open(f"/account/changes/{revision.pk}/check/").sees("Whose phone?")
    pages.look("returned", state_of="check")
    pugh.follow("Delete this change")
    pages.look("delete")
    pugh.follow("Keep it").press("Send to the delivery team")
    revision.refresh_from_db()
    publishing.publish(revision, by=moderator)
    pugh.open(f"/signatures/{promise.signature.reference}/").sees("This is what was signed")
    pages.look("document")
    pugh.page.get_by_role("link", name="See what changed").click()
    pugh.sees("There are 2 versions", "Residents asked for the phone.", "Version 1, as signed")
    pages.look("history")
    assert pages.all_problems() == ""


def test_a_history_of_one_version_and_of_a_welsh_commitment_are_for_everybody(visitor, promise):
    welsh = make_commitment(promise.signature, title="Clychau newydd", language="cy")
    reader = visitor(width=320)
    pages = Inspection(reader)
    reader.open(f"{promise.get_absolute_url()}history/").sees("There is one version of this commitment")
    pages.look("one version")
    pugh, text = make_person("Pugh Barney"), rewording.current_text(welsh)
    answers = {name: getattr(text, name) for name in rewording.ANSWERS} | {"reason": "Achos."}
    answers |= {"due_on": welsh.due_on + timedelta(days=9), "mission": "Canu.\n\nCanu."}
    revision = rewording.keep(welsh, answers, by=pugh)
    rewording.send_in(revision, by=pugh, seen=rewording.version_of(revision))
    publishing.publish(revision, by=None)
    reader.open(f"{welsh.get_absolute_url()}history/").sees("There are 2 versions")
    pages.look("Welsh")
    assert pages.all_problems() == ""


def test_the_pages_of_an_added_commitment_are_for_everybody(visitor, promise):
    pugh = visitor().sign_in(PUGH)
    pages = Inspection(pugh)
    with pugh.page.expect_navigation():
        pugh.page.get_by_role("button", name="Add a commitment").click()
    pages.look("title")
    pugh.type("What is the title of this commitment?", "New bells").choose("Welsh").press("Save and continue")
    pages.look("principles")
    pugh.choose("People").press("Save and continue")
    pages.look("mission")
    pugh.type("What will you do?", "Ring").press("Save and continue")
    pugh.type("What will it produce?", "A bell").press("Save and continue")
    pugh.type("Who are your partners? (optional)", "Chig").press("Save and continue")
    pages.look("which partners")
    pugh.choose("None of these").press("Save and continue")
    pugh.type("What difference will it make, and for whom?", "Loud").press("Save and continue")
    pugh.sees("New bells", "Welsh")
    pages.look("check")
    pugh.press("Send to the delivery team").sees("New commitment sent to the delivery team")
    pages.look("sent")
    pugh.press("Take it back to change it").sees("You can change it now")
    pages.look("taken back", state_of="check")
    pugh.follow("Delete this new commitment")
    pages.look("delete")
    pugh.press("Delete this new commitment").sees("The new commitment has been deleted")
    assert pages.all_problems() == ""
