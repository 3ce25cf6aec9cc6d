"""An organisation as the delivery team knows it: its people and what they do, contact, notes, emails."""

import html

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from localdigital import mail
from localdigital.team_notes import add_note
from signatories import emails
from signatories.models import FormerSlug, Organisation
from signatories.models.signature import Status
from tests.factories import (
    make_access,
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_signature,
    role_of,
)

pytestmark = pytest.mark.django_db


def text(response):
    return " ".join(html.unescape(response.content.decode()).split())


def address(organisation, page="about"):
    return f"/admin/signatories/organisation/{organisation.pk}/{page}/"


@pytest.fixture
def trumpton(moderator):
    """A council with people of every role, a note, an email, an overdue commitment."""
    council = make_organisation("Trumpton", contact_email="mayor@trumpton.example.gov.uk", contact_details="Ring twice")
    officer, mayor, clerk = (make_person(name) for name in ("Mr Troop", "The Mayor", "Nick Fisher"))
    make_access(officer, council)
    signed = make_signature(council, preparer=officer, signers=[mayor])
    make_commitment(signed, title="Share a map", due_on=timezone.localdate().replace(year=2020, day=1))
    make_signature(
        council,
        preparer=officer,
        signers=[clerk],
        declaration=make_declaration("2026"),
        status=Status.AWAITING_SIGN_OFF,
    )
    add_note(council, "They like the telephone.", by=moderator)
    mail.queue_all(emails.access_ended(make_access(make_person("Gone"), council)), about=council)
    council.signed = signed
    return council


def test_it_tells_who_does_what_for_it_and_how_to_reach_it(admin_client, trumpton):
    page = text(admin_client.get(address(trumpton)))
    assert "Mr Troop</strong>, mr.troop@trumpton.example.gov.uk, Digital officer" in page
    assert "Reports for it since" in page
    assert f'Prepared <a href="/admin/signatories/signature/{trumpton.signed.pk}/change/">' in page
    assert f'Signed <a href="/admin/signatories/signature/{trumpton.signed.pk}/change/">' in page
    assert "Signs for it in" in page
    assert "mayor@trumpton.example.gov.uk" in page
    assert "Ring twice" in page
    assert "trumpton.example.gov.uk" in page
    assert "They like the telephone." in page
    assert "You no longer report" in page or "access" in page
    assert "2 open, 1 overdue." in page
    assert "2 declarations" in page
    assert address(trumpton, "reorganise/end") in page


def test_it_costs_few_queries_however_much_there_is(admin_client, trumpton, moderator):
    counts = []
    for number in (0, 8):
        for index in range(number):
            make_access(make_person(f"Person {index}"), trumpton)
            make_signature(trumpton, declaration=make_declaration(f"v{index}"), signers=[make_person(f"Lord {index}")])
            add_note(trumpton, f"Note {index}", by=moderator)
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(address(trumpton))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_what_somebody_may_not_see_is_not_there(admin_client, moderator, trumpton):
    moderator.is_superuser = False
    moderator.save()
    assert admin_client.get(address(trumpton)).status_code == 403
    role_of(moderator).permissions.set([Permission.objects.get(codename="view_organisation")])
    page = text(admin_client.get(address(trumpton)))
    assert "mr.troop@" not in page
    assert "They like the telephone." not in page
    assert "reorganise" not in page


def test_contact_details_are_edited_with_its_facts_and_an_address_that_moves_leads_on(admin_client, client):
    council = make_organisation("Trumpton")
    FormerSlug.objects.create(slug="once", organisation=make_organisation("Chigley"))
    fields = ["name", "official_name", "code", "scheme", "type", "nation", "region", "website"]
    data = {name: getattr(council, name) for name in fields}
    data |= {"contact_email": "us@trumpton.example.gov.uk", "contact_details": "Ring twice"}
    for prefix in ("names", "email_domains", "successions"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    answer = admin_client.post(address(council, "change"), data | {"slug": "once"})
    assert "This address was another organisation’s" in text(answer)
    assert admin_client.post(address(council, "change"), data | {"slug": "trump-town"}).status_code == 302
    council = Organisation.objects.get(pk=council.pk)
    assert council.contact_details == "Ring twice"
    assert client.get("/organisations/trumpton/")["Location"] == "/organisations/trump-town/"
    assert not hasattr(council.history.first(), "contact_email")


def test_the_page_of_its_facts_leads_there(admin_client, trumpton):
    page = text(admin_client.get(address(trumpton, "change")))
    assert address(trumpton) in page
    assert address(trumpton, "reorganise/rename") in page
