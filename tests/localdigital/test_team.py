"""The delivery team's own users: added, given roles, sent away, and how each looks after their own sign-in."""

import html
import io
import re
from datetime import timedelta

import pytest
import zeal
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from localdigital import second_factor, team
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, User
from localdigital.own_sign_in import ENROL_WITHIN, let_enrol
from localdigital.roles import ADMINISTRATOR, EDITOR, MODERATOR, VIEWER

pytestmark = pytest.mark.django_db

USERS = "/admin/localdigital/user/"
OWN = "/admin/your-sign-in/"
PASSWORD = "a long password for tests"
ANOTHER = "another long one for tests"


def text(response):
    return html.unescape(response.content.decode())


def make_colleague(name, *roles, password=PASSWORD):
    user = User(username=name, email=f"{name}@example.gov.uk", is_staff=True)
    user.set_password(password)
    user.save()
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def at_the_desk(user):
    """A browser in which that user is signed in, second factor included."""
    client = Client()
    client.force_login(user, backend="localdigital.roles.RolesBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=user, name="test").persistent_id
    session.save()
    return client


@pytest.fixture
def boss():
    return make_colleague("windy", ADMINISTRATOR)


@pytest.fixture
def desk(boss):
    return at_the_desk(boss)


@pytest.fixture
def mary(boss):
    return make_colleague("mary", MODERATOR)


def kinds(user):
    return list(AuditEvent.objects.about(user).values_list("kind", flat=True))


def link_in(outbox_text, to):
    return re.search(r"https?://[^/\s]+(/admin/welcome/\S+)", outbox_text(to)[-1][2])[1]


def code_of(app, later=0):
    return f"{totp(app.bin_key, app.step, app.t0, app.digits, later):06}"


def choose(client, link, password=PASSWORD):
    return client.post(link, {"new_password1": password, "new_password2": password})


def enrol(client):
    """Set up the app with the code that it shows; the recovery codes."""
    client.get("/admin/second-factor/")
    answer = client.post("/admin/second-factor/", {"code": code_of(TOTPDevice.objects.get(confirmed=False))})
    return re.findall(r"<li><code>(\w+)</code>", text(answer))


def is_in(client):
    with zeal.zeal_ignore():  # Django reads a session that has ended once to use and once to delete it
        return client.get("/admin/").status_code == 200


# ---- Adding


class TestAdding:
    given = {"email": "Mary@Example.gov.uk", "first_name": "Mary", "last_name": "", "roles": [EDITOR, MODERATOR]}

    def test_a_colleague_comes_in_by_the_emailed_link_with_a_password_and_an_app(self, desk, boss, client, outbox_text):
        assert desk.post(f"{USERS}add/", self.given).status_code == 302
        mary = User.objects.get(email="mary@example.gov.uk")
        assert (mary.username, mary.is_staff, mary.is_superuser) == ("mary@example.gov.uk", True, False)
        assert team.roles_of(mary) == [EDITOR, MODERATOR]
        added = AuditEvent.objects.get(kind="user.add")
        assert (added.actor_id, added.object_id, added.details) == (boss.pk, mary.pk, {"roles": [EDITOR, MODERATOR]})

        link = link_in(outbox_text, "mary@example.gov.uk")
        assert link not in QueuedEmail.objects.get().body
        assert "Choose a password" in text(client.get(link))
        assert choose(client, link).headers["Location"] == "/admin/second-factor/"
        assert not is_in(client), "a password alone is not enough"
        page = text(client.get("/admin/second-factor/"))
        app = TOTPDevice.objects.get(user=mary)
        assert 'src="data:image/svg+xml;base64,' in page
        assert second_factor.key_in_text(app) in page
        assert "is not right" in text(client.post("/admin/second-factor/", {"code": "123"}))
        TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
        codes = enrol(client)
        assert sorted(codes) == sorted(StaticToken.objects.values_list("token", flat=True).filter(device__user=mary))
        assert len(codes) == 5
        assert is_in(client)
        assert kinds(mary) == ["user.add", "user.choose_password", "user.sign_in", "user.set_up_second_factor"]

    def test_the_link_works_once_for_seven_days_and_a_look_does_not_use_it_up(self, boss, client, outbox_text):
        mary = team.add("mary@example.gov.uk", [VIEWER], by=boss)
        link = link_in(outbox_text, mary.email)
        client.get(link)
        assert choose(client, link, "short").status_code == 200
        assert choose(client, link).status_code == 302
        other = Client()
        assert choose(other, link, ANOTHER).status_code == 410
        assert "used or has expired" in text(other.get(link))
        mary.refresh_from_db()
        assert mary.check_password(PASSWORD)

        chigley = team.add("chigley@example.gov.uk", [VIEWER], by=boss)
        link = link_in(outbox_text, chigley.email)
        EmailedLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert choose(other, link).status_code == 410
        assert not User.objects.get(pk=chigley.pk).has_usable_password()

    @pytest.mark.parametrize("token", ["nonsense", "1-nonsense", "%00", "9" * 30])
    def test_a_made_up_link_leads_nowhere(self, client, token):
        assert client.get(f"/admin/welcome/{token}/").status_code == 404

    def test_a_link_of_the_team_lets_in_nobody_at_a_council(self, boss, client, outbox_text):
        team.add("mary@example.gov.uk", [VIEWER], by=boss)
        token = link_in(outbox_text, "mary@example.gov.uk").split("/")[-2]
        client.post(f"/link/{token}/")
        assert client.get("/account/").status_code == 302
        assert EmailedLink.objects.get().used_at is None

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"email": ""}, "Enter their work email address"),
            ({"email": "mary"}, "in the correct format"),
            ({"email": "WINDY@example.gov.uk"}, "in the team already"),
            ({"roles": []}, "Select at least one role"),
        ],
    )
    def test_what_is_wrong_is_said_and_nobody_is_added(self, desk, changes, words):
        assert words in text(desk.post(f"{USERS}add/", self.given | changes))
        assert User.objects.count() == 1
        assert not QueuedEmail.objects.exists()

    def test_without_the_second_factor_the_password_is_enough(self, boss, client, outbox_text, settings):
        settings.SECOND_FACTOR = False
        team.add("mary@example.gov.uk", [VIEWER], by=boss)
        assert choose(client, link_in(outbox_text, "mary@example.gov.uk")).headers["Location"] == "/admin/"


