"""What happens as days go by: each app's daily.py does its part, and doing it again at once changes nothing more."""

import logging
from datetime import date, datetime, time, timedelta
from importlib import import_module

from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from localdigital.models import EmailedLink, QueuedEmail, RateLimit
from localdigital.throttle import within_limit

logger = logging.getLogger("localdigital.daily")

BODIES_KEPT = timedelta(days=90)
LINKS_KEPT = timedelta(days=7)
FAILURES_KEPT = timedelta(days=1)
ERASED = "(erased after 90 days)"


class DailyFailed(Exception):
    """The part of one app or more could not be done; the log says why."""


def run_every_app(now):
    """Run every app's part, each even when another fails. Returns what was done as {"what": how many}."""
    done, failed = {}, []
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "daily"):
            try:
                done |= import_module(f"{app.name}.daily").run_daily(now)
            except Exception:
                logger.exception("daily: %s", app.name)
                failed.append(app.name)
    if failed:
        raise DailyFailed(", ".join(failed))
    return done


@transaction.atomic
def run_daily(now):
    """The ground's part: forget what is past its time."""
    old = QueuedEmail.objects.filter(queued_at__lt=now - BODIES_KEPT).exclude(body=ERASED)
    return {
        "emails erased": old.update(body=ERASED, subject=ERASED, to_address="", failure=""),
        "links deleted": EmailedLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()[0],
        "limits forgotten": RateLimit.objects.filter(ends_at__lt=now).delete()[0],
        "failed sign-ins forgotten": AccessAttempt.objects.filter(attempt_time__lt=now - FAILURES_KEPT).delete()[0],
        "sessions ended": Session.objects.filter(expire_date__lt=now).delete()[0],
    }


def morning_of(text):
    """Six in the morning of a date written like 2027-01-31, for commands that do the work of a day; or ValueError."""
    on = date.fromisoformat(text)
    if not 2000 <= on.year < 3000:
        raise ValueError(f"{on} is out of all proportion")
    return timezone.make_aware(datetime.combine(on, time(6)))


def run_when_due():
    """For the processes that serve: one of them runs it each hour, so that what failed is tried again."""
    if within_limit("run daily", "", limit=1, per=timedelta(hours=1)):
        logger.info("daily: %s", run_every_app(timezone.now()))
