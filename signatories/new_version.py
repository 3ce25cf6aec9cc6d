"""A newer version of the Declaration: who signed which, and asking those that signed an older one to sign it.

The old signature stands whether or not they do. Each organisation is asked once, in batches that the delivery team
starts; its people are those who report for it.
"""

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from commitments.answering import reachable
from localdigital.models import AuditEvent
from signatories import emails
from signatories.models import AskedToSign, Declaration, Organisation, Signatory

BATCH = 50


class NotTheCurrentVersion(Exception):
    """Only the version that is signed today can be asked for."""


def earlier_versions(declaration):
    """The published versions that came before this one."""
    before = Q(dated_on__lt=declaration.dated_on) | Q(dated_on=declaration.dated_on, pk__lt=declaration.pk)
    return Declaration.objects.published().filter(before)


def _standing(**of):
    return Signatory.objects.standing().filter(organisation=OuterRef("pk"), **of)


def signed_earlier_only(declaration, on):
    """The organisations that exist on that date and signed an earlier version, but not this one; none that is about
    to sign it, or signed it and withdrew."""
    # Its own part in this version: published once, or on its way there
    this_one = Signatory.objects.filter(organisation=OuterRef("pk"), declaration=declaration)
    began = this_one.filter(Q(live=True) | Q(pk__in=Signatory.objects.public()))
    earlier = _standing(declaration__in=earlier_versions(declaration).order_by())
    return Organisation.objects.existing(on).filter(Exists(earlier)).exclude(Exists(began))


def _asked(declaration):
    return AskedToSign.objects.filter(declaration=declaration, organisation=OuterRef("pk"))


def to_ask(declaration, on):
    """The organisations whose people have not been asked to sign this version, by name."""
    somebody = reachable(on).filter(organisation=OuterRef("pk"))
    waiting = signed_earlier_only(declaration, on).filter(Exists(somebody)).exclude(Exists(_asked(declaration)))
    return waiting.order_by("sort_name", "pk")


def people_to_ask(organisations, on):
    """The people of these organisations, each with those of the organisations that are theirs: {Person: [...]}."""
    people = {}
    accesses = reachable(on).filter(organisation__in=organisations).select_related("person", "organisation")
    for access in accesses.order_by("organisation__sort_name", "organisation", "pk"):
        people.setdefault(access.person, []).append(access.organisation)
    return people


@transaction.atomic
def ask_to_sign(declaration, *, by, limit=BATCH, now=None):
    """Ask the people of the next organisations to sign this version. Returns how many organisations were asked.

    Raises NotTheCurrentVersion when another one is signed today.
    """
    now = now or timezone.now()
    on = timezone.localdate(now)
    # Two of the team at once take turns here; SQLite's transactions do so by themselves.
    Declaration.objects.select_for_update(no_key=True).get(pk=declaration.pk)
    if Declaration.objects.current() != declaration:
        raise NotTheCurrentVersion
    organisations = list(to_ask(declaration, on)[:limit])
    if not organisations:
        return 0
    AskedToSign.objects.bulk_create(
        AskedToSign(declaration=declaration, organisation=one, asked_at=now) for one in organisations
    )
    people = people_to_ask(organisations, on)
    emails.ask_to_sign_new_version(declaration, people, now=now)
    AuditEvent.record(
        "declaration.ask_signatories", declaration, by=by, at=now, organisations=len(organisations), emails=len(people)
    )
    return len(organisations)


def figures(declaration, on):
    """How many organisations signed this version, signed an earlier one only, were asked, can be asked, and cannot."""
    signed = Signatory.objects.standing().filter(declaration=declaration)
    somebody = reachable(on).filter(organisation=OuterRef("pk"))
    earlier = signed_earlier_only(declaration, on).annotate(
        was_asked=Exists(_asked(declaration)), there=Exists(somebody)
    )
    return {
        "signed": signed.aggregate(number=Count("organisation", distinct=True))["number"],
        "asked": AskedToSign.objects.filter(declaration=declaration).count(),
        **earlier.aggregate(
            earlier_only=Count("pk"),
            to_ask=Count("pk", filter=Q(was_asked=False, there=True)),
            without_people=Count("pk", filter=Q(there=False)),
        ),
    }
