"""Asking to work together: an officer writes to a commitment's people, and neither address is published."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import collaboration
from commitments.collaboration import Hindered, Hindrance, ask_to_work_together
from commitments.models import Approach
from localdigital.models import AuditEvent, QueuedEmail
from signatories.models.signature import Status
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature, make_user
from tests.pages import heading, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def chatbots():
    """Chigley's commitment, for which two of its people report."""
    signature = make_signature(
        "Chigley", commitments=0, preparer=make_person("Lord Belborough", "chigley.example.gov.uk")
    )
    promise = make_commitment(signature, title="Chatbots for taxis", asked_on=timezone.localdate())
    for name in ("Lord Belborough", "Mr Brackett"):
        make_access(make_person(name, "chigley.example.gov.uk"), "Chigley")
    return promise


@pytest.fixture
def pugh():
    """An officer who reports for Trumpton."""
    person = make_person()
    make_access(person, "Trumpton")
    return person


def page_of(commitment):
    return f"/account/commitments/{commitment.pk}/work-together/"


def test_the_public_page_leads_to_the_message_and_a_stranger_is_asked_for_their_address(client, chatbots):
    assert f'href="{page_of(chatbots)}"' in client.get(chatbots.get_absolute_url()).content.decode()
    response = client.get(page_of(chatbots))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign/email/?next=%2Faccount%2Fcommitments%2F")


def test_an_officer_writes_and_each_of_the_people_gets_it(client, sign_in, chatbots, pugh, outbox_text):
    text = text_of(sign_in(pugh).get(page_of(chatbots)))
    assert "Chatbots for taxis Chigley Borough Council" in text
    assert "your name (Pugh Barney), that you are at Trumpton Borough Council, and your email address" in text
    assert "chigley.example.gov.uk" not in text
    response = client.post(page_of(chatbots), {"message": "Dear all,\n\nwe do this too."}, follow=True)
    assert "Message sent" in text_of(response)
    emails = outbox_text()[-2:]
    assert [to for to, _, _ in emails] == [
        "lord.belborough@chigley.example.gov.uk",
        "mr.brackett@chigley.example.gov.uk",
    ]
    _, subject, body = emails[0]
    assert subject == "Trumpton Borough Council would like to work with you on “Chatbots for taxis”"
    assert "Pugh Barney of Trumpton Borough Council" in body
    assert "> Dear all,\n> \n> we do this too.\n" in body
    assert "write to pugh.barney@trumpton.example.gov.uk" in body
    assert "mr.brackett" not in body


def test_it_is_logged_without_the_text(chatbots, pugh):
    approach = ask_to_work_together(chatbots, by=pugh, message="The secret of the clock")
    event = AuditEvent.objects.get(kind="approach.make")
    assert (event.object_id, event.actor_id) == (approach.pk, pugh.pk)
    assert event.details == {"commitment": chatbots.pk}
    assert "secret" not in str(event.__dict__)
    assert "secret" not in str(approach.__dict__)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("", "Enter a message"),
        ("  \n ", "Enter a message"),
        ("x" * 2001, "Your message must be 2,000 characters or fewer"),
    ],
)
def test_a_message_is_neither_empty_nor_too_long_and_is_not_lost(client, sign_in, chatbots, pugh, message, error):
    response = sign_in(pugh).post(page_of(chatbots), {"message": message})
    page = response.content.decode()
    assert f'<a href="#id_message">{error}</a>' in page
    assert message.strip() in page
    assert Approach.objects.count() == 0


@pytest.mark.parametrize(
    "message", ["x" * 2000, "[link 1] {{ sender }} {% raw %}", "\x00bells\x00", "🔔 <b>bold</b>\r\nSubject: x"]
)
def test_any_message_is_sent_as_it_was_written(client, sign_in, chatbots, pugh, outbox_text, message):
    sign_in(pugh).post(page_of(chatbots), {"message": message})
    body = outbox_text()[-1][2]
    assert "> " + message.replace("\x00", "").replace("\r\n", "\n> ") + "\n" in body


# ---- Who may not


def refused(client, commitment, asking=403, sending=403):
    asked = client.get(page_of(commitment))
    sent = client.post(page_of(commitment), {"message": "Let us work together"})
    assert (asked.status_code, sent.status_code) == (asking, sending)
    assert Approach.objects.count() == 0
    return text_of(sent)


def test_nobody_writes_to_themselves(client, sign_in, chatbots):
    sign_in(make_person("Mr Brackett", "chigley.example.gov.uk"))
    assert "This is your own commitment" in refused(client, chatbots, asking=200)


def test_who_reports_for_nobody_cannot_write(client, sign_in, chatbots):
    person = make_person("Windy Miller", "camberwick.example.gov.uk")
    sign_in(person)
    assert "Only people who report for an organisation" in refused(client, chatbots)
    make_access(person, "Camberwick")
    person.accesses.update(ended_at=timezone.now())
    assert "Only people who report for an organisation" in refused(client, chatbots)
    make_access(person, make_organisation("Winkstead", ends_on=timezone.localdate() - timedelta(days=1)))
    assert "Only people who report for an organisation" in refused(client, chatbots)


def test_a_commitment_without_people_says_so_and_what_was_typed_is_shown(client, sign_in, pugh):
    sign_in(pugh)
    text = refused(client, make_commitment(make_signature("Pippin Fort", commitments=0)))
    assert "Nobody has access to this commitment" in text
    assert "Your message was not sent Let us work together" in text


def test_a_commitment_that_has_ended_says_so(client, sign_in, chatbots, pugh):
    chatbots.move("withdraw", by=None, public_note="x")
    sign_in(pugh)
    assert "nobody works on it any more" in refused(client, chatbots)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_REVIEW, Status.REMOVED])
