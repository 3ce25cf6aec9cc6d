"""What the delivery team announces: published for all to read, and taken back when it was a mistake."""

from django.db import transaction
from django.utils import timezone

from localdigital.models import AuditEvent, RegisterVersion
from programme.models import Announcement


class NotAsRead(Exception):
    """It was published, or taken back, by somebody else meanwhile."""


@transaction.atomic
def publish(announcement, *, by, now=None):
    """Put it on the site, in the feed and in the next digests. Raises NotAsRead when it is there already."""
    now = now or timezone.now()
    _change(announcement, {"published_at": None}, now)
    AuditEvent.record("announcement.publish", announcement, by=by, at=now)
    RegisterVersion.bump(now)


@transaction.atomic
def take_back(announcement, *, by, now=None):
    """Take it off the site: it is a draft again. Raises NotAsRead when it is one already."""
    now = now or timezone.now()
    _change(announcement, {"published_at__isnull": False}, None)
    AuditEvent.record("announcement.take_back", announcement, by=by, at=now)
    RegisterVersion.bump(now)


def _change(announcement, as_read, published_at):
    # A guarded update: of two of the team, one finds it as it was.
    found = Announcement.objects.filter(pk=announcement.pk, **as_read)
    if found.update(published_at=published_at) != 1:
        raise NotAsRead
    announcement.published_at = published_at
