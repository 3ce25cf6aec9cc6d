"""The queue, the review page and the first page of the admin: what they show, and for how many queries."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from localdigital.models import AuditEvent
from localdigital.waiting import waited
from signatories import moderation
from signatories.models import Signature
from signatories.models.signature import Status
from tests.factories import make_declaration, make_organisation, make_person, make_signature, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/admin/signatories/signature/"


def review_address(signature):
    return f"{QUEUE}{signature.pk}/change/"


def text(response):
    return html.unescape(response.content.decode())


def waiting(*names, days=0, **fields):
    submitted_at = timezone.now() - timedelta(days=days, minutes=1)
    return make_signature(*names, status=Status.AWAITING_REVIEW, submitted_at=submitted_at, **fields)


class TestQueue:
    def test_shows_what_awaits_review_oldest_first(self, admin_client):
        young, old = waiting("Trumpton", days=1), waiting("Camberwick", "Chigley", days=12)
        done = make_signature("Pontypandy", status=Status.PUBLISHED)
        page = text(admin_client.get(QUEUE))
        assert page.index(old.reference) < page.index(young.reference)
        assert done.reference not in page
        assert "Camberwick Borough Council and Chigley Borough Council" in page
        assert waited(old.signed_off_at, timezone.now()) in page
        assert waited(young.signed_off_at, timezone.now()) in page

    @pytest.mark.parametrize("status", Status.values)
    def test_can_be_filtered_by_status(self, admin_client, status):
        made = {one: make_signature(f"Council {one}", status=one) for one in Status.values}
        page = text(admin_client.get(QUEUE, {} if status == Status.AWAITING_REVIEW else {"state": status}))
        assert [one for one in Status.values if made[one].reference in page] == [status]

    @pytest.mark.parametrize("typed", [str.lower, str.upper, lambda text: text.replace("-", ""), lambda text: text[:6]])
    def test_finds_a_reference_in_any_status_however_it_is_typed(self, admin_client, typed):
        wanted, other = make_signature("Trumpton", status=Status.REJECTED), make_signature("Chigley")
        page = text(admin_client.get(QUEUE, {"q": typed(wanted.reference)}))
        assert wanted.reference in page
        assert other.reference not in page

    def test_finds_an_organisation_by_any_of_its_names(self, admin_client):
        wanted, other = make_signature("Trumpton"), make_signature("Chigley")
        page = text(admin_client.get(QUEUE, {"q": "trumpton bc"}))
        assert wanted.reference in page
        assert other.reference not in page

    @pytest.mark.parametrize("query", ["q=%00", "state=%00", "p=99999999999999999999", "q=???", "state=none"])
    def test_nonsense_in_the_address_is_no_server_error(self, admin_client, query):
        assert admin_client.get(f"{QUEUE}?{query}").status_code < 500

    def test_costs_the_same_for_20_and_200(self, admin_client):
        counts = []
        for number in (20, 180):
            for _ in range(number):
                waiting(f"Council {Signature.objects.count()}", commitments=0)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert admin_client.get(QUEUE).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 10

    def test_offers_no_way_to_delete(self, admin_client):
        signature = waiting()
        assert admin_client.get(f"{QUEUE}{signature.pk}/delete/").status_code == 403
        answer = admin_client.post(
            QUEUE, {"action": "delete_selected", "_selected_action": signature.pk, "post": "yes"}
        )
        assert answer.status_code < 500
        assert Signature.objects.filter(pk=signature.pk).exists()


class TestReview:
    def test_shows_the_document_what_needs_care_the_history_and_the_emails(self, admin_client, moderator):
        signer = make_person("Mr Munnings", at="gmail.com")
        signature = waiting("Trumpton", signers=[signer])
        moderation.return_for_changes(signature, by=moderator, note="Name the mission")
        signature.move("submit_as_signed", by=signature.preparer)
        page = text(admin_client.get(review_address(signature)))
        assert "We will find out what people ask us most." in page
        assert "Mr Munnings signs for Trumpton Borough Council from gmail.com: a free email service." in page
        assert "Awaiting review → Returned for changes" in page
        assert "Name the mission" in page
        assert "Pugh Barney" in page
        assert "Change your declaration before we publish it" in page
        assert "Waiting" in page
        for decision in ("publish", "return", "reject"):
            assert f"/decide/{decision}/" in page
        assert "/decide/withdraw/" not in page

    @pytest.mark.parametrize("status", Status.values)
    def test_is_there_in_every_status_and_cannot_be_edited(self, admin_client, status):
        signature = make_signature(status=status)
        page = text(admin_client.get(review_address(signature)))
        assert not re.search(r'name="(declaration|source_note|title|mission|signatories[^"]*)"', page)
        before = Signature.objects.values().get(pk=signature.pk)
        admin_client.post(review_address(signature), {"status": "published", "source_note": "Mine", "declaration": 1})
        assert Signature.objects.values().get(pk=signature.pk) == before

    def test_shows_words_of_strangers_as_they_were_typed(self, admin_client):
        signature = waiting()
        signature.commitments.update(title="<script>alert(1)</script>", mission="<b>bold</b>")
        page = admin_client.get(review_address(signature)).content.decode()
        assert "<script>alert" not in page
        assert "<b>bold" not in page

    def test_costs_the_same_however_long_document_and_history_are(self, admin_client, moderator):
        short = waiting("Trumpton", commitments=1)
        long = waiting("Camberwick", "Chigley", "Pontypandy", commitments=6)
        for signature in (short, long):
            AuditEvent.record("signature.ask_again", signature, by=moderator)
            AuditEvent.record("signature.submit", signature, by=signature.preparer)
        for number in range(8):
            AuditEvent.record("signature.ask_again", long, by=make_user(f"user{number}"))
            AuditEvent.record("signature.submit", long, by=make_person(f"Person {number}"))
        counts = []
        for signature in (short, long):
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(review_address(signature)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 10

    def test_the_preview_is_the_public_page_and_changes_nothing(self, admin_client, client):
        signature = waiting("Trumpton")
        page = text(admin_client.get(f"{QUEUE}{signature.pk}/preview/"))
        assert "Only the delivery team can see this page." in page
        assert "Trumpton Borough Council" in page
        assert Signature.objects.get(pk=signature.pk).status == Status.AWAITING_REVIEW

    def test_the_preview_is_not_for_the_public(self, client):
        signature = waiting("Trumpton")
        for page in ("preview", "change", "decide/publish"):
            answer = client.get(f"{QUEUE}{signature.pk}/{page}/")
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")

    def test_an_unknown_signature_leads_home(self, admin_client):
        assert admin_client.get(f"{QUEUE}999999/change/").status_code == 302


class TestFirstPage:
    def test_begins_with_what_waits(self, admin_client):
        old = waiting("Trumpton", days=9)
        make_signature("Chigley", status=Status.AWAITING_SIGN_OFF)
        long_ago = timezone.now() - timedelta(days=15)
        make_signature("Felpersham", status=Status.AWAITING_SIGN_OFF, submitted_at=long_ago)
        Signature.objects.create(declaration=make_declaration(), source_note="A scan")
        make_organisation("Ambridge", checked_at=None)
        moderation.return_for_changes(waiting("Camberwick"), by=None, note="Better")
        answer = admin_client.get("/admin/")
        page = " ".join(text(answer).split())
        assert 'count">1</span> declaration to review' in page
        assert f"The oldest has waited {waited(old.signed_off_at, timezone.now())}" in page
        numbers = {line.label: line.count for line in answer.context["others"]}
        assert numbers["declaration stuck in sign-off for over 14 days"] == 1
        assert numbers["paper signature to finish"] == 1
        assert numbers["proposed organisation to check"] == 1
        assert numbers["email not yet sent"] == 1

    def test_every_line_leads_to_a_page(self, admin_client):
        page = admin_client.get("/admin/")
        for line in page.context["waiting"]:
            assert admin_client.get(line.address).status_code == 200

    def test_costs_few_queries(self, admin_client):
        for number in range(5):
            waiting(f"Council {number}")
        with CaptureQueriesContext(connection) as queries:
            admin_client.get("/admin/")
        assert len(queries) <= 12

    def test_shows_nobody_more_than_they_may_see(self, admin_client, moderator):
        waiting("Trumpton")
        type(moderator).objects.update(is_superuser=False)
        assert admin_client.get("/admin/").context["waiting"] == []


@pytest.mark.parametrize("model", ["localdigital/auditevent", "localdigital/queuedemail", "signatories/person"])
def test_log_outbox_and_people_are_only_looked_at(admin_client, moderator, model):
    signature = waiting("Trumpton")
    moderation.return_for_changes(signature, by=moderator, note="Better")
    pk = {"localdigital/auditevent": AuditEvent.objects.last().pk}.get(model, 1)
    assert admin_client.get(f"/admin/{model}/").status_code == 200
    assert admin_client.get(f"/admin/{model}/add/").status_code == 403
    assert admin_client.post(f"/admin/{model}/{pk}/change/", {"note": "Other", "body": "Other"}).status_code in (
        302,
        403,
    )
    assert admin_client.post(f"/admin/{model}/{pk}/delete/", {"post": "yes"}).status_code in (302, 403)
    assert AuditEvent.objects.about(signature).get().note == "Better"


def test_the_log_names_who_and_what_and_finds_a_reference(admin_client, moderator):
    mine, other = waiting("Trumpton"), waiting("Chigley")
    moderation.return_for_changes(mine, by=moderator, note="Say more")
    moderation.reject(other, by=make_user("windy.miller"), note="Spam")
    page = text(admin_client.get("/admin/localdigital/auditevent/"))
    assert "windy.miller" in page
    assert mine.reference in page
    found = text(admin_client.get("/admin/localdigital/auditevent/", {"words": mine.reference.lower()}))
    assert "Say more" in found
    assert "Spam" not in found


def test_the_outbox_finds_a_reference_and_shows_what_was_written(admin_client, moderator):
    signature = waiting("Trumpton")
    moderation.return_for_changes(signature, by=moderator, note="Say more")
    page = admin_client.get("/admin/localdigital/queuedemail/", {"q": signature.reference.replace("-", "")})
    email = page.context["cl"].queryset.get()
    assert "Say more" in text(admin_client.get(f"/admin/localdigital/queuedemail/{email.pk}/change/"))


def test_the_log_costs_the_same_for_many_events(admin_client, moderator):
    counts = []
    for number in (2, 20):
        for index in range(number):
            signature = make_signature(f"Council {number} {index}")
            AuditEvent.record("signature.publish", signature, by=make_user(f"user{number}-{index}"))
            AuditEvent.record("signature.submit", signature, by=signature.preparer)
        with CaptureQueriesContext(connection) as queries:
            admin_client.get("/admin/localdigital/auditevent/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
