"""What a council's people write in a progress update before they send it in.

Each function holds the commitment first, so that two at once take turns: a double click makes one update, and none is
begun while another of the same Person waits to be read.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from commitments import publishing
from commitments.council.forms import MOST_EVIDENCE
from commitments.models import Commitment, Evidence, ProgressUpdate
from commitments.models.submission import OPEN
from commitments.publishing import Stale
from localdigital.models import AuditEvent
from signatories.models import MoveRefused

Kind = ProgressUpdate.Kind


class TooMany(Exception):
    """An update holds as many links as it can."""


class ReportWaits(Exception):
    """What this Person reported waits to be read: that is the news of the commitment."""


class SaidToday(Exception):
    """It was said today already, by them or a colleague."""


def open_update(commitment, person, kind=Kind.REPORT):
    """The update of that kind that this Person has begun, or sent in and hears of no decision yet; or None."""
    return commitment.updates.filter(proposer=person, kind=kind, status__in=OPEN).order_by("-pk").first()


def open_withdrawal(commitment, person):
    """The withdrawal that anyone has sent in and hears of no decision yet, else the one this Person began; or None."""
    said = list(commitment.updates.under_way(person).filter(kind=Kind.WITHDRAWAL))
    return min(said, key=lambda one: one.is_editable, default=None)


def deliverables_of(commitment, update):
    """What the commitment will produce: each `is_ticked` where the update says that it is delivered."""
    ticked = update.delivered.through.objects.filter(progressupdate=update, deliverable=OuterRef("pk"))
    return list(commitment.deliverables.annotate(is_ticked=Exists(ticked)))


@transaction.atomic
def save_report(commitment, answers, *, by, now=None):
    """Keep what this Person reports, as their one unfinished update of the commitment. Returns it.

    Raises Stale when the commitment stands no longer, and MoveRefused when an update of theirs waits to be read.
    """
    answers = dict(answers)
    delivered = answers.pop("delivered", [])
    update = _save(commitment, Kind.REPORT, answers, by, now or timezone.now())
    update.delivered.set(delivered)
    return update


@transaction.atomic
def save_withdrawal(commitment, reason, *, by, now=None):
    """Keep why this Person withdraws the commitment, to be checked and sent in. Raises what `save_report` raises."""
    now = now or timezone.now()
    return _save(commitment, Kind.WITHDRAWAL, {"done": reason, "reported_on": timezone.localdate(now)}, by, now)


def _save(commitment, kind, answers, by, now):
    _hold(commitment)
    update = open_update(commitment, by, kind)
    if update is None:
        return ProgressUpdate.objects.create(commitment=commitment, kind=kind, proposer=by, changed_at=now, **answers)
    # Guarded like a move: it may be sent in or deleted in another window while this one is kept.
    if not ProgressUpdate.objects.editable_by(by).filter(pk=update.pk).update(changed_at=now, **answers):
        raise MoveRefused("edit", update)
    return update


def _hold(commitment):
    """Keep everyone else from this commitment until the transaction ends. Raises Stale when it stands no longer."""
    held = Commitment.objects.held(commitment.pk)
    if not held.is_standing:
        raise Stale
    return held


@transaction.atomic
def no_change(commitment, *, by, now=None):
    """Say that nothing has changed, for anyone to read at once.

    Raises Stale when nothing more is expected of the commitment, ReportWaits and SaidToday.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    held = _hold(commitment)
    if not held.is_open:
        raise Stale
    if held.updates.awaiting_review().filter(proposer=by, kind=Kind.REPORT).exists():
        raise ReportWaits
    if held.updates.published().filter(kind=Kind.NO_CHANGE, reported_on=today).exists():
        raise SaidToday
    said = ProgressUpdate.objects.create(
        commitment=held, kind=Kind.NO_CHANGE, stage=held.stage, reported_on=today, proposer=by, changed_at=now
    )
    publishing.send_in(said, by=by, now=now, held=held)
    return said


@transaction.atomic
def add_evidence(update, *, title, url, kind, now=None):
    """Add a link to an update that can be changed. The same address again adds nothing. Raises TooMany."""
    update.hold(now)
    links = list(update.evidence.all())
    if url in [link.url for link in links]:
        return
    if len(links) >= MOST_EVIDENCE:
        raise TooMany
    last = max((link.position for link in links), default=0)
    Evidence.objects.create(update=update, position=last + 1, title=title, url=url, kind=kind)


@transaction.atomic
def remove_evidence(update, link_id, *, now=None):
    """Take a link out of an update that can be changed. Twice changes nothing."""
    update.hold(now)
    update.evidence.filter(pk=link_id).delete()


@transaction.atomic
def delete(update, *, by, now=None):
    """Delete an update that this Person does not want to send in."""
    now = now or timezone.now()
    update.hold(now)
    AuditEvent.record(
        "progress_update.delete", update, by=by, at=now, from_status=update.status, commitment=update.commitment_id
    )
    update.delete()
