"""Who has not signed, as the delivery team sees it: found, approached, taken away as a table for a mailing."""

import csv
import html
import io
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from localdigital.models import AuditEvent, TeamNote
from localdigital.team_notes import add_note
from signatories.models import Organisation
from signatories.models.signature import Status
from tests.factories import make_access, make_declaration, make_organisation, make_person, make_signature, role_of

pytestmark = pytest.mark.django_db

LIST = "/admin/not-signed/"
EXPORT = "/admin/not-signed/export/"


def text(response):
    return html.unescape(response.content.decode())


def names(response):
    return [one.name for one in response.context["page"]]


def exported(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.fixture
def councils():
    """Nine bodies, of which Camberwick, Chigley, Pugh and Trumpton have not signed the version of 2026."""
    old, new = make_declaration("2018"), make_declaration("2026", dated_on=date(2026, 1, 1))
    make_organisation("Trumpton", contact_email="contact@trumpton.example.gov.uk")
    make_organisation("Chigley", region="london", type="london-borough")
    make_signature("Camberwick", declaration=old)
    make_signature("Pugh", declaration=new, status=Status.AWAITING_REVIEW)
    make_signature("Signed", declaration=new)
    make_organisation("Proposed", checked_at=None)
    make_organisation("Gone", ends_on=timezone.localdate() - timedelta(days=1))
    make_organisation("To come", starts_on=timezone.localdate() + timedelta(days=1))
    make_organisation("Ministry", type="government")


def test_they_exist_could_sign_and_have_no_standing_signature_of_the_current_version(admin_client, councils):
    assert names(admin_client.get(LIST)) == ["Camberwick", "Chigley", "Pugh", "Trumpton"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"before": "earlier"}, ["Camberwick"]),
        ({"before": "never"}, ["Chigley", "Pugh", "Trumpton"]),
        ({"approached": "yes"}, ["Trumpton"]),
        ({"approached": "no"}, ["Camberwick", "Chigley", "Pugh"]),
        ({"region": "london"}, ["Chigley"]),
        ({"type": "london-borough", "nation": "england"}, ["Chigley"]),
        ({"nation": "wales"}, []),
        ({"q": "trumpton bc"}, ["Trumpton"]),
    ],
)
def test_they_are_narrowed_down(admin_client, moderator, councils, asked, found):
    add_note(Organisation.objects.get(name="Trumpton"), "We wrote to them.", by=moderator)
    page = admin_client.get(LIST, asked)
    assert names(page) == found
    assert [row["Organisation"].removesuffix(" Borough Council") for row in exported(
        admin_client.post(f"{EXPORT}?{'&'.join(f'{name}={value}' for name, value in asked.items())}")
    )] == found  # fmt: skip


@pytest.mark.parametrize("asked", [{"before": "x"}, {"type": "government"}, {"page": "x"}, {"q": "\0"}])
def test_what_is_none_of_the_choices_is_said_above_the_whole_list(admin_client, councils, asked):
    answer = admin_client.get(LIST, asked, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    page = text(answer)
    assert "something that is not offered. All of them are listed." in page
    assert "standing signature of the Local Digital Declaration" in page
    assert "Chigley" in page


def test_no_table_is_made_of_what_is_none_of_the_choices(admin_client, councils):
    assert admin_client.post(f"{EXPORT}?type=government").status_code == 400
    assert not AuditEvent.objects.exists()


def test_a_note_is_written_in_the_list_and_shown_there(admin_client, moderator, councils):
    council = Organisation.objects.get(name="Chigley")
    back = f"{LIST}?region=london"
    add_note(council, "An older note", by=None, now=timezone.now() - timedelta(days=400))
    answer = admin_client.post(
        f"/admin/notes/signatories.organisation/{council.pk}/",
        {"text": "They decide in May.", "next": back},
        follow=True,
    )
    assert answer.redirect_chain == [(back, 302)]
    page = text(answer)
    assert "They decide in May." in page
    assert f"{timezone.localdate():%-d %B %Y}</strong>, {moderator.username}" in page
    assert "An older note" not in page
    assert TeamNote.objects.about(council).count() == 2


def test_the_table_for_a_mailing_has_the_contact_of_the_council_and_of_no_person(admin_client, moderator, councils):
    make_access(make_person("Windy Miller"), "Trumpton")
    row = exported(admin_client.post(f"{EXPORT}?q=trumpton"))[0]
    assert row == {
        "Organisation": "Trumpton Borough Council",
        "Code": Organisation.objects.get(name="Trumpton").code,
        "Type": "District council",
        "Nation": "England",
        "Region": "West Midlands",
        "Earlier version signed": "",
        "Last approached": "",
        "Contact email": "contact@trumpton.example.gov.uk",
    }
    event = AuditEvent.objects.get(kind="export.not_signed")
    assert (event.actor_id, event.details) == (moderator.pk, {"rows": 1, "asked": {"q": True}})


@pytest.mark.parametrize("begins", "=+-@\t")
def test_a_spreadsheet_runs_nothing_of_it(admin_client, begins):
    make_declaration()
    make_organisation(f"{begins}cmd|' /C calc'!A0", slug="cmd", official_name=f"{begins}cmd|' /C calc'!A0")
    assert exported(admin_client.post(EXPORT))[0]["Organisation"].startswith(f"'{begins}")


def test_a_look_exports_nothing_and_neither_page_is_for_strangers(client, admin_client, moderator, councils):
    assert admin_client.get(EXPORT).status_code == 405
    moderator.is_superuser = False
    moderator.save()
    assert admin_client.get(LIST).status_code == 403
    role_of(moderator).permissions.set([Permission.objects.get(codename="view_organisation")])
    page = text(admin_client.get(LIST))
    assert "Download for a mailing" not in page
    assert "Write a note" not in page
    assert admin_client.post(EXPORT).status_code == 403
    assert not AuditEvent.objects.filter(kind="export.not_signed").exists()


def test_without_a_published_version_nobody_has_signed(admin_client):
    make_organisation("Trumpton")
    assert names(admin_client.get(LIST)) == ["Trumpton"]
    assert len(exported(admin_client.post(EXPORT))) == 1


def test_it_costs_the_same_for_many(admin_client, moderator, councils):
    counts = []
    for number in (2, 60):
        for index in range(number):
            add_note(make_organisation(f"Council {number} {index}"), "Hello", by=moderator)
        for asked in ({}, {"q": "council", "before": "never", "approached": "yes"}):
            with CaptureQueriesContext(connection) as queries:
                admin_client.get(LIST, asked)
            counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            admin_client.post(EXPORT)
        counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 10


def test_how_the_team_reaches_an_organisation_is_never_public(client, councils):
    council = Organisation.objects.get(name="Trumpton")
    council.contact_details = "Ask for Mr Clamp"
    council.save()
    make_signature(council, declaration=make_declaration("2026"))
    pages = ["/organisations/trumpton/", "/signatories/", "/signatories/?signed=all", "/organisations.json?q=trumpton"]
    for address in [*pages, "/", "/commitments/", "/sitemap.xml"]:
        page = text(client.get(address))
        assert "contact@trumpton" not in page, address
        assert "Mr Clamp" not in page, address
