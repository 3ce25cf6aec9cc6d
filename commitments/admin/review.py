"""What a moderator sees of one thing that a council sent in: all of it, what it would change, who sent it in, what
needs care, and its history."""

from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from commitments import differences, emails
from commitments.models import Adoption, Commitment, Partner, ProgressUpdate, Revision, Status
from commitments.models.submission import OPEN
from commitments.publishing import ENDS, commitment_of
from commitments.rewording import current_text, disowned
from localdigital.govuk.writing import date, listed, prose
from localdigital.models import AuditEvent
from signatories.admin.correspondence import panel
from signatories.admin.log import kind_in_words, name_all
from signatories.models import Access

from .decisions import possible_decisions, queue_of


def review_context(request, thing):
    """Everything that the review page shows; the thing is loaded as its queue loads it."""
    commitment = commitment_of(thing)
    reports_for, answers = _who_sent_it_in(thing, commitment)
    may_decide = request.user.has_perm(f"commitments.change_{thing._meta.model_name}")
    what = emails.in_words(thing)
    is_open = thing.status in OPEN
    return {
        "title": f"{what[0].upper()}{what[1:]}: {commitment.title}",
        "queue": queue_of(thing),
        "thing": thing,
        "what": what,
        "commitment": commitment,
        "organisations": listed(one.organisation.official_name for one in commitment.signature.signatories.all()),
        "document": _shown(thing, commitment),
        "changes": _changes(thing, commitment) if is_open else [],
        "cautions": list(_cautions(thing, commitment, answers)) if is_open else [],
        "reports_for": reports_for,
        "answers": answers,
        "history": _history_of(thing),
        "emails": panel(request, thing),
        "decisions": possible_decisions(thing) if may_decide else [],
        "may_decide": may_decide,
    }


# ---- What was sent in


def _shown(thing, commitment):
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
    reports = ProgressUpdate.objects.timeline().filter(commitment=commitment, kind=ProgressUpdate.Kind.REPORT)
    newest = reports.values_list("reported_on", flat=True).first()
    if newest and newest > thing.reported_on:
        newer = f"A report of {date(newest)} is public already"
        return [f"{newer}: this one joins the timeline, and stage and deliverables stay as the newer one says."]
    ticked = set(thing.delivered.all())
    unticked = [one.text for one in commitment.deliverables.all() if one.delivered_on and one not in ticked]
    before, after = commitment.get_stage_display() or "no stage yet", thing.get_stage_display()
    changes = [f"Stage: {before} → {after}" if before != after else f"Stage: stays {after}"]
    changes += [f"Newly delivered: {one.text}" for one in _newly(thing)]
    return changes + [f"No longer delivered: {text}" for text in unticked]


# ---- Who sent it in, and what needs care


def _who_sent_it_in(thing, commitment):
    """The organisations that they report for today, and whether one of those answers for the commitment."""
    if thing.proposer is None:
        return [], False
    today = timezone.localdate()
    accesses = Access.objects.in_force(today).filter(person=thing.proposer).select_related("organisation")
    mine = {access.organisation_id: access.organisation for access in accesses}
    signed = {one.organisation_id for one in commitment.signature.signatories.all() if one.withdrawn_at is None}
    answers = bool(mine.keys() & signed)
    if mine and not answers:
        answers = Adoption.objects.filter(commitment=commitment, organisation__in=mine).exists()
    return list(mine.values()), answers


def _cautions(thing, commitment, answers):
    """Sentences: what a moderator should look at before publishing it."""
    if thing.proposer is None or not thing.proposer.email:
        yield "Who sent this in is no longer known here: nobody will be emailed."
    elif not answers and getattr(thing, "kind", "") != ProgressUpdate.Kind.LAPSE:
        yield f"{thing.proposer} reports for no organisation that answers for this commitment today."
    stands = commitment.signature.is_standing and (thing == commitment or commitment.status == Status.PUBLISHED)
    if not stands:
        yield "The commitment or its declaration has ended: this can no longer be published, only returned."
    if isinstance(thing, Revision):
        none = disowned(commitment)
        named = [one["name"] for one in thing.partners if one["organisation"] in none]
        if named:
            yield f"{listed(named)} said of being named: not a partner. The public page will not name it."
    if isinstance(thing, Commitment):
        unknown = [one.name for one in thing.partners.all() if one.organisation is None]
        if unknown:
            yield f"Partners that the register does not know: {listed(unknown)}."


def _history_of(thing):
    """Everything that happened to it, oldest first, with names and words for statuses."""
    statuses = dict(Status.choices)
    events = name_all(list(AuditEvent.objects.about(thing)))
    for event in events:
        event.words = kind_in_words(event.kind)
        event.before, event.after = statuses.get(event.from_status, ""), statuses.get(event.to_status, "")
    return events