def test_the_page_of_the_second_factor_is_for_those_on_the_way_in_only(client, mary):
    assert client.get("/admin/second-factor/").status_code == 302
    client.force_login(mary, backend="localdigital.roles.RolesBackend")
    assert client.post("/admin/second-factor/", {"code": "123456"}).status_code == 302
    assert not TOTPDevice.objects.exists()


# ---- Roles


def test_an_administrator_changes_roles_and_what_a_colleague_may_do_follows_at_once(desk, mary, boss):
    theirs = at_the_desk(mary)
    assert theirs.get(f"{USERS}add/").status_code == 403
    given = {"first_name": "Mary", "last_name": "", "roles": [ADMINISTRATOR]}
    assert desk.post(f"{USERS}{mary.pk}/change/", given).status_code == 302
    assert theirs.get(f"{USERS}add/").status_code == 200
    event = AuditEvent.objects.get(kind="user.change_roles")
    assert (event.actor_id, event.details) == (boss.pk, {"before": [MODERATOR], "after": [ADMINISTRATOR]})
    assert desk.post(f"{USERS}{mary.pk}/change/", given).status_code == 302
    assert kinds(mary) == ["user.change_name", "user.change_roles"], "the same again changes nothing"


def test_nobody_stops_being_an_administrator_by_themselves_and_the_last_one_stays(desk, boss, mary):
    page = desk.post(f"{USERS}{boss.pk}/change/", {"first_name": "", "last_name": "", "roles": [VIEWER]})
    assert "cannot stop being an administrator yourself" in text(page)
    desk.post(f"{USERS}{boss.pk}/do/deactivate/")
    boss.refresh_from_db()
    assert boss.is_active
    assert team.roles_of(boss) == [ADMINISTRATOR]
    for act in (lambda: team.change_roles(boss, [VIEWER], by=mary), lambda: team.deactivate(boss, by=mary)):
        with pytest.raises(team.NotAllowed, match="last administrator"):
            act()
    gone = make_colleague("gone", ADMINISTRATOR)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    with pytest.raises(team.NotAllowed, match="last administrator"):
        team.deactivate(boss, by=None)


def test_the_list_says_who_has_which_roles_in_few_queries(desk, django_assert_max_num_queries):
    for number in range(20):
        make_colleague(f"colleague{number}", VIEWER, EDITOR)
    with django_assert_max_num_queries(12):
        page = text(desk.get(USERS))
    assert page.count("Viewer, Editor") == 20


