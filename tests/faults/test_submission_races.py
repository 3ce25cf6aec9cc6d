"""Two at once about what councils send in: one wins, the other is told, and the commitment says what is published."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from commitments import publishing
from commitments.models import ProgressUpdate, Revision, Stage, Status
from localdigital.models import AuditEvent, QueuedEmail
from signatories.models import MoveRefused
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature, make_update
from tests.factories import make_user as make_moderator

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "5"))

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


def fresh(thing):
    """The same row as another request would load it."""
    return type(thing).objects.get(pk=thing.pk)


def refusals(answers, kind=MoveRefused):
    """How many were refused in that way; anything else that went wrong fails the test."""
    assert [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, kind)] == []
    return sum(isinstance(answer, kind) for answer in answers)


def make_promise():
    return make_commitment(make_signature("Trumpton", commitments=0))


def make_change(promise, status=Status.AWAITING_REVIEW):
    change = Revision.of(promise, proposer=make_person(), status=status, reason="Clearer")
    change.title = "Ring the bells"
    change.save()
    return change


def events(kind):
    return AuditEvent.objects.filter(kind=kind).count()


@pytest.mark.parametrize("make", [lambda promise: make_update(promise, status=Status.AWAITING_REVIEW), make_change])
def test_two_moderators_publish_once(at_once, attempt, make):
    thing, users = make(make_promise()), [make_moderator(name) for name in ("first", "second", "third")]
    answers = at_once(*(lambda u=user: publishing.publish(fresh(thing), by=u) for user in users))
    assert refusals(answers) == 2
    assert AuditEvent.objects.about(thing).count() == 1
    assert QueuedEmail.objects.filter(template="sent-in-published").count() == 1
    if isinstance(thing, Revision):
        assert sorted(Revision.objects.values_list("number", flat=True)) == [1, 2]


def test_of_publishing_returning_and_taking_back_one_happens(at_once, attempt):
    promise = make_promise()
    update, user = make_update(promise, status=Status.AWAITING_REVIEW, stage=Stage.DELIVERED), make_moderator()
    answers = at_once(
        lambda: publishing.publish(fresh(update), by=user),
        lambda: publishing.return_for_changes(fresh(update), by=user, note="Say more"),
        lambda: publishing.recall(fresh(update), by=update.proposer),
    )
    assert refusals(answers) == 2
    promise.refresh_from_db()
    assert promise.stage == (Stage.DELIVERED if fresh(update).status == Status.PUBLISHED else "")


def test_a_double_click_sends_in_once(at_once, attempt):
    update = make_update(make_promise(), status=Status.DRAFT)
    answers = at_once(*[lambda: publishing.send_in(fresh(update), by=update.proposer)] * 3)
    assert refusals(answers) == 2
    assert events("progress_update.submit") == 1


def test_the_commitment_says_what_is_published_when_updates_come_and_go_at_once(at_once, attempt):
    promise, user, today = make_promise(), make_moderator(), timezone.localdate()
    goes = make_update(promise, stage=Stage.STOPPED, reported_on=today, delivered=promise.deliverables.all())
    stays = [
        make_update(promise, status=Status.AWAITING_REVIEW, stage=stage, reported_on=today - timedelta(days=days))
        for stage, days in ((Stage.IN_PROGRESS, 1), (Stage.NOT_STARTED, 2))
    ]
    answers = at_once(
        lambda: publishing.remove_update(fresh(goes), by=user, note="Not theirs"),
        *(lambda one=one: publishing.publish(fresh(one), by=user) for one in stays),
    )
    assert refusals(answers) == 0
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == (Stage.IN_PROGRESS, today - timedelta(days=1))
    assert promise.deliverables.get().delivered_on is None


def test_nothing_is_published_about_a_commitment_while_it_is_withdrawn(at_once, attempt):
    promise, user = make_promise(), make_moderator()
    ends = make_update(promise, status=Status.AWAITING_REVIEW, kind="withdrawal", stage="", done="No money.")
    change = make_change(promise)
    answers = at_once(
        lambda: publishing.publish(fresh(ends), by=user), lambda: publishing.publish(fresh(change), by=user)
    )
    late = refusals(answers, publishing.Stale)
    promise.refresh_from_db()
    assert promise.status == Status.WITHDRAWN
    assert (promise.title == "Ring the bells") == (late == 0)
    assert fresh(change).status == (Status.AWAITING_REVIEW if late else Status.PUBLISHED)


def test_two_councils_of_one_commitment_report_at_once_and_both_are_kept(at_once, attempt):
    promise = make_commitment(make_signature("Trumpton", "Chigley", commitments=0))
    people = [make_person("Pugh Barney"), make_person("Miss Lovelace")]
    for person, name in zip(people, ("Trumpton", "Chigley"), strict=True):
        make_access(person, make_organisation(name))
    says = [
        make_update(promise, status=Status.DRAFT, kind="no-change", stage="", done="", proposer=person)
        for person in people
    ]
    answers = at_once(*(lambda one=one: publishing.send_in(fresh(one), by=one.proposer) for one in says))
    assert answers == [True, True]
    assert ProgressUpdate.objects.timeline().count() == 2
