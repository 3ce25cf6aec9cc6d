"""The public page of each commitment: what was promised, how it stands today, and every update. The list of them is
in browse.py."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commitments.history import due_date_moves
from commitments.models import Adoption, Commitment, Partner, ProgressUpdate, Revision
from localdigital.caching import public_page
from signatories.models import Signatory
from signatories.models.signature import Status


def with_organisations(commitments):
    """Commitments with their document, the organisations whose promise they are and those that took them on."""
    signatories = Signatory.objects.select_related("organisation")
    adoptions = Adoption.objects.select_related("organisation")
    return commitments.select_related("signature__declaration").prefetch_related(
        Prefetch("signature__signatories", queryset=signatories), Prefetch("adoptions", queryset=adoptions)
    )


def in_full(commitments):
    """Commitments with deliverables, principles, the partners that stand by it and whether each `has_signed`,
    their timeline and the versions of their text."""
    signed = Signatory.objects.standing().filter(organisation=OuterRef("organisation"))
    partners = Partner.objects.standing().select_related("organisation").annotate(has_signed=Exists(signed))
    timeline = ProgressUpdate.objects.timeline().prefetch_related("evidence")
    versions = Revision.objects.history().only("commitment", "number", "due_on", "reason", "published_at")
    return commitments.prefetch_related(
        "deliverables",
        "principles",
        Prefetch("partners", queryset=partners),
        Prefetch("updates", queryset=timeline, to_attr="timeline"),
        Prefetch("revisions", queryset=versions, to_attr="versions"),
    )


@public_page
def commitment(request, pk, slug):
    """One commitment. Its slug is told only to who may read it, so the status is looked at first."""
    promise = get_object_or_404(with_organisations(in_full(Commitment.objects)), pk=pk)
    if promise.was_published and promise.signature.status == Status.REMOVED:
        return render(request, "pages/410.html", status=410)
    if not promise.is_public:
        raise Http404("not published")
    if slug != promise.slug:
        return redirect(promise, permanent=True)
    return render(request, "commitments/commitment.html", page_of(promise, timezone.localdate()))


def page_of(promise, on):
    """What the page of a commitment shows on that date; the commitment is loaded with organisations and in full."""
    deliverables = list(promise.deliverables.all())
    return {
        "commitment": promise,
        "signature": promise.signature,
        "on": on,
        "deliverables": deliverables,
        "delivered": sum(one.delivered_on is not None for one in deliverables),
        "entries": _with_what_is_new(promise.timeline, deliverables),
        "moves": due_date_moves(promise.versions),
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
