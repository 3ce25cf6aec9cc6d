"""The first page: what the register is, how many have signed, the newest signatures, how to sign."""

from itertools import groupby

from django.db.models import Exists, OuterRef
from django.shortcuts import render

from localdigital.caching import public_page
from signatories.models import Principle, Signatory, Signature
from signatories.totals import how_many, of_the_current_version

NEWEST = 5


def newest_parts():
    """The parts in the newest standing documents, each with the register's totals: one query."""
    someone_stays = Exists(Signatory.objects.standing().filter(signature=OuterRef("pk")))
    newest = Signature.objects.standing().filter(someone_stays).order_by("-published_at", "-pk")
    return (
        Signatory.objects.standing()
        .filter(signature__in=newest.values("pk")[:NEWEST])
        .select_related("signature", "organisation")
        .annotate(organisations=how_many("organisation_id"), declarations=how_many("signature_id"))
        .annotate(**of_the_current_version())
        .order_by("-signature__published_at", "-signature_id", "position", "pk")
    )


@public_page
def home(request):
    """What this is, in figures and names."""
    parts = list(newest_parts())
    context = {
        "organisations": parts[0].organisations if parts else 0,
        "declarations": parts[0].declarations if parts else 0,
        "signed_current": parts[0].signed_current if parts else None,
        "newest": [(signature, list(those)) for signature, those in groupby(parts, key=lambda part: part.signature)],
        "principles": Principle.objects.all(),
    }
    return render(request, "pages/home.html", context)
