"""What a load balancer asks: is the process alive, and can it answer readers?"""

from functools import cache

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from localdigital.models import QueuedEmail


class NotReadyError(Exception):
    """The register cannot answer readers now; the message says why."""


@require_safe
@cache_control(no_store=True)
def healthz(request):
    """The process is alive. Asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(no_store=True)
def readyz(request):
    """Whether the database answers and is migrated. Mail that waits is told and fails nothing."""
    try:
        reach_database()
        require_migrations()
        return JsonResponse({"ready": True, "oldest_unsent_email_seconds": oldest_unsent_email_seconds()})
    except NotReadyError as reason:
        return JsonResponse({"ready": False, "reason": str(reason)}, status=503)
    except Error:
        # What the database said may hold its address: it is for the log, not for whoever asks.
        return JsonResponse({"ready": False, "reason": "the database cannot be reached"}, status=503)


def reach_database():
    """Ask the database the smallest question there is."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")


@cache  # An exception is not kept: once migrated the process asks no more, until then it asks each time.
def require_migrations():
    """Raise NotReadyError while a migration of this release has not been applied."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReadyError("migrations have not been applied")


def oldest_unsent_email_seconds(now=None):
    """How long the email that waits longest has waited; None when none waits."""
    queued_at = QueuedEmail.objects.unsent().aggregate(oldest=Min("queued_at"))["oldest"]
    return int(((now or timezone.now()) - queued_at).total_seconds()) if queued_at else None
