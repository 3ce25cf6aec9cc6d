"""What happens as days go by: each app's daily.py does its part, and doing it again at once changes nothing more.

Its `apply_retention(now)` keeps what the privacy notice promises: it warns, deletes and forgets. Its `run_daily(now)`,
where it has one, does the rest of the day: it asks and reminds. The day is the first, then the second.
"""

import logging
from contextlib import nullcontext
from datetime import date, datetime, time, timedelta
from importlib import import_module

from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from localdigital.models import EmailedLink, QueuedEmail, RateLimit, TeamNote
from localdigital.throttle import within_limit

logger = logging.getLogger("localdigital.daily")

BODIES_KEPT = timedelta(days=90)
LINKS_KEPT = timedelta(days=7)
FAILURES_KEPT = timedelta(days=1)
ERASED = "(erased after 90 days)"


class DailyFailed(Exception):
    """The part of one app or more could not be done; the log says why."""


def run_every_app(now):
    """Do the whole day of every app, each part even when another fails. Returns {"what": how many}."""
    return _do(["apply_retention", "run_daily"], now)


def apply_retention_everywhere(now, *, dry_run=False):
    """Delete and forget what is past its time, in every app. Returns {"what": how many}.

    With `dry_run` all of it is done and then undone, so that its figures are those of the real run: the emails that
    it queued are undone too, before anybody could send them.
    """
    with transaction.atomic() if dry_run else nullcontext():
        done = _do(["apply_retention"], now)
        if dry_run:
            transaction.set_rollback(True)
    return done


def _do(parts, now):
    done, failed = {}, []
    dailies = [import_module(f"{app.name}.daily") for app in apps.get_app_configs() if _has_a_day(app)]
    for part in parts:
        for module in dailies:
            try:
                done |= _do_part(module, part, now)
            except Exception:
                logger.exception("daily: %s of %s", part, module.__name__)
                failed.append(module.__package__)
    if failed:
        raise DailyFailed(", ".join(dict.fromkeys(failed)))
    return done


def _has_a_day(app):
    return module_has_submodule(app.module, "daily")


def _do_part(module, part, now):
    # Inside a dry run, what fails is undone alone. Otherwise each decision is a transaction of its own.
    with transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext():
        return getattr(module, part)(now) if hasattr(module, part) else {}


@transaction.atomic
def apply_retention(now):
    """The ground's part: forget what is past its time."""
    old = QueuedEmail.objects.filter(queued_at__lt=now - BODIES_KEPT).exclude(to_address="")
    return {
        "emails erased": old.update(body=ERASED, subject=ERASED, to_address="", failure=""),
        "links deleted": EmailedLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()[0],
        "limits forgotten": RateLimit.objects.filter(ends_at__lt=now).delete()[0],
        "failed sign-ins forgotten": AccessAttempt.objects.filter(attempt_time__lt=now - FAILURES_KEPT).delete()[0],
        "sessions ended": Session.objects.filter(expire_date__lt=now).delete()[0],
        "notes about what was deleted": sum(_notes_about_nothing(label) for label in _kinds_of_notes()),
    }


def _kinds_of_notes():
    return list(TeamNote.objects.order_by("about_type").values_list("about_type", flat=True).distinct())


def _notes_about_nothing(label):
    """Delete the team's notes about things of one type that were deleted themselves. Returns how many."""
    there = apps.get_model(label)._base_manager.values("pk")
    return TeamNote.objects.filter(about_type=label).exclude(about_id__in=there).delete()[0]


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
