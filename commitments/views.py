"""The public page of each commitment: what was promised, how it stands today, and every update. The list of them is
in browse.py."""

from collections import defaultdict

from django.db.models import Exists, F, OuterRef, Prefetch, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commitments.history import due_date_moves
from commitments.models import Adoption, Commitment, Partner, ProgressUpdate, Revision
from commitments.similar import similar_for_page
from localdigital.caching import public_page
from programme.case_studies import related as case_studies
from programme.fund import about as fund
from programme.reuse import related as reuse
from signatories.models import Organisation, Signatory
from signatories.models.signature import Status


def in_full(commitments):
    """Commitments with all that a page shows of most: their document, deliverables, principles, the partners that
    stand by it and whether each `has_signed`, and the timeline."""
    signed = Signatory.objects.standing().filter(organisation=OuterRef("organisation"))
    partners = Partner.objects.standing().select_related("organisation").annotate(has_signed=Exists(signed))
    timeline = ProgressUpdate.objects.timeline().prefetch_related("evidence")
    return (
        commitments.select_related("signature__declaration")
        .prefetch_related(
            reuse.deliverables_with_outputs(),
            "principles",
            Prefetch("partners", queryset=partners),
            Prefetch("updates", queryset=timeline, to_attr="timeline"),
        )
        .annotate(is_changed=Exists(Revision.objects.published().filter(commitment=OuterRef("pk"))))
        .annotate(is_funded=fund.belongs_to_a_project())
        .annotate(has_case_studies=case_studies.has_some(commitment=OuterRef("pk")))
        .annotate(has_other_outputs=reuse.has_other_outputs())
    )


def parties_of(promise):
    """The organisations that signed for it and then those that took it on, each with when it withdrew or did that."""
    parts = Signatory.objects.filter(signature=promise.signature_id).order_by()
    adoptions = Adoption.objects.filter(commitment=promise).order_by()
    part, adoption = (rows.filter(organisation=OuterRef("pk")) for rows in (parts, adoptions))
    either = parts.values("organisation").union(adoptions.values("organisation"))
    parties = Organisation.objects.filter(pk__in=either).annotate(
        position=Subquery(part.values("position")),
        withdrawn_at=Subquery(part.values("withdrawn_at")),
        adopted_at=Subquery(adoption.values("adopted_at")),
    )
    return list(parties.order_by(F("position").asc(nulls_last=True), "adopted_at", "pk"))


def versions_of(promise):
    """The published versions of its text, the newest first: few commitments have any."""
    versions = promise.revisions.history().only("commitment", "number", "due_on", "reason", "published_at")
    return list(versions) if promise.is_changed else []


@public_page
def commitment(request, pk, slug):
    """One commitment. Its slug is told only to who may read it, so the status is looked at first."""
    promise = get_object_or_404(in_full(Commitment.objects), pk=pk)
    if promise.was_published and promise.signature.status == Status.REMOVED:
        return render(request, "pages/410.html", status=410)
    if not promise.is_public:
        raise Http404("not published")
    if slug != promise.slug:
        return redirect(promise, permanent=True)
    return render(request, "commitments/commitment.html", page_of(promise, timezone.localdate()))


def page_of(promise, on):
    """What the page of a commitment shows on that date; the commitment is loaded in full."""
    deliverables, versions = list(promise.deliverables.all()), versions_of(promise)
    parties = parties_of(promise)
    # Of one that nobody answers for any more, those that made it
    parts = [one for one in parties if one.adopted_at or not one.withdrawn_at]
    answering = [one for one in parts if one.existed(on)] or [one for one in parts if not one.adopted_at]
    return {
        "commitment": promise,
        "signature": promise.signature,
        "on": on,
        "deliverables": deliverables,
        "delivered": sum(one.delivered_on is not None for one in deliverables),
        "entries": _with_what_is_new(promise.timeline, deliverables),
        "parties": parties,
        "answering": [one.official_name for one in answering],
        "versions": len(versions),
        "moves": due_date_moves(versions),
        "similar": similar_for_page(promise),
        **fund.about_commitment(promise),
        **case_studies.of_commitment(promise),
        **reuse.about_commitment(promise),
    }


def _with_what_is_new(timeline, deliverables):
    """Each update with the deliverables that it was the first to call delivered."""
    newly = defaultdict(list)
    for one in deliverables:
        newly[one.delivered_on].append(one)
    entries = []
    for update in reversed(timeline):  # of two reports of one day, the one published first said it
        is_report = update.kind == ProgressUpdate.Kind.REPORT
        entries.append((update, newly.pop(update.reported_on, []) if is_report else []))
    return entries[::-1]
