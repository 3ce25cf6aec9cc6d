"""Which organisations answer for which commitments, for many at once, and where nobody can be asked."""

from collections import defaultdict

from django.db.models import Exists, Max, OuterRef, Q, Subquery

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


def existed(on, path="organisation__"):
    """Whether the organisation at the end of that path existed on that date: a condition that needs no list of them."""
    began = Q(**{f"{path}starts_on": None}) | Q(**{f"{path}starts_on__lte": on})
    return began & (Q(**{f"{path}ends_on": None}) | Q(**{f"{path}ends_on__gte": on}))


def nobody_answers(on):
    """Whether, on that date, no organisation answers for a commitment any more: a condition on commitments."""
    return ~Exists(_parts_of_this().filter(existed(on))) & ~Exists(_adoptions_of_this().filter(existed(on)))


def answered_for_by_one_of(on, **kind):
    """Whether an organisation of that kind answers for a commitment on that date: a condition on commitments.

    Where nobody does any more, those that made it are meant, as on its page.
    """
    theirs = {f"organisation__{name}": value for name, value in kind.items()}
    parts, adoptions = _parts_of_this().filter(**theirs), _adoptions_of_this().filter(**theirs)
    answered = Exists(parts.filter(existed(on))) | Exists(adoptions.filter(existed(on)))
    return Q(answered) | (Q(Exists(parts)) & nobody_answers(on))


def _parts_of_this():
    return Signatory.objects.filter(signature=OuterRef("signature"), withdrawn_at=None)


def _adoptions_of_this():
    return Adoption.objects.filter(commitment=OuterRef("pk"))


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
