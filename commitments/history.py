"""Every published version of a commitment, for anyone to read: who changed it, when, why, and what."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commitments import differences
from commitments.models import Adoption, Commitment, Revision
from commitments.rewording import disowned
from localdigital.caching import public_page
from signatories.models import Signatory
from signatories.models.signature import Status


@dataclass(frozen=True)
class Version:
    """One published version: the organisations that answered for it then, and what it changed in the one before."""

    number: int
    title: str
    published_at: datetime
    organisations: list
    reason: str = ""
    differences: list = field(default_factory=list)


@dataclass(frozen=True)
class DueDateMove:
    """That a due date was moved (either may be None), why, and when that was published."""

    before: date | None
    after: date | None
    reason: str
    at: datetime


@public_page
def history(request, pk, slug):
    """The versions of one commitment, the newest first."""
    commitment = get_object_or_404(with_versions(Commitment.objects), pk=pk)
    if commitment.was_published and commitment.signature.status == Status.REMOVED:
        return render(request, "pages/410.html", status=410)
    if not commitment.is_public:
        raise Http404("not published")
    if slug != commitment.slug:
        return redirect("commitment_history", pk, commitment.slug, permanent=True)
    page = {"commitment": commitment, "signature": commitment.signature, "versions": versions_of(commitment)}
    return render(request, "commitments/history.html", page)


def with_versions(commitments):
    """Commitments with all that `versions_of` reads."""
    return commitments.select_related("signature__declaration").prefetch_related(
        Prefetch("signature__signatories", queryset=Signatory.objects.select_related("organisation")),
        Prefetch("adoptions", queryset=Adoption.objects.select_related("organisation")),
        Prefetch("revisions", queryset=Revision.objects.history(), to_attr="published_versions"),
        "partners",
    )


def versions_of(commitment):
    """The published versions of a commitment loaded `with_versions`, the newest first: at least one."""
    if not commitment.published_versions:
        return [Version(1, commitment.title, commitment.published_at, _signatories(commitment))]
    # Nobody reads the name of one that said it is no partner as if it were one.
    none = disowned(commitment)
    # A version may name it without saying which organisation it is.
    none |= {
        one["name"] for old in commitment.published_versions for one in old.partners if one["organisation"] in none
    }
    versions = [
        Version(
            new.number,
            new.title,
            new.published_at,
            _answering(commitment, new.published_at),
            new.reason,
            differences.of_revisions(old, new, leaving_out=none),
        )
        for new, old in pairwise(commitment.published_versions)
    ]
    first = commitment.published_versions[-1]
    return [*versions, Version(first.number, first.title, first.published_at, _signatories(commitment))]


def _signatories(commitment):
    return [part.organisation for part in commitment.signature.signatories.all()]


def _answering(commitment, at):
    """The organisations that answered for a commitment at that time."""
    stayed = [
        one for one in commitment.signature.signatories.all() if one.withdrawn_at is None or one.withdrawn_at > at
    ]
    adopted = [one for one in commitment.adoptions.all() if one.adopted_at <= at]
    organisations = {one.organisation_id: one.organisation for one in [*stayed, *adopted]}
    return [one for one in organisations.values() if one.existed(timezone.localdate(at))]


def due_date_moves(versions):
    """Every time that a due date was moved, the first one first, from a commitment's published versions, the newest
    first."""
    return [
        DueDateMove(old.due_on, new.due_on, new.reason, new.published_at)
        for old, new in pairwise(reversed(versions))
        if old.due_on != new.due_on
    ]
