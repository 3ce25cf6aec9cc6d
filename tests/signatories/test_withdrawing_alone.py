"""One organisation of a joint declaration withdraws; the others go on."""

import html

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Commitment
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion
from signatories import moderation
from signatories.models import MoveRefused, Signatory
from signatories.models.signature import Status
from tests.factories import make_access, make_declaration, make_organisation, make_person, make_signature
from tests.pages import text_of

pytestmark = pytest.mark.django_db

WHY = "Its cabinet left the programme."


def text(response):
    return html.unescape(response.content.decode())


def joint(*names):
    """A published declaration of Trumpton and Camberwick Green, and of others when they are named."""
    signers = [make_person("Pugh Barney"), make_person("Windy Miller", at="camberwick-green.example.gov.uk")]
    bodies = names or ("Trumpton", "Camberwick Green")
    return make_signature(*bodies, signers=[*signers, make_person("Farmer Bell", at="chigley.example.gov.uk")])


def part(signature, name="Camberwick Green"):
    return signature.signatories.get(organisation__name=name)


def address(one):
    return f"/admin/signatories/signature/{one.signature_id}/withdraw-alone/{one.pk}/"


def withdraw(one):
    moderation.withdraw_signatory(one, by=None, note=WHY)


def seen(page):
    return page.context["form"]["seen"].value()


# ---- Deciding it


def test_the_review_page_offers_it_for_each_organisation_of_a_joint_declaration(admin_client):
    signature = joint()
    page = text(admin_client.get(f"/admin/signatories/signature/{signature.pk}/change/"))
    assert "Withdraw Trumpton Borough Council alone" in page
    assert address(part(signature)) in page
    alone = make_signature("Chigley")
    assert "alone" not in text(admin_client.get(f"/admin/signatories/signature/{alone.pk}/change/"))


def test_it_is_asked_shown_with_its_emails_and_decided(admin_client, moderator, outbox_text):
    signature = joint()
    one = part(signature)
    page = admin_client.get(address(one))
    assert "Why it withdraws" in text(page)
    given = {"seen": seen(page), "note": WHY}
    preview = text(admin_client.post(address(one), given | {"preview": "1"}))
    assert "2 emails will go" in preview
    assert "Camberwick Green Borough Council has withdrawn from a declaration" in preview
    assert WHY in preview
    assert part(signature).withdrawn_at is None
    answer = admin_client.post(address(one), given | {"confirm": "1"}, follow=True)
    assert "Withdrew alone, the others go on" in text(answer)
    one.refresh_from_db()
    assert one.withdrawn_at
    assert one.public_note == WHY
    event = AuditEvent.objects.get(kind="signatory.withdraw")
    assert (event.actor_id, event.object_id, event.note) == (moderator.pk, one.pk, WHY)
    sent = {to: body for to, _, body in outbox_text()}
    assert set(sent) == {"pugh.barney@trumpton.example.gov.uk", "windy.miller@camberwick-green.example.gov.uk"}
    assert all(body.strip() in preview for body in sent.values())


def test_a_reason_is_needed(admin_client):
    one = part(joint())
    page = admin_client.get(address(one))
    answer = admin_client.post(address(one), {"seen": seen(page), "note": "", "preview": "1"})
    assert "Say why it withdraws" in text(answer)


def test_pressing_twice_decides_once_and_leads_to_what_was_done(admin_client):
    one = part(joint("Trumpton", "Camberwick Green", "Chigley"))
    given = {"seen": seen(admin_client.get(address(one))), "note": WHY, "confirm": "1"}
    for _ in range(2):
        assert admin_client.post(address(one), given).status_code == 302
    assert AuditEvent.objects.filter(kind="signatory.withdraw").count() == 1
    assert admin_client.get(address(one)).status_code == 409


def test_the_last_one_withdraws_with_the_whole_document(admin_client):
    signature = joint()
    withdraw(part(signature))
    one = part(signature, "Trumpton")
    assert admin_client.get(address(one)).status_code == 409
    with pytest.raises(MoveRefused):
        withdraw(one)


def test_what_changed_since_it_was_read_is_read_again(admin_client):
    signature = joint("Trumpton", "Camberwick Green", "Chigley")
    one = part(signature)
    given = {"seen": seen(admin_client.get(address(one))), "note": WHY, "confirm": "1"}
    withdraw(part(signature, "Chigley"))
    assert admin_client.post(address(one), given).status_code == 409
    one.refresh_from_db()
    assert one.withdrawn_at is None


