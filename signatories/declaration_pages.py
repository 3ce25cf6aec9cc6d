"""What is signed, for anyone to read: the versions of the Declaration and its principles."""

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commitments.models import Commitment
from localdigital.caching import public_page
from signatories.models import Declaration, Principle, Signatory

NEWEST_COMMITMENTS = 10


@public_page
def declarations(request):
    """Every published version, newest first, and the principles."""
    versions = list(Declaration.objects.published())
    context = {"versions": versions, "current": next(iter(versions), None), "principles": Principle.objects.all()}
    return render(request, "signatories/declarations.html", context)


@public_page
def declaration(request, version):
    """One published version: our explanation, the official text, who published it, how many signed it."""
    versions = list(Declaration.objects.published())
    wanted = next((each for each in versions if each.version == version), None)
    if wanted is None:
        raise Http404("no published version has that name")
    context = {
        "declaration": wanted,
        "current": versions[0],
        "co_publishers": wanted.co_publishers.checked(),
        "signed": Signatory.objects.standing().filter(declaration=wanted).values("organisation").distinct().count(),
        "principles": Principle.objects.all(),
    }
    return render(request, "signatories/declaration.html", context)


@public_page
def principle(request, slug):
    """One principle, and the newest public commitments that serve it."""
    wanted = get_object_or_404(Principle, slug=slug)
    signatories = Signatory.objects.select_related("organisation")
    commitments = (
        Commitment.objects.public()
        .filter(principles=wanted)
        .select_related("signature")
        .prefetch_related(Prefetch("signature__signatories", queryset=signatories))
        .order_by("-signature__published_at", "-signature_id", "position")
    )
    context = {
        "principle": wanted,
        "principles": Principle.objects.all(),
        "commitments": list(commitments[:NEWEST_COMMITMENTS]),
        "most": NEWEST_COMMITMENTS,
        "on": timezone.localdate(),
    }
    return render(request, "signatories/principle.html", context)
