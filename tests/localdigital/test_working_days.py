"""Working days in England: weekends and bank holidays do not count, and the clock is that of the United Kingdom."""

from datetime import UTC, date, datetime, timedelta

import pytest

from localdigital.working_days import is_working_day, start_of_week, waited_longer_before, working_days_between

BETWEEN = {
    "the same day": ("2026-03-04", "2026-03-04", 0),
    "the day before": ("2026-03-04", "2026-03-03", 0),
    "the next day": ("2026-03-04", "2026-03-05", 1),
    "a Friday to its Monday": ("2026-03-06", "2026-03-09", 1),
    "a Saturday to its Sunday": ("2026-03-07", "2026-03-08", 0),
    "a Saturday to its Monday": ("2026-03-07", "2026-03-09", 1),
    "two whole weeks": ("2026-03-02", "2026-03-16", 10),
    "over Christmas on a weekend and into the new year": ("2022-12-23", "2023-01-03", 4),
    "over Christmas in the week": ("2025-12-24", "2025-12-29", 1),
    "over Boxing Day on a Saturday": ("2026-12-24", "2026-12-29", 1),
    "over Easter": ("2026-04-02", "2026-04-07", 1),
    "over the Jubilee, for which the spring bank holiday moved": ("2022-05-27", "2022-06-06", 4),
    "over the state funeral": ("2022-09-16", "2022-09-20", 1),
    "over the coronation, a week after the early May one": ("2023-04-28", "2023-05-09", 5),
    "a whole year": ("2022-12-31", "2023-12-31", 260 - 9),
}


@pytest.mark.parametrize(("start", "end", "number"), BETWEEN.values(), ids=BETWEEN)
def test_counts_the_working_days_after_the_first_day_up_to_the_last(start, end, number):
    assert working_days_between(date.fromisoformat(start), date.fromisoformat(end)) == number


def test_agrees_with_looking_at_each_day():
    first = date(2021, 12, 20)
    for length in range(0, 800, 3):
        days = [first + timedelta(days=number) for number in range(1, length + 1)]
        assert working_days_between(first, first + timedelta(days=length)) == sum(map(is_working_day, days))


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        # In July half past eleven at night in London is half past ten in UTC; so is the next morning's date its own.
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 7, 1, 23, 30, tzinfo=UTC), 1),
        (datetime(2026, 1, 7, 22, 30, tzinfo=UTC), datetime(2026, 1, 7, 23, 30, tzinfo=UTC), 0),
        # The clocks go forward on 29 March 2026 and back on 25 October.
        (datetime(2026, 3, 27, 23, 30, tzinfo=UTC), datetime(2026, 3, 30, 23, 30, tzinfo=UTC), 2),
        (datetime(2026, 10, 23, 23, 30, tzinfo=UTC), datetime(2026, 10, 26, 23, 30, tzinfo=UTC), 1),
    ],
)
def test_a_day_begins_and_ends_by_the_clock_in_london(start, end, number):
    assert working_days_between(start, end) == number


@pytest.mark.parametrize("days", [0, 3, 5])
@pytest.mark.parametrize("now", [datetime(2026, 4, 8, 9, tzinfo=UTC), datetime(2026, 12, 30, 23, 59, tzinfo=UTC)])
def test_the_moment_parts_those_that_have_waited_longer_from_the_others(days, now):
    moment = waited_longer_before(days, now)
    assert working_days_between(moment - timedelta(minutes=1), now) > days
    assert working_days_between(moment, now) <= days


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        (datetime(2026, 3, 9, 0, 0, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)),
        (datetime(2026, 3, 8, 23, 59, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)),
        # Midnight of a Monday in summer
        (datetime(2026, 7, 5, 23, 30, tzinfo=UTC), datetime(2026, 7, 5, 23, tzinfo=UTC)),
    ],
)
def test_a_week_begins_on_monday(now, monday):
    assert start_of_week(now) == monday
