"""How many of those that could sign today have signed: by region, nation and type. One query for all three."""

from collections import Counter
from functools import partial

from django.db.models import Count, Exists, Q

from localdigital.charts.bars import Bar, draw_bars
from localdigital.govuk.writing import plural
from localdigital.site.movement.charts import Chart, Linked
from signatories.filters import standing_parts
from signatories.models.organisation import Nation, OrganisationType, Region

BY = {
    "region": ("Signed, by region", "Region", dict(Region.choices)),
    "nation": ("Signed, by nation", "Nation", dict(Nation.choices)),
    "type": ("Signed, by type of organisation", "Type of organisation", dict(OrganisationType.choices)),
}
KEYS = tuple(f"coverage-by-{name}" for name in BY)
NOWHERE = "Not in one place"
FEW = 5  # of fewer the share is chance
KEY = [("deep", "Signed"), ("missing", "Not signed")]
UNCOUNTED = (
    "Of other public and non-profit bodies, the register knows only those that it came across: "
    "there are many more that could sign."
)


def charts(asked):
    """Three charts of the same organisations."""
    groups = counted(asked)
    return [_chart(asked, groups, name) for name in BY]


def counted(asked):
    """The organisations that fit, by region, nation and type: how many could sign today, how many of those have
    signed, and how many that signed have ended since."""
    signed = Exists(standing_parts())
    today = Q(pk__in=asked.able_to_sign().values("pk"))
    return list(
        asked.organisations()
        .order_by()
        .annotate(has_signed=signed)
        .values("region", "nation", "type")
        .annotate(
            able=Count("pk", filter=today),
            signed=Count("pk", filter=today & Q(has_signed=True)),
            ended=Count("pk", filter=~today & Q(has_signed=True)),
        )
    )


def _chart(asked, groups, name):
    title, heading, words = BY[name]
    able, signed, said_of = Counter(), Counter(), {}
    for group in groups:
        able[group[name]] += group["able"]
        signed[group[name]] += group["signed"]
    values = sorted((value for value in able if able[value]), key=lambda one: (-signed[one] / able[one], one))
    bars, rows = [], []
    for value in values:
        label, every, have = words.get(value, NOWHERE), able[value], signed[value]
        list_of = partial(_address, asked, name, value)
        said = f"{have:,} of {every:,} ({percent(have, every)})"
        said_of[value] = f"{label}, {said}"
        bars.append(Bar(label, said, (("deep", have / every), ("missing", 1 - have / every)), list_of(None)))
        rows.append([label, cell(have, list_of(None)), cell(every - have, list_of("no")), every, share(have, every)])
    have, every = signed.total(), able.total()
    rows.append(["All", have, every - have, every, share(have, every)])
    return Chart(
        key=f"coverage-by-{name}",
        title=title,
        summary=_summary(name, signed, able, said_of),
        columns=[heading, "Signed", "Not signed", "Could sign", "Signed, %"],
        rows=rows,
        draw=partial(draw_bars, bars=bars, most=1, key=KEY),
        notes=_notes(groups, name),
        has_links=any(bar.href for bar in bars),
        headline=(f"{have:,}", f"have signed, of {every:,} that could sign today") if name == "region" else None,
    )


def _summary(name, signed, able, said_of):
    """The whole of it; by nation and type, where most and fewest have signed, among groups of which a share says
    something."""
    have, every = signed.total(), able.total()
    groups = [value for value in said_of if able[value] >= FEW]
    if name == "region" or len(groups) < 2:
        share_of_all = f": {percent(have, every)}" if every else ""
        that_could = f"{plural(every, 'organisation')} that could sign today"
        return f"{have:,} of the {every:,} {that_could} {plural(have, 'has', 'have')} signed{share_of_all}."

    def how_many(value):
        return signed[value] / able[value], signed[value]

    highest = max(groups, key=how_many)
    lowest = min((one for one in groups if one != highest), key=lambda one: (how_many(one)[0], -able[one]))
    return f"The highest share is {said_of[highest]}, the lowest {said_of[lowest]}."


def _notes(groups, name):
    ended = sum(group["ended"] for group in groups)
    notes = (UNCOUNTED,) if name == "type" else ()
    if ended and name == "region":
        those = "organisation that signed is" if ended == 1 else "organisations that signed are"
        notes = (f"{ended:,} more {those} not counted here, having ended since or being central government’s.", *notes)
    return notes


def _address(asked, name, value, signed):
    return asked.address("signatories", **{name: value, "signed": signed}) if value else ""


def cell(number, href):
    """A number that leads to what it counts; nothing leads nowhere."""
    return Linked(f"{number:,}", href) if number and href else number


def share(part, whole):
    """A share in per cent with one decimal, for a table; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def percent(part, whole):
    """A share as people say it: 33%, and never 0% of something or 100% where one is missing."""
    if not whole or part in (0, whole):
        return "100%" if part else "0%"
    return "under 1%" if 100 * part < whole else "over 99%" if 100 * part > 99 * whole else f"{100 * part / whole:.0f}%"
