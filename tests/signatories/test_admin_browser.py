"""The admin in a real browser: nothing that the policy forbids, nothing that axe finds, no page wider than a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from localdigital.models import Reason
from signatories import moderation
from signatories.models import Signature
from signatories.models.signature import Status
from tests.factories import (
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_principles,
    make_signature,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The searching box that Django brings has a part of its own that it gives no name.
OURS = {"include": [["#content-start"]], "exclude": [[".select2-container"]]}
PHONE = {"width": 320, "height": 700}
AXE = Axe().axe_script
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"], "resultTypes": ["violations"]}
VIOLATIONS = "async ([context, options]) => (await axe.run(context, options)).violations"


@pytest.fixture
def complaints(page):
    """What the browser's console complains of: the policy's violations and the errors of scripts."""
    found = []

    def hear(message):
        # What axe does, whose script the test puts into the page, has no address.
        if message.type == "error" and message.location["url"]:
            found.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def inside(page, live_server, complaints):
    """The browser, signed in to the admin with a password and the code of an authenticator app."""
    user = make_user()
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username:").fill(user.username)
    page.get_by_label("Password:").fill("a long password for tests")
    page.get_by_label("Code:").fill(f"{totp(device.bin_key):06}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/admin/")
    return page


def look(page, name=""):
    """No violation that axe knows of in our own part of the page, at two widths, and no sideways scrolling."""
    page.locator("#content-start").wait_for(state="attached")  # a press does not wait for the page that follows
    for size in ({"width": 1280, "height": 900}, PHONE):
        page.set_viewport_size(size)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        problems = [(one["id"], one["nodes"][0]["html"][:200]) for one in page.evaluate(VIOLATIONS, [OURS, RULES])]
        assert not problems, (page.url, size, problems)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (page.url, size)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_moderator_signs_in_reviews_and_publishes(inside, live_server, complaints):
    signer = make_person("Mr Munnings", at="gmail.com", job_title="Leader")
    signature = make_signature("Trumpton", "Camberwick", signers=[signer, make_person()], status=Status.AWAITING_REVIEW)
    make_commitment(signature, title="Share a map", partners=[make_organisation("Chigley"), "The parish choir"])
    Reason.objects.all().delete()
    Reason.objects.create(decision="return", title="No date by when", text="Please say by when.")
    page = inside
    page.reload()
    look(page, "home")
    page.get_by_role("link", name="1 declaration to review").click()
    look(page, "queue")
    page.get_by_role("button", name=f"Review {signature.reference}").click()
    assert "You have been looking at this since" in page.inner_text("#content-main")
    look(page, "review")
    page.locator("summary", has_text="Return for changes").focus()
    page.keyboard.press("Enter")
    page.get_by_label("No date by when").check()
    assert page.get_by_label("What must change").input_value() == "Please say by when."
    look(page, "review-return")
    page.locator("summary", has_text="Publish").click()
    page.get_by_role("button", name="Preview: publish").click()
    assert "Say how the signer’s authority was checked" in page.inner_text("#content-main")
    look(page, "decide-error")
    page.get_by_label("How was the signer’s authority checked?").fill("Rang the switchboard of the council")
    page.get_by_label("A message for the council").fill("Well written.")
    look(page, "decide")
    page.get_by_role("button", name="Preview").click()
    look(page, "decide-preview")
    page.get_by_role("button", name="Confirm: publish").click()
    page.get_by_role("link", name=signature.reference).click()
    assert "Rang the switchboard" in page.inner_text("#content-main")
    look(page, "published")
    assert Signature.objects.get().status == Status.PUBLISHED
    assert complaints == []


def test_a_paper_signature_is_recorded_with_the_box_that_searches(inside, live_server, complaints):
    make_principles()
    make_declaration()
    make_organisation("Rotherham", official_name="Rotherham Metropolitan Borough Council")
    make_organisation("Chigley")
    page = inside
    page.goto(f"{live_server.url}/admin/signatories/signature/add/")
    look(page, "paper")
    page.get_by_label("Declaration:").select_option(label="Local Digital Declaration 2018")
    page.get_by_label("Where it comes from:").fill("Scan sent by the council")
    page.locator("#signatories-0 .select2-selection").click()
    page.locator(".select2-search__field").fill("Rotherham MBC")
    page.get_by_role("option", name="Rotherham Metropolitan Borough Council").click()
    page.locator("#id_signatories-0-signer_name").fill("Sharon Kemp")
    page.locator("#id_signatories-0-signed_on_precision").select_option("month")
    page.locator("#id_signatories-0-signed_on").fill("09/11/2018")
    page.locator("#signatories-1 .inline-deletelink").click()
    page.get_by_role("button", name="Save and continue").click()
    look(page, "paper-draft")
    page.get_by_role("link", name="Add a commitment").click()
    look(page, "commitment")
    page.get_by_label("Title:").fill("Answer by chat")
    page.get_by_label("Mission:").fill("Find out what people ask")
    page.locator("#id_deliverables-0-text").fill("A framework")
    page.locator("#partners-0 .select2-selection").click()
    page.locator(".select2-search__field").fill("Chigley")
    page.get_by_role("option", name="Chigley Borough Council").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Record as published").click()
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Confirm: record as published").click()
    signature = Signature.objects.get()
    assert signature.status == Status.PUBLISHED
    assert str(signature.signatories.get().signed_date) == "November 2018"
    assert signature.commitments.get().partners.get().organisation.name == "Chigley"
    look(page, "paper-published")
    assert complaints == []


def test_organisations_log_and_outbox_ask_for_nothing_that_the_policy_forbids(inside, live_server, complaints):
    organisation, successor = make_organisation("Trumpton"), make_organisation("Camberwick")
    proposed = make_organisation("Chigley", checked_at=None)
    signature = make_signature("Trumpton", status=Status.AWAITING_REVIEW)
    moderation.return_for_changes(signature, by=None, note="Say more")
    page = inside
    page.goto(f"{live_server.url}/admin/signatories/organisation/{organisation.pk}/change/")
    page.locator("#successions-0 .select2-selection").click()
    page.locator(".select2-search__field").fill("camberwick bc")
    page.get_by_role("option", name="Camberwick Borough Council").click()
    page.get_by_role("button", name="Save", exact=True).click()
    assert organisation.successors.get() == successor
    addresses = [
        f"signatories/organisation/{proposed.pk}/change/",
        f"signatories/organisation/{proposed.pk}/accept/",
        "signatories/organisation/",
        f"signatories/declaration/{signature.declaration_id}/change/",
        "localdigital/auditevent/",
        "localdigital/queuedemail/",
        "localdigital/user/",
        f"signatories/signature/{signature.pk}/preview/",
    ]
    for address in addresses:
        assert page.goto(f"{live_server.url}/admin/{address}").status == 200
        page.set_viewport_size(PHONE)
        page.screenshot(full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
    assert complaints == []


def test_a_decision_is_made_without_scripts(browser, live_server):
    signature = make_signature("Trumpton", status=Status.AWAITING_REVIEW)
    user = make_user()
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/signatories/signature/{signature.pk}/change/")
    page.get_by_label("Username:").fill(user.username)
    page.get_by_label("Password:").fill("a long password for tests")
    page.get_by_label("Code:").fill(f"{totp(device.bin_key):06}")
    page.get_by_role("button", name="Sign in").click()
    page.locator("summary", has_text="Return for changes").click()
    page.get_by_label("What must change").fill("Name the mission")
    page.get_by_role("button", name="Preview: return for changes").click()
    assert "Name the mission" in page.locator(".email__body").inner_text()
    page.get_by_role("button", name="Confirm: return for changes").click()
    assert re.search(r"Returned for changes: \S{9}\.", page.inner_text(".messagelist"))
    assert Signature.objects.get().status == Status.RETURNED
    context.close()
