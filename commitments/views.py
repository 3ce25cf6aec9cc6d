"""The public page of each commitment: what was promised, how it stands today, and every update. The list of them is
in browse.py."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commitments.history import due_date_moves
from commitments.models import Adoption, Commitment, Partner, ProgressUpdate, Revision
from commitments.similar import similar_for_page
from localdigital.caching import public_page
from signatories.models import Signatory
from signatories.models.signature import Status


def in_full(commitments):
    """Commitments with all that a page shows of most: their document and its organisations, deliverables, principles,
    the partners that stand by it and whether each `has_signed`, and the timeline."""
    signatories = Signatory.objects.select_related("organisation")
    signed = Signatory.objects.standing().filter(organisation=OuterRef("organisation"))
    partners = Partner.objects.standing().select_related("organisation").annotate(has_signed=Exists(signed))
    timeline = ProgressUpdate.objects.timeline().prefetch_related("evidence")
    return (
        commitments.select_related("signature__declaration")
        .prefetch_related(
            Prefetch("signature__signatories", queryset=signatories),
            "deliverables",
            "principles",
            Prefetch("partners", queryset=partners),
            Prefetch("updates", queryset=timeline, to_attr="timeline"),
        )
        .annotate(
            is_adopted=Exists(Adoption.objects.filter(commitment=OuterRef("pk"))),
            is_changed=Exists(Revision.objects.published().filter(commitment=OuterRef("pk"))),
        )
    )


def adoptions_of(promise):
    """The organisations that took it on: few commitments have any."""
    return list(promise.adoptions.select_related("organisation")) if promise.is_adopted else []


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
    adoptions = adoptions_of(promise)
    # Of one that nobody answers for any more, those that made it
    parts = [one for one in promise.signature.signatories.all() if one.withdrawn_at is None]
    answering = [one for one in [*parts, *adoptions] if one.organisation.existed(on)] or parts
    return {
        "commitment": promise,
        "signature": promise.signature,
        "on": on,
        "deliverables": deliverables,
        "delivered": sum(one.delivered_on is not None for one in deliverables),
        "entries": _with_what_is_new(promise.timeline, deliverables),
        "adoptions": adoptions,
        "answering": [one.organisation.official_name for one in answering],
        "versions": len(versions),
        "moves": due_date_moves(versions),
        "similar": similar_for_page(promise),
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
