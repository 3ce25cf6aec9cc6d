"""What other pages tell of outputs and support: what an organisation made, uses, can help with and wants help with;
what the deliverables of a commitment became."""

from dataclasses import dataclass, field

from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Cast

from commitments.models import Deliverable
from programme.models import Output, OutputKind, SupportOffer, Use

MOST = 50

KINDS = dict(OutputKind.choices)


@dataclass
class Shared:
    """Outputs as (title, id, what kind), topics as (title, slug), in their orders."""

    made: list = field(default_factory=list)
    used: list = field(default_factory=list)
    can_help: list = field(default_factory=list)
    wants_help: list = field(default_factory=list)


def shares_something():
    """Whether the organisation at hand shares anything: for its own query, so that the page asks no more where not."""
    here = {"organisation": OuterRef("pk")}
    made = Output.organisations.through.objects.filter(**here, output__in=Output.objects.published().values("pk"))
    return Q(Exists(made) | Exists(Use.objects.filter(**here)) | Exists(SupportOffer.objects.filter(**here)))


def about_organisation(organisation, on):
    """What its page tells of that: one query where `shares_something` said so. One that has ended uses nothing and
    helps nobody."""
    return {"shared": _shared_by(organisation, on) if organisation.shares_something else Shared()}


def _shared_by(organisation, on):
    public = Output.objects.published().order_by()
    made = public.of_organisations([organisation.pk])
    rows = [made.values_list(_text("made"), "title", Cast("pk", CharField()), "kind")]
    if organisation.existed(on):
        uses = Use.objects.filter(organisation=organisation, output__in=public.values("pk")).order_by()
        rows.append(uses.values_list(_text("used"), "output__title", Cast("output_id", CharField()), "output__kind"))
        offers = SupportOffer.objects.filter(organisation=organisation).order_by()
        for name, way in (("can_help", SupportOffer.Way.CAN_HELP), ("wants_help", SupportOffer.Way.WANTS_HELP)):
            topics = offers.filter(way=way)
            rows.append(topics.values_list(_text(name), "topic__title", "topic__slug", _text("")))
    found = Shared()
    for what, title, end, kind in sorted(rows[0].union(*rows[1:], all=True) if rows[1:] else rows[0]):
        getattr(found, what).append((title, end, KINDS.get(kind, "")))
    return found


def _text(words):
    return Cast(Value(words), CharField())


def deliverables_with_outputs():
    """For a commitment's page: its deliverables, each with the title and key of what it became; no query more."""
    became = Output.objects.published().filter(deliverable=OuterRef("pk")).order_by()
    deliverables = Deliverable.objects.annotate(
        output_id=Subquery(became.values("pk")[:1]), output_title=Subquery(became.values("title")[:1])
    )
    return Prefetch("deliverables", queryset=deliverables)


def has_other_outputs():
    """Whether the commitment at hand has outputs that nobody promised."""
    return Exists(Output.objects.published().filter(commitment=OuterRef("pk"), deliverable=None))


def about_commitment(commitment):
    """The outputs of a commitment that nobody promised: one query where `has_other_outputs` said so."""
    others = Output.objects.newest().filter(commitment=commitment, deliverable=None)
    return {"other_outputs": list(others.only("title", "kind")[:MOST]) if commitment.has_other_outputs else []}