def test_nobody_is_deleted_and_no_page_shows_devices_or_groups(desk, mary):
    with zeal.zeal_ignore():  # both who asks and who is asked about are read
        assert desk.post(f"{USERS}{mary.pk}/delete/").status_code == 403
    for page in ("auth/group/", "otp_totp/totpdevice/", "otp_static/staticdevice/"):
        assert desk.get(f"/admin/{page}").status_code == 404
    assert "OTP" not in text(desk.get("/admin/")).upper().replace("OPTION", "")


# ---- Sending away, beginning anew


def test_a_deactivated_colleague_is_out_at_once_and_comes_back_only_by_a_new_link(desk, mary, client, outbox_text):
    theirs = at_the_desk(mary)
    assert is_in(theirs)
    assert "Deactivate mary?" in text(desk.get(f"{USERS}{mary.pk}/do/deactivate/"))
    assert desk.post(f"{USERS}{mary.pk}/do/deactivate/").status_code == 302
    assert not is_in(theirs)
    assert desk.post(f"{USERS}{mary.pk}/do/activate/").status_code == 302
    assert not is_in(theirs)
    choose(client, link_in(outbox_text, mary.email))
    assert enrol(client)
    assert is_in(client)
    assert kinds(mary)[:2] == ["user.deactivate", "user.activate"]


def test_an_invitation_ends_with_the_deactivation(boss, client, outbox_text):
    mary = team.add("mary@example.gov.uk", [VIEWER], by=boss)
    link = link_in(outbox_text, mary.email)
    team.deactivate(mary, by=boss)
    assert choose(client, link).status_code == 404
    team.activate(mary, by=boss)
    assert choose(client, link).status_code == 410


def test_a_reset_ends_the_app_the_codes_the_password_and_the_session(desk, mary, client, outbox_text):
    second_factor.confirm(second_factor.begin(mary), by=None)
    theirs = at_the_desk(mary)
    assert desk.post(f"{USERS}{mary.pk}/do/reset/").status_code == 302
    assert not is_in(theirs)
    assert not TOTPDevice.objects.filter(user=mary).exists()
    assert not StaticDevice.objects.filter(user=mary).exists()
    assert outbox_text(mary.email)[-1][1] == "Set up your sign-in again"
    choose(client, link_in(outbox_text, mary.email))
    assert enrol(client)
    assert is_in(client)
    assert "user.reset_sign_in" in kinds(mary)


def test_nobody_resets_themselves_or_does_what_is_not_known(desk, boss, mary):
    assert "Your sign-in" in text(desk.post(f"{USERS}{boss.pk}/do/reset/", follow=True))
    assert is_in(desk)
    assert desk.post(f"{USERS}{mary.pk}/do/promote/").status_code == 404
    assert desk.post(f"{USERS}999999/do/reset/").status_code == 404


# ---- One's own page


def test_a_changed_password_ends_the_other_sessions(mary):
    here, elsewhere = at_the_desk(mary), at_the_desk(mary)
    given = {"old_password": PASSWORD, "new_password1": ANOTHER, "new_password2": ANOTHER}
    assert here.post("/admin/password_change/", given | {"old_password": "wrong"}).status_code == 200
    assert kinds(mary) == []
    assert here.post("/admin/password_change/", given).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert kinds(mary) == ["user.change_password"]


def test_new_recovery_codes_ask_for_the_password_and_replace_the_old_ones(mary):
    old = second_factor.new_recovery_codes(mary, by=None)
    client = at_the_desk(mary)
    assert "not your password" in text(client.post(f"{OWN}recovery-codes/", {"password": "wrong"}))
    assert StaticToken.objects.filter(token=old[0]).exists()
    page = text(client.post(f"{OWN}recovery-codes/", {"password": PASSWORD}))
    now = list(StaticToken.objects.values_list("token", flat=True))
    assert len(now) == 5
    assert not set(now) & set(old)
    assert all(code in page for code in now)


def test_who_came_in_by_a_recovery_code_stays_in_with_new_ones(mary):
    [code, *_] = second_factor.new_recovery_codes(mary, by=None)
    client = Client()
    client.post("/admin/login/", {"username": "mary", "password": PASSWORD, "otp_token": code})
    assert is_in(client)
    client.post(f"{OWN}recovery-codes/", {"password": PASSWORD})
    assert is_in(client)


def a_while_later(client, user):
    """The quarter of an hour in which an app may be set up is over."""
    session = client.session
    let_enrol(session, user, timezone.now() - ENROL_WITHIN - timedelta(seconds=1))
    session.save()


