"""What waits for the delivery team: the lines of the admin's first page, counted by one query, and how old it is."""

from dataclasses import dataclass, replace
from typing import ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import Count, DateTimeField, IntegerField, Min, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from localdigital.working_days import waited_longer_before, working_days_between

# How many working days something may wait until it is no longer new, and until the team is late with it
NEW, LATE = 3, 5
# By the name that the address of a list has for it
AGES = {
    "0-3": f"0 to {NEW} working days",
    "4-5": f"{NEW + 1} to {LATE} working days",
    "over-5": f"Over {LATE} working days",
}


@dataclass(frozen=True)
class Waiting:
    """One line of the first page: how many of something wait for the team, and where to see them.

    `count` is a number, or a queryset, which the site counts; `one` is the label where there is one of them. A line
    with `since`, the field that says when each of them came in, is a queue: the page says how old its things are, and
    its list has the AgeFilter.
    """

    label: str
    count: int | QuerySet
    address: str
    hint: str = ""
    urgent: bool = False
    since: str = ""
    ages: tuple = ()
    one: str = ""


def in_words(number):
    """So many working days, in words."""
    return "less than 1 working day" if number < 1 else f"{number} working day{'' if number == 1 else 's'}"


def waited(since, now):
    """How long something has waited that came in then, in words."""
    return in_words(working_days_between(since, now))


# ---- Counting


def counted(lines, now):
    """These lines with their numbers and ages, by one query for all querysets among them."""
    open_ones = [(place, line) for place, line in enumerate(lines) if isinstance(line.count, QuerySet)]
    if not open_ones:
        return lines
    moments = waited_longer_before(NEW, now), waited_longer_before(LATE, now)
    first, *others = (_figures(place, line, *moments) for place, line in open_ones)
    rows = first.union(*others, all=True) if others else first
    found = {place: figures for place, *figures in rows}
    return [
        _labelled(_told(line, now, *found.get(place, (0, 0, 0, None))) if isinstance(line.count, QuerySet) else line)
        for place, line in enumerate(lines)
    ]


def _labelled(line):
    return replace(line, label=line.one) if line.one and line.count == 1 else line


def _figures(place, line, new_until, late_until):
    """A query of one row: place, how many, how many are not new, how many are late, and the oldest's moment."""
    older, late, oldest = _number(0), _number(0), Cast(Value(None), DateTimeField())
    if line.since:
        older = Count("pk", filter=Q(**{f"{line.since}__lt": new_until}))
        late = Count("pk", filter=Q(**{f"{line.since}__lt": late_until}))
        oldest = Min(line.since, output_field=DateTimeField())
    # Named as no field of what is counted is
    placed = line.count.order_by().annotate(place_on_the_page=_number(place)).values("place_on_the_page")
    figures = placed.annotate(number=Count("pk"), older=older, late=late, oldest=oldest)
    return figures.values_list("place_on_the_page", "number", "older", "late", "oldest")


def _number(value):
    return Value(value, output_field=IntegerField())


def _told(line, now, number, older, late, oldest):
    if not (line.since and number):
        return replace(line, count=number, urgent=line.urgent and number > 0)
    joint = "&" if "?" in line.address else "?"
    numbers = zip(AGES.items(), (number - older, older - late, late), strict=True)
    ages = tuple((words, some, f"{line.address}{joint}age={name}") for (name, words), some in numbers)
    hint = f"The oldest has waited {waited(oldest, now)}" if oldest else ""
    return replace(line, count=number, ages=ages, hint=hint, urgent=late > 0)


# ---- The lists


class AgeFilter(SimpleListFilter):
    """How long things have waited for review. The list's `waits_since` names the field that says since when."""

    title = "time waited"
    parameter_name = "age"
    bounds: ClassVar = {"0-3": (None, NEW), "4-5": (NEW, LATE), "over-5": (LATE, None)}

    def __init__(self, request, params, model, model_admin):
        self.since = model_admin.waits_since
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        """The ages that the first page tells apart."""
        return AGES.items()

    def queryset(self, request, queryset):
        """Those that wait, and have waited so long."""
        if self.value() not in self.bounds:
            return queryset
        more, most = self.bounds[self.value()]
        now, found = timezone.now(), queryset.awaiting_review()
        if more is not None:
            found = found.filter(**{f"{self.since}__lt": waited_longer_before(more, now)})
        if most is not None:
            found = found.filter(**{f"{self.since}__gte": waited_longer_before(most, now)})
        return found
