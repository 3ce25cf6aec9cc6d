"""The public pages of commitments: all of them, and each one."""

from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from commitments.models import Commitment, Partner
from localdigital.caching import public_page
from localdigital.paging import one_page
from signatories.models import Signatory
from signatories.models.signature import Status


def with_signatories(commitments):
    """Commitments with their document and the organisations whose promise they are."""
    signatories = Prefetch("signature__signatories", queryset=Signatory.objects.select_related("organisation"))
    return commitments.select_related("signature__declaration").prefetch_related(signatories)


def in_full(commitments):
    """Commitments with deliverables, principles, and partners that say whether each `has_signed`."""
    signed = Signatory.objects.standing().filter(organisation=OuterRef("organisation"))
    partners = Partner.objects.select_related("organisation").annotate(has_signed=Exists(signed))
    return commitments.prefetch_related("deliverables", "principles", Prefetch("partners", queryset=partners))


@public_page
def commitments(request):
    """Every public commitment, the most recently published first."""
    promises = with_signatories(Commitment.objects.public()).order_by("-signature__published_at", "position", "pk")
    return render(request, "commitments/list.html", {"page": one_page(request, promises)})


@public_page
def commitment(request, pk, slug):
    """One commitment. Its slug is told only to who may read it, so the status is looked at first."""
    promise = get_object_or_404(with_signatories(in_full(Commitment.objects)), pk=pk)
    if promise.signature.status == Status.REMOVED:
        return render(request, "pages/410.html", status=410)
    if not promise.signature.is_public:
        raise Http404("not published")
    if slug != promise.slug:
        return redirect(promise, permanent=True)
    return render(request, "commitments/commitment.html", {"commitment": promise, "signature": promise.signature})
