"""After the writing: sending in, taking back, deleting, no change with one click, withdrawing; and who may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments import publishing
from commitments.council import drafts
from commitments.models import Commitment, ProgressUpdate
from localdigital.models import AuditEvent, RegisterVersion
from signatories import people
from signatories.models import MoveRefused, Organisation
from tests.commitments.reporting import (
    LINK,
    answers,
    begin,
    cost,
    errors_of,
    make_promise,
    page_of,
    sign_in_reporter,
    within,
)
from tests.factories import make_access, make_person, make_update
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise():
    return make_promise()


@pytest.fixture
def pugh(sign_in, promise):
    return sign_in_reporter(sign_in)


# ---- Sent in, taken back, returned, deleted


def test_while_one_waits_to_be_read_another_is_not_begun(client, pugh, promise):
    update = begin(client, promise)
    client.post(f"/account/updates/{update.pk}/check/")
    text = text_of(client.get(page_of(promise)))
    assert "Your progress update is with the delivery team" in text
    response = client.post(page_of(promise), answers(done="Typed meanwhile."))
    assert "You sent this to the delivery team in another window" in errors_of(response)
    assert "Typed meanwhile." in response.content.decode()
    assert promise.updates.get().done == "We bought a bell."


def test_one_that_waits_can_be_taken_back_changed_and_sent_again(client, pugh, promise):
    update = begin(client, promise)
    check = f"/account/updates/{update.pk}/check/"
    client.post(check)
    assert client.get(check).url == f"/account/updates/{update.pk}/sent/"
    response = client.post(f"/account/updates/{update.pk}/recall/", follow=True)
    assert "You can change it now" in text_of(response)
    begin(client, promise, done="Better.")
    assert "sent to the delivery team" in text_of(client.post(check, follow=True))
    update.refresh_from_db()
    assert (update.status, update.done) == ("awaiting-review", "Better.")


def test_one_that_was_decided_cannot_be_taken_back(client, pugh, promise, moderator):
    update = begin(client, promise)
    client.post(f"/account/updates/{update.pk}/check/")
    update.refresh_from_db()
    publishing.publish(update, by=moderator)
    text = text_of(client.post(f"/account/updates/{update.pk}/recall/", follow=True))
    assert "It is too late to take this back" in text
    assert "Progress update published" in text


def test_a_returned_one_shows_the_message_and_is_sent_again(client, pugh, promise, moderator):
    update = begin(client, promise)
    client.post(f"/account/updates/{update.pk}/check/")
    update.refresh_from_db()
    publishing.return_for_changes(update, by=moderator, note="Which bell?")
    for page in (page_of(promise), f"/account/updates/{update.pk}/check/"):
        assert "Which bell?" in text_of(client.get(page))
    assert begin(client, promise, done="The big one.") == update
    client.post(f"/account/updates/{update.pk}/check/")
    update.refresh_from_db()
    assert (update.status, update.message) == ("awaiting-review", "")


def test_sending_in_twice_sends_in_once(client, pugh, promise):
    update = begin(client, promise)
    for _ in range(2):
        response = client.post(f"/account/updates/{update.pk}/check/")
        assert response.url == f"/account/updates/{update.pk}/sent/"
    assert AuditEvent.objects.filter(kind="progress_update.submit").count() == 1


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_what_was_begun_can_be_deleted(client, pugh, promise, status):
    update = make_update(promise, status=status, proposer=pugh, evidence=[("x", "https://example.gov.uk", "code")])
    page = f"/account/updates/{update.pk}/delete/"
    assert "This cannot be undone" in text_of(client.get(page))
    assert "It has been deleted" in text_of(client.post(page, follow=True))
    assert not promise.updates.exists()
    event = AuditEvent.objects.get(kind="progress_update.delete")
    assert (event.object_id, event.actor_id, event.from_status) == (update.pk, pugh.pk, status)
    assert client.post(page).status_code == 404


def test_what_was_sent_in_can_be_neither_deleted_nor_changed(client, pugh, promise):
    update = make_update(promise, status="awaiting-review", proposer=pugh)
    sent = f"/account/updates/{update.pk}/sent/"
    assert client.post(f"/account/updates/{update.pk}/delete/").url == sent
    assert client.post(f"/account/updates/{update.pk}/evidence/", LINK).url == sent
    assert client.post(f"/account/updates/{update.pk}/evidence/1/remove/").url == sent
    for change in (
        lambda: drafts.delete(update, by=pugh),
        lambda: drafts.add_evidence(update, **LINK),
        lambda: drafts.remove_evidence(update, 1),
    ):
        with pytest.raises(MoveRefused):
            change()
    assert not update.evidence.exists()


def test_a_window_that_is_older_than_the_update_changes_nothing(pugh, promise):
    """Loaded as a draft, sent in meanwhile: each change finds that out by itself."""
    old = make_update(promise, status="draft", proposer=pugh)
    publishing.send_in(ProgressUpdate.objects.get(pk=old.pk), by=pugh)
    for change in (lambda: drafts.delete(old, by=pugh), lambda: drafts.add_evidence(old, **LINK)):
        with pytest.raises(MoveRefused):
            change()


def test_a_commitment_that_ended_meanwhile_is_no_error(client, pugh, promise):
    update = begin(client, promise)
    Commitment.objects.update(status="withdrawn", ended_at=timezone.now())
    hub = f"/account/commitments/{promise.pk}/"
    for page in ("check", "evidence", "delete"):
        assert client.post(f"/account/updates/{update.pk}/{page}/", LINK).url == hub
    assert client.post(page_of(promise), answers()).url == hub
    assert "no need to report" in text_of(client.post(page_of(promise, "no-change"), follow=True))
    with pytest.raises(publishing.Stale):
        drafts.save_report(promise, {"reported_on": timezone.localdate(), "done": "x"}, by=pugh)


def test_a_commitment_that_ends_while_it_is_sent_in_is_no_error(client, pugh, promise, monkeypatch):
    update = begin(client, promise)

    def end_and_refuse(*args, **kwargs):
        raise publishing.Stale

    monkeypatch.setattr(publishing, "send_in", end_and_refuse)
    response = client.post(f"/account/updates/{update.pk}/check/", follow=True)
    assert "This commitment has ended" in text_of(response)


def test_what_was_sent_in_is_shown_while_it_waits(client, pugh, promise):
    update = begin(client, promise)
    client.post(f"/account/updates/{update.pk}/evidence/", LINK)
    publishing.send_in(update, by=pugh)
    for page in (f"/account/updates/{update.pk}/sent/", page_of(promise)):
        text = text_of(client.get(page))
        assert "What you sent" in text
        assert "We bought a bell." in text
        assert "What residents ask" in text


# ---- Nothing has changed


def test_no_change_is_one_click_and_public_at_once(client, pugh, promise):
    Commitment.objects.update(stage="in-progress", updated_on=timezone.localdate() - timedelta(days=300))
    text = text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert "No change reported" in text
    update = promise.updates.get()
    assert (update.kind, update.status, update.stage) == ("no-change", "published", "in-progress")
    promise.refresh_from_db()
    assert (promise.updated_on, promise.is_update_overdue(timezone.localdate())) == (timezone.localdate(), False)


def test_twice_in_a_day_is_once_and_on_the_next_day_again(client, pugh, promise):
    assert "No change reported" in text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert "It was reported today already" in text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert promise.updates.count() == 1
    drafts.no_change(promise, by=pugh, now=timezone.now() + timedelta(days=1))
    assert promise.updates.count() == 2


def test_no_change_leads_back_to_where_it_was_pressed(client, pugh, promise):
    assert client.post(page_of(promise, "no-change"), {"from": "account"}).url == "/account/"
    assert client.post(page_of(promise, "no-change")).url == f"/account/commitments/{promise.pk}/"
    assert client.get(page_of(promise, "no-change")).status_code == 405


def test_no_change_takes_nothing_from_a_report_that_was_begun(client, pugh, promise):
    begun = begin(client, promise, done="Half of it.")
    client.post(page_of(promise, "no-change"))
    begun.refresh_from_db()
    assert (begun.status, begun.done) == ("draft", "Half of it.")
    assert promise.updates.published().get().kind == "no-change"


def test_no_change_does_not_undo_a_report_that_was_still_to_be_read(client, pugh, promise, moderator):
    yesterday = timezone.localdate() - timedelta(days=1)
    report = begin(client, promise, stage="delivered", on=yesterday)
    publishing.send_in(report, by=pugh)
    drafts.no_change(promise, by=make_person("Nobby Nutter"))
    publishing.publish(report, by=moderator)
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == ("delivered", timezone.localdate())


def test_while_ones_own_report_waits_to_be_read_no_change_is_refused_and_says_what_waits(client, pugh, promise):
    publishing.send_in(begin(client, promise), by=pugh)
    text = text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert "Your progress update on ‘Ring the bells’ waits to be read" in text
    assert promise.updates.count() == 1


@pytest.mark.parametrize("stage", ["delivered", "stopped"])
def test_of_what_is_over_no_change_is_not_news(client, pugh, promise, stage):
    Commitment.objects.update(stage=stage)
    assert "no need to report" in text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert not promise.updates.exists()


def test_saying_that_nothing_has_changed_costs_a_decision(client, pugh, promise):
    RegisterVersion.current()
    # Who asks (2), the message kept for the next page (1), and a decision that makes the commitment findable anew
    within(3 + 21, cost(lambda: client.post(page_of(promise, "no-change"))))
    assert promise.updates.get().kind == "no-change"


# ---- Withdrawing


def test_withdrawing_is_read_by_the_team_before_anyone_else(client, pugh, promise, moderator):
    response = client.post(page_of(promise, "withdraw"), {"reason": "There is no money."})
    update = promise.updates.get()
    assert (update.kind, update.status) == ("withdrawal", "draft")
    assert "There is no money." in text_of(client.get(response.url))
    assert "Withdrawal sent to the delivery team" in text_of(client.post(response.url, follow=True))
    promise.refresh_from_db()
    assert promise.is_standing
    assert "The withdrawal is with the delivery team" in text_of(client.get(page_of(promise, "withdraw")))
    update.refresh_from_db()
    publishing.publish(update, by=moderator)
    promise.refresh_from_db()
    assert (promise.status, promise.public_note) == ("withdrawn", "There is no money.")
    assert "This commitment was withdrawn on" in text_of(client.get(f"/account/commitments/{promise.pk}/"))


def test_a_trusted_council_withdraws_at_once(client, pugh, promise):
    Organisation.objects.update(publishes_at_once=True)
    response = client.post(page_of(promise, "withdraw"), {"reason": "There is no money."})
    assert "Commitment withdrawn" in text_of(client.post(response.url, follow=True))


def test_withdrawing_needs_a_reason(client, pugh, promise):
    assert "Enter why you are withdrawing it" in errors_of(client.post(page_of(promise, "withdraw"), {"reason": " "}))
    assert not promise.updates.exists()


def test_a_withdrawal_that_was_begun_is_gone_on_with_and_leaves_a_report_alone(client, pugh, promise):
    report = begin(client, promise)
    for reason in ("No money.", "No bells."):
        client.post(page_of(promise, "withdraw"), {"reason": reason})
    assert "No bells." in client.get(page_of(promise, "withdraw")).content.decode()
    assert sorted(promise.updates.values_list("kind", "done")) == [
        ("report", "We bought a bell."),
        ("withdrawal", "No bells."),
    ]
    withdrawal = promise.updates.exclude(pk=report.pk).get()
    assert client.get(f"/account/updates/{withdrawal.pk}/evidence/").url.endswith("/check/")


def test_what_a_colleague_withdraws_is_not_withdrawn_a_second_time(client, pugh, promise):
    make_update(promise, kind="withdrawal", status="awaiting-review", proposer=make_person("Mrs Honeyman"), stage="")
    response = client.post(page_of(promise, "withdraw"), {"reason": "Me too."})
    text = text_of(response)
    assert "The withdrawal is with the delivery team" in text
    assert "A colleague sent it on" in text
    assert "Take it back" not in text
    assert promise.updates.count() == 1


# ---- Who may


@pytest.fixture
def update(pugh, promise):
    """Something that Pugh has begun."""
    return make_update(promise, status="draft", proposer=pugh)


PAGES = ["evidence", "check", "sent", "delete", "recall", "evidence/1/remove"]


@pytest.mark.parametrize("address", PAGES)
def test_what_somebody_has_begun_is_nobody_elses(client, sign_in, update, address):
    for name, council in (("Mrs Honeyman", "Trumpton"), ("Windy Miller", "Chigley")):
        other = make_person(name)
        make_access(other, council)
        sign_in(other)
        assert client.post(f"/account/updates/{update.pk}/{address}/", LINK).status_code == 404
    update.refresh_from_db()
    assert update.status == "draft"
    assert not update.evidence.exists()


@pytest.mark.parametrize("address", PAGES)
def test_whose_access_has_ended_comes_to_nothing_of_theirs(client, pugh, update, address):
    people.end_access(pugh.accesses.get(), by=None)
    assert client.post(f"/account/updates/{update.pk}/{address}/").status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_without_signing_in_nothing_is_changed(client, update, address):
    client.post("/account/leave/")
    assert client.post(f"/account/updates/{update.pk}/{address}/").url.startswith("/sign/email/")
