"""Two clicks at once on what a council sends in: one update, one move, one event, and nobody sees an error page."""

import pytest

from commitments import publishing
from commitments.council import drafts
from commitments.models import Commitment, ProgressUpdate
from localdigital.models import AuditEvent
from signatories.models import MoveRefused
from tests.factories import make_access, make_person, make_signature, make_update, make_user
from tests.faults.test_races import ROUNDS, fresh, refusals, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]

REPORT = {
    **{"stage": "in-progress", "done": "We bought a bell."},
    **{"reported_on-day": 4, "reported_on-month": 7, "reported_on-year": 2018},
}


@pytest.fixture
def pugh(db):
    person = make_person()
    make_access(person, "Trumpton")
    return person


@pytest.fixture
def promise(pugh):
    return make_signature("Trumpton", preparer=make_person("Mrs Honeyman")).commitments.get()


def test_a_report_saved_twice_at_once_is_one(at_once, attempt, pugh, promise):
    page = f"/account/commitments/{promise.pk}/report/"
    browsers = [signed_in(pugh), signed_in(pugh)]
    answers = at_once(*(lambda b=browser: b.post(page, REPORT).status_code for browser in browsers))
    assert answers == [302, 302]
    assert ProgressUpdate.objects.count() == 1


def test_no_change_pressed_twice_at_once_is_said_once(at_once, attempt, pugh, promise):
    browsers = [signed_in(pugh), signed_in(pugh)]
    page = f"/account/commitments/{promise.pk}/no-change/"
    assert at_once(*(lambda b=browser: b.post(page).status_code for browser in browsers)) == [302, 302]
    assert ProgressUpdate.objects.published().count() == 1
    assert AuditEvent.objects.filter(kind="progress_update.publish_at_once").count() == 1


def test_sent_in_twice_at_once_it_is_sent_in_once(at_once, attempt, pugh, promise):
    update = make_update(promise, status="draft", proposer=pugh)
    browsers = [signed_in(pugh), signed_in(pugh)]
    page = f"/account/updates/{update.pk}/check/"
    assert at_once(*(lambda b=browser: b.post(page).status_code for browser in browsers)) == [302, 302]
    assert AuditEvent.objects.filter(kind="progress_update.submit").count() == 1


def test_of_sending_in_and_deleting_one_wins(at_once, attempt, pugh, promise):
    update = make_update(promise, status="draft", proposer=pugh)
    answers = at_once(lambda: publishing.send_in(fresh(update), by=pugh), lambda: drafts.delete(fresh(update), by=pugh))
    assert refusals(answers, (MoveRefused, ProgressUpdate.DoesNotExist)) == 1
    assert ProgressUpdate.objects.awaiting_review().count() == ProgressUpdate.objects.count()


def test_while_one_is_sent_in_a_second_is_not_begun(at_once, attempt, pugh, promise):
    """Else the first could not be returned or taken back: a Person has one unfinished update."""
    update = make_update(promise, status="draft", proposer=pugh)
    answers = at_once(
        lambda: publishing.send_in(fresh(update), by=pugh),
        lambda: drafts.save_report(promise, {"reported_on": update.reported_on, "done": "More."}, by=pugh),
    )
    refusals(answers, MoveRefused)
    assert ProgressUpdate.objects.count() == 1


def test_of_taking_back_and_publishing_one_wins(at_once, attempt, pugh, promise):
    update, user = make_update(promise, status="awaiting-review", proposer=pugh), make_user()
    answers = at_once(
        lambda: publishing.recall(fresh(update), by=pugh), lambda: publishing.publish(fresh(update), by=user)
    )
    assert refusals(answers, MoveRefused) == 1
    update.refresh_from_db()
    promise.refresh_from_db()
    assert (update.status, bool(promise.updated_on)) in [("draft", False), ("published", True)]


def test_two_withdrawals_published_at_once_end_it_once(at_once, attempt, pugh, promise):
    one, other = (
        make_update(promise, kind="withdrawal", status="awaiting-review", stage="", proposer=make_person(name))
        for name in ("Pugh Barney", "Mrs Honeyman")
    )
    user = make_user()
    answers = at_once(*(lambda u=update: publishing.publish(fresh(u), by=user) for update in (one, other)))
    assert refusals(answers, (MoveRefused, publishing.Stale)) == 1
    assert Commitment.objects.get().status == "withdrawn"
    assert AuditEvent.objects.filter(kind="commitment.withdraw").count() == 1
