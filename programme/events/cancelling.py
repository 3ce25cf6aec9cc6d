"""An event that will not take place: its page stays, and says so."""

from django.db import transaction
from django.utils import timezone

from localdigital import mail
from localdigital.models import AuditEvent, RegisterVersion
from programme import emails
from programme.models import Event
from signatories.models import MoveRefused


@transaction.atomic
def cancel(event, *, by, note="", now=None):
    """The delivery team cancels a public event that is not over. Who proposed it is told why; `note` is for them.

    Raises MoveRefused when it is not public, over, or cancelled already.
    """
    now = now or timezone.now()
    going_on = Event.objects.upcoming(now).filter(pk=event.pk, cancelled_at=None)
    if going_on.update(cancelled_at=now, changed_at=now) != 1:
        raise MoveRefused("cancel", Event.objects.get(pk=event.pk))
    event.cancelled_at = event.changed_at = now
    AuditEvent.record("event.cancel", event, by=by, at=now, note=note)
    RegisterVersion.bump(now)
    mail.queue_all(emails.cancelled(event, note), about=event, now=now)
