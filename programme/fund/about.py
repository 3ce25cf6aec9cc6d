"""What the pages of organisations and commitments tell of the fund. Most have nothing to do with it: their pages ask
that together with the rest, and pay a query only where there is something to tell."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from programme.models import FundProject, ProjectPart

LISTED_AT_MOST = 50
# From an organisation to those that took over from it, through up to three steps
STEPS = ("successors", "successors__successors", "successors__successors__successors")


def of_those_before(organisations):
    """Which parts are of those that these organisations, or the one at hand, took over from. A part may fit it more
    than once."""
    how = "exact" if isinstance(organisations, OuterRef) else "in"
    return reduce(or_, (Q(**{f"organisation__{steps}__{how}": organisations}) for steps in STEPS))


def takes_part():
    """Whether the organisation at hand, or one that it took over from, leads a public project or takes part in one: for
    an annotation `is_funded`."""
    this = OuterRef("pk")
    return Exists(_public_parts().filter(Q(organisation=this) | of_those_before(this)))


def about_organisation(organisation):
    """The parts in funded projects of an organisation annotated `is_funded`, and of those that it took over from; the
    newest round first."""
    if not organisation.is_funded:
        return {"funded": []}
    theirs = ProjectPart.objects.filter(Q(organisation=organisation) | of_those_before([organisation]))
    parts = _public_parts().filter(pk__in=theirs.values("pk")).select_related("organisation", "project__round")
    return {"funded": list(parts.order_by("-project__round__position", "project__title", "pk")[:LISTED_AT_MOST])}


def belongs_to_a_project():
    """Whether a public project belongs to the commitment at hand: for an annotation `is_funded`."""
    through = FundProject.commitments.through.objects
    return Exists(through.filter(commitment=OuterRef("pk"), fundproject__in=FundProject.objects.public()))


def about_commitment(commitment):
    """The funded projects that belong to a commitment annotated `is_funded`."""
    return {"funded_by": commitment.fund_projects.public().select_related("round") if commitment.is_funded else []}


def _public_parts():
    return ProjectPart.objects.filter(project__in=FundProject.objects.public())