@pytest.mark.parametrize("status", [one for one in Status if one != Status.PUBLISHED])
def test_only_from_a_document_that_stands(admin_client, status):
    one = part(make_signature("Trumpton", "Camberwick Green", status=status))
    assert admin_client.get(address(one)).status_code == 409
    with pytest.raises(MoveRefused):
        withdraw(one)


def test_a_signatory_of_another_document_is_not_found(admin_client):
    one, other = part(joint()), make_signature("Chigley")
    wrong = f"/admin/signatories/signature/{other.pk}/withdraw-alone/{one.pk}/"
    assert admin_client.get(wrong).status_code == 404


def test_whoever_may_not_decide_may_not_do_this(admin_client, moderator):
    moderator.is_superuser = False
    moderator.save()
    one = part(joint())
    assert admin_client.get(address(one)).status_code == 403


def test_the_decision_costs_few_queries():
    one = part(joint())
    RegisterVersion.current()
    one = Signatory.objects.select_related("signature", "organisation").get(pk=one.pk)
    with CaptureQueriesContext(connection) as queries:
        withdraw(one)
    assert len(queries) <= 15 + 2 * QueuedEmail.objects.count()


# ---- What follows


def test_the_public_pages_say_who_withdrew_why_and_that_the_others_go_on(client):
    signature = joint()
    before = client.get(f"/signatures/{signature.reference}/")["ETag"]
    withdraw(part(signature))
    page = client.get(f"/signatures/{signature.reference}/", headers={"If-None-Match": before})
    assert page.status_code == 200
    words = text_of(page)
    assert "Camberwick Green Borough Council withdrew from this declaration on" in words
    assert WHY in words
    assert "It stands for Trumpton Borough Council" in words
    camberwick = text_of(client.get("/organisations/camberwick-green/"))
    assert "Signed the Local Digital Declaration and withdrew" in camberwick
    assert WHY in camberwick
    assert "Trumpton Borough Council goes on with it" in camberwick
    trumpton = text_of(client.get("/organisations/trumpton/"))
    assert "Has signed the Local Digital Declaration" in trumpton
    assert "Camberwick Green Borough Council (withdrawn)" in trumpton


def test_the_list_says_that_it_withdrew(client):
    withdraw(part(joint()))
    signed = text_of(client.get("/signatories/"))
    assert "Trumpton Borough Council" in signed
    assert "Camberwick Green" not in signed
    rest = text_of(client.get("/signatories/?signed=no"))
    assert "Camberwick Green Borough Council" in rest
    assert "Withdrew" in rest


def test_its_people_no_longer_answer_for_the_commitments_and_the_others_do():
    signature = joint()
    pugh, windy = make_person("Pugh Barney"), make_person("Windy Miller", at="camberwick-green.example.gov.uk")
    make_access(pugh, "Trumpton")
    make_access(windy, "Camberwick Green")
    today = timezone.localdate()
    promise = signature.commitments.get()
    assert promise in Commitment.objects.answered_for_by(windy, today)
    withdraw(part(signature))
    assert promise not in Commitment.objects.answered_for_by(windy, today)
    assert promise in Commitment.objects.answered_for_by(pugh, today)
    assert [one.name for one in promise.owners(today)] == ["Trumpton"]
    assert promise in Commitment.objects.standing()


def test_it_may_sign_the_same_version_again():
    signature = joint()
    withdraw(part(signature))
    again = make_signature("Camberwick Green", status=Status.AWAITING_REVIEW)
    moderation.publish(again, by=None, authority="Telephoned")
    assert part(again).live
    assert not part(signature).live


def test_it_signs_only_once_again():
    withdraw(part(joint()))
    make_signature("Camberwick Green")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_signature("Camberwick Green")


def test_a_document_that_is_removed_and_restored_leaves_the_one_that_withdrew_out():
    signature = joint()
    withdraw(part(signature))
    make_signature("Camberwick Green")
    signature.refresh_from_db()
    moderation.remove(signature, by=None, note="By mistake")
    moderation.restore(signature, by=None)
    assert [one.live for one in signature.signatories.order_by("position")] == [True, False]


def test_its_signature_of_another_version_stands():
    newer = make_signature("Camberwick Green", declaration=make_declaration("2026"))
    withdraw(part(joint()))
    assert part(newer).live
    assert make_organisation("Camberwick Green").signatories.standing().get().signature == newer
