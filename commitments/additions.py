"""Adding a commitment to a document after it was signed: its people write it, the delivery team publishes it."""

from django.db import transaction
from django.utils import timezone

from commitments import publishing
from commitments.models import Commitment
from localdigital.models import AuditEvent
from signatories.models import MoveRefused, Signature
from signatories.signup.forms import MOST_COMMITMENTS
from signatories.signup.questions import first_unanswered, mean


class TooMany(Exception):
    """The document holds as many commitments as it can."""


class Unfinished(Exception):
    """A question is not answered well (any more): `question`, the first of them."""

    def __init__(self, question):
        self.question = question
        super().__init__(f"{question.slug} is missing")


@transaction.atomic
def begin(signature, *, by, now=None):
    """A new commitment of a published document; the one that has no title yet if this Person has begun one, so that a
    double click adds one. Raises TooMany, and Stale when the document stands no longer."""
    now = now or timezone.now()
    held = Signature.objects.select_for_update().get(pk=signature.pk)  # two at once take turns
    if not held.is_standing:
        raise publishing.Stale
    untitled = held.commitments.editable_by(by).filter(title="", added_at__isnull=False).first()
    if untitled:
        return untitled
    positions = list(held.commitments.values_list("position", flat=True))
    if len(positions) >= MOST_COMMITMENTS:
        raise TooMany
    position = max(positions, default=0) + 1
    return Commitment.objects.create(signature=held, position=position, added_at=now, changed_at=now, proposer=by)


@transaction.atomic
def answer(commitment, question, answers, *, now=None):
    """Store the answers to one question. Raises MoveRefused once it was sent in."""
    commitment.hold(now)
    question.save(commitment, answers)


@transaction.atomic
def say_whom_partners_mean(commitment, meanings, *, now=None):
    """Say which organisation each partner's name means, given as pairs; None keeps a name as it was typed."""
    commitment.hold(now)
    for partner, organisation in meanings:
        mean(partner, organisation)


@transaction.atomic
def send_in(commitment, *, by, now=None):
    """Send the commitment in. Returns whether it is public. Raises Unfinished, MoveRefused and Stale."""
    now = now or timezone.now()
    commitment.hold(now)
    missing = first_unanswered(commitment)
    if missing:
        raise Unfinished(missing)
    return publishing.send_in(commitment, by=by, now=now)


@transaction.atomic
def recall(commitment, *, by, now=None):
    """Take it back from the delivery team; whoever does that goes on with it."""
    publishing.recall(commitment, by=by, now=now, proposer=by)


@transaction.atomic
def delete_draft(commitment, *, by, now=None):
    """Delete a commitment that was not sent in, or was returned. Raises MoveRefused when it is not with its council."""
    if commitment.added_at is None:
        raise MoveRefused("delete", commitment)  # those that were signed go with their document
    commitment.hold(now)
    AuditEvent.record(
        "commitment.delete_draft", commitment, by=by, at=now, from_status=commitment.status,
        signature=commitment.signature_id,
    )  # fmt: skip
    commitment.delete()
