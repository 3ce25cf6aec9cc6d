"""The public pages of organisations and of what they signed."""

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Exists, F, OuterRef, Prefetch, Subquery
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from localdigital.caching import public_page
from localdigital.paging import link_with, one_page
from programme.case_studies import related as case_studies
from programme.events import about as events
from programme.fund import about as fund
from programme.reuse import related as reuse
from signatories import linked_data
from signatories.about_organisation import everything_about, succession_of
from signatories.by_reference import with_public_document
from signatories.document import commitments_of, names_of, signatories_of
from signatories.filters import SIGNED, OrganisationFilter
from signatories.models import Declaration, Organisation, OrganisationName, Signatory
from signatories.totals import of_the_current_version

SUGGESTIONS = 10


@public_page
def signatories(request):
    """The organisations that have signed; those that have not, or all, when asked."""
    asked = OrganisationFilter(request.GET, Organisation.objects.checked())
    if not asked.is_valid():
        raise BadRequest("that is none of the choices")
    newest_first = Signatory.objects.standing().order_by(F("signed_on").desc(nulls_last=True), "-pk")
    newest_first = newest_first.select_related("declaration").defer("declaration__body")
    parts = Prefetch("signatories", queryset=newest_first, to_attr="standing_parts")
    page = one_page(request, asked.qs.prefetch_related(parts).annotate(**of_the_current_version(), left_at=_left_at()))
    context = {
        "page": page,
        "versions": next(iter(page), None),
        "form": asked.form,
        "asked": asked.asked,
        "tabs": _tabs(request, asked.asked["signed"]),
        "everyone": link_with(request, signed="all"),
        "today": timezone.localdate(),
        "tags": [(label, words, link_with(request, **{name: None})) for name, label, words in asked.narrowing],
    }
    return render(request, "signatories/list.html", context)


def _left_at():
    """When the organisation at hand last withdrew from what it signed."""
    withdrawn = Signatory.objects.withdrawn().filter(organisation=OuterRef("pk"))
    return Subquery(withdrawn.order_by("-left_at").values("left_at")[:1])


def _tabs(request, chosen):
    # Year and order mean nothing for those that have not signed.
    dropped = {"no": {"year": None, "sort": None}}
    return [
        (words, link_with(request, signed=None if value == "yes" else value, **dropped.get(value, {})), value == chosen)
        for value, words in SIGNED
    ]


@public_page
def organisation(request, slug):
    """One organisation, whether it has signed or not: its documents, what it is named in, its history."""
    former = OrganisationName.objects.filter(organisation=OuterRef("pk")).exclude(used_until=None)
    organisations = Organisation.objects.checked().select_related("county", "combined_authority")
    organisations = organisations.annotate(was_renamed=Exists(former), is_funded=fund.takes_part())
    organisations = organisations.annotate(has_case_studies=case_studies.has_some(organisations=OuterRef("pk")))
    organisations = organisations.annotate(holds_events=events.holds_some(timezone.localdate()))
    organisations = organisations.annotate(shares_something=reuse.shares_something())
    body = organisations.filter(slug=slug).first()
    if body is None:
        return redirect(get_object_or_404(organisations, former_slugs__slug=slug), permanent=True)
    today = timezone.localdate()
    context = {
        "organisation": body,
        **everything_about(body, today),
        **succession_of(body, today),
        **fund.about_organisation(body),
        **case_studies.about_organisation(body),
        **events.about_organisation(body, today),
        **reuse.about_organisation(body, today),
        "former_names": body.was_renamed and body.names.exclude(used_until=None).order_by("-used_until", "name"),
        "co_published": Declaration.objects.published().filter(co_publishers=body),
        "has_ended": bool(body.ends_on and body.ends_on < today),
        "not_begun": bool(body.starts_on and body.starts_on > today),
        "today": today,
    }
    context["linked_data"] = linked_data.organisation_page(body, context["standing_parts"])
    return render(request, "signatories/organisation.html", context)


@public_page
@with_public_document
def signature(request, document):
    """One signed document: who signed what."""
    parts = signatories_of(document)
    names, commitments = names_of(parts), commitments_of(document)
    context = {
        "signature": document,
        "signatories": parts,
        "names": names,
        "commitments": commitments,
        "linked_data": linked_data.signature_page(document, parts, commitments, names),
    }
    return render(request, "signatories/signature.html", context)


class SuggestionForm(forms.Form):
    q = forms.CharField(required=False, max_length=200)


@public_page
def organisation_names(request):
    """Official names of the organisations that exist today and are called like `?q=`, for a field that suggests."""
    form = SuggestionForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    organisations = Organisation.objects.checked().existing(timezone.localdate()).called(text) if text else []
    results = [{"name": body.official_name, "hint": _kind_and_place(body)} for body in organisations[:SUGGESTIONS]]
    return JsonResponse({"results": results})


def _kind_and_place(body):
    return ", ".join(filter(None, [body.get_type_display(), body.get_region_display()]))
