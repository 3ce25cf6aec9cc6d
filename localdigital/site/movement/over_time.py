"""Signatories over time: by the dates on their documents, with what others published as points. One query."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Case, CharField, Count, DateField, Exists, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, TruncDate, TruncMonth

from localdigital.govuk.writing import date as in_words
from localdigital.govuk.writing import plural
from localdigital.site.movement.charts import Chart, Linked
from localdigital.site.movement.published_counts import published_counts
from localdigital.site.movement.time_drawing import draw_over_time
from signatories.models import Signatory, Signature
from signatories.models.partial_date import PartialDate, Precision
from signatories.signed_on import LAUNCHED_ON

KEYS = ("signatories-over-time",)
LAUNCHED = (LAUNCHED_ON.year, LAUNCHED_ON.month)
NO_MONTH = Value(None, DateField())
IN_REGISTER = "Organisations that have signed, in this register"


@dataclass(frozen=True)
class Month:
    """How many had signed by the end of a month: for certain, and at most. They differ where only a year is known."""

    year: int
    month: int
    signed: int
    at_most: int


def charts(asked):
    """One chart: a line of the register's own dates, and points."""
    found = counted(asked)
    months = by_month(found, asked.on)
    published = () if asked.chosen else published_counts()
    return [
        Chart(
            key=KEYS[0],
            title="Signatories over time",
            summary=_summary(months[-1].signed, found["undated"][None], published, asked.on),
            columns=["By", "Number", "At most", "What is counted", "Source"],
            rows=_rows(months, found["undated"][None], published),
            draw=partial(draw_over_time, months=months, points=[one for one in published if one.has_a_point]),
            notes=tuple(_notes(found, published, asked)),
        )
    ]


# ---- The figures


def counted(asked):
    """How many organisations signed in each month, by how much is known of the date; how many left in each; and how
    many of those that have signed have no date: {what: {(month, precision) or month or None: how many}}."""
    # Each by its own key: SQLite would go through a whole list of documents for each organisation
    of_this = Signatory.objects.filter(organisation=OuterRef("organisation"))
    public_here = _with_day(of_this.filter(Exists(Signature.objects.public().filter(pk=OuterRef("signature")))))
    stands = of_this.filter(Exists(Signature.objects.standing().filter(pk=OuterRef("signature"))), withdrawn_at=None)
    public = _with_day(Signatory.objects.public()).filter(
        Exists(asked.organisations().filter(pk=OuterRef("organisation")))
    )
    dated = public.exclude(day=None)
    before = public_here.filter(Q(day__lt=OuterRef("day")) | Q(day=OuterRef("day"), pk__lt=OuterRef("pk")))
    first = dated.filter(~Exists(before))
    left = Signatory.objects.withdrawn().filter(organisation=OuterRef("organisation")).order_by()
    left = left.values("organisation").annotate(last=Max("left_at")).values("last")
    gone = first.filter(~Exists(stands)).annotate(left_on=TruncDate(Subquery(left)))
    undated = public.filter(~Exists(public_here.exclude(day=None))).standing()
    found = {"signed": Counter(), "left": Counter(), "undated": Counter()}
    rows = _grouped(first, "signed", TruncMonth("day"), F("precision")).union(
        _grouped(gone, "left", TruncMonth("left_on"), Value("")),
        _grouped(undated, "undated", NO_MONTH, Value("")),
        all=True,
    )
    for what, month, precision, count in rows:
        key = (month.year, month.month) if month else None
        found[what][(key, precision) if what == "signed" else key] += count
    return found


def _with_day(parts):
    """Parts with the day on the document, or on which this register saw it signed, and how much of it is known."""
    day = Coalesce("signed_on", TruncDate("signed_at"))
    precision = Case(When(signed_on=None, then=Value(Precision.DAY)), default=F("signed_on_precision"))
    return parts.annotate(day=day, precision=precision)


def _grouped(parts, what, month, precision):
    named = {"what": Value(what), "in_month": Cast(month, DateField()), "known": Cast(precision, CharField())}
    rows = parts.order_by().annotate(**named).values(*named)
    return rows.annotate(count=Count("organisation", distinct=True)).values_list(*named, "count")


def by_month(found, on):
    """Each month of the years from the launch, or from the first signature where that was before, until this one."""
    now = (on.year, on.month)
    certain, at_most = Counter(), Counter()
    for (month, precision), count in found["signed"].items():
        of_launch = precision == Precision.YEAR and month[0] == LAUNCHED[0]
        at_most[LAUNCHED if of_launch else month] += count
        certain[(month[0], 12) if precision == Precision.YEAR else month] += count
    for month, count in found["left"].items():
        certain[month] -= count
        at_most[month] -= count
    months, signed, most = [], 0, 0
    for year, month in _every_month((min([LAUNCHED, now, *at_most])[0], 1), now):
        signed += certain.pop((year, month), 0)
        most += at_most.pop((year, month), 0)
        # What is public has been signed, however much of its date lies ahead
        months.append(Month(year, month, most if (year, month) == now else signed, most))
    return months


def _every_month(first, last):
    year, month = first
    while (year, month) <= last:
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


# ---- In words


def _summary(signed, undated, published, on):
    organisations = plural(signed, "organisation")
    said = f"By {in_words(on)}, {signed:,} {organisations} in this register had signed on a known date"
    if undated:
        said += f", and {undated:,} more on a date that is not known"
    last = max((one for one in published if one.has_a_point and one.is_of_signatories),
               key=lambda one: one.when.day, default=None)  # fmt: skip
    said += ", those that have ended since included."
    if last is None:
        return said
    said += f" The last published count is {last.number:,}, of {last.when}"
    missing = last.number - signed - undated
    return f"{said}: at least {missing:,} are not in this register yet." if missing > 0 else f"{said}."


def _rows(months, undated, published):
    """The months in which a number changed, and the last one; the published counts between them, undated ones last."""
    dated, last = [], (None, None)
    for month in months:
        if (month.signed, month.at_most) != last or month is months[-1]:
            day = date(month.year, month.month, 1)
            when = str(PartialDate(day, Precision.MONTH))
            dated.append((day, 1, [when, month.signed, month.at_most, IN_REGISTER, "This register"]))
        last = month.signed, month.at_most
    others = []
    for one in published:
        row = [_capital(str(one.when)), one.in_words, None, one.claim, _source(one)]
        if one.when.day:
            dated.append((one.when.day, 0, row))
        else:
            others.append(row)
    rows = [row for *_, row in sorted(dated, key=lambda one: one[:2])]
    if undated:
        others.append(["Date not known", undated, None, IN_REGISTER, "This register"])
    return rows + others


def _source(one):
    return Linked(one.source, one.address) if one.address else one.source


def _capital(words):
    return words[:1].upper() + words[1:]


def _notes(found, published, asked):
    undated = found["undated"][None]
    if undated:
        yield (
            f"{undated:,} {plural(undated, 'organisation')} that {plural(undated, 'has', 'have')} signed "
            f"{plural(undated, 'is', 'are')} not on the line: no source says when."
        )
    if published:
        without = sum(not one.has_a_point for one in published)
        yield (
            "The points are what others published: some count councils, some all signatories, and the hollow ones "
            "count something else. This register holds only what has a document or a source, so its line may be lower."
        )
        if without:
            yield f"{without} published counts without a date or a number are in the table only."
    elif asked.chosen:
        yield "Published counts are of the whole country, so they are left out while a filter is on."
    yield "An organisation counts from the first date known until it withdraws; one that has ended still counts."
