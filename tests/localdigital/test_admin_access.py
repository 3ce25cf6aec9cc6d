"""Who gets into the admin, how the first administrator is made, and what its pages may load."""

import html
import io
import re
from datetime import timedelta

import pytest
import zeal
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from localdigital import second_factor
from localdigital.models import AuditEvent, User
from localdigital.roles import ADMINISTRATOR
from localdigital.team import roles_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
PASSWORD = "a long password for tests"


def text(response):
    return html.unescape(response.content.decode())


def code_of(device):
    """What the authenticator app shows now."""
    return f"{totp(device.bin_key, device.step, device.t0, device.digits):06}"


def create(*arguments, typed="", monkeypatch=None, **options):
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    out = io.StringIO()
    call_command("create_administrator", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def administrator(monkeypatch):
    create("windy", "windy@example.gov.uk", "--password-stdin", typed=PASSWORD + "\n", monkeypatch=monkeypatch)
    return User.objects.get()


def enter(client, user, code="", password=PASSWORD):
    return client.post(LOGIN, {"username": user.username, "password": password, "otp_token": code, "next": "/admin/"})


def leave(client):
    with zeal.zeal_ignore():  # Django reads the session once to use and once to delete it
        assert client.post("/admin/logout/").status_code == 200
    assert not is_in(client)


def is_in(client):
    return client.get("/admin/").status_code == 200


def test_a_stranger_is_asked_to_sign_in(client):
    for page in ("", "signatories/signature/", "localdigital/user/"):
        assert client.get(f"/admin/{page}")["Location"].startswith(LOGIN)


def test_the_code_of_the_app_lets_in(client, administrator):
    device = TOTPDevice.objects.get()
    code = code_of(device)
    assert enter(client, administrator, f"{code[:3]} {code[3:]}").status_code == 302
    assert is_in(client)


@pytest.mark.parametrize(
    ("code", "words"),
    [("", "Enter the code"), ("000000", "is not right"), ("abcdefgh", "is not right"), ("%00", "is not right")],
)
def test_the_password_alone_or_a_wrong_code_does_not(client, administrator, code, words):
    if code == "000000" and code_of(TOTPDevice.objects.get()) == code:
        code = "000001"
    answer = enter(client, administrator, code)
    assert words in text(answer)
    assert not is_in(client)


def test_a_code_works_once(client, administrator):
    code = code_of(TOTPDevice.objects.get())
    enter(client, administrator, code)
    leave(client)
    enter(client, administrator, code)
    assert not is_in(client)


def test_a_recovery_code_lets_in_once(client, administrator):
    code = StaticToken.objects.first().token
    assert enter(client, administrator, code.upper()).status_code == 302
    assert is_in(client)
    leave(client)
    enter(client, administrator, code)
    assert not is_in(client)


def test_a_user_without_a_device_is_told_whom_to_ask(client):
    answer = enter(client, make_user(), "123456")
    assert "Ask an administrator" in text(answer)
    assert not is_in(client)


def test_someone_signed_in_without_a_code_sees_the_sign_in_page(client):
    client.force_login(make_user(), backend="localdigital.roles.RolesBackend")
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert "cannot open this page without a code" in text(client.get(answer["Location"]))


def test_a_user_who_is_not_staff_is_not_let_in(client, administrator):
    User.objects.update(is_staff=False)
    enter(client, administrator, code_of(TOTPDevice.objects.get()))
    assert not is_in(client)


def test_ten_wrong_passwords_lock_the_account_and_say_so(client, administrator):
    for _ in range(9):
        assert enter(client, administrator, password="wrong").status_code == 200
    locked = enter(client, administrator, password="wrong")
    assert locked.status_code == 429
    assert "Too many attempts to sign in" in text(locked)
    assert "1 hour" in text(locked)
    right = enter(client, administrator, code_of(TOTPDevice.objects.get()))
    assert right.status_code == 429
    assert not is_in(client)


def test_ten_wrong_codes_lock_the_account_as_ten_wrong_passwords_do(client, administrator):
    for _ in range(9):
        assert enter(client, administrator, "wrongone").status_code == 200
    assert enter(client, administrator, "wrongone").status_code == 429
    assert enter(client, administrator, code_of(TOTPDevice.objects.get())).status_code == 429
    assert not is_in(client)


def test_wrong_codes_and_lock_outs_are_in_the_log_and_a_lock_out_once(client, administrator):
    for _ in range(3):
        enter(client, administrator, "wrongone")
    for _ in range(9):
        enter(client, administrator, password="wrong")
    enter(client, User(username="nobody-of-ours"), password="wrong")
    kinds = list(AuditEvent.objects.about(administrator).values_list("kind", flat=True))
    assert kinds.count("user.fail_second_factor") == 3
    assert kinds.count("user.lock_out") == 1
    assert not AuditEvent.objects.exclude(object_id=administrator.pk).exists()


def test_signing_in_and_out_is_in_the_log(client, administrator):
    enter(client, administrator, code_of(TOTPDevice.objects.get()))
    leave(client)
    events = AuditEvent.objects.filter(kind__startswith="user.sign").order_by("pk")
    assert [(event.kind, event.actor_id, event.object_id) for event in events] == [
        ("user.sign_in", administrator.pk, administrator.pk),
        ("user.sign_out", administrator.pk, administrator.pk),
    ]


def test_a_session_ends_12_hours_after_signing_in_however_busy_it_was(client, administrator):
    before = timezone.now()
    enter(client, administrator, code_of(TOTPDevice.objects.get()))
    ends_at = Session.objects.get().expire_date
    assert timedelta(hours=11, minutes=59) < ends_at - before < timedelta(hours=12, minutes=1)
    session = client.session
    session["something"] = "new"
    session.save()
    assert Session.objects.get().expire_date == ends_at


def test_a_name_that_is_an_address_may_be_typed_in_capitals(client):
    user = make_user("mary@example.gov.uk")
    second_factor.confirm(second_factor.begin(user), by=None)
    user.username = "Mary@Example.gov.uk"
    assert enter(client, user, code_of(TOTPDevice.objects.get())).status_code == 302
    assert is_in(client)


def test_no_command_makes_a_superuser():
    with pytest.raises(CommandError, match="create_administrator"):
        call_command("createsuperuser")


def test_the_sign_in_page_leads_nowhere_else(client, administrator):
    given = {"username": "windy", "password": PASSWORD, "otp_token": code_of(TOTPDevice.objects.get())}
    answer = client.post(LOGIN, given | {"next": "https://example.com/"})
    assert "example.com" not in answer["Location"]


class TestCreateAdministrator:
    def test_prints_what_an_app_needs_a_picture_of_it_and_recovery_codes(self, monkeypatch):
        printed = create("windy", "windy@example.gov.uk", typed="", monkeypatch=monkeypatch)
        user = User.objects.get()
        assert roles_of(user) == [ADMINISTRATOR]
        assert user.is_staff
        assert not user.is_superuser
        password = re.search(r"shown only now\): (\S+)", printed)[1]
        assert user.check_password(password)
        assert TOTPDevice.objects.get(user=user, confirmed=True).config_url in printed
        assert "▀" in printed
        codes = list(StaticToken.objects.values_list("token", flat=True))
        assert len(codes) == 5
        assert all(code in printed for code in codes)

    def test_takes_a_password_from_standard_input_and_does_not_print_it(self, monkeypatch):
        printed = create("windy", "w@example.gov.uk", "--password-stdin", typed=PASSWORD, monkeypatch=monkeypatch)
        assert User.objects.get().check_password(PASSWORD)
        assert PASSWORD not in printed

    @pytest.mark.parametrize(("typed", "words"), [("short", "too short"), ("", "no password")])
    def test_refuses_a_weak_or_missing_password(self, monkeypatch, typed, words):
        with pytest.raises(CommandError, match=words):
            create("windy", "w@example.gov.uk", "--password-stdin", typed=typed, monkeypatch=monkeypatch)
        assert not User.objects.exists()

    @pytest.mark.parametrize("email", ["", "nonsense"])
    def test_refuses_without_a_right_address(self, monkeypatch, email):
        with pytest.raises(CommandError):
            create("windy", *[email][: len(email)], monkeypatch=monkeypatch)
        assert not User.objects.exists()

    def test_refuses_a_user_that_exists(self, administrator, monkeypatch):
        before = TOTPDevice.objects.get().key
        with pytest.raises(CommandError, match="exists already"):
            create("windy", "w@example.gov.uk", monkeypatch=monkeypatch)
        assert TOTPDevice.objects.get().key == before

    def test_enrols_again_on_request_and_the_old_codes_stop_working(self, client, administrator, monkeypatch):
        old, old_recovery = TOTPDevice.objects.get(), StaticToken.objects.first().token
        create("windy", "--reset-second-factor", monkeypatch=monkeypatch)
        enter(client, administrator, old_recovery)
        assert not is_in(client)
        assert TOTPDevice.objects.get().key != old.key
        enter(client, administrator, code_of(TOTPDevice.objects.get()))
        assert is_in(client)

    def test_enrols_nobody_it_does_not_know(self, monkeypatch):
        with pytest.raises(CommandError, match="there is no user"):
            create("nobody", "--reset-second-factor", monkeypatch=monkeypatch)


def test_the_pages_forbid_inline_scripts_and_styles_and_have_none(admin_client):
    pages = [
        "", "signatories/signature/", "signatories/signature/add/", "signatories/organisation/add/",
        "signatories/declaration/add/", "localdigital/user/", "localdigital/user/add/", "localdigital/auditevent/",
        "localdigital/queuedemail/", "signatories/person/", "commitments/commitment/", "password_change/",
    ]  # fmt: skip
    for page in pages:
        answer = admin_client.get(f"/admin/{page}")
        assert answer.status_code == 200, page
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*[^<\s]", text(answer)), page
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text(answer)), page
        if page != "password_change/":
            assert "no-store" in answer["Cache-Control"]
