"""The review of what councils send in, in a real browser: from the first page to the next in the queue."""

import pytest

from commitments.models import Commitment, ProgressUpdate, Revision, Status
from tests.commitments.submissions import make_waiting
from tests.factories import make_organisation
from tests.signatories.test_admin_browser import complaints, inside, look  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def follow(page, role, name):
    """Press the link or button of that name, and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def test_a_moderator_goes_through_what_councils_sent_in(inside, complaints):  # noqa: F811
    chigley = make_organisation("Chigley")
    first = make_waiting(ProgressUpdate, "Trumpton", days=9, went_well="The masons came early.")
    first.evidence.create(position=1, title="Our code", url="https://example.gov.uk/" + "long" * 40, kind="code")
    make_waiting(ProgressUpdate, "Chigley", "Mend the clock", days=2, proposer=None)
    make_waiting(Revision, "Pippin Fort", "Paint the pier", impact="")
    make_waiting(Commitment, "Camberwick Green", "W" * 120, partners=[chigley, "The parish choir"])
    page = inside
    page.reload()
    look(page, "home")
    follow(page, "link", "2 progress updates to review")
    look(page, "updates")
    follow(page, "link", "Ring the bells")
    look(page, "update")
    page.locator("summary", has_text="Return for changes").click()
    look(page, "form")
    follow(page, "button", "Preview: return for changes")
    assert page.get_by_role("link", name="Say what must change").is_visible()
    look(page, "error")
    page.get_by_label("What must change").fill("Say which residents.\n\n- where\n- when")
    follow(page, "button", "Preview")
    look(page, "preview")
    follow(page, "button", "Confirm: return for changes")
    assert "This is the next one." in page.locator(".messagelist").inner_text()
    assert page.get_by_role("heading", name="Progress update: Mend the clock").is_visible()
    look(page, "next")
    first.refresh_from_db()
    assert first.status == Status.RETURNED
    for label, title in (("changed text", "Paint the pier"), ("added commitment", "W" * 120)):
        page.goto(page.url.split("/admin/")[0] + "/admin/")
        follow(page, "link", f"1 {label} to review")
        look(page, label)
        follow(page, "link", title)
        look(page, label)
        follow(page, "button", "Preview: publish")
        look(page, "preview")
        follow(page, "button", "Confirm: publish")
        assert "Nothing else of this kind waits." in page.locator(".messagelist").inner_text()
    page.goto(page.url.split("/admin/")[0] + "/admin/commitments/progressupdate/")
    page.locator("input.action-select").first.check()
    page.get_by_label("Action:").select_option("publish_several")
    follow(page, "button", "Go")
    look(page, "several")
    page.get_by_role("checkbox", name="Mend the clock").check()
    follow(page, "button", "Publish 1 update")
    look(page, "several published")
    assert page.get_by_role("heading", name="1 progress update published").is_visible()
    assert complaints == []