def test_a_commitment_that_is_not_public_is_not_found(client, sign_in, pugh, status):
    hidden = make_commitment(make_signature("Pippin Fort", status=status, commitments=0))
    sign_in(pugh)
    refused(client, hidden, asking=404, sending=404)
    assert client.get("/account/commitments/999999/work-together/").status_code == 404


def test_five_a_day_and_no_more(chatbots, pugh):
    now = timezone.now()
    for minute in range(0, 10, 2):
        ask_to_work_together(chatbots, by=pugh, message="x", now=now + timedelta(minutes=minute))
    with pytest.raises(Hindered) as hindered:
        ask_to_work_together(chatbots, by=pugh, message="x", now=now + timedelta(hours=23))
    assert hindered.value.why == Hindrance.TOO_MANY
    other = make_person("Mrs Honeyman", "camberwick.example.gov.uk")
    make_access(other, "Camberwick")
    ask_to_work_together(chatbots, by=other, message="x", now=now + timedelta(hours=23))
    ask_to_work_together(chatbots, by=pugh, message="x", now=now + timedelta(hours=24, minutes=1))
    assert Approach.objects.filter(person=pugh).count() == 6


def test_the_sixth_is_told_and_not_lost(client, sign_in, chatbots, pugh):
    Approach.objects.bulk_create(
        Approach(commitment=chatbots, person=pugh, made_at=timezone.now() - timedelta(hours=one)) for one in range(1, 6)
    )
    sign_in(pugh)
    for response in (client.get(page_of(chatbots)), client.post(page_of(chatbots), {"message": "Once more"})):
        assert response.status_code == 403
        assert "You have sent 5 messages in the last 24 hours" in text_of(response)
    assert "Once more" in text_of(response)


def test_two_clicks_send_one_message(client, sign_in, chatbots, pugh):
    sign_in(pugh)
    for _ in range(2):
        response = client.post(page_of(chatbots), {"message": "Let us work together"})
        assert response["Location"] == f"{page_of(chatbots)}sent/"
    assert Approach.objects.count() == 1
    assert QueuedEmail.objects.filter(template="approach").count() == 2


def test_the_page_that_says_it_was_sent_is_for_who_sent_it(client, sign_in, chatbots, pugh):
    sign_in(pugh)
    assert client.get(f"{page_of(chatbots)}sent/").status_code == 404


# ---- Reporting a message


@pytest.fixture
def message(chatbots, pugh):
    return ask_to_work_together(chatbots, by=pugh, message="Buy my clocks")


def report_page(outbox_text):
    return re.search(r"http://[^/]+(/account/messages/\d+/report/)", outbox_text()[-1][2])[1]


def test_one_of_the_people_reports_it_by_the_address_in_the_email_and_by_post_only(
    client, sign_in, message, outbox_text
):
    address = report_page(outbox_text)
    sign_in(make_person("Mr Brackett", "chigley.example.gov.uk"))
    assert heading(client.get(address)) == "Report a message"
    message.refresh_from_db()
    assert message.reported_at is None
    response = client.post(address, follow=True)
    assert heading(response) == "You have reported this message"
    client.post(address)
    message.refresh_from_db()
    assert message.reported_at
    assert AuditEvent.objects.filter(kind="approach.report").count() == 1


def test_nobody_else_can_report_or_see_it(client, sign_in, message, pugh, outbox_text):
    address = report_page(outbox_text)
    assert client.get(address).status_code == 302
    for person in (pugh, make_person("Windy Miller", "camberwick.example.gov.uk")):
        sign_in(person)
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_the_team_sees_what_was_reported_reads_it_and_deals_with_it(admin_client, message, moderator):
    assert "eported messages between councils" not in text_of(admin_client.get("/admin/"))
    collaboration.report(message, by=make_person("Mr Brackett", "chigley.example.gov.uk"))
    home = admin_client.get("/admin/").content.decode()
    assert "Reported messages between councils" in home
    queue = "/admin/commitments/approach/?state=reported"
    assert queue in home
    assert "Chatbots for taxis" in text_of(admin_client.get(queue))
    assert "Buy my clocks" in text_of(admin_client.get(f"/admin/commitments/approach/{message.pk}/change/"))
    admin_client.post(queue, {"action": "settle", "_selected_action": [message.pk]})
    assert "eported messages between councils" not in text_of(admin_client.get("/admin/"))
    event = AuditEvent.objects.get(kind="approach.settle")
    assert (event.actor_type, event.actor_id) == (moderator._meta.label_lower, moderator.pk)


def test_a_report_is_dealt_with_once(message):
    collaboration.report(message, by=make_person("Mr Brackett", "chigley.example.gov.uk"))
    assert collaboration.settle(message, by=make_user("second"))
    assert not collaboration.settle(message, by=make_user("third"))


# ---- What it costs


@pytest.mark.parametrize("people", [1, 10])
def test_the_pages_cost_a_few_queries_and_one_for_each_email(client, sign_in, chatbots, pugh, people):
    for number in range(people):
        make_access(make_person(f"Person {number}", "chigley.example.gov.uk"), "Chigley")
    sign_in(pugh)
    with CaptureQueriesContext(connection) as asked:
        client.get(page_of(chatbots))
    with CaptureQueriesContext(connection) as sent:
        client.post(page_of(chatbots), {"message": "x"})
    # Whether they may write takes four: whose it is, their people, the writer's organisations, the last day.
    assert len(asked) <= 8
    inside = [query for query in sent if "SAVEPOINT" not in query["sql"]]
    assert len(inside) <= 13 + people + 2
