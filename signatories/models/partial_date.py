"""Dates on documents, of which perhaps only the month or the year is known."""

from dataclasses import dataclass
from datetime import date

from django.db import models


class Precision(models.TextChoices):
    """How much is known of a date on a document."""

    DAY = "day", "Day, month and year"
    MONTH = "month", "Month and year"
    YEAR = "year", "Year only"
    UNKNOWN = "unknown", "Not known"


@dataclass(frozen=True)
class PartialDate:
    """A date of which perhaps only the month or the year is known, as pages write it."""

    day: date | None
    precision: str

    def __str__(self):
        if self.precision == Precision.UNKNOWN or not self.day:
            return "date not known"
        form = {Precision.DAY: f"{self.day.day} %B %Y", Precision.MONTH: "%B %Y", Precision.YEAR: "%Y"}
        return self.day.strftime(form[self.precision])
