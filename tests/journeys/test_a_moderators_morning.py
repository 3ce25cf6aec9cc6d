"""A morning of the delivery team in a real browser: the queue, a colleague, a spreadsheet from paper, a council that
ended."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.text import slugify

from commitments.models import Adoption
from localdigital import looks
from localdigital.models import QueuedEmail, Reason
from signatories.models import Signature
from signatories.models.signature import Status
from tests.factories import make_access, make_organisation, make_person, make_principles, make_signature, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOWNS = [
    "Winkstead", "Wintergreen", "Clutterbuck", "Farthing", "Mopp", "Murphy", "Carraway", "Munnings", "Philby",
    "Lovelace", "Platt", "Honeyman", "Crockett", "Snort", "Grubb", "Hopkins", "Dingle", "Tripp", "Minton", "Antonio",
]  # fmt: skip
HEADINGS = ["Organisations", "Signed on", "Signer names", "Commitment title", "Mission"]


@pytest.fixture
def team(db):
    """Makes colleagues of one role; the role is made again, as tests with real commits empty the database."""
    make_principles()

    def make(username, role="Moderator"):
        user = make_user(username, is_superuser=False)
        user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def moderator(team):
    """The one whose morning it is: `admin_client` is theirs."""
    return team("windy.miller")


@pytest.fixture
def at_work(visitor, admin_client):
    """Their browser."""
    return visitor().use_session_of(admin_client)


def wait_for_review(*names):
    """Documents that wait for review, the first of them longest."""
    now, found = timezone.now(), []
    for place, name in enumerate(names):
        signer = make_person(f"Clerk of {name}", at=f"{slugify(name)}.example.gov.uk")
        since = now - timedelta(hours=len(names) - place)
        found.append(make_signature(name, signers=[signer], status=Status.AWAITING_REVIEW, signed_off_at=since))
    return found


def button(visitor, name):
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name=name).click()
    return visitor


def test_three_are_published_one_goes_back_with_two_reasons_and_one_is_taken_over(at_work, team):
    waiting = wait_for_review("Trumpton", "Camberwick", "Chigley", "Pippin Fort", "Winkstead")
    Reason.objects.all().delete()
    for title, text in (("No date", "Please say by when."), ("A name in it", "Please take the name out.")):
        Reason.objects.create(decision="return", title=title, text=text)
    looks.begin(waiting[4], by=team("dr.mopp"))
    at_work.open("/admin/").page.get_by_role("link", name="5 declarations to review").click()
    at_work.page.wait_for_url("**/signature/")
    assert "dr.mopp, since" in at_work.text
    button(at_work, f"Review {waiting[0].reference}")
    for signature in waiting[:3]:
        at_work.sees(signature.reference)
        button(at_work, "Preview: publish").sees("Check before you confirm").press("Confirm: publish")
        signature.refresh_from_db()
        assert signature.status == Status.PUBLISHED
    at_work.sees(waiting[3].reference).page.locator("summary", has_text="Return for changes").click()
    at_work.choose("No date", "A name in it")
    button(at_work, "Preview: return for changes")
    at_work.sees("Please say by when.", "Please take the name out.").press("Confirm: return for changes")
    told = QueuedEmail.objects.filter(template="returned", about_id=waiting[3].pk).get()
    assert "Please say by when.\n\nPlease take the name out." in told.body
    button(at_work, f"Review {waiting[4].reference}").sees("dr.mopp has been looking at this")
    at_work.press("Take over").sees("You have been looking at this since")
    button(at_work, "Preview: publish").press("Confirm: publish").sees("Nothing else of this kind waits")
    assert Signature.objects.filter(status=Status.PUBLISHED).count() == 4


def test_twenty_paper_signatures_come_in_of_which_two_rows_are_mended(at_work, visitor, councils):
    for town in TOWNS:
        make_organisation(town)
    rows = [[f"{town} Borough Council", "2018-11", f"Leader of {town}", f"Open {town}", "We will."] for town in TOWNS]
    rows[3][1], rows[7][0], rows[15][0] = "31/02/2019", "Nowhere in particular", "Hopkins BC"
    file = io.StringIO(newline="")
    csv.writer(file).writerows([HEADINGS, *rows])
    at_work.open("/admin/").follow("Import and export spreadsheets")
    at_work.page.get_by_label(re.compile("^Signatures")).check()
    sheet = {"name": "box-3.csv", "mimeType": "text/csv", "buffer": file.getvalue().encode()}
    at_work.page.set_input_files("input[type=file]", sheet)
    at_work.press("Upload and check").sees("1 name to confirm, 2 rows to mend", "17 to be made")
    at_work.press("Confirm these names").sees("2 rows to mend", "18 to be made")
    assert not Signature.objects.exists()
    at_work.follow("Mend row 5").sees("Saving changes this row of the import, not yet the register.")
    at_work.type("Signed on", "2019-02").press("Save and check row 5").sees("1 row to mend")
    at_work.follow("Mend row 9").type("Organisations", "Munnings Borough Council").press("Save and check row 9")
    at_work.sees("Ready to be written").press("Write 20 new rows")
    at_work.page.wait_for_selector("text=Import another spreadsheet")
    assert Signature.objects.standing().count() == 20
    reader = visitor().open("/organisations/farthing/").sees("February 2019")
    reader.open("/organisations/munnings/").sees("Open Munnings")


def test_a_council_ends_and_its_successors_people_are_offered_what_it_promised(at_work, visitor, councils):
    trumpton, _, chigley = councils
    promise = make_signature(trumpton, status=Status.PUBLISHED).commitments.get()
    officer = make_person("Brackett", at="chigley.example.gov.uk")
    make_access(officer, chigley)
    at_work.open(f"/admin/signatories/organisation/{trumpton.pk}/reorganise/end/")
    at_work.page.get_by_label("Last day").fill((timezone.localdate() - timedelta(days=1)).isoformat())
    at_work.page.locator(".decide__field:has(#id_successors) .select2-selection").click()
    at_work.page.locator(".select2-search__field").last.fill("chigley")
    at_work.page.locator(".select2-results__option", has_text=chigley.official_name).click()
    at_work.press("See what it touches").sees(promise.title, officer.email)
    at_work.press("Confirm: end").sees("Its last day is recorded.")
    visitor().open(trumpton.get_absolute_url()).sees(chigley.official_name)
    successor = visitor().sign_in(officer.email)
    successor.follow(promise.title).page.get_by_label(f"{chigley.official_name} takes it on").check()
    successor.press("Save")
    assert Adoption.objects.filter(commitment=promise, organisation=chigley).exists()
