"""The delivery team decides about what councils send in: with which words, who may, and who came first."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import publishing
from commitments.models import Commitment, ProgressUpdate, Revision, Stage, Status
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion
from signatories import moderation
from signatories.models import Organisation
from tests.commitments.submissions import MODELS, address, answers, make_waiting, queue, review, seen_by, stored, text
from tests.factories import (
    make_commitment,
    make_signature,
    make_update,
    make_user,
    role_of,
)

pytestmark = pytest.mark.django_db

DECISIONS = {"publish": Status.PUBLISHED, "return": Status.RETURNED}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("decision", DECISIONS)
def test_the_email_shown_before_a_decision_is_the_one_that_is_queued(admin_client, moderator, model, decision):
    thing, note = make_waiting(model), "First <line> & more\r\n\r\n- second “line”"
    assert admin_client.get(address(thing, decision)).status_code == 200
    shown = text(admin_client.post(address(thing, decision), answers(thing, note, preview="1")))
    assert stored(thing).status == Status.AWAITING_REVIEW
    assert not QueuedEmail.objects.exists()

    answer = admin_client.post(address(thing, decision), answers(thing, note, confirm="1"))

    assert answer.status_code == 302
    assert stored(thing).status == DECISIONS[decision]
    email = QueuedEmail.objects.about(thing).get()
    assert email.to_address == thing.proposer.email
    assert f"<dd>{email.to_address}</dd>" in shown
    assert f"<dd>{email.subject}</dd>" in shown
    assert f'<pre class="email__body">{email.body}</pre>' in shown
    assert "First <line> & more\n\n- second “line”" in email.body
    event = AuditEvent.objects.about(thing).get()
    assert (event.actor_id, event.note) == (moderator.pk, note.replace("\r\n", "\n"))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("button", ["preview", "confirm"])
def test_returning_needs_a_reason(admin_client, model, button):
    thing = make_waiting(model)
    answer = text(admin_client.post(address(thing, "return"), answers(thing, "  ", **{button: "1"})))
    assert "<title>Error: " in answer
    assert "Say what must change" in answer
    assert stored(thing).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_opening_a_decision_or_pressing_neither_button_decides_nothing(admin_client, model):
    thing = make_waiting(model)
    admin_client.get(address(thing, "publish"))
    admin_client.post(address(thing, "publish"), answers(thing))
    page = text(admin_client.post(address(thing, "publish"), answers(thing, "My words", change="1")))
    assert "My words</textarea>" in page
    assert "Error:" not in page
    assert stored(thing).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_after_a_decision_comes_the_one_that_has_waited_longest(admin_client, model):
    first = make_waiting(model, "Trumpton", days=3)
    oldest, younger = make_waiting(model, "Chigley", days=9), make_waiting(model, "Pippin Fort", days=1)
    order = [first, oldest, younger]
    for thing, following in zip(order, [review(oldest), review(younger), queue(model)], strict=True):
        answer = admin_client.post(address(thing, "publish"), answers(thing, "", confirm="1"))
        assert answer["Location"] == following
    page = text(admin_client.get(queue(model)))
    assert "Nothing else of this kind waits." in page


@pytest.mark.parametrize("model", MODELS)
class TestTwoModerators:
    def test_the_second_is_told_who_did_what(self, admin_client, model):
        thing = make_waiting(model)
        given = answers(thing, "Fine", confirm="1")
        publishing.return_for_changes(thing, by=make_user("windy.miller"), note="Name the tower")
        answer = admin_client.post(address(thing, "publish"), given)
        assert answer.status_code == 409
        page = text(answer)
        assert "returned for changes</strong> by windy.miller" in page
        assert "Name the tower" in page
        assert stored(thing).status == Status.RETURNED
        assert QueuedEmail.objects.count() == 1

    def test_a_second_press_of_ones_own_button_leads_on_and_changes_nothing(self, admin_client, model):
        thing = make_waiting(model)
        given = answers(thing, "", confirm="1")
        pressed = [admin_client.post(address(thing, "publish"), given) for _ in range(2)]
        assert [one.status_code for one in pressed] == [302, 302]
        assert AuditEvent.objects.about(thing).count() == QueuedEmail.objects.about(thing).count() == 1

    def test_a_text_that_changed_since_it_was_read_is_not_decided_about(self, admin_client, model):
        thing = make_waiting(model)
        given = answers(thing, "", confirm="1")
        publishing.recall(thing, by=thing.proposer)
        publishing.send_in(thing, by=thing.proposer)
        assert admin_client.post(address(thing, "publish"), given).status_code == 409
        assert stored(thing).status == Status.AWAITING_REVIEW

    @pytest.mark.parametrize("forged", ["", "yesterday", "2020-01-01T00:00:00", "2020-01-01T00:00:00+00:00"])
    def test_a_decision_without_the_moment_that_was_read_is_not_made(self, admin_client, model, forged):
        thing = make_waiting(model)
        given = answers(thing, "Fine", confirm="1") | {"seen": forged}
        assert admin_client.post(address(thing, "publish"), given).status_code in (200, 409)
        assert stored(thing).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_what_can_no_longer_be_published_is_said_in_words_and_can_be_returned(admin_client, moderator, model):
    thing = make_waiting(model)
    given = answers(thing, "Fine", confirm="1")
    moderation.withdraw(publishing.commitment_of(thing).signature, by=moderator, note="They asked")
    answer = text(admin_client.post(address(thing, "publish"), given))
    assert "nothing can be published about it" in answer
    assert stored(thing).status == Status.AWAITING_REVIEW
    admin_client.post(address(thing, "return"), answers(thing, confirm="1"))
    assert stored(thing).status == Status.RETURNED


@pytest.mark.one_database
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("decision", ["publish", "return", "remove"])
@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_REVIEW, Status.RETURNED, Status.PUBLISHED])
def test_a_decision_can_be_opened_only_where_it_can_be_made(admin_client, model, decision, status):
    public = {"published_at": timezone.now()} if status == Status.PUBLISHED else {}
    if public and model is Revision:
        public["number"] = 2
    thing = make_waiting(model, status=status, **public)
    expected = 409
    if decision == "remove":
        expected = 404 if model is not ProgressUpdate else 200 if status == Status.PUBLISHED else 409
    elif status == Status.AWAITING_REVIEW:
        expected = 200
    assert admin_client.get(address(thing, decision)).status_code == expected
    given = answers(thing, confirm="1")
    assert admin_client.post(address(thing, decision), given).status_code == (302 if expected == 200 else expected)
    assert (f"/decide/{decision}/" in text(admin_client.get(review(thing)))) == (
        expected == 200 and stored(thing).status == status
    )


def test_a_published_update_is_removed_with_a_reason(admin_client):
    update = make_update(make_commitment(make_signature("Trumpton", commitments=0)), stage=Stage.DELIVERED)
    assert "<title>Error: " in text(admin_client.post(address(update, "remove"), answers(update, "", confirm="1")))
    admin_client.post(address(update, "remove"), answers(update, "It names a resident", confirm="1"))
    assert stored(update).status == Status.REMOVED
    assert stored(update.commitment).stage == ""
    [email] = QueuedEmail.objects.all()
    assert "It names a resident" in email.body


def test_an_update_that_ended_a_commitment_offers_no_removal(admin_client, moderator):
    update = make_waiting(ProgressUpdate, kind="withdrawal", stage="", done="The money is gone.")
    publishing.publish(update, by=moderator)
    assert "/decide/remove/" not in text(admin_client.get(review(update)))
    assert admin_client.get(address(update, "remove")).status_code == 409


@pytest.mark.parametrize("model", MODELS)
def test_an_unknown_decision_or_thing_is_not_found(admin_client, model):
    thing = make_waiting(model)
    assert admin_client.get(address(thing, "shred")).status_code == 404
    assert admin_client.get(f"{queue(model)}999999/decide/publish/").status_code == 404


@pytest.mark.parametrize("model", MODELS)
def test_who_may_only_look_decides_nothing(client, model):
    reader = make_user("reader", is_superuser=False)
    role_of(reader).permissions.add(Permission.objects.get(codename=f"view_{model._meta.model_name}"))
    thing = make_waiting(model)
    page = seen_by(reader, client).get(review(thing))
    assert page.status_code == 200
    assert "another permission" in text(page)
    assert "/decide/" not in text(page)
    assert client.get(queue(model)).status_code == 200
    assert client.get(address(thing, "publish")).status_code == 403
    assert client.post(address(thing, "publish"), answers(thing, confirm="1")).status_code == 403
    assert stored(thing).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_who_may_change_decides_and_others_see_nothing(client, model):
    decider = make_user("decider", is_superuser=False)
    role_of(decider).permissions.add(Permission.objects.get(codename=f"change_{model._meta.model_name}"))
    thing = make_waiting(model)
    assert seen_by(decider, client).post(address(thing, "publish"), answers(thing, "", confirm="1")).status_code == 302
    assert stored(thing).status == Status.PUBLISHED
    seen_by(make_user("nobody", is_superuser=False), client)
    assert client.get(queue(model)).status_code == 403
    assert client.get(review(thing)).status_code == 403


def test_a_published_decision_costs_few_queries(admin_client):
    counts = {}
    make_waiting(Revision, "Pippin Fort")
    RegisterVersion.current()
    for number, model in enumerate(MODELS):
        thing = make_waiting(model, f"Council {number}")
        given = answers(thing, "", confirm="1")
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.post(address(thing, "publish"), given).status_code == 302
        asked = [one["sql"] for one in queries if not re.match("SAVEPOINT|RELEASE|BEGIN|COMMIT", one["sql"])]
        counts[model] = len(asked)
    # Seven are the admin's own: who asks, what about, who looks at it, what comes next; and two say that one now looks
    # at that. A decision may cost fifteen and two an email.
    limits = {ProgressUpdate: 7 + 14, Revision: 9 + 14, Commitment: 7 + 12}
    assert {model: count for model, count in counts.items() if count > limits[model]} == {}


def test_an_added_commitment_of_a_council_that_ended_leads_to_what_becomes_of_it(admin_client, moderator):
    added = make_waiting(Commitment)
    publishing.publish(added, by=moderator)
    assert "/succession/" not in text(admin_client.get(review(added)))
    Organisation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert f"/admin/commitments/commitment/{added.pk}/succession/" in text(admin_client.get(review(added)))
