"""What the delivery team writes and the log keeps for ever names nobody's address."""

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from commitments.models import Commitment, ProgressUpdate
from localdigital.forms import AN_ADDRESS
from localdigital.models import AuditEvent, Reason
from signatories.models import Organisation
from signatories.models.signature import Status
from tests.commitments.submissions import make_waiting
from tests.factories import make_organisation, make_person, make_signature

pytestmark = pytest.mark.django_db

WRITTEN = "Ring Brian Cant <brian.cant+work@trumpton.example.gov.uk>, he knows"
REFUSED = "Remove the email address: the log keeps this text for ever and nobody can erase it"


def text(response):
    return " ".join(html.unescape(response.content.decode()).split())


def is_refused(response, field):
    """The page says so above, with a link to the field, and beside it; what was written is still there."""
    page = text(response)
    assert response.status_code == 200
    assert "<title>Error: " in page
    assert f'<a href="#{field}">{REFUSED}</a>' in page
    assert page.count(REFUSED) == 2
    assert WRITTEN in page
    return True


@pytest.mark.parametrize(
    ("decision", "field"), [("publish", "note"), ("publish", "authority"), ("return", "note"), ("reject", "note")]
)
def test_a_note_on_a_declaration_is_refused_with_an_address_in_it(admin_client, decision, field):
    elsewhere = make_person("Miss Lovelace", at="example.com")
    signature = make_signature("Trumpton", signers=[elsewhere], status=Status.AWAITING_REVIEW)
    given = {"seen": signature.changed_at.isoformat(), "note": "Fine", "authority": "Rang the switchboard"}
    address = f"/admin/signatories/signature/{signature.pk}/decide/{decision}/"
    assert is_refused(admin_client.post(address, given | {field: WRITTEN, "confirm": "1"}), f"id_{field}")
    assert not AuditEvent.objects.about(signature).exists()
    assert admin_client.post(address, given | {"confirm": "1"}).status_code == 302
    assert AuditEvent.objects.about(signature).exists()


def test_so_is_one_on_what_a_council_sent_in(admin_client):
    update = make_waiting(ProgressUpdate)
    given = {"seen": update.changed_at.isoformat(), "note": WRITTEN, "confirm": "1"}
    answer = admin_client.post(f"/admin/commitments/progressupdate/{update.pk}/decide/return/", given)
    assert is_refused(answer, "id_note")
    assert ProgressUpdate.objects.awaiting_review().exists()


def test_so_is_why_nobody_takes_a_commitment_on(admin_client):
    make_signature("Trumpton")
    Organisation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    address = f"/admin/commitments/commitment/{Commitment.objects.get().pk}/succession/"
    assert is_refused(admin_client.post(address, {"lapse": "1", "note": WRITTEN}), "id_note")
    assert Commitment.objects.get().is_open


def test_so_is_a_new_name_and_a_reason_that_would_go_into_notes(admin_client):
    organisation = make_organisation("Chigley")
    given = {"official_name": WRITTEN, "name": "Chigley", "renamed_on": timezone.localdate(), "slug": "chigley"}
    answer = admin_client.post(f"/admin/signatories/organisation/{organisation.pk}/reorganise/rename/", given)
    assert is_refused(answer, "id_official_name")
    reason = {"decision": "return", "title": "Ask us", "text": WRITTEN, "position": "3", "is_active": "on"}
    assert REFUSED in text(admin_client.post("/admin/localdigital/reason/add/", reason))
    assert not Reason.objects.filter(title="Ask us").exists()


def test_a_hint_warns_before_anything_is_written(admin_client):
    signature = make_signature(status=Status.AWAITING_REVIEW)
    page = text(admin_client.get(f"/admin/signatories/signature/{signature.pk}/decide/return/"))
    assert "write no names of people and no email addresses" in page


@pytest.mark.parametrize("words", ["Name the 3 @ signs", "@trumpton said so", "Say who: a@b", "24/7 @ no.10"])
def test_what_is_no_address_is_taken(words):
    assert not AN_ADDRESS.search(words)
