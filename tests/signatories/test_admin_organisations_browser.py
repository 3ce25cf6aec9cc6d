"""The team's pages about organisations in a real browser: found by typing, shown, decided; read on a phone too."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from localdigital import mail
from localdigital.team_notes import add_note
from signatories import emails
from signatories.models import Organisation
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_user,
)
from tests.signatories.test_admin_browser import complaints, inside, look  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES")


def see(page, name):
    look(page, name)
    if PICTURES:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def choose(page, field, typed, found):
    """Type into Django's searching box and choose what it finds."""
    box = page.locator(f".decide__field:has(#id_{field})")
    box.locator(".select2-selection").click()
    page.locator(".select2-search__field").last.fill(typed)
    page.locator(".select2-results__option", has_text=found).click()


@pytest.fixture
def old(db):
    """A council with a commitment, people, notes and an email; two others that may take over."""
    council = make_organisation(
        "Trumptonshire", contact_email="us@trumptonshire.example.gov.uk", contact_details="Ring"
    )
    signature = make_signature(council, "Pippin Fort", commitments=0)
    make_commitment(signature, title="Share a map of allotments")
    make_commitment(make_signature("Camberwick Green", commitments=0), title="Share a form", partners=[council])
    for name, body in (("Mr Troop", council), ("Windy Miller", make_organisation("Trumpton"))):
        make_access(make_person(name, at=f"{body.slug}.example.gov.uk"), body)
    make_organisation("Chigley")
    add_note(council, "They decide in May. Ask for the clerk.", by=make_user("colleague"))
    mail.queue_all(emails.access_ended(make_access(make_person("Gone"), council)), about=council)
    return council


def test_a_council_is_looked_at_and_split(inside, live_server, complaints, old):  # noqa: F811
    page, home = inside, f"{live_server.url}/admin/"
    page.goto(f"{home}signatories/organisation/{old.pk}/about/")
    see(page, "about")
    page.get_by_role("link", name="Its names, code, dates and domains").click()
    see(page, "change")
    page.get_by_role("link", name="Split", exact=True).click()
    page.get_by_label("Last day").fill(str(timezone.localdate() - timedelta(days=1)))
    choose(page, "successors", "trumpton bc", "Trumpton Borough Council")
    page.get_by_label("Official name").first.fill("Chigley and Camberwick Council")
    page.get_by_role("button", name="See what it touches").click()
    page.get_by_role("alert").wait_for()
    see(page, "split-errors")
    for label, value in (("Name", "Chigley and Camberwick"), ("Code", "E06000999")):
        page.get_by_label(label, exact=True).first.fill(value)
    for label, value in (("Type", "Unitary authority"), ("Nation", "England"), ("Region", "North West")):
        page.get_by_label(label, exact=True).first.select_option(label=value)
    page.get_by_role("button", name="See what it touches").click()
    page.get_by_role("heading", name="1 email will go").wait_for()
    see(page, "split-preview")
    page.get_by_role("button", name="Confirm: split").click()
    page.get_by_text("It is split.").wait_for()
    assert [one.name for one in old.heirs(timezone.localdate())] == ["Chigley and Camberwick", "Trumpton"]
    for action in ("rename", "merge", "end", "same-as"):
        page.goto(f"{home}signatories/organisation/{old.pk}/reorganise/{action}/")
        see(page, action)
    assert complaints == []


def test_those_that_have_not_signed_are_approached_on_a_phone(inside, live_server, complaints, old):  # noqa: F811
    page = inside
    page.goto(f"{live_server.url}/admin/signatories/organisation/")
    page.get_by_role("link", name="Who has not signed").click()
    see(page, "not-signed")
    page.set_viewport_size({"width": 320, "height": 700})
    row = page.get_by_role("row").filter(has_text="Trumpton Borough Council")
    row.locator("summary").click()
    row.get_by_label("Whom you approached, and what they said").fill("They will look at it.")
    row.get_by_role("button", name="Add note").click()
    page.get_by_text("They will look at it.").wait_for()
    see(page, "not-signed-noted")
    trumpton = Organisation.objects.get(name="Trumpton")
    page.goto(f"{live_server.url}/admin/notes/signatories.organisation/{trumpton.pk}/")
    see(page, "notes")
    assert complaints == []
