"""What happens once a day: each app's daily.py does its part, and doing it twice on one day changes nothing more."""

import logging
from datetime import timedelta
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


def run_every_app(now):
    """Run every app's part. Returns what was done as {"what": how many}."""
    done = {}
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "daily"):
            done |= import_module(f"{app.name}.daily").run_daily(now)
    return done


@transaction.atomic
def run_daily(now):
    """The ground's part: forget what is past its time."""
    old_bodies = QueuedEmail.objects.filter(queued_at__lt=now - BODIES_KEPT).exclude(body=ERASED)
    return {
        "email bodies erased": old_bodies.update(body=ERASED, subject=ERASED),
        "links deleted": EmailedLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()[0],
        "limits forgotten": RateLimit.objects.filter(ends_at__lt=now).delete()[0],
        "failed sign-ins forgotten": AccessAttempt.objects.filter(attempt_time__lt=now - FAILURES_KEPT).delete()[0],
        "sessions ended": Session.objects.filter(expire_date__lt=now).delete()[0],
    }


def run_once_today():
    """For the processes that serve: the first to ask each day runs it."""
    now = timezone.now()
    today = timezone.localdate(now)
    if within_limit("run daily", today, limit=1, per=timedelta(days=1)):
        logger.info("daily: %s", run_every_app(now))
