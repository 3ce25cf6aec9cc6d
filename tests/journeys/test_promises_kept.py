"""A year of the first real commitment: reported on twice, confirmed by a partner, reworded, late, and in time again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from commitments.models import Commitment
from signatories.first_signature import load_first_signature
from signatories.models import Organisation, Person
from signatories.people import invite
from tests.journeys.conftest import read_link
from tests.journeys.test_the_first_declaration import real_councils  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFICER = "digital@bromsgrove.example.gov.uk"
PARTNER = "innovation@oxford.example.gov.uk"


@pytest.fixture
def commitment(real_councils, moderator):  # noqa: F811
    """The commitment of Bromsgrove and Redditch as recorded: due on 9 November 2019, and nobody was ever asked."""
    load_first_signature()
    return Commitment.objects.get()


@pytest.fixture
def team(visitor, admin_client):
    """Somebody of the delivery team at a browser, signed in."""
    return visitor().use_session_of(admin_client)


def test_an_officer_reports_a_partner_confirms_a_text_changes_and_what_was_late_is_in_time(
    visitor, team, commitment, moderator
):
    def reader():
        """Somebody who has not been here before: a browser keeps a page for half a minute."""
        return visitor()

    address = commitment.get_absolute_url()
    reader().open(address).sees("Not yet asked", "Overdue")

    # The delivery team gives an officer access; from now on an update can be expected.
    bromsgrove = Organisation.objects.get(name="Bromsgrove")
    invite(bromsgrove, OFFICER, by=moderator)
    officer = visitor()
    officer.open(read_link(OFFICER)).press("Continue").sees(commitment.title)

    # The first report.
    report(officer, commitment, stage="In progress", done="We asked 40 residents what they ask us most.", ticks=1)
    officer.sees("delivery team")
    decide(team, "Publish")
    reader().open(address).sees("In progress", "1 of 4 delivered", "We asked 40 residents what they ask us most.")

    # A partner has people now: they are asked once, and confirm.
    oxford = Organisation.objects.get(official_name="Oxford City Council")
    invite(oxford, PARTNER, by=moderator)
    partner = visitor(width=320, height=640)
    partner.sign_in(PARTNER).open(f"/account/commitments/{commitment.pk}/partners/")
    partner.choose("Yes").press("Save my answer")
    reader().open(address).sees("confirmed")

    # The text changes, with its due date; anyone can read what changed.
    later = timezone.localdate() + timedelta(days=200)
    officer.open(f"/account/commitments/{commitment.pk}/change/")
    officer.type("What is the title of this commitment?", "A shared approach to chatbots")
    for part in ("day", "month", "year"):
        officer.type(part.capitalize(), str(getattr(later, part)))
    officer.type("Why is it changing?", "The discovery showed that councils need one approach.")
    officer.press("Save and check").press("Send to the delivery team")
    decide(team, "Publish")
    public = reader().open(address).sees("A shared approach to chatbots").follow("2 versions")
    public.sees("as signed", "The discovery showed that councils need one approach.", commitment.title)
    assert public.page.locator("ins").count()
    assert public.page.locator("del").count()

    # What the document says is what was signed.
    reader().open(commitment.signature.get_absolute_url()).sees(commitment.title)

    # The date is in the future now: it is late no more, until that date has passed.
    assert "Overdue" not in reader().open(Commitment.objects.get().get_absolute_url()).text
    assert not Commitment.objects.overdue(on=timezone.localdate()).exists()
    assert Commitment.objects.overdue(on=later + timedelta(days=1)).exists()
    assert Commitment.objects.update_overdue(on=timezone.localdate() + timedelta(days=190)).exists()

    # The second report ends it well.
    report(officer, commitment, stage="Delivered", done="The framework and the research are published.", ticks=4)
    decide(team, "Publish")
    public = reader().open("/commitments/?stage=delivered").sees("A shared approach to chatbots", "Delivered")
    public.follow("A shared approach to chatbots").sees("4 of 4 delivered", "The framework and the research")
    assert not Commitment.objects.overdue(on=date(2040, 1, 1)).exists()
    assert OFFICER not in public.page.content()
    assert Person.objects.filter(email=OFFICER).exists()


def report(officer, commitment, *, stage, done, ticks):
    """An officer's way through the three pages of a progress update; the first so many deliverables are ticked."""
    officer.open(f"/account/commitments/{commitment.pk}/report/").choose(stage)
    for deliverable in commitment.deliverables.all()[:ticks]:
        officer.choose(deliverable.text)
    officer.type("What have you done?", done).press("Save and continue")
    officer.type("Title of the page or document", f"What we found: {stage}")
    officer.type("Web address", "https://www.example.gov.uk/chatbots").choose("User research")
    officer.press("Add this link").sees("You have added 1 link").press("Continue")
    officer.sees(done, stage, f"What we found: {stage}").press("Send to the delivery team")


def decide(member, what):
    """Somebody of the delivery team opens the one thing that waits, reads the email and decides."""
    member.open("/admin/")
    with member.page.expect_navigation():
        member.page.locator("main a").filter(has_text=" to review").filter(has_text="1 ").click()
    with member.page.expect_navigation():
        member.page.locator("#result_list tbody th a").click()
    with member.page.expect_navigation():
        member.page.get_by_role("button", name=f"Preview: {what.lower()}").click()
    member.sees("Check before you confirm")
    member.press(f"Confirm: {what.lower()}").sees("published")
