"""Deciding about a signature in the admin: what is asked, the emails shown and sent, and who came first."""

import html

import pytest

from localdigital.models import AuditEvent, QueuedEmail
from signatories import moderation
from signatories.models import Signature
from signatories.models.signature import Status
from tests.factories import make_organisation, make_person, make_signature, make_user, role_of

pytestmark = pytest.mark.django_db

WAITING = {
    "publish": Status.AWAITING_REVIEW,
    "return": Status.AWAITING_REVIEW,
    "reject": Status.AWAITING_REVIEW,
    "withdraw": Status.PUBLISHED,
    "remove": Status.PUBLISHED,
    "restore": Status.REMOVED,
}
OUTCOMES = {
    "publish": Status.PUBLISHED,
    "return": Status.RETURNED,
    "reject": Status.REJECTED,
    "withdraw": Status.WITHDRAWN,
    "remove": Status.REMOVED,
    "restore": Status.PUBLISHED,
}
NEEDS_NOTE = ["return", "reject", "withdraw", "remove"]


def address(signature, decision):
    return f"/admin/signatories/signature/{signature.pk}/decide/{decision}/"


def seen(signature):
    return Signature.objects.get(pk=signature.pk).changed_at.isoformat()


def answers(signature, note="Because of the date", **others):
    return {"seen": seen(signature), "note": note, **others}


def status_of(signature):
    return Signature.objects.get(pk=signature.pk).status


def text(response):
    return html.unescape(response.content.decode())


@pytest.mark.parametrize("decision", WAITING)
def test_the_emails_shown_before_a_decision_are_the_ones_that_are_queued(admin_client, moderator, decision):
    signer = make_person("Miss Lovelace")
    signature = make_signature("Trumpton", signers=[signer], status=WAITING[decision])
    note = "First <line> & more\r\n\r\n- second “line”"
    shown = admin_client.post(address(signature, decision), answers(signature, note, preview="1"))
    assert status_of(signature) == WAITING[decision]
    assert not QueuedEmail.objects.exists()

    answer = admin_client.post(address(signature, decision), answers(signature, note, confirm="1"))

    assert answer.status_code == 302
    assert status_of(signature) == OUTCOMES[decision]
    emails = QueuedEmail.objects.about(signature)
    expected = {signature.preparer.email} if decision == "return" else {signature.preparer.email, signer.email}
    assert {email.to_address for email in emails} == expected
    page = text(shown)
    for email in emails:
        assert f"<dd>{email.to_address}</dd>" in page
        assert f"<dd>{email.subject}</dd>" in page
        assert f'<pre class="email__body">{email.body}</pre>' in page
        assert "First <line> & more\n\n- second “line”" in email.body
    event = AuditEvent.objects.about(signature).get()
    assert (event.actor_id, event.from_status, event.to_status) == (
        moderator.pk,
        WAITING[decision],
        OUTCOMES[decision],
    )
    assert event.note == note.replace("\r\n", "\n")


@pytest.mark.parametrize("decision", NEEDS_NOTE)
@pytest.mark.parametrize("button", ["preview", "confirm"])
def test_a_decision_that_needs_a_reason_is_not_made_without_one(admin_client, decision, button):
    signature = make_signature(status=WAITING[decision])
    answer = admin_client.post(address(signature, decision), answers(signature, "  ", **{button: "1"}))
    assert answer.status_code == 200
    assert "<title>Error: " in text(answer)
    assert "Say w" in text(answer)
    assert status_of(signature) == WAITING[decision]


def test_pressing_neither_button_decides_nothing(admin_client):
    signature = make_signature(status=Status.AWAITING_REVIEW)
    admin_client.post(address(signature, "reject"), answers(signature))
    assert status_of(signature) == Status.AWAITING_REVIEW


def test_what_was_written_can_be_changed_after_the_preview(admin_client):
    signature = make_signature(status=Status.AWAITING_REVIEW)
    answer = admin_client.post(address(signature, "reject"), answers(signature, "My words", change="1"))
    assert "My words</textarea>" in text(answer)
    assert "Error:" not in text(answer)
    assert status_of(signature) == Status.AWAITING_REVIEW


