"""What a program may ask of each list: what readers may ask of its page, by the same filters, and a few things more."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Literal

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_filters import Filter

from commitments.filters import CommitmentFilter
from commitments.models import Adoption, ProgressUpdate
from localdigital.site.api.cursors import LARGEST
from localdigital.site.api.problems import Problem, invalid
from programme.case_studies.filters import CaseStudyFilter
from programme.events.filters import EventFilter
from programme.fund.filters import ProjectFilter
from programme.models import CaseStudy, Event, Output
from programme.reuse.filters import FILTERS as REUSE_FILTERS
from programme.reuse.filters import ReuseForm
from signatories.filters import OrganisationFilter
from signatories.models import Organisation, Signatory
from signatories.models.reference import read_reference

# The order is that in which records came into the register: a cursor needs one that stays.
NOT_HERE = {"sort"}
EXAMPLES = {"q": "chatbot", "organisation": "E07000234", "topic": "chatbots", "year": "2018", "partner": "Oxford"}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a list: what it may hold, and, unless the page's own filters read it, how it narrows."""

    name: str
    held_as: object
    description: str
    example: object
    narrow: object = None
    largest: int | None = None


# ---- Those that this API has beside the pages' own


def organisations_called(key):
    """The organisation with that code or slug, also one that it had before: a queryset."""
    named = Q(code=key) | Q(code=key.upper()) | Q(slug=key.lower()) | Q(former_slugs__slug=key.lower())
    return Organisation.objects.checked().filter(named)


def organisation_called(key):
    """The one of them that is meant: that of this code before another of this slug, and that before one that had it
    once. None where there is none."""
    found = organisations_called(key)
    return min(found, key=lambda one: (one.code != key.upper(), one.slug != key.lower(), one.pk), default=None)


def _signed_by(signatures, key):
    parts = Signatory.objects.filter(organisation__in=organisations_called(key).values("pk"))
    return signatures.filter(Exists(parts.filter(signature=OuterRef("pk"))))


def _answered_for_by(commitments, key):
    theirs = organisations_called(key).values("pk")
    parts = Signatory.objects.filter(organisation__in=theirs, withdrawn_at=None, signature=OuterRef("signature"))
    adoptions = Adoption.objects.filter(organisation__in=theirs, commitment=OuterRef("pk"))
    return commitments.filter(Q(Exists(parts)) | Q(Exists(adoptions)))


def _is_about(rows, key):
    return rows.filter(organisation__in=organisations_called(key).values("pk"))


def _offered_by(model, of):
    def narrow(rows, key):
        through = model.organisations.through.objects
        theirs = organisations_called(key).values("pk")
        return rows.filter(Exists(through.filter(**{of: OuterRef("pk")}, organisation__in=theirs)))

    return narrow


def _of_document(rows, text):
    reference = read_reference(text)
    if reference is None:
        raise invalid("signature_reference", "That is no reference of a signature: check it against the document")
    return rows.filter(signature__reference=reference)


def _organisation(narrow, what):
    return Parameter("organisation", str, f"{what}, by code or slug.", "E07000234", narrow)


def _number(name, description, narrow):
    return Parameter(name, int, description, 1, narrow, LARGEST)


