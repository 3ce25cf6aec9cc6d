"""Every page of the account on which a council reports, in every state: for everybody, on every screen, valid."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments import publishing
from commitments.models import ProgressUpdate
from signatories.models.signature import Status
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
    make_user,
)
from tests.journeys.inspection import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def promise(councils):
    """A commitment of Trumpton and Chigley with deliverables, partners and a report of long ago; overdue."""
    today = timezone.localdate()
    honeyman = make_person("Mrs Honeyman")
    signature = make_signature("Trumpton", "Chigley", preparer=honeyman, commitments=0)
    partners = [make_organisation("Camberwick Green"), "The Pippin Fort Society for the Ringing of Bells"]
    promise = make_commitment(
        signature,
        title="A common approach to chatbots for the services that residents ask for most",
        partners=partners,
        deliverables=["A framework for choosing what a bot should answer", "A research base", "Open source code"],
        due_on=today - timedelta(days=1),
    )
    make_update(
        promise, proposer=honeyman, reported_on=today - timedelta(days=300), delivered=[promise.deliverables.first()]
    )
    make_commitment(signature, title="Canu clychau’r dref", language="cy")
    make_commitment(signature, title="A paused thing", stage="stopped")
    make_commitment(
        signature, title="A dropped thing", status="withdrawn", ended_at=timezone.now(), public_note="No money."
    )
    for council in ("Trumpton", "Chigley"):
        make_access(make_person(), council)
    return promise


def test_the_pages_of_an_account_are_for_everybody(visitor, promise):
    pugh = visitor()
    pages = Inspection(pugh)
    pugh.sign_in()
    pages.look("account with something overdue", state_of="account")
    pugh.open(f"/account/commitments/{promise.pk}/")
    pages.look("commitment")
    pugh.press("Report progress").press("Save and continue")
    pages.look("report wrong")
    pugh.choose("Delivered").type("What have you done?", "We talked to twelve residents.\n\n- first\n- second")
    pugh.choose("A research base").press("Save and continue")
    pages.look("evidence empty", state_of="evidence")
    pugh.press("Add this link")
    pages.look("evidence wrong")
    pugh.type("Title of the page or document", "What residents ask their council most")
    pugh.type("Web address", "www.example.gov.uk/a-very-long-address/" + "chatbot-research-" * 12)
    pugh.choose("User research").press("Add this link")
    pages.look("evidence", state_of="evidence")
    pugh.press("Continue").sees("We talked to twelve residents.", "only 2 of its 3 deliverables are ticked")
    pages.look("check")
    pugh.follow("Delete this progress update")
    pages.look("delete")
    pugh.follow("Keep it").press("Send to the delivery team")
    pages.look("sent")
    pugh.open(f"/account/commitments/{promise.pk}/report/")
    pages.look("report waiting")
    pugh.open("/account/")
    pages.look("account with something sent", state_of="account")
    _returned(pugh, pages, promise)
    _withdrawing(pugh, pages, promise)
    for title in ("A paused thing", "A dropped thing"):
        pugh.open("/account/").follow(title)
        pages.look(title)
    assert pages.all_problems() == ""


def _returned(pugh, pages, promise):
    publishing.return_for_changes(ProgressUpdate.objects.awaiting_review().get(), by=make_user(), note="Which ones?")
    pugh.open("/account/").sees("Change your progress update", "Which ones?")
    pages.look("account with something returned", state_of="account")
    pugh.press("See what to change")
    pages.look("check returned", state_of="check")
    pugh.open(f"/account/commitments/{promise.pk}/report/")
    pages.look("report returned", state_of="report")
    pugh.open("/account/").page.get_by_role("button", name="Nothing has changed").first.click()
    pugh.page.wait_for_load_state()
    pugh.sees("No change reported")
    pages.look("account with no change", state_of="account")


def _withdrawing(pugh, pages, promise):
    pugh.open(f"/account/commitments/{promise.pk}/").follow("Withdraw it")
    pages.look("withdraw")
    pugh.press("Continue")
    pages.look("withdraw wrong")
    pugh.type("Why are you withdrawing this commitment?", "There is no money for it.").press("Continue")
    pages.look("withdraw check")
    pugh.press("Withdraw this commitment")
    pages.look("withdraw sent")
    pugh.open(f"/account/commitments/{promise.pk}/withdraw/")
    pages.look("withdraw waiting")
    pugh.open(f"/account/commitments/{promise.pk}/")
    pages.look("commitment with things under way", state_of="commitment")


def test_an_account_with_everything_and_one_with_nothing_are_for_everybody(visitor, promise, councils):
    pugh, today = make_person(), timezone.localdate()
    make_signature("Pippin Fort", status=Status.AWAITING_SIGN_OFF, signers=[pugh])
    make_signature("Pippin Hill", status=Status.DRAFT, preparer=pugh)
    make_signature("Winkstead", preparer=pugh)
    together = make_signature("Camberwick Green", preparer=make_person("Mrs Honeyman"), commitments=0)
    make_commitment(together, title="Together", partners=[make_organisation("Trumpton")])
    make_update(promise, status="draft", proposer=pugh, reported_on=today)
    visiting = visitor().sign_in()
    pages = Inspection(visiting)
    visiting.open("/account/")
    pages.look("account with everything", state_of="account")
    nobody = visitor().sign_in("barney@pippin-fort.example.gov.uk")
    nothing = Inspection(nobody)
    nobody.open("/account/")
    nothing.look("account with nothing")
    assert pages.all_problems() == ""
    assert nothing.all_problems() == ""
