"""Every pair of a status and a move of what councils send in: the table is the law, and all else changes nothing."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from commitments import publishing
from commitments.models import MOVES, Commitment, ProgressUpdate, Revision, Status
from commitments.models.submission import EDITABLE, OPEN
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion
from signatories.models import MoveRefused
from tests.factories import make_commitment, make_person, make_signature, make_update, make_user

pytestmark = pytest.mark.django_db

MODELS = [Commitment, ProgressUpdate, Revision]


def everything():
    """All that a refused move must leave as it was."""
    models = [*MODELS, AuditEvent, QueuedEmail, RegisterVersion]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def make_in(model, status):
    """One of that kind in that status, about a commitment of Trumpton's."""
    promise = make_commitment(make_signature("Trumpton", commitments=0))
    public = {"published_at": timezone.now()} if status not in OPEN else {}
    if model is ProgressUpdate:
        return make_update(promise, status=status, **public)
    if model is Commitment:
        added = {"added_at": timezone.now(), "proposer": make_person(), "status": status, "published_at": None} | public
        return make_commitment(promise.signature, title="Added later", **added)
    number = {"number": 2} if status == Status.PUBLISHED else {}
    change = Revision.of(promise, proposer=make_person(), status=status, reason="Clearer", **public, **number)
    change.title = "Ring the bells"
    change.save()
    return change


def allowed(model, move, status):
    return move in model.MAKES and status in MOVES[move]


def make_move(thing, move, by):
    """The bare move, with what its destination has to say."""
    goes = MOVES[move].get(thing.status)
    changes = {"published_at": timezone.now()} if goes == Status.PUBLISHED else {}
    if goes == Status.PUBLISHED and isinstance(thing, Revision):
        changes["number"] = 7
    thing.move(move, by=by, **changes)


ALLOWED = [pair for pair in product(MODELS, MOVES, Status) if allowed(*pair)]


@pytest.mark.parametrize(("model", "move", "status"), ALLOWED)
def test_a_move_in_the_table_is_made_and_logged_once(model, move, status):
    thing, user = make_in(model, status), make_user()
    make_move(thing, move, user)
    assert thing.status == MOVES[move][status]
    thing.refresh_from_db()
    assert thing.status == MOVES[move][status]
    [event] = AuditEvent.objects.about(thing)
    kind = model._meta.verbose_name.replace(" ", "_")
    assert (event.kind, event.from_status, event.to_status) == (f"{kind}.{move}", status, thing.status)
    assert (event.actor_type, event.actor_id, event.at) == ("localdigital.user", user.pk, thing.changed_at)


@pytest.mark.parametrize(("model", "status"), product(MODELS, Status))
def test_a_move_that_is_not_in_the_table_is_refused_and_changes_nothing(model, status):
    thing, user = make_in(model, status), make_user()
    before = everything()
    for move in (move for move in MOVES if not allowed(model, move, status)):
        with pytest.raises(MoveRefused) as refused:
            make_move(thing, move, user)
        assert refused.value.signature == thing, move
        assert refused.value.signature.status == status, move
        assert everything() == before, move


@pytest.mark.parametrize(("model", "move", "status"), ALLOWED)
def test_a_move_of_one_that_was_moved_meanwhile_is_refused(model, move, status):
    thing, user = make_in(model, status), make_user()
    elsewhere = Status.RETURNED if status != Status.RETURNED else Status.AWAITING_REVIEW
    model.objects.filter(pk=thing.pk).update(status=elsewhere, **({"number": None} if model is Revision else {}))
    before = everything()
    with pytest.raises(MoveRefused) as refused:
        make_move(thing, move, user)
    assert refused.value.signature.status == elsewhere
    assert everything() == before


@pytest.mark.parametrize(("model", "status"), product(MODELS, Status))
def test_only_a_draft_and_a_returned_one_can_be_held_to_change_it(model, status):
    thing = make_in(model, status)
    before = thing.changed_at
    if status in EDITABLE:
        thing.hold()
        assert model.objects.get(pk=thing.pk).changed_at == thing.changed_at > before
    else:
        with pytest.raises(MoveRefused):
            thing.hold()
        assert model.objects.get(pk=thing.pk).changed_at == before


# ---- The decisions: each of each kind in every status

DECISIONS = {
    "send_in": (EDITABLE, lambda thing, user: publishing.send_in(thing, by=thing.proposer)),
    "recall": ({Status.AWAITING_REVIEW}, lambda thing, user: publishing.recall(thing, by=thing.proposer)),
    "publish": ({Status.AWAITING_REVIEW}, lambda thing, user: publishing.publish(thing, by=user)),
    "return": ({Status.AWAITING_REVIEW}, lambda thing, user: publishing.return_for_changes(thing, by=user, note="a")),
}


TAKEN = [
    (model, name, status) for model, name, status in product(MODELS, DECISIONS, Status) if status in DECISIONS[name][0]
]


@pytest.mark.parametrize(("model", "decision", "status"), TAKEN)
def test_a_decision_is_taken_in_its_statuses(model, decision, status):
    thing, user = make_in(model, status), make_user()
    DECISIONS[decision][1](thing, user)
    assert AuditEvent.objects.about(thing).count() == 1


@pytest.mark.parametrize(("model", "status"), product(MODELS, Status))
def test_a_decision_is_refused_in_every_other_status_and_changes_nothing(model, status):
    thing, user = make_in(model, status), make_user()
    before = everything()
    for name, (statuses, decide) in DECISIONS.items():
        if status not in statuses:
            with pytest.raises(MoveRefused):
                decide(model.objects.get(pk=thing.pk), user)
            assert everything() == before, name


@pytest.mark.parametrize("status", Status)
def test_only_a_published_update_is_removed(status):
    update, user = make_in(ProgressUpdate, status), make_user()
    before = everything()
    if status == Status.PUBLISHED:
        publishing.remove_update(update, by=user, note="Not theirs")
        assert ProgressUpdate.objects.get().status == Status.REMOVED
    else:
        with pytest.raises(MoveRefused):
            publishing.remove_update(update, by=user, note="Not theirs")
        assert everything() == before


def test_every_kind_makes_only_moves_of_the_table_and_each_move_is_made_by_some_kind():
    made = {move for model in MODELS for move in model.MAKES}
    assert made == set(MOVES)


# ---- The picture in README


def test_the_diagram_in_the_readme_is_the_table_of_moves():
    readme = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- submission states -->\s*```mermaid\s*\n(.*?)```", readme, re.DOTALL)
    assert block, "README.md has no Mermaid block below <!-- submission states -->"
    drawn = [" ".join(line.split()) for line in block[1].splitlines() if "-->" in line and "[*]" not in line]
    table = {f"{a.name} --> {b.name}: {move}" for move, steps in MOVES.items() for a, b in steps.items()}
    assert sorted(drawn) == sorted(table)
