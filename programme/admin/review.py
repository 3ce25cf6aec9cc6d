"""What a moderator sees of one thing that is offered: all of it, who sent it in, what needs care, and its history."""

from django.utils import timezone

from commitments.models import Status
from commitments.models.submission import OPEN
from localdigital import team_notes
from localdigital.govuk.writing import listed
from localdigital.models import Reason
from programme import emails
from programme.missing import what_is_missing
from programme.shown import parts_of
from signatories.admin.correspondence import panel
from signatories.admin.deciding import asked_here, since_last_read
from signatories.admin.queueing import neighbours
from signatories.admin.records import records_of
from signatories.cautions import Check, personal_data
from signatories.models import Access

from .decisions import possible_decisions, queue_of
from .reading import read


def review_context(request, thing):
    """Everything that the review page shows; the thing is loaded as its admin loads it, with its neighbours."""
    may_decide = request.user.has_perm(f"programme.change_{thing._meta.model_name}")
    what, waits = emails.in_words(thing), thing.status == Status.AWAITING_REVIEW
    records = _records(thing, [Reason.Decision.RETURN_OFFER] if waits else [])
    parts, bodies = parts_of(thing), list(thing.organisations.all())
    sender = _reports_for(thing)
    checked = list(_checks(thing, sender, parts)) if thing.status in OPEN else []
    decisions = possible_decisions(thing) if may_decide else []
    return {
        "title": f"{what[0].upper()}{what[1:]}: {thing.title or 'without a title'}",
        "queue": queue_of(type(thing)),
        "thing": thing,
        "parts": list(read(thing, parts)),
        "organisations": listed(one.official_name for one in bodies) or "The delivery team",
        "cautions": [one.sentence for one in checked if one.needs_care],
        "passed": [one.sentence for one in checked if not one.needs_care],
        "changed": since_last_read(thing, parts, records.events) if waits else None,
        "sender": sender,
        "history": records.events,
        "emails": panel(request, thing, records.emails),
        "team_notes": team_notes.panel(request, thing, notes=records.notes),
        "asked": asked_here(thing, decisions, records.reasons) if waits else [],
        "decisions": [] if waits else decisions,
        "may_decide": may_decide,
        "names_partners": False,
        **neighbours(request, thing),
    }


def _records(thing, reasons):
    records, statuses = records_of(thing, reasons=reasons), dict(Status.choices)
    for event in records.events:
        event.before, event.after = statuses.get(event.from_status, ""), statuses.get(event.to_status, "")
    return records


def _reports_for(thing):
    """The organisations for which the one who sent it in reports today."""
    if thing.proposer_id is None:
        return []
    accesses = Access.objects.in_force(timezone.localdate()).filter(person=thing.proposer_id)
    return [one.organisation for one in accesses.select_related("organisation")]


def _checks(thing, sender, parts):
    bodies = set(thing.organisations.all())
    if thing.proposer_id is None:
        yield Check("The delivery team wrote it.")
    elif not thing.proposer.email:
        yield Check("Who sent this in is no longer known here: nobody will be emailed.", True)
    elif bodies & set(sender):
        yield Check(f"{thing.proposer} reports for an organisation whose it is.")
    else:
        yield Check(f"{thing.proposer} reports for no organisation whose it is today.", True)
    strangers = [one.official_name for one in thing.organisations.all() if one not in sender]
    if thing.proposer_id and strangers:
        yield Check(f"It names organisations for which they do not report: {listed(strangers)}.", True)
    lacks = list(what_is_missing(thing))
    if lacks:
        yield Check(f"It is not complete: {'; '.join(lacks)}.", True)
    texts = [part.get("text") or " ".join(part.get("entries", [])) for part in parts]
    yield personal_data([("it", texts)])
