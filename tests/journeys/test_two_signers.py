"""Two councils with a signer each: links of their own on a phone, one declines, the document changes, both sign."""

import pytest
from django_otp import DEVICE_ID_SESSION_KEY

from signatories.models import Signature
from signatories.models.signature import Status
from tests.journeys.visitor import PUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAYOR = "mayor@trumpton.example.gov.uk"
HONEYMAN = "honeyman@camberwick-green.example.gov.uk"


def test_two_signers_on_their_phones_one_of_whom_declines_at_first(visitor, councils, admin_client):
    pugh = visitor()
    prepare(pugh)
    reference = Signature.objects.get().reference

    mayor, honeyman = visitor(width=320, height=640), visitor(width=320, height=640)
    mayor.open(mayor.read_link(MAYOR)).press("Continue")
    assert mayor.heading == "Read and sign"
    mayor.sees("on behalf of Trumpton Borough Council", "Answer every call").press("Sign").sees("You have signed")
    mayor.sees("waits for 1 more signature")

    honeyman.open(honeyman.read_link(HONEYMAN)).press("Continue")
    honeyman.follow("Decline to sign").press("Decline to sign").sees("Enter why you are declining to sign")
    honeyman.type("Why are you declining to sign?", "Two calls an hour is what we can do.").press("Decline to sign")
    assert honeyman.heading == "You have declined to sign"
    assert Signature.objects.get().status == Status.DRAFT

    change_and_submit_again(pugh, reference)
    # What the mayor signed has changed, so both are asked again, each by a new link.
    for signer, address in ((honeyman, HONEYMAN), (mayor, MAYOR)):
        signer.open(signer.read_link(address)).press("Continue")
        signer.sees("Answer two calls an hour").press("Sign").sees("You have signed", reference)
    pugh.open(f"/sign/{reference}/").sees("Everyone has signed")

    publish(visitor(), admin_client, reference)
    reader = visitor(width=320, height=640).open("/organisations/camberwick-green/")
    reader.sees("Mrs Honeyman", "Signed together with", "Trumpton Borough Council")
    reader.follow("Answer two calls an hour").sees("Camberwick Green Borough Council", "a framework")
    assert pugh.open(f"/sign/{reference}/").sees("It was published").path == f"/sign/{reference}/progress/"


def prepare(pugh):
    """Pugh's way to the confirmation: two councils, two signers who are not him, one commitment."""
    pugh.sign_in(PUGH).press("Prepare a declaration")
    pugh.add_organisation("Trumpton").add_organisation("camberwick green borough council").press("Continue")
    pugh.signs("The Mayor", "Leader", MAYOR).signs("Mrs Honeyman", "Chief executive", HONEYMAN)
    pugh.press("Add a commitment").answer(title="Answer every call", partners="Chigley\nTrumpton Fire Brigade")
    pugh.press("Continue").sees("Chigley Borough Council", "Trumpton Fire Brigade", MAYOR)
    pugh.press("Submit").sees("Declaration submitted", "The Mayor, for Trumpton Borough Council")


def change_and_submit_again(pugh, reference):
    """The preparer reads why, changes the title from the page that checks the answers, submits."""
    pugh.open(pugh.site + f"/sign/{reference}/").sees("Mrs Honeyman declined to sign", "Two calls an hour")
    pugh.press("Continue").page.get_by_role("link", name="Change the title of commitment 1").click()
    pugh.type("What is the title of this commitment?", "Answer two calls an hour").press("Save and continue")
    assert pugh.heading == "Check your answers before you submit"
    pugh.press("Submit").sees("The Mayor, for Trumpton", "Mrs Honeyman, for Camberwick Green")


def publish(member, admin_client, reference):
    """Somebody of the delivery team, signed in already, publishes: both signers write from their council's domain."""
    member.use_session_of(admin_client).open("/admin/").follow("1 declaration to review").follow(reference)
    assert DEVICE_ID_SESSION_KEY in admin_client.session
    member.sees("Chigley Borough Council").press("Preview: publish").sees("will go", MAYOR, HONEYMAN)
    member.press("Confirm: publish").follow(reference).sees("View as the public sees it")
