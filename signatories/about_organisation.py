"""What the page of one organisation tells: what it signed, what became of it, what it took on, where it is named."""

from django.db.models import F, Prefetch, Q, prefetch_related_objects

from commitments.models import Adoption, Commitment, Partner
from commitments.models.commitment import OVER, Status
from signatories.models import Signatory, Succession
from signatories.totals import of_the_current_version

LISTED_AT_MOST = 50


def everything_about(body, on):
    """The organisation's parts in public documents, the commitments it took on and those that name it.

    Their documents come with all that signed them, looked up together.
    """
    parts, adoptions, partners = _parts(body), _adoptions(body), _partners(body)
    others = [one.commitment.signature for one in [*adoptions, *partners]]
    signatories = Prefetch("signatories", queryset=Signatory.objects.select_related("organisation"))
    prefetch_related_objects([*(part.signature for part in parts), *others], signatories)
    prefetch_related_objects([part.signature for part in parts], _commitments(body, on))
    for part in parts:
        part.stands = part.withdrawn_at is None and part.signature.is_standing
        part.going_on = _going_on(part, on)
        for commitment in part.signature.commitments.all():
            commitment.fate = fate_of(commitment, part) if _has_ended(body, on) else None
    return {
        "standing_parts": [part for part in parts if part.stands],
        "withdrawn_parts": [part for part in parts if not part.stands],
        "taken_on": adoptions,
        "named_in": partners,
    }


def _has_ended(body, on):
    return bool(body.ends_on and body.ends_on < on)


def _parts(body):
    public = body.signatories.public().select_related("signature", "declaration").annotate(**of_the_current_version())
    return list(public.order_by(F("signed_on").desc(nulls_last=True), "-signature__published_at", "-pk"))


def _adoptions(body):
    adoptions = Adoption.objects.filter(organisation=body, commitment__in=Commitment.objects.public())
    newest_first = adoptions.select_related("commitment__signature").order_by("-adopted_at", "-pk")
    return list(newest_first[:LISTED_AT_MOST])


def _partners(body):
    """Where others name it, the newest first; not where its people said that it is no partner."""
    partners = Partner.objects.standing().filter(organisation=body, commitment__in=Commitment.objects.public())
    newest_first = partners.order_by("-commitment__signature__published_at", "commitment__position", "commitment")
    return list(newest_first.select_related("commitment__signature")[:LISTED_AT_MOST])


def _commitments(body, on):
    """The public commitments of a document; of an organisation that has ended, with who took them on."""
    public = Commitment.objects.public()
    if _has_ended(body, on):
        public = public.prefetch_related(
            Prefetch("adoptions", queryset=Adoption.objects.select_related("organisation"))
        )
    return Prefetch("commitments", queryset=public)


def _going_on(part, on):
    """The other organisations for which the document stands and that exist on that date."""
    if not part.signature.is_standing:
        return []
    standing = [one for one in part.signature.signatories.all() if one.withdrawn_at is None and one.pk != part.pk]
    return [one.organisation for one in standing if one.organisation.existed(on)]


def fate_of(commitment, part):
    """What became of a commitment of an organisation that ended: "adopted", "goes-on", "undecided", or "over" where
    nothing more is expected of it."""
    if commitment.status != Status.PUBLISHED or not part.stands or commitment.stage in OVER:
        return "over"
    if commitment.adoptions.all():
        return "adopted"
    return "goes-on" if part.going_on else "undecided"


def succession_of(body, on):
    """The organisations that it took over from, and those that took over from it, with who took over from them where
    they have ended too."""
    onwards = Succession.objects.filter(predecessor=body).values("successor")
    further = Succession.objects.filter(predecessor__in=onwards).values("successor")
    steps = Succession.objects.filter(
        Q(predecessor=body) | Q(successor=body) | Q(predecessor__in=onwards) | Q(predecessor__in=further)
    )
    found = list(
        steps.select_related("predecessor", "successor").order_by("predecessor__sort_name", "successor__sort_name")
    )
    return {
        "predecessors": [one.predecessor for one in found if one.successor_id == body.pk],
        "successors": _successors(body, found, on, seen={body.pk}),
    }


def _successors(body, found, on, seen):
    successors = [one.successor for one in found if one.predecessor_id == body.pk and one.successor_id not in seen]
    for one in successors:
        ended = _has_ended(one, on)
        one.successors_then = _successors(one, found, on, seen | {one.pk}) if ended else []
    return successors