def test_opening_a_decision_decides_nothing(admin_client):
    for decision, status in WAITING.items():
        signature = make_signature(f"Council {decision}", status=status)
        assert admin_client.get(address(signature, decision)).status_code == 200
        assert status_of(signature) == status


class TestAuthority:
    """Whether the signer may sign for the organisation."""

    def unproved(self):
        signer = make_person("Mr Munnings", at="gmail.com", job_title="Leader")
        return make_signature("Trumpton", signers=[signer], status=Status.AWAITING_REVIEW)

    def test_is_asked_with_the_names_when_the_address_does_not_show_it(self, admin_client):
        page = text(admin_client.get(address(self.unproved(), "publish")))
        assert "Mr Munnings, Leader, signs for Trumpton Borough Council from mr.munnings@gmail.com" in page
        assert 'name="authority"' in page
        assert "Write no names" in page

    def test_must_be_answered(self, admin_client):
        signature = self.unproved()
        answer = admin_client.post(address(signature, "publish"), answers(signature, authority=" ", confirm="1"))
        assert "Say how the signer’s authority was checked" in text(answer)
        assert status_of(signature) == Status.AWAITING_REVIEW

    def test_is_kept_in_the_log_and_not_sent(self, admin_client):
        signature = self.unproved()
        given = answers(signature, authority="Rang the switchboard", confirm="1")
        admin_client.post(address(signature, "publish"), given)
        assert status_of(signature) == Status.PUBLISHED
        assert AuditEvent.objects.about(signature).get().details == {"authority": "Rang the switchboard"}
        assert not QueuedEmail.objects.filter(body__contains="switchboard").exists()

    def test_is_not_asked_when_the_address_is_at_the_organisations_domain(self, admin_client):
        signature = make_signature("Trumpton", status=Status.AWAITING_REVIEW)
        assert 'name="authority"' not in text(admin_client.get(address(signature, "publish")))

    def test_is_asked_when_the_domain_went_while_the_page_was_open(self, admin_client):
        signature = make_signature("Trumpton", status=Status.AWAITING_REVIEW)
        given = answers(signature, confirm="1")
        make_organisation("Trumpton").email_domains.all().delete()
        assert "authority was checked" in text(admin_client.post(address(signature, "publish"), given))
        assert status_of(signature) == Status.AWAITING_REVIEW


class TestTwoModerators:
    def test_the_second_is_told_who_did_what_and_when(self, admin_client):
        signature = make_signature(status=Status.AWAITING_REVIEW)
        given = answers(signature, "Too vague", confirm="1")
        other = make_user("windy.miller")
        moderation.return_for_changes(signature, by=other, note="Name the mission")

        answer = admin_client.post(address(signature, "reject"), given)

        assert answer.status_code == 409
        page = text(answer)
        assert "Returned for changes</strong> by windy.miller" in page
        assert "Name the mission" in page
        assert status_of(signature) == Status.RETURNED
        assert QueuedEmail.objects.count() == 1

    def test_the_same_decision_by_another_is_told_too(self, admin_client):
        signature = make_signature(status=Status.AWAITING_REVIEW)
        given = answers(signature, confirm="1")
        moderation.publish(signature, by=make_user("windy.miller"))
        answer = admin_client.post(address(signature, "publish"), given)
        assert answer.status_code == 409
        assert "Published</strong> by windy.miller" in text(answer)

    def test_a_second_press_of_ones_own_button_changes_nothing_and_leads_to_what_was_done(self, admin_client):
        signature = make_signature(status=Status.AWAITING_REVIEW)
        given = answers(signature, confirm="1")
        first = admin_client.post(address(signature, "publish"), given)
        second = admin_client.post(address(signature, "publish"), given)
        assert (first.status_code, second.status_code) == (302, 302)
        assert AuditEvent.objects.about(signature).count() == 1
        assert QueuedEmail.objects.about(signature).count() == 1

    def test_a_document_that_changed_since_it_was_read_is_not_decided_about(self, admin_client):
        signature = make_signature(status=Status.AWAITING_REVIEW)
        given = answers(signature, confirm="1")
        person = signature.preparer
        moderation.return_for_changes(signature, by=make_user("windy.miller"), note="Name the mission")
        signature.move("submit_as_signed", by=person)
        answer = admin_client.post(address(signature, "publish"), given)
        assert answer.status_code == 409
        assert "Submitted again, sign-offs still fit</strong> by Pugh Barney" in text(answer)
        assert status_of(signature) == Status.AWAITING_REVIEW

    @pytest.mark.parametrize("forged", ["", "yesterday", "2020-01-01T00:00:00", "2020-01-01T00:00:00+00:00"])
    def test_a_decision_without_the_moment_that_was_read_is_not_made(self, admin_client, forged):
        signature = make_signature(status=Status.AWAITING_REVIEW)
        given = answers(signature, confirm="1") | {"seen": forged}
        assert admin_client.post(address(signature, "publish"), given).status_code in (200, 409)
        assert status_of(signature) == Status.AWAITING_REVIEW


