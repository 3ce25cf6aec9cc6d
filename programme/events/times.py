"""Times of day as people type them, and the moments that they mean on a date in the UK."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils import timezone

WORDS = {"midday": dt.time(12), "noon": dt.time(12), "midnight": dt.time(0)}
# 2pm, 2.30 p.m., 14:00, 1400, 9
TYPED = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?([ap]m)?", re.ASCII)
# Hours at which nobody means the morning who does not say so
AFTERNOON = range(1, 8)


class HalfOfTheDayMissing(ValueError):
    """It may be in the morning or in the afternoon."""


def time_of(text):
    """The time of day that somebody typed. Raises ValueError; HalfOfTheDayMissing for what may be one or the other."""
    typed = re.sub(r"[\s.](?=[ap]\.?m)|\s|(?<=[apm])\.", "", text.lower())
    typed = re.sub(r"^12(noon|midday|midnight)$", r"\1", typed)
    if typed in WORDS:
        return WORDS[typed]
    found = TYPED.fullmatch(typed)
    if not found:
        raise ValueError(f"not a time of day: {text}")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"not a time of day: {text}")
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif len(found[1]) == 1 and hour in AFTERNOON:
        raise HalfOfTheDayMissing(text)
    if hour > 23 and (hour, minute) != (24, 0):
        raise ValueError(f"not a time of day: {text}")
    return dt.time(hour % 24, minute)


def moment(on, at):
    """That time of day on that date in the UK; the first of two when the clocks go back.

    Raises ValidationError for a time that there is not: the clocks go forward over it.
    """
    # In UTC, since two local times of one zone are compared by what the clock says.
    found = timezone.make_aware(dt.datetime.combine(on, at)).astimezone(dt.UTC)
    if timezone.localtime(found).time() != at:
        raise ValidationError(
            "The clocks go forward from 1am to 2am on that day, so there is no such time. Enter 2am or later"
        )
    return found
