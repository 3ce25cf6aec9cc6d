"""When a round opens and closes, as pages write it. Of a past round perhaps only the day is known: then no time is
said."""

from datetime import time

from django.utils import timezone

from localdigital.govuk import writing

# How a round opens and closes of which only the day is known
FIRST_MOMENT, LAST_MOMENT = time.min, time(23, 59, 59)


def in_uk_time(moment):
    """9 November 2018 at 5pm; 9 November 2018 where the time is not known; nothing for None."""
    if moment is None:
        return ""
    at = timezone.localtime(moment).time().replace(microsecond=0)
    return writing.date(moment) if at in (FIRST_MOMENT, LAST_MOMENT) else writing.datetime(moment)
