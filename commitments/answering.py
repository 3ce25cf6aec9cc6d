"""Which organisations answer for which commitments, for many at once, and where nobody can be asked."""

from collections import defaultdict

from django.db.models import Exists, Max, OuterRef, Subquery

from commitments.models import Adoption, Commitment
from signatories.models import Access, Organisation, Signatory


def answered_for(organisations, commitments):
    """Of these commitments, those that each of these organisations answers for: {organisation's id: [commitment]}."""
    by_document, by_pk = defaultdict(list), {one.pk: one for one in commitments}
    for commitment in by_pk.values():
        by_document[commitment.signature_id].append(commitment)
    found = defaultdict(dict)
    parts = Signatory.objects.filter(organisation__in=organisations, signature__in=by_document, withdrawn_at=None)
    for organisation, document in parts.values_list("organisation", "signature"):
        found[organisation] |= {one.pk: one for one in by_document[document]}
    adoptions = Adoption.objects.filter(organisation__in=organisations, commitment__in=by_pk)
    for organisation, commitment in adoptions.values_list("organisation", "commitment"):
        found[organisation][commitment] = by_pk[commitment]
    return {organisation: list(theirs.values()) for organisation, theirs in found.items()}


def reachable(on):
    """The accesses, on that date, of people who can be mailed."""
    return Access.objects.in_force(on).filter(person__email__isnull=False)


def without_people(on):
    """Organisations that answer for open commitments and have nobody who could be asked about them, by name.

    `left_at` says when the last of its people lost access; it is None where nobody ever had any.
    """
    of_this = Signatory.objects.filter(organisation=OuterRef("pk"), withdrawn_at=None)
    signed = of_this.filter(signature__in=Commitment.objects.open().values("signature"))
    adopted = Adoption.objects.filter(organisation=OuterRef("pk"), commitment__in=Commitment.objects.open())
    people = Access.objects.filter(organisation=OuterRef("pk"))
    last = people.order_by().values("organisation").annotate(at=Max("ended_at")).values("at")
    return (
        Organisation.objects.existing(on)
        .filter(Exists(signed) | Exists(adopted))
        .exclude(Exists(people.filter(pk__in=reachable(on))))
        .annotate(had_people=Exists(people), left_at=Subquery(last))
        .order_by("sort_name", "pk")
    )
