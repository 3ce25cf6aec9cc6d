"""The page of the right to be forgotten in a real browser: its address bar never holds the address of a person."""

import pytest

from localdigital.models import TeamNote
from signatories import emails
from signatories.models import Person
from signatories.models.signature import Status
from tests.factories import make_access, make_person, make_signature
from tests.signatories.test_admin_browser import complaints, inside, look  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_administrator_finds_and_erases_somebody(inside, live_server, complaints):  # noqa: F811
    person = make_person()
    signature = make_signature("Trumpton", preparer=person)
    waiting = make_signature("Chigley", preparer=person, status=Status.AWAITING_SIGN_OFF)
    make_access(person, "Trumpton")
    emails.sign_in(person)
    TeamNote.objects.create(about_type="signatories.signature", about_id=signature.pk, text=f"{person.name} rang")
    page, here = inside, f"{live_server.url}/admin/forget/"
    page.goto(here)
    look(page, "forget-find")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("heading", name="Settle these first").wait_for()
    look(page, "forget-found")
    page.get_by_role("button", name=f"Make {waiting.reference} a draft again").click()
    page.get_by_role("button", name="Erase this person").click()
    page.get_by_label("Type the address again").fill("somebody@example.gov.uk")
    page.get_by_role("button", name="Erase for good").click()
    assert "Enter the same address" in page.inner_text(".errornote")
    look(page, "forget-preview")
    page.get_by_label("Type the address again").fill(person.email)
    page.get_by_role("button", name="Erase for good").click()
    assert "was erased" in page.inner_text(".messagelist")
    assert page.url == here
    assert Person.objects.get(pk=person.pk).erased_at
    assert complaints == []
