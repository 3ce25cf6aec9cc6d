"""What in the log is about an organisation, a person or a document: they themselves and all that is theirs."""

from collections import defaultdict

from django.db.models import BigIntegerField, CharField, F, Q, Value
from django.db.models.functions import Cast

from commitments.models import Adoption, Approach, Commitment, Partner, ProgressUpdate, Revision
from signatories.models import Access, Person, Signatory, Signature

BY_COMMITMENT = (ProgressUpdate, Revision, Approach)


def of_organisation(organisation):
    """Its own, and those of its documents, its part in them, their commitments and those it took on, what was sent in
    about these, its people's access, and where it is named as a partner."""
    parts = Signatory.objects.filter(organisation=organisation)
    signed = Commitment.objects.filter(signature__in=parts.values("signature"))
    adopted = Commitment.objects.filter(pk__in=Adoption.objects.filter(organisation=organisation).values("commitment"))
    return [
        type(organisation).objects.filter(pk=organisation.pk),
        parts,
        Signature.objects.filter(pk__in=parts.values("signature")),
        *_of_commitments(signed),
        *_of_commitments(adopted),
        Access.objects.filter(organisation=organisation),
        Approach.objects.filter(organisation=organisation),
        Partner.objects.filter(organisation=organisation),
    ]


def of_document(reference):
    """The document of that reference, its signatories and its commitments, with what was sent in about them."""
    commitments = Commitment.objects.filter(signature__reference=reference)
    return [
        Signature.objects.filter(reference=reference),
        Signatory.objects.filter(signature__reference=reference),
        *_of_commitments(commitments),
        Partner.objects.filter(commitment__in=commitments.values("pk")),
    ]


def of_person(person):
    """What is about somebody: they themselves and, of a person at a council, their access."""
    themselves = type(person).objects.filter(pk=person.pk)
    return [themselves, Access.objects.filter(person=person)] if isinstance(person, Person) else [themselves]


def _of_commitments(commitments):
    ids = commitments.order_by().values("pk")
    return [commitments, *(model.objects.filter(commitment__in=ids) for model in BY_COMMITMENT)]


def by(person):
    """What somebody did."""
    return Q(actor_type=person._meta.label_lower, actor_id=person.pk)


def about_each(asked):
    """From {name: lists as above}, for each name what is about one of them: all by one query.

    The ids are looked up first and not joined, so that both databases go to the log's index with them.
    """
    queries = [_ids(name, queryset) for name, querysets in asked.items() for queryset in querysets]
    found = {name: defaultdict(set) for name in asked}
    for name, label, pk in queries[0].union(*queries[1:]) if queries else ():
        found[name][label].add(pk)
    nothing = Q(pk__in=[])
    return {
        name: Q.create([Q(object_type=label, object_id__in=ids) for label, ids in types.items()], connector=Q.OR)
        if types
        else nothing
        for name, types in found.items()
    }


def _ids(name, queryset):
    label = queryset.model._meta.label_lower
    words = (Cast(Value(one), CharField()) for one in (name, label))
    return queryset.order_by().values_list(*words, Cast(F("pk"), BigIntegerField()))
