"""Every page and every state of it, public and of the sign-up: for everybody, on every screen, valid, with a title."""

import pytest

from localdigital import links
from localdigital.throttle import within_limit
from signatories import entrance, moderation
from signatories.models.signature import Status
from tests.factories import make_organisation, make_person, make_signature
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import PUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "x" * 6000


@pytest.fixture
def published(councils):
    """One published document of two councils, with a partner of each kind."""
    signature = make_signature("Trumpton", "Camberwick Green")
    commitment = signature.commitments.get()
    commitment.partners.create(position=1, name="Chigley", organisation=make_organisation("Chigley"))
    commitment.partners.create(position=2, name="The fire brigade")
    return signature


def test_the_public_pages_are_for_everybody(visitor, published, moderator):
    reader = visitor()
    pages = Inspection(reader)
    commitment = published.commitments.get()
    withdrawn, removed = make_signature("Pippin Fort"), make_signature("Winkstead Hall")
    moderation.withdraw(withdrawn, by=moderator, note="The council asked for it.")
    moderation.remove(removed, by=moderator, note="A mistake.")
    for path in [
        *("/", "/signatories/", "/signatories/?signed=no", "/signatories/?signed=no&type=district&sort=newest"),
        *("/signatories/?q=nobody", "/signatories/?page=x", "/organisations/trumpton/", "/organisations/chigley/"),
        *("/organisations/pippin-fort/", f"/signatures/{published.reference}/", f"/signatures/{withdrawn.reference}/"),
        *(f"/signatures/{removed.reference}/", "/signatures/unknown/", "/commitments/"),
        commitment.get_absolute_url(),
        *("/declaration/", "/declaration/2018/", "/principles/people/", "/sign/", "/privacy/", "/cookies/"),
        *("/accessibility/", "/contact/", "/data/", "/api/v1/docs"),
    ]:
        reader.open(path)
        pages.look(path)
    assert pages.all_problems() == ""


def test_the_pages_of_the_sign_up_are_for_everybody(visitor, published):
    pugh = visitor()
    pages = Inspection(pugh)
    pugh.open("/sign/email/")
    pages.look("email")
    pugh.type("What is your work email address?", "pugh").press("Email me a link")
    pages.look("email wrong")
    pugh.type("What is your work email address?", "barney@pippin-fort.example.gov.uk").press("Email me a link")
    pages.look("email sent")
    address = pugh.read_link("barney@pippin-fort.example.gov.uk")
    pugh.open(address)
    pages.look("link")
    pugh.press("Continue")
    pages.look("account empty")
    _organisations(pugh, pages)
    _signers(pugh, pages)
    _commitments(pugh, pages)
    pugh.press("Continue")
    pages.look("check")
    pugh.press("Submit and go on to sign")
    pages.look("sign")
    reference = pugh.signature.reference
    pugh.open(f"/sign/{reference}/progress/")
    pages.look("progress unsigned")
    pugh.press("Read and sign").press("Sign")
    pages.look("submitted waiting")
    pugh.open(f"/account/sign/{reference}/")
    pages.look("sign over")
    pugh.open(f"/account/sign/{reference}/signed/")
    pages.look("signed")
    pugh.open(f"/sign/{reference}/progress/").press("Send the link again to Mrs Honeyman")
    pages.look("progress reminded", state_of="progress unsigned")
    pugh.press("Take it back to change it")
    pages.look("task list recalled", state_of="task list")
    pugh.follow("Delete this draft")
    pages.look("delete")
    pugh.open("/account/")
    pages.look("account full", state_of="account empty")
    pugh.press("Sign out").open(address)
    pages.look("link used")
    pugh.press("Send me a new link")
    pages.look("link sent again")
    assert pages.all_problems() == ""


def _organisations(pugh, pages):
    for name in ("Pippin Fort", "Pippin Hill"):
        make_organisation(name)
    pugh.press("Prepare a declaration")
    pages.look("organisation empty")
    pugh.page.get_by_label("Which organisation is signing?").press_sequentially("pipp")
    pugh.page.get_by_role("option", name="Pippin Fort").wait_for()
    pages.look("organisation suggested", state_of="organisation empty")
    pugh.page.keyboard.press("Escape")
    pugh.open(pugh.page.url).press("Save and continue")
    pages.look("organisation missing")
    pugh.add_organisation("Pippin")
    pages.look("organisation candidates", state_of="organisation missing")
    pugh.add_organisation("Nowhere-on-Sea")
    pages.look("organisation unknown", state_of="organisation missing")
    pugh.add_organisation("Trumpton")
    pages.look("organisation refused", state_of="organisation missing")
    pugh.follow("My organisation is not listed")
    pages.look("not listed")
    pugh.type("Website", "nothing").press("Save and continue")
    pages.look("not listed wrong")
    pugh.type("Full name of the organisation", "The Fire Brigade Trust").type("Website", "fire.example.org")
    pugh.press("Save and continue").add_organisation("Pippin Fort")
    pages.look("organisations chosen")


