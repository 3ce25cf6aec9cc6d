"""What follows when something that a council sent in becomes public, or is taken off again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from commitments import publishing
from commitments.models import Commitment, Partner, ProgressUpdate, Revision, SearchText, Stage, Status
from commitments.publishing import Stale
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion, User
from signatories import moderation
from signatories.models import MoveRefused, Organisation
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def make_promise(**fields):
    return make_commitment(make_signature("Trumpton", commitments=0), **fields)


def publish(thing, **how):
    publishing.publish(type(thing).objects.get(pk=thing.pk), by=make_user_once(), **how)


def make_user_once():
    return User.objects.first() or make_user()


def sent_in(promise, **fields):
    return make_update(promise, status=Status.AWAITING_REVIEW, **fields)


def make_change(promise, status=Status.AWAITING_REVIEW, **fields):
    """A changed text that is the old one but for these fields."""
    change = Revision.of(promise, proposer=make_person(), status=status, reason="Clearer")
    for name, value in fields.items():
        setattr(change, name, value)
    change.save()
    return change


def stored(thing):
    return type(thing).objects.get(pk=thing.pk)


def delivered(promise):
    return {one.text: one.delivered_on for one in promise.deliverables.all()}


# ---- The stage and what is delivered


def test_the_newest_report_tells_the_stage_also_when_an_older_one_is_published_later():
    promise = make_promise()
    publish(sent_in(promise, stage=Stage.DELIVERED, reported_on=MAY))
    publish(sent_in(promise, stage=Stage.NOT_STARTED, reported_on=MARCH))
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == (Stage.DELIVERED, MAY)


def test_of_two_reports_of_one_day_the_one_published_last_tells_the_stage():
    promise = make_promise()
    first, second = (sent_in(promise, stage=stage, reported_on=MAY) for stage in (Stage.IN_PROGRESS, Stage.STOPPED))
    publish(second, now=timezone.now())
    publish(first, now=timezone.now() + timedelta(hours=1))
    assert stored(promise).stage == Stage.IN_PROGRESS


def test_no_change_keeps_the_stage_counts_as_an_update_and_is_public_at_once():
    promise, person = make_promise(), make_person()
    publish(sent_in(promise, stage=Stage.IN_PROGRESS, reported_on=MARCH, delivered=promise.deliverables.all()))
    says = make_update(promise, status=Status.DRAFT, kind="no-change", stage="", done="")
    assert publishing.send_in(says, by=person) is True
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == (Stage.IN_PROGRESS, timezone.localdate())
    assert delivered(promise) == {"A framework": MARCH}
    assert AuditEvent.objects.about(says).get().kind == "progress_update.publish_at_once"
    assert not QueuedEmail.objects.about(says).exists()


def test_the_email_about_a_changed_title_leads_to_the_page_under_its_new_address(outbox_text):
    promise = make_promise(title="Ring the bells")
    publish(make_change(promise, title="Ring every bell"))
    assert stored(promise).get_absolute_url() in outbox_text()[-1][2]


def test_a_deliverable_is_delivered_since_the_first_report_that_says_so():
    promise = make_promise(deliverables=["A clock", "A bell", "A tower"])
    clock, bell, _ = promise.deliverables.all()
    publish(sent_in(promise, reported_on=APRIL, delivered=[clock, bell]))
    publish(sent_in(promise, reported_on=MARCH, delivered=[clock]))
    assert delivered(promise) == {"A clock": MARCH, "A bell": APRIL, "A tower": None}


def test_a_deliverable_that_the_newest_report_does_not_tick_is_not_delivered():
    promise = make_promise(deliverables=["A clock", "A bell"])
    clock, bell = promise.deliverables.all()
    publish(sent_in(promise, reported_on=MARCH, delivered=[clock, bell]))
    publish(sent_in(promise, reported_on=APRIL, delivered=[bell]))
    assert delivered(promise) == {"A clock": None, "A bell": MARCH}
    publish(sent_in(promise, reported_on=MAY, delivered=[clock, bell]))
    assert delivered(promise) == {"A clock": MAY, "A bell": MARCH}


def test_removing_an_update_makes_the_commitment_say_what_those_before_it_said():
    promise = make_promise()
    publish(sent_in(promise, stage=Stage.IN_PROGRESS, reported_on=MARCH))
    newest = sent_in(promise, stage=Stage.DELIVERED, reported_on=MAY, delivered=promise.deliverables.all())
    publish(newest)
    before = RegisterVersion.current().number
    publishing.remove_update(stored(newest), by=make_user("other"), note="It names a resident")
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == (Stage.IN_PROGRESS, MARCH)
    assert delivered(promise) == {"A framework": None}
    assert RegisterVersion.current().number > before
    assert AuditEvent.objects.about(newest).last().note == "It names a resident"
    [email] = QueuedEmail.objects.filter(template="sent-in-removed")
    assert email.to_address == newest.proposer.email
    assert "It names a resident" in email.body


def test_removing_the_only_update_leaves_none():
    promise = make_promise()
    update = make_update(promise, stage=Stage.STOPPED)
    publishing.remove_update(update, by=None, note="Not theirs")
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == ("", None)


def test_what_an_update_says_can_be_found_and_no_longer_when_it_is_removed():
    promise = make_promise()
    update = sent_in(promise, done="We bought zebras.", evidence=[("Giraffes", "https://example.gov.uk/", "blog")])
    publish(update)
    assert {"zebra", "giraff"} <= set(SearchText.objects.get(commitment=promise).body.split())
    publishing.remove_update(stored(update), by=None, note="Not theirs")
    assert "zebra" not in SearchText.objects.get(commitment=promise).body


@pytest.mark.parametrize("kind", ["report", "withdrawal"])
def test_an_update_is_public_only_when_it_is_published(kind):
    promise = make_promise()
    draft = make_update(promise, status=Status.DRAFT, kind=kind, stage=Stage.DELIVERED)
    version = RegisterVersion.current().number
    assert publishing.send_in(draft, by=draft.proposer) is False
    assert stored(draft).status == Status.AWAITING_REVIEW
    publishing.recall(draft, by=draft.proposer)
    assert stored(draft).status == Status.DRAFT
    publishing.send_in(draft, by=draft.proposer)
    publishing.return_for_changes(draft, by=make_user(), note="Say more")
    assert (stored(draft).status, stored(draft).message) == (Status.RETURNED, "Say more")
    promise.refresh_from_db()
    assert (promise.status, promise.stage, promise.updated_on) == (Status.PUBLISHED, "", None)
    assert RegisterVersion.current().number == version
    assert [email.template for email in QueuedEmail.objects.all()] == ["sent-in-returned"]


# ---- Organisations that the team trusts


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
def test_what_the_people_of_a_trusted_organisation_send_in_is_public_at_once(status):
    promise, person = make_promise(), make_person()
    make_access(person, make_organisation("Trumpton"))
    Organisation.objects.update(publishes_at_once=True)
    update = make_update(promise, status=status, stage=Stage.DELIVERED, message="Say more")
    assert publishing.send_in(update, by=person) is True
    update.refresh_from_db()
    assert (update.status, update.message) == (Status.PUBLISHED, "")
    assert update.published_at == update.submitted_at
    assert stored(promise).stage == Stage.DELIVERED
    change = make_change(promise, status=Status.DRAFT, title="Ring the bells")
    assert publishing.send_in(change, by=person) is True
    assert stored(promise).title == "Ring the bells"


@pytest.mark.parametrize("ended", [True, False])
def test_trust_counts_only_for_the_organisations_that_the_person_reports_for(ended):
    promise, person = make_promise(), make_person()
    make_organisation("Chigley", publishes_at_once=True)
    make_access(person, "Chigley")
    if ended:
        trusted = make_organisation("Trumpton")
        Organisation.objects.filter(pk=trusted.pk).update(publishes_at_once=True)
        make_access(person, trusted, ended_at=timezone.now())
    update = make_update(promise, status=Status.DRAFT)
    assert publishing.send_in(update, by=person) is False


# ---- Endings


def test_a_published_withdrawal_ends_the_commitment_with_its_public_reason():
    promise, user = make_promise(), make_user()
    update = sent_in(promise, kind="withdrawal", stage="", done="The money is gone.")
    publishing.publish(update, by=user)
    promise.refresh_from_db()
    assert (promise.status, promise.public_note) == (Status.WITHDRAWN, "The money is gone.")
    assert promise.ended_at == stored(update).published_at
    assert not Commitment.objects.open().exists()
    assert Commitment.objects.public().exists()
    assert [event.kind for event in AuditEvent.objects.about(promise)] == ["commitment.withdraw"]


def test_an_update_that_ended_a_commitment_is_not_removed():
    promise, user = make_promise(), make_user()
    update = sent_in(promise, kind="withdrawal", stage="", done="The money is gone.")
    publishing.publish(update, by=user)
    with pytest.raises(MoveRefused):
        publishing.remove_update(update, by=user, note="Oh")
    assert stored(promise).status == Status.WITHDRAWN


def test_a_commitment_of_a_council_that_ended_lapses_when_its_heir_does_not_take_it_on():
    promise = make_promise()
    Organisation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    publish(sent_in(promise, kind="lapse", stage="", done="Nobody carries on."))
    promise.refresh_from_db()
    assert (promise.status, promise.public_note) == (Status.LAPSED, "Nobody carries on.")


def test_nothing_is_sent_in_or_published_about_a_commitment_that_has_ended():
    promise, user = make_promise(), make_user()
    draft = make_update(promise, status=Status.DRAFT)
    waiting = sent_in(promise, proposer=make_person("Miss Lovelace"))
    change = make_change(promise, title="Ring the bells")
    publish(sent_in(promise, kind="withdrawal", stage="", done="The money is gone."))
    with pytest.raises(Stale):
        publishing.send_in(draft, by=draft.proposer)
    for thing in (waiting, change):
        with pytest.raises(Stale):
            publishing.publish(thing, by=user)
        publishing.return_for_changes(thing, by=user, note="It was withdrawn meanwhile")
        assert stored(thing).status == Status.RETURNED


def test_nothing_is_published_about_a_declaration_that_was_withdrawn():
    promise, user = make_promise(), make_user()
    added = make_commitment(
        promise.signature, status=Status.AWAITING_REVIEW, published_at=None, added_at=timezone.now()
    )
    waiting = sent_in(promise)
    moderation.withdraw(promise.signature, by=user, note="They asked")
    for thing in (added, waiting):
        with pytest.raises(Stale):
            publishing.publish(thing, by=user)
        assert stored(thing).status == Status.AWAITING_REVIEW


# ---- Another text than was read


@pytest.mark.parametrize("decide", [publishing.publish, publishing.return_for_changes])
def test_a_text_that_changed_since_it_was_read_is_not_decided_about(decide):
    update = sent_in(make_promise())
    seen = update.changed_at
    publishing.recall(update, by=update.proposer)
    update.done = "Something else"
    update.save()
    publishing.send_in(update, by=update.proposer)
    with pytest.raises(MoveRefused):
        decide(stored(update), by=make_user(), note="", seen=seen)
    assert stored(update).status == Status.AWAITING_REVIEW


# ---- Changed texts


def test_a_changed_text_takes_the_place_of_the_old_one_which_is_kept_as_the_first_version():
    promise = make_promise(partners=["The parish choir"])
    change = make_change(promise, title="Ring the bells", due_on=MAY, partners=[])
    publish(change)
    promise.refresh_from_db()
    assert (promise.title, promise.due_on, promise.partners.count()) == ("Ring the bells", MAY, 0)
    second, first = promise.revisions.history()
    assert (first.number, first.title) == (1, "Answer the phone with a bot")
    assert first.partners == [{"name": "The parish choir", "organisation": None}]
    assert (first.published_at, first.reason) == (promise.published_at, "")
    assert (second.pk, second.number, second.title) == (change.pk, 2, "Ring the bells")
    publish(make_change(promise, title="Ring more bells"))
    assert [one.number for one in promise.revisions.history()] == [3, 2, 1]
    assert promise.revisions.history().first().title == stored(promise).title
    assert "bell" in SearchText.objects.get(commitment=promise).title


def test_a_changed_text_that_is_not_published_changes_nothing():
    promise = make_promise()
    change = make_change(promise, status=Status.DRAFT, title="Ring the bells")
    publishing.send_in(change, by=change.proposer)
    publishing.return_for_changes(change, by=make_user(), note="Why?")
    assert stored(promise).title == "Answer the phone with a bot"
    assert not promise.revisions.history().exists()


def test_partners_that_stay_keep_their_answer_and_one_that_disowned_does_not_come_back():
    chigley, pippin, camberwick = (make_organisation(name) for name in ("Chigley", "Pippin Fort", "Camberwick Green"))
    promise = make_promise(partners=[chigley, pippin, camberwick])
    said = {"answered_at": timezone.now()}
    Partner.objects.filter(organisation=chigley).update(answer="confirmed", **said)
    Partner.objects.filter(organisation=pippin).update(answer="disowned", **said)
    wanted = [{"name": "The new choir", "organisation": None}, {"name": "Pippin", "organisation": pippin.pk}]
    publish(make_change(promise, partners=[*wanted, {"name": "Chigley", "organisation": chigley.pk}]))
    named = [(one.name, one.answer) for one in promise.partners.standing().order_by("position")]
    assert named == [("The new choir", ""), ("Chigley", "confirmed")]
    assert promise.partners.get(organisation=pippin).answer == "disowned"


# ---- Commitments added later


def test_an_added_commitment_is_public_can_be_found_and_its_people_are_asked():
    signature = make_signature("Trumpton")
    make_access(make_person(), make_organisation("Trumpton"))
    added = make_commitment(
        signature, title="Ring the bells", status=Status.AWAITING_REVIEW, published_at=None, added_at=timezone.now()
    )
    assert added not in Commitment.objects.public()
    publish(added)
    added.refresh_from_db()
    assert added in Commitment.objects.standing()
    assert added.asked_on == timezone.localdate()
    assert SearchText.objects.filter(commitment=added).exists()


def test_nobody_hears_of_what_nobody_is_left_to_hear_of():
    update = sent_in(make_promise())
    ProgressUpdate.objects.update(proposer=None)
    publish(update)
    assert not QueuedEmail.objects.exists()