DOCUMENT = Parameter("signature_reference", str, "The document they belong to.", "T37Q-VXT7", _of_document)
COMMITMENT = _number("commitment_id", "The commitment they belong to.", lambda rows, pk: rows.filter(commitment=pk))
OTHERS = {
    "signatures": [_organisation(_signed_by, "Signed by this organisation")],
    "signatories": [_organisation(_is_about, "The part of this organisation"), DOCUMENT],
    "commitments": [_organisation(_answered_for_by, "This organisation answers for them"), DOCUMENT],
    "partners": [COMMITMENT, _organisation(_is_about, "This organisation is the partner")],
    "deliverables": [COMMITMENT],
    "progress": [
        COMMITMENT,
        Parameter("kind", Literal[tuple(ProgressUpdate.Kind.values)], "The kind of update.", "report",
                  lambda rows, kind: rows.filter(kind=kind)),
    ],
    "evidence": [
        _number("commitment_id", "The commitment it is about.", lambda rows, pk: rows.filter(update__commitment=pk)),
        _number("progress_id", "The progress update that shows it.", lambda rows, pk: rows.filter(update=pk)),
    ],
    "fund-rounds": [],
    "case-studies": [_organisation(_offered_by(CaseStudy, "casestudy"), "Told by this organisation")],
    "outputs": [_organisation(_offered_by(Output, "output"), "Made by this organisation")],
    "events": [_organisation(_offered_by(Event, "event"), "Held by this organisation")],
}  # fmt: skip


# ---- The pages' own


class OfPage:
    """The filters of one page, as parameters of the list of the same things."""

    def __init__(self, filters, made):
        """`filters` are the page's by name; `made(data)` is its form, bound, with the functions that narrow."""
        self.filters = {name: one for name, one in filters.items() if name not in NOT_HERE}
        self.made = made

    def parameters(self):
        """What each may hold, as the page's form says."""
        return [self._parameter(name, one) for name, one in self.filters.items()]

    def _parameter(self, name, one):
        choices = one.extra.get("choices") if isinstance(one, Filter) else getattr(one, "choices", None)
        shown = deepcopy(one).field if isinstance(one, Filter) else one
        values = [] if callable(choices) else [value for value, _ in choices or [] if value]
        held_as = Literal[tuple(map(str, values))] if values else str
        is_many = isinstance(shown, forms.MultipleChoiceField)
        held_as = list[held_as] if is_many else held_as
        description = f"{shown.label}: narrows the list as on its page."
        example = str(values[0]) if values else EXAMPLES.get(name)
        return Parameter(name, held_as, description, [example] if example and is_many else example)

    def narrowed(self, rows, data):
        """The rows that fit what was asked; a Problem where something of it is none of the choices."""
        asked, narrow = self.made(data)
        form = getattr(asked, "form", asked)
        if not form.is_valid():
            faults = [(name, str(fault)) for name, those in form.errors.items() for fault in those]
            raise Problem("invalid", errors=faults)
        for name in self.filters:
            value = form.cleaned_data.get(name)
            if name in data and value:
                rows = narrow(asked, name)(rows, value)
        return rows


def _by_filterset(made):
    return lambda data: (made(data), lambda asked, name: asked.filters[name].filter)


PAGES = {
    "organisations": OfPage(
        OrganisationFilter.base_filters,
        _by_filterset(lambda data: OrganisationFilter(data, Organisation.objects.checked())),
    ),
    "commitments": OfPage(CommitmentFilter.base_filters, _by_filterset(CommitmentFilter)),
    "fund-projects": OfPage(ProjectFilter.base_filters, _by_filterset(ProjectFilter)),
    "case-studies": OfPage(CaseStudyFilter.base_filters, _by_filterset(CaseStudyFilter)),
    "outputs": OfPage(ReuseForm.base_fields, lambda data: (ReuseForm(data), lambda asked, name: REUSE_FILTERS[name])),
    "events": OfPage(EventFilter.base_filters, _by_filterset(lambda data: EventFilter(data, now=timezone.now()))),
}


def parameters_of(dataset):
    """Every filter of the list of a dataset."""
    page = PAGES[dataset.name].parameters() if dataset.name in PAGES else []
    return [*page, *OTHERS.get(dataset.name, [])]


def narrowed(dataset, rows, data, asked):
    """The rows that fit what was asked: `data` as it came, for the page's forms; `asked` the same as values."""
    if dataset.name in PAGES:
        rows = PAGES[dataset.name].narrowed(rows, data)
    for parameter in OTHERS.get(dataset.name, []):
        value = asked.get(parameter.name)
        if value is not None:
            rows = parameter.narrow(rows, value)
    return rows
