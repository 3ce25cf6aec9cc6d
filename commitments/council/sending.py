"""Check an update and send it in; take it back, or delete it. The same for a report and for a withdrawal."""

from contextlib import suppress

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commitments import publishing
from commitments.council import drafts
from commitments.council.access import TOO_LATE, for_update, while_unfinished
from commitments.models import Status
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from signatories.models import MoveRefused

SENT_AN_HOUR = 60


@while_unfinished
def check(request, update):
    """Check your answers; its button sends them in."""
    if request.method == "POST":
        if not within_limit("send in", request.person.pk, limit=SENT_AN_HOUR):
            return too_many_requests(request)
        return _send_in(request, update)
    deliverables = drafts.deliverables_of(update.commitment, update)
    page = {
        "update": update,
        "commitment": update.commitment,
        "deliverables": deliverables,
        "delivered": [one for one in deliverables if one.is_ticked],
        "links": list(update.evidence.all()),
        "at_once": publishing.publishes_at_once(update.commitment, request.person, timezone.localdate()),
    }
    return render(request, "account/update_check.html", page)


def _send_in(request, update):
    with suppress(MoveRefused):  # a double click: the first one sent it in
        publishing.send_in(update, by=request.person)
    return redirect("council_update_sent", update.pk)


@for_update
def sent(request, update):
    """The confirmation: it is public, or the delivery team reads it first. Later, where it stands."""
    if update.is_editable and update.commitment.is_standing:
        return redirect("council_update_check", update.pk)
    waits = update.status == Status.AWAITING_REVIEW and update.commitment.is_standing
    if not waits and update.status != Status.PUBLISHED:
        return redirect("council_commitment", pk=update.commitment_id)
    prefetch_related_objects([update], "evidence")
    return render(request, "account/update_sent.html", {"update": update, "commitment": update.commitment})


@require_POST
@for_update
def recall(request, update):
    """Take it back from the delivery team to change it."""
    try:
        publishing.recall(update, by=request.person)
        messages.success(request, "You can change it now. Send it again when you are done.")
    except MoveRefused:
        messages.error(request, TOO_LATE)
    return redirect("council_update_sent", update.pk)


@while_unfinished
def delete(request, update):
    """Delete what was begun, after asking once."""
    if request.method == "POST":
        drafts.delete(update, by=request.person)
        messages.success(request, "It has been deleted")
        return redirect("council_commitment", pk=update.commitment_id)
    return render(request, "account/update_delete.html", {"update": update, "commitment": update.commitment})
