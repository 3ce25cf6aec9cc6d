"""What a moderator sees of one thing that a council sent in: all of it, what it would change, who sent it in, what
needs care, and its history."""

from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from commitments import differences, emails
from commitments.models import Commitment, Partner, ProgressUpdate, Revision, Status
from commitments.models.submission import OPEN
from commitments.publishing import ENDS, commitment_of
from commitments.rewording import current_text
from commitments.shown import parts_of
from localdigital import team_notes
from localdigital.govuk.writing import date, listed, prose
from localdigital.models import Reason
from signatories.admin.correspondence import panel
from signatories.admin.deciding import asked_here, since_last_read
from signatories.admin.queueing import neighbours
from signatories.admin.records import records_of

from .checking import checks, who_sent_in
from .decisions import possible_decisions, queue_of


def review_context(request, thing):
    """Everything that the review page shows; the thing is loaded as its admin loads it, with its neighbours."""
    commitment = commitment_of(thing)
    may_decide = request.user.has_perm(f"commitments.change_{thing._meta.model_name}")
    what, waits = emails.in_words(thing), thing.status == Status.AWAITING_REVIEW
    records = _records(thing, [Reason.Decision.RETURN_SUBMISSION] if waits else [])
    document = shown(thing, commitment)
    sender = who_sent_in([thing])[thing.pk]
    checked = list(checks(thing, sender)) if thing.status in OPEN else []
    decisions = possible_decisions(thing) if may_decide else []
    return {
        "title": f"{what[0].upper()}{what[1:]}: {commitment.title}",
        "queue": queue_of(thing),
        "thing": thing,
        "what": what,
        "commitment": commitment,
        "organisations": listed(one.organisation.official_name for one in commitment.signature.signatories.all()),
        "document": document,
        "changes": _changes(thing, commitment) if thing.status in OPEN else [],
        "cautions": [one.sentence for one in checked if one.needs_care],
        "passed": [one.sentence for one in checked if not one.needs_care],
        "changed": since_last_read(thing, parts_of(thing), records.events) if waits else None,
        "sender": sender,
        "history": records.events,
        "emails": panel(request, thing, records.emails),
        "team_notes": team_notes.panel(request, thing, notes=records.notes),
        "asked": asked_here(thing, decisions, records.reasons) if waits else [],
        "decisions": [] if waits else decisions,
        "may_decide": may_decide,
        "names_partners": not isinstance(thing, ProgressUpdate),
        **neighbours(request, thing),
    }


def _records(thing, reasons):
    """What is written down about it, in words."""
    records, statuses = records_of(thing, reasons=reasons), dict(Status.choices)
    for event in records.events:
        event.before, event.after = statuses.get(event.from_status, ""), statuses.get(event.to_status, "")
    return records


# ---- What was sent in


def shown(thing, commitment):
    """It as the public will read it; of a changed text, what it changes."""
    if isinstance(thing, Revision):
        return _difference(thing, commitment)
    if isinstance(thing, ProgressUpdate):
        prefetch_related_objects([thing], "evidence", "delivered")
        prefetch_related_objects([commitment], "deliverables")
        context = {"update": thing, "commitment": commitment, "newly": _newly(thing) if thing.status in OPEN else []}
        return mark_safe(render_to_string("commitments/_update.html", context))
    partners = Prefetch("partners", queryset=Partner.objects.select_related("organisation"))
    prefetch_related_objects([thing], "deliverables", "principles", partners)
    return mark_safe(render_to_string("commitments/_details.html", {"commitment": thing}))


def _difference(revision, commitment):
    """An open change is compared with the text as it is now, a published one with the version before it."""
    prefetch_related_objects([commitment], "partners")
    before = None
    if revision.status in OPEN:
        before = current_text(commitment)
    elif revision.number and revision.number > 1:
        before = commitment.revisions.history().filter(number=revision.number - 1).first()
    if before is None:
        rows = (("Title", revision.title), ("Mission", prose(revision.mission)), ("Impact", prose(revision.impact)))
        return format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
    changed = differences.of_revisions(before, revision)
    if not changed:
        return "Nothing is different from the text as it is now."
    rows = (
        (one.label, mark_safe(f' lang="{commitment.language}"') if commitment.language != "en" else "", one.html)
        for one in changed
    )
    return format_html_join("", "<dt>{}</dt><dd{}>{}</dd>", rows)


def _newly(update):
    return [one for one in update.delivered.all() if one.delivered_on is None]


# ---- What would become of the commitment


def _changes(thing, commitment):
    """Sentences that say what publishing it changes, beside what it says itself."""
    if isinstance(thing, Revision):
        return []
    if isinstance(thing, Commitment):
        return ["It is added to the commitments of this declaration. What was signed stays as it was signed."]
    if thing.kind in ENDS:
        end = "withdrawn" if thing.kind == ProgressUpdate.Kind.WITHDRAWAL else "lapsed"
        return [f"The commitment becomes {end}. What it says is shown to the public as the reason."]
    newest = thing.newest_report
    if newest and newest > thing.reported_on:
        newer = f"A report of {date(newest)} is public already"
        return [f"{newer}: this one joins the timeline, and stage and deliverables stay as the newer one says."]
    ticked = set(thing.delivered.all())
    unticked = [one.text for one in commitment.deliverables.all() if one.delivered_on and one not in ticked]
    before, after = commitment.get_stage_display() or "no stage yet", thing.get_stage_display()
    changes = [f"Stage: {before} → {after}" if before != after else f"Stage: stays {after}"]
    changes += [f"Newly delivered: {one.text}" for one in _newly(thing)]
    return changes + [f"No longer delivered: {text}" for text in unticked]
