"""What the register gives away: a Dataset is one list of columns, of which its files, schema, API and documentation
are made. A field is published only when it is named here or in an app's own open_data.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone

# So many rows are read at a time, with what belongs to them: memory stays flat however many there are.
AT_A_TIME = 1000
# ISO 8601, as far as it is known: 2018, 2018-11 or 2018-11-09
PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


class Type(StrEnum):
    """What a column holds: in JSON a string, a whole number, a decimal number, true or false, or a list of strings."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    PARTIAL_DATE = "partial-date"
    MOMENT = "datetime"
    ADDRESS = "uri"
    LIST = "list"


class Allowed(tuple):
    """The only values that a column can have. `words` says each of them, by value."""

    def __new__(cls, pairs):
        """Of pairs of a value and its words."""
        words = dict(pairs)
        allowed = super().__new__(cls, words)
        allowed.words = words
        return allowed


@dataclass(frozen=True)
class Column:
    """One published field. `read` gives its value of a row, or is the path of an attribute; None where not known.

    `choices` are the only values that it can have, an Allowed; `pattern` is a regular expression that all of them fit.
    `refers_to` names the column of another dataset whose values it holds, like "organisations.code": no value of it is
    one that is not there. `since` is the day on which the column was first published.
    """

    name: str
    type: Type
    description: str
    example: object
    read: Callable | str = ""
    is_required: bool = False
    choices: tuple = ()
    pattern: str = ""
    refers_to: str = ""
    since: date = date(2026, 11, 22)

    def value(self, row):
        """The value of that row as JSON knows it; None where it is not known."""
        read = self.read or self.name
        found = _at(row, read) if isinstance(read, str) else read(row)
        if self.type == Type.LIST:
            return [str(one) for one in found]
        return None if found is None or found == "" else AS_JSON[self.type](found)


@dataclass(frozen=True)
class Dataset:
    """One table of the open data.

    `rows` gives the public rows as they stand, or as they stood at the end of a day: a queryset of `on`, a date or
    None. `prepare` loads for a list of them what their columns read, by as many queries for one as for a thousand; it
    gets the date too. `key` is the column that tells rows apart for ever, `lookup` where the database has it.
    """

    name: str
    title: str
    description: str
    columns: tuple
    rows: Callable
    prepare: Callable = field(default=lambda rows, on: None)
    key: str = "id"
    lookup: str = "pk"
    # What it says of a day in the past, in a sentence or two
    as_of: str = ""
    # What of it is by somebody else, and under which terms
    attribution: str = ""

    def records(self, rows=None, *, on=None):
        """Every row as a dict by column, in the order in which they came into the register.

        `rows` are some of the dataset's own (a list page's, say); all of them as of that date where none are given.
        """
        for piece in self.pieces(rows, on=on):
            yield from piece

    def pieces(self, rows=None, *, on=None):
        """The same in lists of so many, each read when it is asked for.

        It goes by key, so that no row comes twice or is left out while others write. Each row is as it was when its
        piece was read: what is published meanwhile comes too, what is taken off the register meanwhile does not.
        """
        rows, last = self.rows(on) if rows is None else rows, None
        while True:
            piece = rows if last is None else rows.filter(pk__gt=last)
            piece = list(piece.order_by("pk")[:AT_A_TIME])
            if piece:
                last = piece[-1].pk
                yield self.records_of(piece, on=on)
            if len(piece) < AT_A_TIME:
                return

    def records_of(self, rows, *, on=None):
        """The same of rows that are loaded already."""
        self.prepare(rows, on)
        return [{column.name: column.value(row) for column in self.columns} for row in rows]

    def with_keys(self, keys, *, on=None):
        """The public rows with these keys."""
        return self.rows(on).filter(**{f"{self.lookup}__in": keys})


def _at(row, path):
    """What stands at the end of that path of attributes; None where one before it is None."""
    if "." not in path:
        return getattr(row, path)
    for name in path.split("."):
        row = None if row is None else getattr(row, name)
    return row


def _moment(found):
    return timezone.localtime(found, timezone.get_default_timezone()).isoformat(timespec="seconds")


def _date(found):
    return found if isinstance(found, str) else found.isoformat()


def _as_it_is(found):
    return found


AS_JSON = {
    Type.STRING: str,
    Type.INTEGER: _as_it_is,
    Type.NUMBER: float,
    Type.BOOLEAN: bool,
    Type.DATE: _date,
    Type.PARTIAL_DATE: _date,
    Type.MOMENT: _moment,
    Type.ADDRESS: str,
}


def until(moment, on):
    """Whether something had happened by the end of that day in UK time: a condition; nothing is left out of today."""
    return Q() if on is None else Q(**{f"{moment}__lt": end_of(on)})


def had_happened(moment, on):
    """Whether a moment had come by the end of that day; today, whether it has come at all."""
    return moment is not None and (on is None or moment < end_of(on))


def end_of(on):
    """The moment at which that day ends in the UK."""
    midnight = datetime.combine(on + timedelta(days=1), time.min)
    return timezone.make_aware(midnight)


def day_of(moment):
    """The day of a moment in the UK; None for None."""
    return timezone.localdate(moment) if moment else None


def partial(when):
    """A PartialDate as ISO 8601 writes it: 2018, 2018-11 or 2018-11-09; None where it is not known."""
    if not when or not when.day:
        return None
    return when.day.isoformat()[: {"year": 4, "month": 7}.get(when.precision, 10)]


def choices(model):
    """The values of a TextChoices, with their words."""
    return Allowed(model.choices)
