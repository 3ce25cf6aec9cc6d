"""Whom the delivery team has to find: councils without people, addresses that the mail server refuses, what is late."""

import html
import re
import smtplib
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Adoption, Commitment
from localdigital import daily, mail
from localdigital.models import QueuedEmail
from signatories import emails, people
from signatories.admin.unreachable import refused_addresses
from signatories.models import Access, Organisation
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature

pytestmark = pytest.mark.django_db

HOME = "/admin/"
COUNCILS = "/admin/councils-without-people/"
REFUSED = "/admin/refused-addresses/"
TODAY = timezone.localdate()


def text(response):
    assert response.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def rows(response):
    """The cells of the table, row by row."""
    assert response.status_code == 200
    body = re.search(r"(?s)<tbody>(.*?)</tbody>", response.content.decode())
    cells = [re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body[1].split("</tr>")[:-1]] if body else []
    return [[" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]


def left(name, **fields):
    """A council with an open commitment whose only person has left."""
    signature = make_signature(name, **fields)
    access = make_access(make_person(f"Officer of {name}"), name)
    people.end_access(access, by=None)
    return signature


@pytest.fixture
def server(monkeypatch):
    """The mail server's answer to everybody: an exception to raise, or None."""
    answer = {"raises": None}
    send = EmailBackend.send_messages

    def send_messages(self, messages):
        if answer["raises"]:
            raise answer["raises"]
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return answer


def refuse(server, person, code=550, words=b"5.1.1 No such user", now=None):
    """Email somebody whose address is answered with that code."""
    emails.sign_in(person, now=now)
    server["raises"] = smtplib.SMTPRecipientsRefused({person.email: (code, words)})
    mail.deliver(now=now)
    server["raises"] = None


class TestCouncilsWithoutPeople:
    def test_those_with_nobody_left_and_those_never_asked_each_with_what_they_answer_for(self, admin_client):
        signature = left("Trumpton")
        make_commitment(signature, title="Late", due_on=TODAY - timedelta(days=1))
        make_signature("Chigley")
        make_signature("Camberwick Green")
        make_access(make_person(), "Camberwick Green")
        today = f"{TODAY.day} {TODAY:%B %Y}"
        assert rows(admin_client.get(COUNCILS)) == [
            ["Chigley Borough Council", "1", "0", "Never asked", today],
            ["Trumpton Borough Council", "2", "1", "Nobody left", today],
        ]

    @pytest.mark.parametrize(("state", "name"), [("left", "Trumpton"), ("never", "Chigley")])
    def test_either_can_be_asked_for(self, admin_client, state, name):
        left("Trumpton")
        make_signature("Chigley")
        assert [row[0] for row in rows(admin_client.get(COUNCILS, {"state": state}))] == [f"{name} Borough Council"]

    def test_each_leads_to_its_page_where_access_is_given(self, admin_client):
        left("Trumpton")
        address = f"/admin/signatories/organisation/{make_organisation().pk}/change/"
        assert f'href="{address}"' in admin_client.get(COUNCILS).content.decode()
        assert admin_client.get(address).status_code == 200

    @pytest.mark.parametrize("how", ["delivered", "withdrew", "ended", "came back"])
    def test_not_those_of_whom_nothing_is_wanted(self, admin_client, how):
        signature = left("Trumpton")
        if how == "delivered":
            Commitment.objects.update(stage="delivered")
        if how == "withdrew":
            signature.signatories.update(withdrawn_at=timezone.now(), live=False)
        if how == "ended":
            Organisation.objects.update(ends_on=TODAY - timedelta(days=1))
        if how == "came back":
            make_access(make_person("Mr Munnings"), "Trumpton")
        assert rows(admin_client.get(COUNCILS)) == []

    def test_a_successor_that_adopted_is_one_of_them(self, admin_client):
        commitment = make_signature("Trumpton").commitments.get()
        Organisation.objects.update(ends_on=TODAY - timedelta(days=1))
        Adoption.objects.create(commitment=commitment, organisation=make_organisation("Chigley"))
        assert [row[:4] for row in rows(admin_client.get(COUNCILS))] == [
            ["Chigley Borough Council", "1", "0", "Never asked"]
        ]

    def test_people_whose_address_is_not_known_any_more_cannot_be_asked(self, admin_client):
        make_signature("Trumpton")
        make_access(make_person(), "Trumpton")
        Access.objects.get().person.__class__.objects.update(email=None)
        assert [row[3] for row in rows(admin_client.get(COUNCILS))] == ["Nobody left"]

    def test_it_costs_the_same_for_few_and_for_many_and_has_pages(self, admin_client):
        costs = []
        for number in (3, 60):
            for place in range(number):
                left(f"Council {number} {place:02}", commitments=2)
            with CaptureQueriesContext(connection) as queries:
                first = admin_client.get(COUNCILS)
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 12
        assert len(rows(first)) == 50
        assert "Page 1 of 2" in text(first)
        assert len(rows(admin_client.get(COUNCILS, {"page": 2}))) == 13

    @pytest.mark.parametrize(("query", "status"), [("?state=%00", 200), ("?page=x", 400), ("?page=99", 404)])
    def test_nonsense_in_the_address_is_no_server_error(self, admin_client, query, status):
        assert admin_client.get(COUNCILS + query).status_code == status


class TestRefusedAddresses:
    def test_whose_they_are_what_the_server_said_and_when(self, admin_client, server):
        person = make_person()
        make_access(person, "Trumpton")
        make_access(person, "Chigley")
        refuse(server, person)
        [[address, organisations, words, _]] = rows(admin_client.get(REFUSED))
        assert address == person.email
        assert organisations == "Trumpton Borough Council , Chigley Borough Council"
        assert words == "550 5.1.1 No such user"

    def test_a_signer_or_a_preparer_is_shown_and_a_stranger_who_mistyped_is_not(self, admin_client, server):
        signer = make_person("The Mayor")
        make_signature("Trumpton", signers=[signer])
        refuse(server, signer)
        refuse(server, make_person("Nobody"))
        assert [row[:2] for row in rows(admin_client.get(REFUSED))] == [
            [signer.email, "Nobody; prepares or signs a declaration"]
        ]

    def test_each_address_once_with_what_was_said_last(self, admin_client, server):
        person = make_person()
        make_access(person, "Trumpton")
        refuse(server, person)
        refuse(server, person, words=b"5.2.1 Mailbox disabled")
        assert [row[2] for row in rows(admin_client.get(REFUSED))] == ["550 5.2.1 Mailbox disabled"]

    @pytest.mark.parametrize("code", [450, 421])
    def test_what_may_pass_is_no_refusal(self, admin_client, server, code):
        person = make_person()
        make_access(person, "Trumpton")
        refuse(server, person, code=code)
        assert rows(admin_client.get(REFUSED)) == []

    def test_an_email_that_nobody_could_send_in_time_is_no_refusal(self, admin_client, server):
        person = make_person()
        make_access(person, "Trumpton")
        emails.sign_in(person, now=timezone.now() - timedelta(days=4))
        mail.deliver()
        assert QueuedEmail.objects.get().failed_at
        assert rows(admin_client.get(REFUSED)) == []

    def test_an_address_that_takes_email_again_leaves_the_list(self, admin_client, server):
        person = make_person()
        make_access(person, "Trumpton")
        refuse(server, person)
        emails.sign_in(person)
        assert mail.deliver() == 1
        assert rows(admin_client.get(REFUSED)) == []

    def test_so_does_one_after_ninety_days(self, server):
        person = make_person()
        make_access(person, "Trumpton")
        refuse(server, person)
        assert refused_addresses(TODAY).count() == 1
        daily.apply_retention(timezone.now() + timedelta(days=91))
        assert refused_addresses(TODAY).count() == 0

    def test_it_costs_the_same_for_few_and_for_many(self, admin_client, server):
        costs = []
        for number in (2, 20):
            for place in range(number):
                person = make_person(f"Officer {number} {place}")
                make_access(person, f"Council {place}")
                refuse(server, person)
            with CaptureQueriesContext(connection) as queries:
                admin_client.get(REFUSED)
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 12


class TestHome:
    def test_says_how_many_of_each_and_leads_to_them(self, admin_client, server):
        signature = left("Trumpton")
        make_commitment(signature, due_on=TODAY - timedelta(days=1))
        make_signature("Chigley")
        make_signature("Pippin Fort")
        person = make_person("Mr Munnings")
        make_access(person, "Camberwick Green")
        refuse(server, person)
        page = admin_client.get(HOME)
        numbers = {line.label: line.count for line in page.context["others"]}
        assert numbers["overdue commitments"] == numbers["councils with nobody left"] == 1
        assert numbers["councils never asked"] == 2
        assert numbers["addresses refused"] == 1
        for address in (f"{COUNCILS}?state=left", f"{COUNCILS}?state=never", REFUSED, "/commitments/?state=overdue"):
            assert f'href="{address}"' in page.content.decode()
            assert admin_client.get(address).status_code == 200

    def test_costs_the_same_for_few_and_for_many(self, admin_client):
        costs = []
        for number in (2, 20):
            for place in range(number):
                left(f"Council {number} {place}")
            with CaptureQueriesContext(connection) as queries:
                admin_client.get(HOME)
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 12

    @pytest.mark.parametrize("address", [COUNCILS, REFUSED])
    def test_a_stranger_and_one_without_the_permission_see_nothing(self, client, admin_client, moderator, address):
        type(moderator).objects.update(is_superuser=False)
        assert admin_client.get(address).status_code == 403
        assert "refused" not in text(admin_client.get(HOME))
        admin_client.logout()
        assert admin_client.get(address).status_code == 302
