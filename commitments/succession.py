"""Commitments of organisations that ended: their successors take them on, or the team lets them lapse."""

from django.db import transaction
from django.utils import timezone

from commitments import search
from commitments.models import Adoption, Commitment
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import Access, MoveRefused, Organisation


def ended_owners(commitment, on):
    """The organisations that signed or adopted a commitment and ended before that date."""
    parts = commitment.signature.signatories.filter(withdrawn_at=None).values("organisation")
    adopters = Adoption.objects.filter(commitment=commitment).values("organisation")
    ended = Organisation.objects.filter(ends_on__lt=on)
    return list((ended.filter(pk__in=parts) | ended.filter(pk__in=adopters)).order_by("sort_name", "pk"))


def may_adopt(commitment, on):
    """The organisations that could take a commitment on: successors of one that ended, without those that have it."""
    owners = commitment.owners(on)
    heirs = {heir for ended in ended_owners(commitment, on) for heir in ended.heirs(on)}
    return sorted(heirs - set(owners), key=lambda one: (one.sort_name, one.pk))


def to_be_decided_by(person, on):
    """The open commitments that this Person could take on, each with the organisations of theirs that could."""
    mine = [
        one.organisation for one in Access.objects.in_force(on).filter(person=person).select_related("organisation")
    ]
    ancestors = _ancestors(mine)
    orphans = Commitment.objects.open().of_organisations(ancestors).select_related("signature").order_by("pk")
    offers = ((commitment, [one for one in may_adopt(commitment, on) if one in mine]) for commitment in orphans)
    return [(commitment, organisations) for commitment, organisations in offers if organisations]


def _ancestors(organisations):
    """The ids of every organisation that these took over from, through any number of steps."""
    found, step = set(), {one.pk for one in organisations}
    while step:
        step = set(Organisation.objects.filter(successors__in=step).exclude(pk__in=found).values_list("pk", flat=True))
        found |= step
    return found


@transaction.atomic
def adopt(commitment, organisation, *, by, now=None):
    """A successor takes a commitment on: its people report on it from now on. Twice changes nothing.

    Raises MoveRefused when the commitment is not open, or the organisation did not take over from one of its own.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    held = Commitment.objects.select_for_update(of=("self",)).select_related("signature").get(pk=commitment.pk)
    if Adoption.objects.filter(commitment=held, organisation=organisation).exists():
        return
    if not held.is_open or organisation not in may_adopt(held, today):
        raise MoveRefused("adopt", held)
    Adoption.objects.create(commitment=held, organisation=organisation, adopted_at=now)
    # Its new people could not have reported before.
    asked = today if Access.objects.live().filter(organisation=organisation).exists() else None
    Commitment.objects.filter(pk=held.pk).update(asked_on=asked, changed_at=now)
    AuditEvent.record("commitment.adopt", held, by=by, at=now, organisation=organisation.pk)
    search.index([held])
    RegisterVersion.bump(now)


@transaction.atomic
def lapse(commitment, *, by, note, now=None):
    """The delivery team lets a commitment lapse whose organisations have all ended, with a public reason.

    Raises MoveRefused when somebody still answers for it.
    """
    now = now or timezone.now()
    held = Commitment.objects.select_for_update(of=("self",)).select_related("signature").get(pk=commitment.pk)
    if held.owners(timezone.localdate(now)):
        raise MoveRefused("lapse", held)
    held.move("lapse", by=by, now=now, note=note, ended_at=now, public_note=note)
    RegisterVersion.bump(now)