def _signers(pugh, pages):
    pugh.press("Continue")
    pages.look("signer")
    pugh.press("Save and continue")
    pages.look("signer missing")
    pugh.choose("Someone else").press("Save and continue")
    pages.look("signer incomplete", state_of="signer missing")
    pugh.signs("Mrs Honeyman", "Chief executive", "honeyman@fire.example.org")
    pages.look("second signer")
    pugh.signs_myself()
    pages.look("commitments empty")
    pugh.open(f"/sign/{pugh.signature.reference}/")
    pages.look("task list")
    pugh.press("Continue")


def _commitments(pugh, pages):
    make_organisation("Chigley North")
    pugh.press("Add a commitment")
    for slug, label, wrong, right in [
        ("title", "What is the title of this commitment?", "x" * 300, "A title that is as long as titles are"),
        ("principles", None, None, None),
        ("mission", "What will you do?", LONG, "We will:\n- find out\n- tell"),
        ("deliverables", "What will it produce?", "\n".join(map(str, range(31))), "a framework"),
        ("partners", "Who are your partners? (optional)", "y" * 300, "Chigley No\nThe fire brigade"),
    ]:
        pages.look(f"{slug}")
        if label:
            pugh.type(label, wrong)
        pugh.press("Save and continue")
        pages.look(f"{slug} wrong")
        pugh.type(label, right) if label else pugh.choose("People", "Plumbing")
        pugh.press("Save and continue")
    pages.look("which partners")
    pugh.press("Save and continue")
    pages.look("which partners missing")
    pugh.choose("Chigley North Borough Council").press("Save and continue")
    pages.look("impact")
    pugh.press("Save and continue")
    pages.look("impact wrong")
    pugh.type("What difference will it make, and for whom?", "Everybody knows.").press("Save and continue")
    pages.look("commitments one", state_of="commitments empty")
    pugh.press("Add another commitment").type("What is the title of this commitment?", "The second")
    pugh.press("Save and continue").open(f"/sign/{pugh.signature.reference}/commitments/")
    pages.look("commitments two", state_of="commitments empty")
    pugh.follow("Remove The second")
    pages.look("commitment to remove")
    pugh.press("Remove this commitment")
    pages.look("commitment removed", state_of="commitments empty")


def test_the_pages_of_what_becomes_of_a_document_are_for_everybody(visitor, councils, moderator):
    pugh, signer = make_person(), make_person("The Mayor")
    visiting = visitor()
    pages = Inspection(visiting)
    waiting = make_signature("Trumpton", status=Status.AWAITING_SIGN_OFF, preparer=pugh, signers=[signer])
    returned = make_signature("Camberwick Green", status=Status.AWAITING_REVIEW, preparer=pugh)
    moderation.return_for_changes(returned, by=moderator, note="Say when.\n\n- and where")
    rejected = make_signature("Chigley", status=Status.AWAITING_REVIEW, preparer=pugh)
    moderation.reject(rejected, by=moderator, note="This is a joke.")
    link = links.make("sign-off", person_id=signer.pk, object_id=waiting.pk)

    visiting.open(links.address(link))
    pages.look("sign-off link")
    visiting.press("Continue").follow("Decline to sign")
    pages.look("decline")
    visiting.press("Decline to sign")
    pages.look("decline without a reason")
    visiting.type("Why are you declining to sign?", "Not now").press("Decline to sign")
    pages.look("declined")
    visiting.open("/account/").press("Sign out").sign_in(PUGH)
    for name, signature in (("task list declined", waiting), ("task list returned", returned), ("rejected", rejected)):
        visiting.open(f"/sign/{signature.reference}/")
        pages.look(name, state_of="task list declined")
    visiting.open(f"/sign/{returned.reference}/check/")
    pages.look("check with something missing")
    assert pages.all_problems() == ""


def test_the_pages_that_refuse_are_for_everybody(visitor, councils, admin_client):
    reader = visitor()
    pages = Inspection(reader)
    reader.open("/nothing/here/")
    pages.look("404")
    reader.open("/link/1-wrong/")
    pages.look("link unknown")
    reader.open("/signatories/?q=%00")
    pages.look("400")
    reader.open("/sign/email/").page.context.clear_cookies()
    reader.type("What is your work email address?", PUGH).press("Email me a link")
    pages.look("403 forgery")
    for _ in range(entrance.FORMS_AN_HOUR_FROM_A_NETWORK):
        within_limit("ask for a link", "127.0.0.1", limit=1)
    reader.open("/sign/email/").type("What is your work email address?", PUGH).press("Email me a link")
    pages.look("429")
    assert pages.all_problems() == ""
