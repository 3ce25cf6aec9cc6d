"""What the pages of organisations and commitments tell of the fund. Most have nothing to do with it: their pages ask
that together with the rest, and pay a query only where there is something to tell."""

from django.db.models import Exists, OuterRef

from programme.models import FundProject, ProjectPart

LISTED_AT_MOST = 50


def takes_part():
    """Whether the organisation at hand leads a public project or takes part in one: for an annotation `is_funded`."""
    return Exists(_public_parts().filter(organisation=OuterRef("pk")))


def about_organisation(organisation):
    """The parts in funded projects of an organisation annotated `is_funded`, the newest round first."""
    if not organisation.is_funded:
        return {"funded": []}
    theirs = _public_parts().filter(organisation=organisation).select_related("project__round")
    return {"funded": list(theirs.order_by("-project__round__position", "project__title", "pk")[:LISTED_AT_MOST])}


def belongs_to_a_project():
    """Whether a public project belongs to the commitment at hand: for an annotation `is_funded`."""
    through = FundProject.commitments.through.objects
    return Exists(through.filter(commitment=OuterRef("pk"), fundproject__in=FundProject.objects.public()))


def about_commitment(commitment):
    """The funded projects that belong to a commitment annotated `is_funded`."""
    return {"funded_by": commitment.fund_projects.public().select_related("round") if commitment.is_funded else []}


def _public_parts():
    return ProjectPart.objects.filter(project__in=FundProject.objects.public())
