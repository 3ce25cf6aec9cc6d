"""The first page of the admin: how old what waits is, what the team decided and how fast, for few queries."""

import html
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import publishing
from commitments.models import Commitment, ProgressUpdate, Revision, Status
from localdigital.models import AuditEvent, QueuedEmail
from localdigital.roles import MODERATOR
from localdigital.waiting import LATE, NEW, in_words
from localdigital.working_days import start_of_week, waited_longer_before, working_days_between
from signatories import moderation
from signatories.models import Signature
from tests.factories import (
    make_access,
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_signature,
    make_update,
    role_of,
)

pytestmark = pytest.mark.django_db

HOME = "/admin/"
MODELS = [Signature, ProgressUpdate, Revision, Commitment]
MINUTE = timedelta(minutes=1)


def text(response):
    return html.unescape(response.content.decode())


def make_waiting(model, name, since):
    """One of that kind, of a council of its own, that has waited for the team since then."""
    if model is Signature:
        return make_signature(name, status="awaiting-review", submitted_at=since, commitments=0)
    officer, signature = make_person(), make_signature(name, commitments=0)
    make_access(officer, name)
    sent = {"status": Status.AWAITING_REVIEW, "proposer": officer, "submitted_at": since}
    if model is Commitment:
        return make_commitment(signature, f"Ring the bells of {name}", added_at=since, published_at=None, **sent)
    promise = make_commitment(signature, f"Ring the bells of {name}")
    if model is ProgressUpdate:
        return make_update(promise, **sent)
    change = Revision.of(promise, reason="It is clearer", **sent)
    change.save()
    return change


def at_each_age(model):
    """Four that wait: one that came in now, the oldest that is new, the newest of the next age, and a late one."""
    now = timezone.now()
    moments = [now, waited_longer_before(NEW, now), waited_longer_before(NEW, now) - MINUTE]
    moments.append(waited_longer_before(LATE, now) - MINUTE)
    return [make_waiting(model, f"Council {number}", moment) for number, moment in enumerate(moments)]


def queue_of(model, answer):
    page = model._meta.model_name
    return next(line for line in answer.context["queues"] if f"/{page}/" in line.address)


def shown(answer):
    """The ids in a list of the admin."""
    return {one.pk for one in answer.context["cl"].result_list}


class TestWhatWaits:
    @pytest.mark.parametrize("model", MODELS)
    def test_each_queue_says_how_old_its_things_are_and_leads_to_those(self, admin_client, model):
        now, new, older, late = at_each_age(model)
        answer = admin_client.get(HOME)
        line = queue_of(model, answer)
        assert (line.count, line.urgent) == (4, True)
        assert [number for _, number, _ in line.ages] == [2, 1, 1]
        for (_, _, address), ones in zip(line.ages, [{now, new}, {older}, {late}], strict=True):
            assert html.escape(address) in answer.content.decode()
            assert shown(admin_client.get(address)) == {one.pk for one in ones}
        since = late.signed_off_at if model is Signature else late.submitted_at
        assert line.hint.endswith(in_words(working_days_between(since, timezone.now())))

    def test_the_age_is_of_those_that_wait_whatever_else_is_chosen(self, admin_client):
        make_signature("Trumpton", submitted_at=timezone.now() - timedelta(days=30))
        assert shown(admin_client.get("/admin/signatories/signature/?age=over-5&state=all")) == set()

    @pytest.mark.parametrize("age", ["%00", "6", "over-5%27"])
    def test_nonsense_in_the_address_is_no_server_error(self, admin_client, age):
        for model in MODELS:
            address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/?age={age}"
            assert admin_client.get(address).status_code < 500

    def test_what_is_stuck_in_sign_off_is_listed(self, admin_client):
        now = timezone.now()
        stuck = make_signature("Trumpton", status="awaiting-sign-off", submitted_at=now - timedelta(days=15))
        make_signature("Chigley", status="awaiting-sign-off", submitted_at=now - timedelta(days=13))
        [line] = [one for one in admin_client.get(HOME).context["others"] if "stuck" in one.label]
        assert line.count == 1
        assert shown(admin_client.get(line.address)) == {stuck.pk}

    def test_emails_that_failed_are_counted_until_they_are_erased(self, admin_client):
        now = timezone.now()
        times = {"queued_at": now, "next_attempt_at": now, "give_up_at": now, "failed_at": now}
        kept = QueuedEmail.objects.create(message_id="1", to_address="a@example.gov.uk", subject="Hello", **times)
        QueuedEmail.objects.create(message_id="2", to_address="", subject="(erased)", **times)
        [line] = [one for one in admin_client.get(HOME).context["others"] if "failed" in one.label]
        assert line.count == 1
        assert shown(admin_client.get(line.address)) == {kept.pk}

    def test_an_overdue_update_leads_to_the_public_list(self, admin_client):
        [promise] = make_signature("Trumpton").commitments.all()
        Commitment.objects.update(asked_on=timezone.localdate() - timedelta(days=300))
        [line] = [one for one in admin_client.get(HOME).context["others"] if "overdue update" in one.label]
        assert line.count == 1
        assert promise.title in text(admin_client.get(line.address))

    def test_says_so_when_nothing_waits(self, admin_client):
        page = text(admin_client.get(HOME))
        assert "Nothing waits." in page
        assert "Councils never asked" not in page
        make_organisation("Trumpton", checked_at=None)
        page = text(admin_client.get(HOME))
        assert "Nothing waits." not in page
        assert "Proposed organisation to check" in page


