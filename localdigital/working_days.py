"""Working days in England, where the delivery team works: not Saturdays, Sundays or bank holidays, in UK time.

Days are counted as the team promises them: what comes in on a Friday has waited one working day on Monday, and the
day on which it comes in does not count. Bank holidays come with the `holidays` package, so nothing is looked up.
"""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
SATURDAY = 5
WEEK = 7
DAY = timedelta(days=1)


@cache
def bank_holidays(year):
    """The bank holidays of England in that year that fall on a weekday, in order."""
    from holidays import country_holidays  # slow to load, and only the team’s pages count days

    found = country_holidays("GB", subdiv="ENG", years=year)
    return sorted(day for day in found if day.year == year and day.weekday() < SATURDAY)


def uk_date(when):
    """The date in the United Kingdom at that moment; a date is taken as it is."""
    return when.astimezone(UK).date() if isinstance(when, datetime) else when


def is_working_day(on):
    """Whether the team works on that date."""
    return on.weekday() < SATURDAY and on not in bank_holidays(on.year)


def working_days_between(start, end):
    """How many working days come after the day of `start`, up to and with that of `end`: moments or dates.

    Nothing when `end` is not after `start`.
    """
    first, last = uk_date(start), uk_date(end)
    if last <= first:
        return 0
    return _weekdays_up_to(last) - _weekdays_up_to(first) - _holidays_between(first, last)


def _weekdays_up_to(on):
    # Day 1 of the calendar was a Monday.
    weeks, days = divmod(on.toordinal(), WEEK)
    return weeks * SATURDAY + min(days, SATURDAY)


def _holidays_between(first, last):
    years = range(first.year, last.year + 1)
    return sum(bisect_right(found, last) - bisect_right(found, first) for found in map(bank_holidays, years))


def waited_longer_before(days, now):
    """The moment before which things must have come in to have waited more than that many working days by now."""
    today = earliest = uk_date(now)
    while working_days_between(earliest - DAY, today) <= days:
        earliest -= DAY
    return datetime.combine(earliest, time(), tzinfo=UK)


def start_of_week(now):
    """Midnight, in the United Kingdom, at the start of this week's Monday."""
    today = uk_date(now)
    return datetime.combine(date.fromordinal(today.toordinal() - today.weekday()), time(), tzinfo=UK)
