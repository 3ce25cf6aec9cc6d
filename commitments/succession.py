"""Commitments of organisations that ended: their successors take them on, or let them lapse, or the team does."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from commitments import search
from commitments.models import Adoption, Commitment, ProgressUpdate
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import Access, MoveRefused, Organisation, Succession


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


def reported_for_by(person, on):
    """The organisations that this Person reports for on that date, by name, for a query."""
    mine = Access.objects.organisations_of(person, on)
    return Organisation.objects.filter(pk__in=mine).order_by("sort_name", "pk")


def organisations_of(person, on):
    """The same, read."""
    return list(reported_for_by(person, on))


def decides_alone(commitment, person, on):
    """Whether what becomes of a commitment is this Person's to say, unread by the delivery team: every organisation
    that could take it on is theirs, and trusted to publish at once."""
    mine = [one for one in organisations_of(person, on) if one.publishes_at_once]
    heirs = may_adopt(commitment, on)
    return bool(heirs) and set(heirs) <= set(mine)


def to_be_decided_by(person, on, mine=None):
    """The open commitments that this Person could take on, each with the organisations of theirs that could.

    `mine` is what `organisations_of` says, where that is known already.

    Those that need a decision come first: nobody answers for them, and no reason to let them lapse is being read. It
    costs the same number of queries however many there are.
    """
    mine = organisations_of(person, on) if mine is None else mine
    ancestors = _ended_before(mine, on)
    ended = {pk for pks in ancestors.values() for pk in pks}
    if not ended:
        return []
    lapses = ProgressUpdate.objects.awaiting_review().filter(commitment=OuterRef("pk"), kind=ProgressUpdate.Kind.LAPSE)
    orphans = Commitment.objects.open().of_organisations(ended).annotate(lapse_waits=Exists(lapses))
    found = list(orphans.select_related("signature").order_by("pk"))
    owners, answering = _everyone_of(found, on)
    offers = [
        (commitment, [one for one in mine if one.pk not in owners[commitment] and ancestors[one] & owners[commitment]])
        for commitment in found
    ]
    for commitment in found:
        commitment.needs_a_decision = not (owners[commitment] & answering or commitment.lapse_waits)
    offers.sort(key=lambda offer: not offer[0].needs_a_decision)
    return [(commitment, organisations) for commitment, organisations in offers if organisations]


def _ended_before(organisations, on):
    """For each organisation the ids of those that ended and that it took over from, through others that ended."""
    # All of them by one query: organisations seldom end.
    arrows, before = Succession.objects.filter(predecessor__ends_on__lt=on), defaultdict(set)
    for successor, predecessor in arrows.values_list("successor", "predecessor"):
        before[successor].add(predecessor)
    return {one: _reached(one.pk, before) for one in organisations}


def _reached(start, arrows):
    """Everything that the arrows lead to from there."""
    found, step = set(), {start}
    while step:
        step = {there for here in step for there in arrows.get(here, ())} - found
        found |= step
    return found


def _everyone_of(commitments, on):
    """The ids of the organisations that signed and did not withdraw, or adopted, each of these commitments; and of all
    those the ids of the ones that exist on that date."""
    theirs, answering = defaultdict(set), set()
    made = Commitment.objects.filter(
        pk__in=[one.pk for one in commitments], signature__signatories__withdrawn_at=None
    ).order_by()
    adopted = Adoption.objects.filter(commitment__in=commitments).order_by()
    parties = [
        made.values_list("pk", *_body("signature__signatories__organisation")),
        adopted.values_list("commitment", *_body("organisation")),
    ]
    for commitment, organisation, starts_on, ends_on in parties[0].union(parties[1]):
        theirs[commitment].add(organisation)
        if Organisation(starts_on=starts_on, ends_on=ends_on).existed(on):
            answering.add(organisation)
    return {one: theirs[one.pk] for one in commitments}, answering


def _body(path):
    return path, f"{path}__starts_on", f"{path}__ends_on"


@transaction.atomic
def adopt(commitment, organisation, *, by, now=None):
    """A successor takes a commitment on: its people report on it from now on. Twice changes nothing.

    Raises MoveRefused when the commitment is not open, or the organisation did not take over from one of its own.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    held = Commitment.objects.held(commitment.pk)
    if Adoption.objects.filter(commitment=held, organisation=organisation).exists():
        return
    if not held.is_open or organisation not in may_adopt(held, today):
        raise MoveRefused("adopt", held)
    if not held.owners(today):
        # Nobody could report for a while: the next update is counted from the day on which somebody can again.
        held.asked_on = None
    if held.asked_on is None and Access.objects.live().filter(organisation=organisation).exists():
        held.asked_on = today
    Adoption.objects.create(commitment=held, organisation=organisation, adopted_at=now)
    Commitment.objects.filter(pk=held.pk).update(asked_on=held.asked_on)
    AuditEvent.record("commitment.adopt", held, by=by, at=now, organisation=organisation.pk)
    search.index([held])
    RegisterVersion.bump(now)


@transaction.atomic
def lapse(commitment, *, by, note, now=None):
    """The delivery team lets a commitment lapse whose organisations have all ended, with a public reason.

    Raises MoveRefused when it is not open, or somebody still answers for it.
    """
    now = now or timezone.now()
    held = Commitment.objects.held(commitment.pk)
    if not held.is_open or held.owners(timezone.localdate(now)):
        raise MoveRefused("lapse", held)
    held.move("lapse", by=by, now=now, note=note, ended_at=now, public_note=note)
    RegisterVersion.bump(now)
