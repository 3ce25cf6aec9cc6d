"""What the fund awarded, by the region of who leads, and how much of it is published. One query."""

from functools import partial

from django.db.models import Exists, OuterRef

from localdigital.charts.bars import Bar, draw_bars
from localdigital.govuk.writing import plural
from localdigital.site.movement.charts import Chart, Linked
from programme.fund.figures import Known, by_region
from programme.models import FundProject, ProjectPart

KEYS = ("fund-by-region",)


def charts(asked):
    """One chart: pounds by region."""
    regions = by_region(_projects(asked))
    whole = Known(*(sum(getattr(one, name) for *_, one in regions) for name in ("projects", "with_amount", "gbp")))
    bars, rows = [], []
    for value, words, known in regions:
        href = asked.address("fund_projects", region=value, nation=None, type=None)
        said = f"£{known.gbp:,}" if known.with_amount else "not published"
        bars.append(Bar(words, said, (("deep", known.gbp),), href))
        rows.append([words, Linked(f"{known.projects:,}", href), *_sums(known)])
    if rows:
        rows.append(["All", whole.projects, *_sums(whole)])
    return [
        Chart(
            key=KEYS[0],
            title="Fund money, by region",
            summary=f"£{whole.gbp:,} of awards is published, for {whole.with_amount:,} of "
            f"{whole.projects:,} funded {plural(whole.projects, 'project')}.",
            columns=[
                "Region of the lead",
                "Projects",
                "With a published amount",
                "Amount not published",
                "£ published",
            ],
            rows=rows,
            draw=partial(draw_bars, bars=bars),
            notes=_notes(whole),
            has_links=bool(bars),
            headline=(_short(whole.gbp), "of awards published") if whole.with_amount else None,
        )
    ]


def _projects(asked):
    """The public projects that one of the organisations that fit leads; all of them where nothing is asked."""
    projects = FundProject.objects.public()
    if not asked.chosen:
        return projects
    leads = ProjectPart.objects.filter(project=OuterRef("pk"), leads=True, organisation__in=asked.organisations())
    return projects.filter(Exists(leads))


def _sums(known):
    return known.with_amount, known.without_amount, known.gbp if known.with_amount else None


def _short(gbp):
    return f"£{gbp / 1_000_000:.1f}m" if gbp >= 1_000_000 else f"£{gbp:,}"


def _notes(whole):
    missing = whole.without_amount
    notes = ("A project counts where its lead is. Money that partners in other regions received is not known apart.",)
    if missing:
        said = f"The amount of {missing:,} {plural(missing, 'project')} was not published, and is left out."
        notes = (said, *notes)
    return notes