class TestPace:
    def test_says_what_was_decided_this_week_by_kind(self, admin_client, moderator):
        now = timezone.now()
        update, change = make_waiting(ProgressUpdate, "Trumpton", now), make_waiting(Revision, "Chigley", now)
        publishing.publish(update, by=moderator)
        publishing.return_for_changes(change, by=moderator, note="Better")
        moderation.reject(make_waiting(Signature, "Pippin Fort", now), by=moderator, note="No council")
        before = start_of_week(now) - MINUTE
        moderation.reject(make_waiting(Signature, "Camberwick", before), by=moderator, note="No council", now=before)
        assert admin_client.get(HOME).context["pace"]["rows"] == [
            ("Declarations", [0, 0, 1]),
            ("Progress updates", [1, 0, 0]),
            ("Changed texts", [0, 1, 0]),
            ("Added commitments", [0, 0, 0]),
        ]

    def test_the_median_counts_from_when_it_came_in_to_the_decision(self, admin_client, moderator):
        now, took = timezone.now(), []
        for days, ago, name in [(2, 1, "Trumpton"), (9, 5, "Chigley"), (20, 2, "Pippin Fort"), (40, 100, "Camberwick")]:
            decided = now - timedelta(days=ago)
            began = decided - timedelta(days=days)
            moderation.reject(make_waiting(Signature, name, began), by=moderator, note="No council", now=decided)
            took.append(working_days_between(began, decided))
        month, year = admin_client.get(HOME).context["pace"]["medians"]
        assert (month.number, month.value) == (3, in_words(sorted(took[:3])[1]))
        assert (year.number, year.value) == (4, in_words(sum(sorted(took)[1:3]) / 2).replace(".0", ""))

    def test_what_was_returned_and_came_again_counts_twice_each_from_its_own_day(self, admin_client, moderator):
        now = timezone.now()
        signature = make_waiting(Signature, "Trumpton", now - timedelta(days=28))
        moderation.return_for_changes(signature, by=moderator, note="Better", now=now - timedelta(days=14))
        again = now - timedelta(days=7)
        signature.move("submit_as_signed", by=signature.preparer, now=again, submitted_at=again, signed_off_at=again)
        moderation.reject(signature, by=moderator, note="No council", now=now)
        # The first decision's own start is no longer known without the log; the second one's is.
        month, _ = admin_client.get(HOME).context["pace"]["medians"]
        assert (month.number, month.value) == (1, in_words(working_days_between(again, now)))

    def test_what_the_register_published_by_itself_is_no_decision_of_the_team(self, admin_client):
        AuditEvent.record("progress_update.publish", make_person(), by=None)
        assert admin_client.get(HOME).context["pace"]["decided"] == 0


class TestForWhom:
    def test_nobody_sees_more_than_they_may(self, admin_client, moderator):
        at_each_age(Signature)
        type(moderator).objects.update(is_superuser=False)
        answer = admin_client.get(HOME)
        assert answer.context["waiting"] == []
        assert answer.context["pace"] is None
        role_of(moderator).permissions.add(Permission.objects.get(codename="view_progressupdate"))
        answer = admin_client.get(HOME)
        assert [line.label for line in answer.context["waiting"]] == ["progress updates to review"]
        assert [words for words, _ in answer.context["pace"]["rows"]] == ["Progress updates"]

    def test_costs_ten_queries_at_the_most_whatever_waits(self, admin_client, moderator):
        role_of(moderator).permissions.set(Permission.objects.all())
        type(moderator).objects.update(is_superuser=False)
        costs = []
        for number in (1, 4):
            for place in range(number):
                for model in MODELS:
                    thing = make_waiting(model, f"Council {number} {place} {model}", timezone.now())
                    if model is ProgressUpdate:
                        publishing.publish(thing, by=moderator)
                make_organisation(f"Proposed {number} {place}", checked_at=None)
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(HOME).status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 10


# ---- Words


def test_lists_are_called_by_plain_names(admin_client):
    make_waiting(Revision, "Trumpton", timezone.now() - MINUTE)
    page = text(admin_client.get("/admin/"))
    for name in ("Changed texts", "Signed declarations", "Versions of the Declaration", "Audit log", "Delivery team"):
        assert f">{name}</a>" in page
    for name in ("Revisions", "Service settings", "Users", "Audit events"):
        assert f">{name}</a>" not in page
    lists = {
        "commitments/revision": "Changed texts",
        "signatories/organisation": "Organisations",
        "signatories/declaration": "Versions of the Declaration",
        "localdigital/reason": "Reasons",
        "localdigital/queuedemail": "Emails",
    }
    for address, name in lists.items():
        page = text(admin_client.get(f"/admin/{address}/"))
        assert f"<title>{name} – Delivery team" in page
        assert f"<h1>{name}</h1>" in page
        assert "to change" not in page
    page = text(admin_client.get("/admin/commitments/revision/"))
    assert "1 changed text" in page
    assert "1 revision" not in page


@pytest.mark.parametrize(("number", "words"), [(1, "declaration to review"), (2, "declarations to review")])
def test_one_that_waits_is_said_of_one(admin_client, number, words):
    for name in ("Trumpton", "Chigley")[:number]:
        make_signature(name, status="awaiting-review")
    assert f'count">{number}</span> {words}</a>' in text(admin_client.get("/admin/"))


def test_the_switches_are_offered_to_those_who_may_press_them(admin_client, moderator):
    tool = '<a href="/admin/localdigital/servicesettings/1/change/">Notice and switches</a><p'
    assert tool in text(admin_client.get("/admin/"))
    type(moderator).objects.update(is_superuser=False)
    moderator.groups.set(Group.objects.filter(name=MODERATOR))
    assert tool not in text(admin_client.get("/admin/"))


def test_a_published_version_names_its_official_address_in_words(admin_client):
    version = make_declaration()
    page = text(admin_client.get(f"/admin/signatories/declaration/{version.pk}/change/"))
    assert "Official web address" in page
    assert "Official url" not in page