@pytest.mark.one_database
@pytest.mark.parametrize("decision", [*WAITING, "record"])
@pytest.mark.parametrize("status", Status.values)
def test_a_decision_can_be_opened_only_where_it_can_be_made(admin_client, decision, status):
    signature = make_signature(status=status)
    possible = {"remove": {Status.PUBLISHED, Status.WITHDRAWN}, "record": set()}.get(
        decision, {WAITING.get(decision, "")}
    )
    expected = 200 if status in possible else 409
    assert admin_client.get(address(signature, decision)).status_code == expected
    given = answers(signature, confirm="1")
    assert admin_client.post(address(signature, decision), given).status_code == (302 if expected == 200 else 409)


def test_a_proposed_organisation_has_to_be_accepted_before_its_document_is_published(admin_client):
    organisation = make_organisation("Chigley", checked_at=None)
    signature = make_signature(organisation, status=Status.AWAITING_REVIEW)
    given = answers(signature, authority="Rang", confirm="1")
    page = text(admin_client.post(address(signature, "publish"), given))
    assert "accept it into the register first" in page
    assert f"/admin/signatories/organisation/{organisation.pk}/change/" in page
    assert status_of(signature) == Status.AWAITING_REVIEW


def test_a_removed_document_is_not_restored_beside_a_newer_one_of_the_same_council(admin_client):
    removed = make_signature("Trumpton", status=Status.REMOVED)
    newer = make_signature("Trumpton", status=Status.PUBLISHED)
    page = text(admin_client.post(address(removed, "restore"), answers(removed, confirm="1")))
    assert "There is another signature of this version" in page
    assert newer.reference in page
    assert status_of(removed) == Status.REMOVED


def test_an_unknown_decision_or_signature_is_not_found(admin_client):
    signature = make_signature()
    assert admin_client.get(address(signature, "shred")).status_code == 404
    assert admin_client.get("/admin/signatories/signature/999999/decide/publish/").status_code == 404


def test_decisions_are_those_of_people_with_the_permission(client):
    from django.contrib.auth.models import Permission
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_static.models import StaticDevice

    reader = make_user("reader", is_superuser=False)
    role_of(reader).permissions.add(Permission.objects.get(codename="view_signature"))
    client.force_login(reader, backend="localdigital.roles.RolesBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=reader, name="test").persistent_id
    session.save()
    signature = make_signature(status=Status.AWAITING_REVIEW)

    page = client.get(f"/admin/signatories/signature/{signature.pk}/change/")

    assert page.status_code == 200
    assert "another permission" in text(page)
    assert "/decide/" not in text(page)
    assert client.get(address(signature, "publish")).status_code == 403
    assert client.post(address(signature, "publish"), answers(signature, confirm="1")).status_code == 403
    assert status_of(signature) == Status.AWAITING_REVIEW
