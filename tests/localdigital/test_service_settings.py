"""What the team says on every page, and the switch of the sign-up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from localdigital.models import AuditEvent, RegisterVersion, ServiceSettings
from localdigital.service_settings import WHY_CLOSED, change_settings
from signatories.models import Signature
from signatories.signup.submission import SignUpClosed, submit
from tests.factories import make_declaration, make_person, make_signature, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/localdigital/servicesettings/1/change/"
CLOSED = {"sign_up_is_open": False, "sign_up_closed_message": "We open again on 1 March 2027."}


def set_to(**fields):
    change_settings(ServiceSettings(register=RegisterVersion.current(), **fields), by=make_user("editor"), fields=[])


def typed(**fields):
    return {
        "notice_heading": "", "notice": "", "notice_ends_at_0": "", "notice_ends_at_1": "",
        "sign_up_is_open": "on", "sign_up_closed_message": "",
    } | fields  # fmt: skip


class TestNotice:
    def test_stands_on_every_public_page_as_typed_and_safe(self, client):
        set_to(notice="Down on **Friday** <script>alert(1)</script>", notice_heading="Planned work")
        for address in ("/", "/signatories/", "/commitments/", "/privacy/", "/sign/"):
            page = client.get(address).content.decode()
            assert "Planned work" in page, address
            assert "<strong>Friday</strong>" in page
            assert "<script>alert" not in page

    def test_is_gone_after_its_time_even_for_a_reader_who_keeps_the_page(self, client, monkeypatch):
        ends = timezone.now() + timedelta(minutes=5)
        set_to(notice="Down on Friday", notice_ends_at=ends)
        shown = client.get("/")
        later = ends + timedelta(seconds=1)
        monkeypatch.setattr(timezone, "now", lambda: later)
        kept = {"HTTP_IF_NONE_MATCH": shown["ETag"], "HTTP_IF_MODIFIED_SINCE": shown["Last-Modified"]}
        again = client.get("/", **kept)
        assert "Down on Friday" in shown.content.decode()
        assert again.status_code == 200
        assert "Down on Friday" not in again.content.decode()

    def test_a_register_without_settings_shows_none(self, client):
        assert "govuk-notification-banner" not in client.get("/").content.decode()


class TestSwitch:
    def test_a_closed_sign_up_says_why_and_begins_nothing(self, client, sign_in):
        make_declaration()
        set_to(**CLOSED)
        page = client.get("/sign/").content.decode()
        assert "We open again on 1 March 2027." in page
        assert "Start now" not in page
        sign_in(make_person())
        assert client.post("/sign/new/").headers["Location"] == "/sign/"
        assert not Signature.objects.exists()

    def test_a_closed_sign_up_says_so_where_the_address_is_asked_for(self, client, django_assert_max_num_queries):
        make_declaration()
        closed = "You cannot start a new declaration at the moment"
        assert closed not in client.get("/sign/email/").content.decode()
        set_to(**CLOSED)
        with django_assert_max_num_queries(3):
            page = client.get("/sign/email/").content.decode()
        assert closed in page
        assert "We open again on 1 March 2027." in page
        assert closed in client.post("/sign/email/", {"email": "nobody"}).content.decode()
        assert closed not in client.get("/sign/email/?next=/account/").content.decode()

    def test_a_draft_can_be_changed_and_not_submitted_meanwhile(self, client, sign_in):
        signature = make_signature("Trumpton", status="draft")
        set_to(**CLOSED)
        sign_in(signature.preparer)
        check = f"/sign/{signature.reference}/check/"
        page = client.post(check, follow=True).content.decode()
        assert "You cannot submit a declaration at the moment. We open again on 1 March 2027." in page
        with pytest.raises(SignUpClosed):
            submit(signature, by=signature.preparer)
        signature.refresh_from_db()
        assert signature.status == "draft"


class TestAdminPage:
    def test_keeps_shows_and_logs_what_an_editor_sets(self, admin_client, client):
        answer = admin_client.post(ADDRESS, typed(notice="We are moving"), follow=True)
        assert "Every public page shows it within a minute" in answer.content.decode()
        assert "We are moving" in client.get("/").content.decode()
        event = AuditEvent.objects.get(kind="service_settings.change")
        assert event.details == {"fields": ["notice"]}
        assert ServiceSettings.history.get().notice == "We are moving"

    def test_a_sign_up_is_not_closed_without_a_message(self, admin_client):
        page = admin_client.post(ADDRESS, typed(sign_up_is_open="")).content.decode()
        assert WHY_CLOSED in page
        assert ServiceSettings.current().sign_up_is_open

    def test_there_is_one_row_and_its_list_is_its_form(self, admin_client):
        assert admin_client.get("/admin/localdigital/servicesettings/").headers["Location"] == ADDRESS
        assert admin_client.get("/admin/localdigital/servicesettings/7/change/").status_code in (302, 404)
        assert admin_client.get("/admin/localdigital/servicesettings/add/").status_code == 403
