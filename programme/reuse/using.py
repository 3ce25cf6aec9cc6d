"""That a council uses what another one made: said, and taken back, by one of its people in one step."""

from django.db import transaction
from django.utils import timezone

from localdigital.models import AuditEvent, RegisterVersion
from programme.models import Output, Use
from signatories.reorganising import Refused, hold


class CannotBeUsed(Exception):
    """An organisation does not say that it uses what it made itself, or what is not public, or when it is gone."""


@transaction.atomic
def say_that_it_is_used(output, organisation, *, by, now=None):
    """That organisation uses this too, for anyone to read at once. Returns whether that is new. Raises CannotBeUsed."""
    now = now or timezone.now()
    try:
        hold([organisation])
    except Refused as gone:  # it was merged into another one meanwhile
        raise CannotBeUsed from gone
    held = Output.objects.published().select_for_update(of=("self",)).filter(pk=output.pk).first()
    if held is None or held.organisations.filter(pk=organisation.pk).exists():
        raise CannotBeUsed
    about = {"said_by_id": by.pk, "said_at": now}
    _, is_new = Use.objects.get_or_create(output=held, organisation=organisation, defaults=about)
    if is_new:
        _log("use.add", organisation, output.pk, by, now)
    return is_new


@transaction.atomic
def take_back(output, organisation, *, by, now=None):
    """That organisation uses it no longer, or never said so. Returns whether that is new."""
    now = now or timezone.now()
    deleted, _ = Use.objects.filter(output=output, organisation=organisation).delete()
    if deleted:
        _log("use.remove", organisation, output.pk, by, now)
    return bool(deleted)


def _log(kind, organisation, output, by, now):
    # About the organisation, since what is taken back is no longer there to be looked up.
    AuditEvent.record(kind, organisation, by=by, at=now, output=output)
    RegisterVersion.bump(now)
