"""What was promised and how it goes: commitments by principle and stage, and on time or late. One query for all."""

from collections import Counter, defaultdict
from functools import partial

from django.db.models import Case, CharField, Count, F, PositiveSmallIntegerField, Value, When
from django.db.models.functions import Cast

from commitments.filters import ENDED, LATENESS, NO_UPDATE, late
from commitments.models import Stage
from localdigital.charts.bars import Bar, draw_bars
from localdigital.govuk.writing import plural
from localdigital.site.movement.charts import Chart
from localdigital.site.movement.coverage import cell, percent, share
from signatories.models import Principle

KEYS = ("commitments-by-principle", "commitments-by-stage", "commitments-on-time")
PAINTED = {
    Stage.DELIVERED: "deep",
    Stage.IN_PROGRESS: "middle",
    Stage.NOT_STARTED: "pale",
    NO_UPDATE: "missing",
    Stage.STOPPED: "orange",
    ENDED: "grey",
}
STAGES = dict(Stage.choices) | {NO_UPDATE: "No update yet", ENDED: "Withdrawn or lapsed"}
LATE_PAINTED = {"on-time": "deep", "overdue": "red", "update-overdue": "gold", "not-yet-asked": "missing"}
NO_PRINCIPLE = "No principle named"
NO_NUMBER, NO_WORDS = Value(None, PositiveSmallIntegerField()), Value("")


def charts(asked):
    """Three charts of the same commitments."""
    found, principles = counted(asked)
    return [_by_principle(asked, found, principles), _by_stage(asked, found), _on_time(asked, found)]


def counted(asked):
    """The commitments that fit: {what: {value: how many}}, and the principles by their numbers: (slug, title)."""
    commitments = asked.commitments()
    stage = Case(When(stage="", then=Value(NO_UPDATE)), default=F("stage"))
    first, *others = [
        _columns(Principle.objects.all(), "title", F("slug"), F("number"), F("title")),
        _columns(commitments.standing(), "stage", stage),
        _columns(commitments.ended(), "stage", Value(ENDED)),
        *(_columns(late(commitments, how, asked.on), "late", Value(how)) for how, _ in LATENESS),
        _columns(commitments.standing(), "principle", stage, F("principles__number")),
    ]
    found, principles = defaultdict(Counter), {}
    for what, value, number, words, count in first.union(*others, all=True):
        if what == "title":
            principles[number] = value, words
        else:
            found[what][(number, value) if what == "principle" else value] += count
    return found, dict(sorted(principles.items()))


def _columns(rows, what, value, number=NO_NUMBER, words=NO_WORDS):
    named = {"what": Value(what), "value": Cast(value, CharField()), "no": number, "words": Cast(words, CharField())}
    grouped = rows.order_by().annotate(**named).values(*named)
    return grouped.annotate(count=Count("pk", distinct=True)).values_list(*named, "count")


def _by_principle(asked, found, principles):
    several, bars, rows = found["principle"], [], []
    named = principles | {None: ("", NO_PRINCIPLE)}
    shown = [stage for stage in PAINTED if stage != ENDED]
    most, most_of = 0, ""
    for number, (slug, title) in named.items():
        counts = [several[number, stage] for stage in shown]
        every = sum(counts)
        if number is None and not every:
            continue
        href = asked.address("commitments", principle=slug) if slug else ""
        bars.append(Bar(title, f"{every:,}", tuple(zip(_paints(shown), counts, strict=True)), href))
        rows.append([title, *counts, cell(every, href)])
        if number and every > most:
            most, most_of = every, title
    standing = sum(count for stage, count in found["stage"].items() if stage != ENDED)
    served = f": most often named is ‘{most_of}’, by {most:,}" if most else ""
    return Chart(
        key=KEYS[0],
        title="Commitments, by principle",
        summary=f"{standing:,} {plural(standing, 'commitment')} {plural(standing, 'stands', 'stand')}{served}.",
        columns=["Principle", *(STAGES[stage] for stage in shown), "All"],
        rows=rows,
        draw=partial(draw_bars, bars=bars, key=list(zip(_paints(shown), map(STAGES.get, shown), strict=True))),
        notes=("A commitment may serve several principles, and counts for each. Withdrawn ones are left out.",),
        has_links=any(bar.href for bar in bars),
        headline=(f"{standing:,}", f"{plural(standing, 'commitment')} {plural(standing, 'stands', 'stand')}"),
    )


def _paints(stages):
    return [PAINTED[stage] for stage in stages]


def _by_stage(asked, found):
    counts = found["stage"]
    every, delivered = counts.total(), counts[Stage.DELIVERED]
    addresses = {stage: asked.address("commitments", stage=stage) for stage in PAINTED}
    return Chart(
        key=KEYS[1],
        title="Commitments, by stage",
        summary=f"{delivered:,} of {every:,} published {plural(every, 'commitment')} "
        f"{plural(delivered, 'is', 'are')} delivered{f': {percent(delivered, every)}' if every else ''}.",
        columns=["Stage", "Commitments", "Share, %"],
        rows=[
            *([words, cell(counts[one], addresses[one]), share(counts[one], every)] for one, words in _ordered()),
            ["All", every, 100.0 if every else None],
        ],
        draw=partial(
            draw_bars, bars=[_bar(counts, PAINTED, one, words, addresses, every) for one, words in _ordered()]
        ),
        notes=("The stage is what the last published progress update says.",),
        has_links=True,
        headline=(f"{delivered:,}", f"{plural(delivered, 'commitment')} delivered"),
    )


def _ordered():
    return [(stage, STAGES[stage]) for stage in PAINTED]


def _on_time(asked, found):
    counts = found["late"]
    unfinished = {Stage.DELIVERED, Stage.STOPPED, ENDED}
    every = sum(count for stage, count in found["stage"].items() if stage not in unfinished)
    on_time, overdue = counts["on-time"], counts["overdue"]
    addresses = {how: asked.address("commitments", state=how) for how, _ in LATENESS}
    return Chart(
        key=KEYS[2],
        title="Open commitments, on time and late",
        summary=f"{overdue:,} of {every:,} open {plural(every, 'commitment')} {plural(overdue, 'is', 'are')} overdue. "
        f"{on_time:,} {plural(on_time, 'is', 'are')} on time and {plural(on_time, 'was', 'were')} reported on in the "
        "last 6 months. One may be overdue and also wait for an update, so shares can exceed 100%.",
        columns=["State", "Open commitments", "Share of open ones, %"],
        rows=[[words, cell(counts[how], addresses[how]), share(counts[how], every)] for how, words in LATENESS],
        draw=partial(
            draw_bars,
            bars=[_bar(counts, LATE_PAINTED, how, words, addresses, every) for how, words in LATENESS],
            most=every,
        ),
        notes=(
            "Open means that something is still expected: neither delivered, stopped nor withdrawn. On time is not "
            "past its due date, and was heard of within 6 months. Overdue is past its due date. Update overdue is one "
            "of which nobody has said anything for 6 months; not yet asked is one whose organisation has no people in "
            "this register yet.",
        ),
        has_links=True,
    )


def _bar(counts, painted, value, words, addresses, every):
    said = f"{counts[value]:,} ({percent(counts[value], every)})"
    return Bar(words, said, ((painted[value], counts[value]),), addresses[value])