def test_a_session_may_set_up_an_app_for_a_quarter_of_an_hour(mary):
    client = at_the_desk(mary)
    client.post(f"{OWN}app/", {"password": PASSWORD})
    assert client.get("/admin/second-factor/").status_code == 200
    app = TOTPDevice.objects.get(confirmed=False)
    a_while_later(client, mary)
    answer = client.post("/admin/second-factor/", {"code": code_of(app)})
    assert answer.headers["Location"] == f"{OWN}app/"
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_a_newcomer_who_takes_longer_gives_the_new_password_once_more(boss, client, outbox_text):
    mary = team.add("mary@example.gov.uk", [VIEWER], by=boss)
    choose(client, link_in(outbox_text, mary.email))
    a_while_later(client, mary)
    page = text(client.get("/admin/second-factor/"))
    assert "More than 15 minutes have passed" in page
    assert "Key:" not in page
    assert 'href="#id_password">That is not your password' in text(
        client.post("/admin/second-factor/", {"password": "wrong"})
    )
    assert client.post("/admin/second-factor/", {"password": PASSWORD}).status_code == 302
    assert enrol(client)
    assert is_in(client)


def test_another_app_replaces_the_one_before_and_ends_the_other_sessions(mary):
    second_factor.confirm(second_factor.begin(mary), by=None)
    old = TOTPDevice.objects.get()
    client, elsewhere = at_the_desk(mary), at_the_desk(mary)
    assert client.post(f"{OWN}app/", {"password": ""}).status_code == 200
    assert client.post(f"{OWN}app/", {"password": PASSWORD}).status_code == 302
    assert TOTPDevice.objects.filter(pk=old.pk).exists(), "it works until the new one does"
    assert len(enrol(client)) == 5
    assert not TOTPDevice.objects.filter(pk=old.pk).exists()
    assert is_in(client)
    assert not is_in(elsewhere)


def test_the_own_password_is_not_guessed_at(mary):
    client = at_the_desk(mary)
    for _ in range(10):
        client.post(f"{OWN}app/", {"password": "wrong"})
    assert "Too many attempts" in text(client.post(f"{OWN}app/", {"password": PASSWORD}))


def test_the_own_page_says_roles_and_leads_to_everything(mary, settings):
    client = at_the_desk(mary)
    page = text(client.get(OWN))
    for words in ("mary", MODERATOR, "12 hours", "password_change/", "recovery-codes/", "/app/"):
        assert words in page
    settings.SECOND_FACTOR = False
    page = text(client.get(OWN))
    assert "Recovery codes" not in page
    assert client.get(f"{OWN}app/").status_code == 404


# ---- Without a role


def test_who_has_no_role_is_counted_listed_and_told_of_at_a_migrate(desk, boss, mary):
    assert "without a role" not in text(desk.get("/admin/"))
    old = make_colleague("old.hand")
    gone = make_colleague("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    page = text(desk.get("/admin/"))
    assert "Colleague without a role" in page
    assert f'href="{USERS}?role=none"' in page
    page = text(desk.get(f"{USERS}?role=none"))
    assert "old.hand" in page
    assert "None: can open nothing" in page
    assert not {"mary<", "windy<", "gone<"} & {f"{name}<" for name in re.findall(r"change/\">(\w+)<", page)}
    assert "mary" in text(desk.get(f"{USERS}?role=moderator"))
    said = io.StringIO()
    call_command("migrate", stdout=said)
    assert "Without a role, and so able to open nothing: 1 of the delivery team" in said.getvalue()
    team.change_roles(old, [VIEWER], by=boss)
    said = io.StringIO()
    call_command("migrate", stdout=said)
    assert "Without a role" not in said.getvalue()


def test_who_may_not_give_roles_is_not_asked_to(mary):
    make_colleague("old.hand")
    assert "without a role" not in text(at_the_desk(mary).get("/admin/"))


def test_the_page_of_a_colleague_is_about_them_in_plain_words(desk, mary):
    page = text(desk.get(f"{USERS}{mary.pk}/change/"))
    assert "<h1>Change mary</h1>" in page
    for words in ("Signs in as", "In the team", "Last sign-in"):
        assert words in page
    for djangos in ("Designates", "150 characters", "Username:", "Change user"):
        assert djangos not in page
    page = text(desk.get(USERS))
    assert "<h1>Delivery team</h1>" in page
    assert "2 colleagues" in page
    assert ">Add colleague</a>" in page
