"""Who reports for an organisation: invited, handed on and ended by its own people or by the delivery team."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Commitment
from localdigital import links
from localdigital.models import AuditEvent, EmailedLink, RegisterVersion
from signatories import people
from signatories.daily import forget_people
from signatories.models import Access, Person
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
)
from tests.pages import heading, text_of

pytestmark = pytest.mark.django_db

PAGE = "/account/organisations/trumpton/people/"


@pytest.fixture
def pugh(sign_in):
    """Pugh, who reports for Trumpton, signed in."""
    person = make_person("Pugh Barney")
    make_access(person, "Trumpton")
    sign_in(person)
    return person


def colleague(name="Nobby Nutter", organisation="Trumpton"):
    person = make_person(name)
    return make_access(person, organisation)


def reporting(organisation="trumpton"):
    """The addresses of those who report for it."""
    live = Access.objects.in_force(timezone.localdate()).filter(organisation__slug=organisation)
    return {access.person.email for access in live.select_related("person")}


def kinds():
    return list(AuditEvent.objects.values_list("kind", flat=True))


# ---- What its people see


def test_its_people_see_each_other_and_since_when(client, pugh):
    began = timezone.make_aware(timezone.datetime(2024, 5, 1, 12))
    make_access(make_person("Nobby Nutter"), "Trumpton", began_at=began)
    text = text_of(client.get(PAGE))
    assert "pugh.barney@trumpton.example.gov.uk (you)" in text
    assert "nobby.nutter@trumpton.example.gov.uk Since 1 May 2024" in text


def test_nobody_else_sees_who_reports(client, sign_in):
    colleague()
    assert client.get(PAGE).url.startswith("/sign/email/")
    stranger = make_person("Windy Miller", at="camberwick.example.gov.uk")
    make_access(stranger, "Camberwick Green")
    sign_in(stranger)
    for page in ("", "hand-over/", f"{Access.objects.first().pk}/end/"):
        assert client.get(PAGE + page).status_code == 404
        assert client.post(PAGE + page, {"email": "new@example.gov.uk"}).status_code == 404
    assert "nobby.nutter@trumpton.example.gov.uk" in reporting()
    assert "new@example.gov.uk" not in reporting()


def test_those_whose_access_ended_see_nothing(client, pugh):
    people.end_access(Access.objects.get(person=pugh), by=pugh)
    assert client.get(PAGE).status_code == 404


def test_nobody_acts_for_an_organisation_that_has_ended(client, pugh):
    organisation = make_organisation("Trumpton")
    promise = make_commitment(make_signature("Trumpton", commitments=0))
    assert promise in Commitment.objects.answered_for_by(pugh, timezone.localdate())
    organisation.ends_on = timezone.localdate() - timedelta(days=1)
    organisation.save()
    assert client.get(PAGE).status_code == 404
    assert client.get(f"/account/commitments/{promise.pk}/").status_code == 404
    assert promise not in Commitment.objects.answered_for_by(pugh, timezone.localdate())


def test_on_its_last_day_an_organisation_still_has_its_people(client, pugh):
    organisation = make_organisation("Trumpton")
    organisation.ends_on = timezone.localdate()
    organisation.save()
    assert client.get(PAGE).status_code == 200


# ---- Inviting


def test_a_colleague_is_invited_and_their_link_leads_to_the_account(client, pugh, outbox_text):
    response = client.post(PAGE, {"email": " Nobby.Nutter@Trumpton.example.gov.uk "}, follow=True)
    assert "We’ve invited nobby.nutter@trumpton.example.gov.uk" in text_of(response)
    [(to, subject, body)] = outbox_text()
    assert to == "nobby.nutter@trumpton.example.gov.uk"
    assert "Trumpton Borough Council" in subject
    assert "pugh.barney@trumpton.example.gov.uk has given you access" in body
    link = EmailedLink.objects.get(purpose="invitation")
    client.post("/account/leave/")
    assert client.post(f"/link/{links.token(link)}/").url == "/account/"
    assert client.get(PAGE).status_code == 200
    assert Person.objects.get(email=to).proved_at


def test_access_and_its_end_are_in_the_log_without_an_address(client, pugh):
    client.post(PAGE, {"email": "nobby.nutter@trumpton.example.gov.uk"})
    access = Access.objects.get(person__email="nobby.nutter@trumpton.example.gov.uk")
    client.post(f"{PAGE}{access.pk}/end/")
    begun, ended = AuditEvent.objects.filter(kind__startswith="access.").order_by("pk")
    assert (begun.kind, ended.kind) == ("access.begin", "access.end")
    assert begun.actor_id == ended.actor_id == pugh.pk
    assert begun.details == ended.details == {"organisation": access.organisation_id, "person": access.person_id}


def test_somebody_invited_twice_has_access_once_and_gets_a_link_again(client, pugh, outbox_text):
    for _ in range(2):
        response = client.post(PAGE, {"email": "nobby@trumpton.example.gov.uk"}, follow=True)
    assert "has access already. We’ve emailed them a new link" in text_of(response)
    assert Access.objects.filter(person__email="nobby@trumpton.example.gov.uk").count() == 1
    assert len(outbox_text()) == 2
    assert kinds().count("access.begin") == 1


def test_somebody_whose_access_ended_can_be_invited_again(client, pugh):
    access = colleague()
    people.end_access(access, by=pugh)
    client.post(PAGE, {"email": access.person.email})
    assert access.person.email in reporting()
    assert Access.objects.filter(person=access.person).count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the work email address of your colleague"),
        ("nobby", "Enter an email address in the correct format"),
        ("a" * 300 + "@example.gov.uk", "Email address must be 254 characters or fewer"),
        ("no\x00bby@", "Enter an email address in the correct format"),
    ],
)
def test_what_is_no_address_is_told_beside_the_field_and_kept(client, pugh, typed, said):
    response = client.post(PAGE, {"email": typed})
    assert response.status_code == 200
    text = text_of(response)
    assert text.count(said) == 2
    assert len(reporting()) == 1


def test_a_person_invites_20_colleagues_a_day(client, pugh, outbox_text):
    for number in range(20):
        client.post(PAGE, {"email": f"colleague{number}@trumpton.example.gov.uk"})
    response = client.post(PAGE, {"email": "onemore@trumpton.example.gov.uk"})
    assert "You can invite 20 colleagues a day. Try again tomorrow" in text_of(response)
    assert 'value="onemore@trumpton.example.gov.uk"' in response.content.decode()
    typed = {"email": "onemore@trumpton.example.gov.uk", "checked": "onemore@trumpton.example.gov.uk"}
    response = client.post(f"{PAGE}hand-over/", typed)
    assert "You can invite 20 colleagues a day" in text_of(response)
    assert len(outbox_text()) == 20
    assert pugh.email in reporting()


# ---- Handing over and ending


def test_an_officer_who_moves_on_hands_over(client, pugh, outbox_text):
    typed = {"email": "nobby@trumpton.example.gov.uk"}
    page = text_of(client.post(f"{PAGE}hand-over/", typed))
    assert "You are about to hand over to nobby@trumpton.example.gov.uk" in page
    assert reporting() == {pugh.email}, "an address is shown before anything ends"
    response = client.post(f"{PAGE}hand-over/", {**typed, "checked": typed["email"]}, follow=True)
    assert response.redirect_chain[0][0] == "/account/"
    assert reporting() == {"nobby@trumpton.example.gov.uk"}
    assert client.get(PAGE).status_code == 404
    assert [to for to, *_ in outbox_text()] == ["nobby@trumpton.example.gov.uk"]


def test_handing_over_to_oneself_ends_nothing(client, pugh):
    response = client.post(f"{PAGE}hand-over/", {"email": pugh.email.upper()})
    assert "Enter the email address of somebody else" in text_of(response)
    assert reporting() == {pugh.email}


def test_a_colleagues_access_is_ended_after_asking_and_they_are_told(client, pugh, outbox_text):
    access = colleague()
    page = client.get(f"{PAGE}{access.pk}/end/")
    assert "End the access of" in heading(page)
    assert "last person" not in text_of(page)
    assert access.person.email in reporting()
    client.post(f"{PAGE}{access.pk}/end/")
    assert reporting() == {pugh.email}
    [(to, subject, _)] = outbox_text()
    assert (to, subject) == (access.person.email, "You no longer report for Trumpton Borough Council")


def test_the_last_person_is_warned_that_nobody_will_be_left(client, pugh, outbox_text):
    mine = Access.objects.get(person=pugh)
    assert "You are the last person who reports for Trumpton Borough Council" in text_of(
        client.get(f"{PAGE}{mine.pk}/end/")
    )
    response = client.post(f"{PAGE}{mine.pk}/end/", follow=True)
    assert "You no longer report for Trumpton Borough Council" in text_of(response)
    assert reporting() == set()
    assert outbox_text() == []


def test_an_access_ended_twice_or_of_another_organisation_ends_nothing(client, pugh):
    other = colleague("Windy Miller", "Camberwick Green")
    response = client.post(f"{PAGE}{other.pk}/end/")
    assert response.url == PAGE
    assert reporting("camberwick-green")
    mine = colleague()
    for _ in range(2):
        assert client.post(f"{PAGE}{mine.pk}/end/").url == PAGE
    assert kinds().count("access.end") == 1


def test_updates_are_expected_from_the_day_on_which_somebody_could_report(client, pugh):
    organisation = make_organisation("Chigley")
    promise = make_commitment(make_signature(organisation, commitments=0))
    assert promise.is_not_yet_asked()
    people.give_access(organisation, make_person("Farmer Bell"), by=pugh)
    promise.refresh_from_db()
    assert promise.asked_on == timezone.localdate()


def test_the_page_of_people_costs_the_same_for_many(client, pugh):
    client.get(PAGE)
    counts = []
    for number in (1, 12):
        for index in range(number):
            colleague(f"Clerk {number} {index}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 2
    RegisterVersion.current()  # it is made by the first public page
    with CaptureQueriesContext(connection) as queries:
        client.post(PAGE, {"email": "new@trumpton.example.gov.uk"})
    # Who asks (2), the limits (2), the message kept for the next page (3), a decision (15) and its email (2)
    assert len(queries) <= 24


# ---- Links that were used or have expired


def asks_again(client, link):
    """Sign out, open the old link, press the button; returns the newest link."""
    client.post("/account/leave/")
    address = f"/link/{links.token(link)}/"
    assert "This link no longer works" in text_of(client.get(address))
    assert client.post(f"{address}fresh/").status_code == 200
    return EmailedLink.objects.latest("pk")


def used(link):
    links.claim(link)
    return link


def test_a_used_invitation_is_sent_again_as_one(client, pugh):
    organisation = make_organisation("Trumpton")
    old = used(links.make("invitation", person_id=pugh.pk, object_id=organisation.pk))
    new = asks_again(client, old)
    assert (new.purpose, new.object_id, new.person_id) == ("invitation", organisation.pk, pugh.pk)
    assert client.post(f"/link/{links.token(new)}/").url == "/account/"


def test_a_used_link_to_a_report_leads_to_the_same_form_again(client, pugh, outbox_text):
    promise = make_commitment(make_signature("Trumpton", commitments=0))
    old = used(links.make("report", person_id=pugh.pk, object_id=promise.pk))
    new = asks_again(client, old)
    assert (new.purpose, new.object_id) == ("report", promise.pk)
    assert client.post(f"/link/{links.token(new)}/").url == f"/account/commitments/{promise.pk}/report/"
    assert "Open this link to go on where the earlier one led" in outbox_text()[-1][2]


def test_a_used_link_about_a_partnership_leads_to_the_same_question_again(client, pugh):
    promise = make_commitment(make_signature("Chigley", commitments=0), partners=[make_organisation("Trumpton")])
    old = used(links.make("partner", person_id=pugh.pk, object_id=promise.pk))
    new = asks_again(client, old)
    assert (new.purpose, new.object_id) == ("partner", promise.pk)


@pytest.mark.parametrize("purpose", ["report", "partner", "invitation", "new-version"])
def test_whoever_may_no_longer_gets_a_link_that_only_signs_in(client, pugh, purpose):
    promise = make_commitment(make_signature("Trumpton", commitments=0), partners=[make_organisation("Trumpton")])
    about = make_organisation("Trumpton").pk if purpose == "invitation" else promise.pk
    old = used(links.make(purpose, person_id=pugh.pk, object_id=about))
    people.end_access(Access.objects.get(person=pugh), by=pugh)
    assert asks_again(client, old).purpose == "sign-in"


def test_an_invitation_that_expired_and_was_asked_for_again_ends_the_earlier_one(client, pugh):
    organisation = make_organisation("Trumpton")
    open_one = links.make("invitation", person_id=pugh.pk, object_id=organisation.pk)
    old = used(links.make("invitation", person_id=pugh.pk, object_id=organisation.pk))
    asks_again(client, old)
    open_one.refresh_from_db()
    assert not links.is_open(open_one)


# ---- Who is forgotten


def test_a_person_is_forgotten_a_year_after_their_access_ended_and_what_they_reported_stays():
    now = timezone.now()
    reporter = make_person("Nobby Nutter")
    access = make_access(reporter, "Trumpton")
    promise = make_commitment(make_signature("Trumpton", commitments=0))
    update = make_update(promise, proposer=reporter)
    forget_people(now)
    people.end_access(access, by=None, now=now)
    forget_people(now)
    assert forget_people(now + timedelta(days=364)) == 0
    assert Person.objects.filter(pk=reporter.pk).exists()
    assert forget_people(now + timedelta(days=366)) > 0
    assert not Person.objects.filter(pk=reporter.pk).exists()
    update.refresh_from_db()
    assert update.proposer is None
    assert update.done == "We talked to twelve residents."


def test_whoever_reports_is_not_forgotten_and_whoever_reported_for_what_ended_is():
    now = timezone.now()
    stays, ended = make_person("Nobby Nutter"), make_person("Windy Miller")
    make_access(stays, "Trumpton")
    make_access(ended, make_organisation("Pippin Fort", ends_on=date(2023, 3, 31)))
    for later in (0, 366):
        forget_people(now + timedelta(days=later))
    assert Person.objects.filter(pk=stays.pk).exists()
    assert not Person.objects.filter(pk=ended.pk).exists()


def test_a_person_who_is_invited_again_in_time_is_kept():
    now = timezone.now()
    reporter = make_person("Nobby Nutter")
    people.end_access(make_access(reporter, "Trumpton"), by=None, now=now)
    forget_people(now)
    people.invite(make_organisation("Trumpton"), reporter.email, by=None, now=now + timedelta(days=300))
    forget_people(now + timedelta(days=700))
    reporter.refresh_from_db()
    assert reporter.role_ended_at is None
