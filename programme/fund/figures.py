"""What the fund awarded, counted: by round and by region, with how much of it the published amounts cover."""

from dataclasses import dataclass

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When

from programme.models import FundProject, FundRound, ProjectPart
from signatories.models.organisation import Region

SEVERAL, UNKNOWN = "several", "unknown"
OTHER_REGIONS = {SEVERAL: "Led from several regions", UNKNOWN: "Lead or its region not known"}


@dataclass(frozen=True)
class Known:
    """What is known of the amounts of some projects: how many there are, how many say theirs, and their sum."""

    projects: int
    with_amount: int
    gbp: int

    @property
    def without_amount(self):
        """How many do not say theirs."""
        return self.projects - self.with_amount


def known_of(projects):
    """The sum of these projects' published amounts, and how many it covers: one query."""
    counted = projects.aggregate(projects=Count("pk"), with_amount=Count("amount_gbp"), gbp=Sum("amount_gbp"))
    return Known(counted["projects"], counted["with_amount"], counted["gbp"] or 0)


def rounds_with_figures():
    """The public rounds, the newest first, each with what is `known` of its projects here: one query."""
    shown = Q(projects__is_public=True)
    counted = FundRound.objects.public().annotate(
        n_projects=Count("projects", filter=shown),
        n_with_amount=Count("projects__amount_gbp", filter=shown),
        sum_gbp=Sum("projects__amount_gbp", filter=shown),
    )
    rounds = list(counted.order_by("-position"))
    for one in rounds:
        one.known = Known(one.n_projects, one.n_with_amount, one.sum_gbp or 0)
    return rounds


def by_region(projects=None):
    """The regions of the projects' leads with what is known of each, the largest sum first: one query. All public
    projects, or these.

    Each is (value, words, Known). Joint leads of one region count once; those of several are a row of their own.
    """
    counted = (
        with_region((FundProject.objects.public() if projects is None else projects).order_by())
        .values("where")
        .annotate(projects=Count("pk"), with_amount=Count("amount_gbp"), gbp=Sum("amount_gbp"))
    )
    words = dict(Region.choices) | OTHER_REGIONS
    rows = [
        (one["where"], words[one["where"]], Known(one["projects"], one["with_amount"], one["gbp"] or 0))
        for one in counted
    ]
    return sorted(rows, key=lambda row: (row[0] in OTHER_REGIONS, -row[2].gbp, row[1]))


def with_region(projects):
    """Projects with `where` they are led from: a region, SEVERAL, or UNKNOWN."""
    leads = ProjectPart.objects.filter(project=OuterRef("pk"), leads=True, organisation__isnull=False)
    regions = leads.exclude(organisation__region="").values("organisation__region")
    first, last = regions.order_by("organisation__region")[:1], regions.order_by("-organisation__region")[:1]
    where = Case(When(first=None, then=Value(UNKNOWN)), When(first=F("last"), then=F("first")), default=Value(SEVERAL))
    return projects.annotate(first=Subquery(first), last=Subquery(last)).annotate(where=where)


def whole(rounds, regions):
    """What is known of all public projects, from the figures by region; and what the rounds announced: their sum, and
    how many of the rounds say theirs."""
    known = [one for _, _, one in regions]
    everything = Known(*(sum(getattr(one, name) for one in known) for name in ("projects", "with_amount", "gbp")))
    announced = [one.awarded_gbp for one in rounds if one.awarded_gbp is not None]
    return {"known": everything, "announced_gbp": sum(announced), "rounds_announced": len(announced)}
