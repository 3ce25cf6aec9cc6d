"""A successor's people say why nobody takes a commitment on: sent in like a progress update, and the end of it."""

from django.db import transaction
from django.utils import timezone

from commitments import publishing
from commitments.council.drafts import open_update
from commitments.models import Commitment, ProgressUpdate


def asked_to_lapse(commitment, person):
    """What this Person has sent in, or was given back, about letting the commitment lapse; or None."""
    return open_update(commitment, person, ProgressUpdate.Kind.LAPSE)


@transaction.atomic
def ask_to_lapse(commitment, reason, *, by, now=None):
    """Send in why nobody takes the commitment on. Returns whether it lapsed at once.

    Raises Stale when it has ended or somebody answers for it, and MoveRefused when this was sent in already.
    """
    now = now or timezone.now()
    held = Commitment.objects.held(commitment.pk)  # a double click: the two take turns
    answers = {"done": reason, "reported_on": timezone.localdate(now)}
    update = asked_to_lapse(held, by)
    if update is None:
        kind = ProgressUpdate.Kind.LAPSE
        update = ProgressUpdate.objects.create(commitment=held, kind=kind, proposer=by, changed_at=now, **answers)
    else:
        update.hold(now)
        update.commitment = held
        ProgressUpdate.objects.filter(pk=update.pk).update(**answers)
        update.done, update.reported_on = reason, answers["reported_on"]
    return publishing.send_in(update, by=by, now=now, held=held)
