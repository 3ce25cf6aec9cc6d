"""Every pair of a status and a move: the table of moves is the law, and what it does not allow changes nothing."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, RegisterVersion
from signatories import moderation, signoff
from signatories.models import Signatory, Signature
from signatories.models.signature import EDITABLE, LIVE, MOVES, PUBLIC, AlreadySigned, MoveRefused, Status
from signatories.signup import changes, submission
from tests.factories import make_organisation, make_person, make_signature, make_user

pytestmark = pytest.mark.django_db

AUTHORITY = "Telephoned the switchboard"


def everything():
    """All that a refused move must leave as it was."""
    models = [Signature, Signatory, AuditEvent, QueuedEmail, EmailedLink, RegisterVersion]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def allowed(move, status):
    return status == Status.REMOVED if move == "restore" else status in MOVES[move]


def make_in(status, move=""):
    """A signature in that status, of a preparer who signs; a paper one where the move is for those."""
    signature = make_signature("Trumpton", "Chigley", status=status)
    if move == "record_paper" and status == Status.DRAFT:
        Signature.objects.filter(pk=signature.pk).update(preparer=None, source_note="Seen on paper")
        signature.refresh_from_db()
    return signature


def make_move(signature, move, by):
    """The bare move, with what its destination has to say."""
    dates = {"published_at": timezone.now()} if move in ("publish", "record_paper") else {}
    signature.move(move, by=by, **dates)


@pytest.mark.parametrize(("move", "status"), [(m, s) for m, s in product(MOVES, Status) if allowed(m, s)])
def test_a_move_in_the_table_is_made_logged_and_keeps_live_true_to_the_status(move, status):
    signature, user = make_in(status), make_user()
    expected = Status.PUBLISHED if move == "restore" else MOVES[move][status]
    make_move(signature, move, user)

    assert signature.status == expected
    signature.refresh_from_db()
    assert signature.status == expected
    assert {one.live for one in signature.signatories.all()} == {expected in LIVE}
    [event] = AuditEvent.objects.about(signature)
    assert (event.kind, event.from_status, event.to_status) == (f"signature.{move}", status, expected)
    assert (event.actor_type, event.actor_id, event.at) == ("localdigital.user", user.pk, signature.changed_at)


@pytest.mark.parametrize("status", Status)
def test_a_move_that_is_not_in_the_table_is_refused_and_changes_nothing(status):
    signature, user = make_in(status), make_user()
    before = everything()
    for move in (move for move in MOVES if not allowed(move, status)):
        with pytest.raises(MoveRefused) as refused:
            make_move(signature, move, user)
        assert refused.value.signature.status == status, move
        assert everything() == before, move


@pytest.mark.parametrize(("move", "status"), [(m, s) for m, s in product(MOVES, Status) if allowed(m, s)])
def test_a_move_from_a_status_that_is_no_longer_so_is_refused(move, status):
    signature, user = make_in(status), make_user()
    elsewhere = Status.REJECTED if status != Status.REJECTED else Status.DRAFT
    Signature.objects.filter(pk=signature.pk).update(status=elsewhere, status_before_removal="")
    before = everything()
    with pytest.raises(MoveRefused) as refused:
        make_move(signature, move, user)
    assert refused.value.signature.status == elsewhere
    assert everything() == before


@pytest.mark.parametrize("was", [Status.PUBLISHED, Status.WITHDRAWN])
def test_restoring_goes_back_to_the_status_before_and_to_no_other(was):
    signature, user = make_in(was), make_user()
    signature.move("remove", by=user)
    assert signature.status_before_removal == was
    assert not signature.signatories.filter(live=True).exists()
    signature.move("restore", by=user)
    signature.refresh_from_db()
    assert (signature.status, signature.status_before_removal) == (was, "")
    assert {one.live for one in signature.signatories.all()} == {was in LIVE}


def test_a_removed_one_is_not_restored_when_its_organisation_has_signed_again_since():
    user, removed = make_user(), make_in(Status.REMOVED)
    make_signature("Trumpton", status=Status.PUBLISHED)
    before = everything()
    with pytest.raises(AlreadySigned) as refused:
        moderation.restore(removed, by=user)
    assert [one.organisation.name for one in refused.value.signatories] == ["Trumpton"]
    assert everything() == before


def test_a_signatory_that_withdrew_stays_without_a_live_signature_whatever_the_move():
    signature, user = make_in(Status.AWAITING_REVIEW), make_user()
    signature.signatories.filter(organisation__name="Chigley").update(live=False, withdrawn_at=timezone.now())
    signature.move("publish", by=user, published_at=timezone.now())
    signature.move("remove", by=user)
    signature.move("restore", by=user)
    assert {one.organisation.name: one.live for one in signature.signatories.all()} == {
        "Trumpton": True,
        "Chigley": False,
    }


# ---- The decisions, which are the only callers: each in every status


def sign_as_asked(signature, person):
    signoff.sign(signature, by=person, shown=signoff.seal(signature, signoff.asked_of(signature, person)))


DECISIONS = {
    "submit": (EDITABLE, lambda s, p, u: submission.submit(s, by=p)),
    "recall": ({Status.AWAITING_SIGN_OFF}, lambda s, p, u: submission.recall(s, by=p)),
    "delete_draft": ({Status.DRAFT}, lambda s, p, u: submission.delete_draft(s, by=p)),
    "sign": ({Status.AWAITING_SIGN_OFF}, lambda s, p, u: sign_as_asked(s, p)),
    "decline": ({Status.AWAITING_SIGN_OFF}, lambda s, p, u: signoff.decline(s, by=p, reason="No")),
    "lapse": ({Status.AWAITING_SIGN_OFF}, lambda s, p, u: signoff.lapse(s)),
    "ask_again": ({Status.AWAITING_SIGN_OFF}, lambda s, p, u: signoff.ask_again(s, p, by=p)),
    "publish": ({Status.AWAITING_REVIEW}, lambda s, p, u: moderation.publish(s, by=u, authority=AUTHORITY)),
    "return_for_changes": ({Status.AWAITING_REVIEW}, lambda s, p, u: moderation.return_for_changes(s, by=u, note="a")),
    "reject": ({Status.AWAITING_REVIEW}, lambda s, p, u: moderation.reject(s, by=u, note="Spam")),
    "record_paper": ({Status.DRAFT}, lambda s, p, u: moderation.record_paper(s, by=u)),
    "withdraw": ({Status.PUBLISHED}, lambda s, p, u: moderation.withdraw(s, by=u, note="They asked")),
    "remove": ({Status.PUBLISHED, Status.WITHDRAWN}, lambda s, p, u: moderation.remove(s, by=u, note="Not real")),
    "restore": ({Status.REMOVED}, lambda s, p, u: moderation.restore(s, by=u)),
    "organisation.add": (EDITABLE, lambda s, p, u: changes.add_organisation(s, make_organisation("Pontypandy"))),
    "propose_organisation": (EDITABLE, lambda s, p, u: changes.propose_organisation(s, name="New", website="http://a")),
    "remove_organisation": (EDITABLE, lambda s, p, u: changes.remove_organisation(s, s.signatories.first())),
    "set_signer": (
        EDITABLE,
        lambda s, p, u: changes.set_signer(s, s.signatories.first(), person=p, name="Me", job_title="Clerk"),
    ),
    "add_commitment": (EDITABLE, lambda s, p, u: changes.add_commitment(s)),
    "move_commitment": (EDITABLE, lambda s, p, u: changes.move_commitment(s, s.commitments.first(), up=False)),
    "remove_commitment": (EDITABLE, lambda s, p, u: changes.remove_commitment(s, s.commitments.first())),
}


TAKEN = [(name, status) for name, status in product(DECISIONS, Status) if status in DECISIONS[name][0]]


@pytest.mark.parametrize(("decision", "status"), TAKEN)
def test_a_decision_is_taken_in_its_statuses(decision, status):
    signature, person, user = make_in(status, decision), make_person(), make_user()
    make_organisation("Pontypandy")
    before = everything()
    DECISIONS[decision][1](signature, person, user)
    assert everything() != before


@pytest.mark.parametrize("status", Status)
def test_a_decision_is_refused_in_every_other_status_and_changes_nothing(status):
    signature, person, user = make_in(status), make_person(), make_user()
    make_organisation("Pontypandy")
    before = everything()
    for name, (statuses, decide) in DECISIONS.items():
        if status not in statuses:
            with pytest.raises(MoveRefused):
                decide(Signature.objects.get(pk=signature.pk), person, user)
            assert everything() == before, name


def test_every_move_of_the_table_is_made_by_a_decision():
    made = set()
    folder = Path(settings.BASE_DIR) / "signatories"
    for file in (folder / "moderation.py", folder / "signoff.py", folder / "signup" / "submission.py"):
        made |= set(re.findall(r'(?:\.move\(|_decide\(signature, )"(\w+)"', file.read_text(encoding="utf-8")))
    assert made == set(MOVES)


def test_no_other_file_sets_a_status():
    offenders = []
    for package in ("localdigital", "signatories", "commitments"):
        for file in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            if "migrations" in file.parts or file.name in ("signature.py", "commitment.py"):
                continue
            if re.search(r"\bstatus=Status\.\w+\)?\.?(?:save|update)|\.status = ", file.read_text(encoding="utf-8")):
                offenders.append(str(file))
            if re.search(r"\.update\([^)]*\bstatus=", file.read_text(encoding="utf-8")):
                offenders.append(str(file))
    assert offenders == []


def test_what_is_live_public_and_editable_is_told_apart_as_promised():
    assert {Status.AWAITING_SIGN_OFF, Status.AWAITING_REVIEW, Status.RETURNED, Status.PUBLISHED} == LIVE
    assert {Status.PUBLISHED, Status.WITHDRAWN} == PUBLIC
    assert {Status.DRAFT, Status.RETURNED} == EDITABLE


# ---- The picture in README


def moves_as_drawn():
    """The lines of the diagram that the table of moves makes."""
    lines = {f"{a.name} --> {b.name}: {move}" for move, steps in MOVES.items() for a, b in steps.items()}
    before_removal = MOVES["remove"]
    return lines | {f"{Status.REMOVED.name} --> {status.name}: restore" for status in before_removal}


def test_the_diagram_in_the_readme_is_the_table_of_moves():
    readme = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- states -->\s*```mermaid\s*\n(.*?)```", readme, re.DOTALL)
    assert block, "README.md has no Mermaid block below <!-- states -->"
    drawn = {" ".join(line.split()) for line in block[1].splitlines() if "-->" in line and "[*]" not in line}
    assert drawn == moves_as_drawn()
