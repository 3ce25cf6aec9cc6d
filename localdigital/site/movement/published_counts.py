"""How many had signed by what others published, as each source says it: data/published_counts.csv.

`date` is a day, a month or nothing. `about` is what stands before the number ("more than"), `counts` says whether
"signatories" were counted or something "other", `of` what exactly. A claim without a date has no point on the chart,
and one without a number has none either; both stand in its table.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from signatories.models.partial_date import PartialDate, Precision

TABLE = Path(__file__).with_name("data") / "published_counts.csv"


@dataclass(frozen=True)
class PublishedCount:
    """One published number, or words for one, and where it stands."""

    when: PartialDate
    number: int | None
    about: str
    is_of_signatories: bool
    of: str
    claim: str
    source: str
    address: str

    @property
    def in_words(self):
        """The number as the source says it: "more than 30"."""
        return f"{self.about} {self.number or ''}".strip()

    @property
    def has_a_point(self):
        """Whether it can be marked on a chart."""
        return self.when.day is not None and self.number is not None


@cache
def published_counts():
    """All of them, those with a date first and in their order."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        counts = [_read(row) for row in csv.DictReader(table)]
    return tuple(sorted(counts, key=lambda one: (one.when.day is None, one.when.day or date.min, one.number or 0)))


def _read(row):
    precision = Precision(row["precision"])
    day = None if precision == Precision.UNKNOWN else date.fromisoformat((row["date"] + "-01")[:10])
    number = int(row["number"]) if row["number"] else None
    is_of_signatories = {"signatories": True, "other": False}[row["counts"]]
    return PublishedCount(
        PartialDate(day, precision), number, row["about"], is_of_signatories,
        row["of"], row["claim"], row["source"], row["address"],
    )  # fmt: skip
