"""The page of everything open that councils made and others can use, and who uses it too."""

from itertools import groupby

from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from localdigital.caching import public_page
from localdigital.paging import link_with, one_page
from programme.models import Output
from programme.reuse.filters import ReuseForm, narrowed
from programme.reuse.listing import FEW, SIZE, Counts, about_each, listed, page_with
from signatories.models.organisation import Region


@public_page
def reuse(request):
    """The outputs that fit what was asked, kind by kind."""
    form = ReuseForm(request.GET)
    if not form.is_valid():
        raise BadRequest("that is none of the choices")
    asked, counts = form.asked, Counts(form.asked)
    if "topic" in asked and asked["topic"] not in {one.value for one in counts.topics}:
        raise BadRequest("there is no such topic")
    outputs = listed(narrowed(Output.objects.published(), asked))
    page = one_page(request, outputs, size=SIZE, total=counts.total)
    context = {
        "page": page,
        "groups": [(kind, list(each)) for kind, each in groupby(page, key=lambda one: one.get_kind_display())],
        "about": about_each(page.object_list, timezone.localdate()),
        "counts": counts,
        "regions": [("", "All"), *Region.choices],
        "asked": asked,
        "few": FEW,
        "tags": [(label, words, link_with(request, **{name: None})) for name, label, words in _tags(form, counts)],
    }
    return render(request, "programme/reuse/reuse.html", context)


def _tags(form, counts):
    """What leaves outputs out, each by name, label and words."""
    for name, value in form.asked.items():
        words = counts.words_for(name, value) if name in ("kind", "topic") else dict(Region.choices).get(value, value)
        yield name, form.fields[name].label, words


@public_page
def output(request, pk):
    """Where one output is on the page of all of them."""
    found = get_object_or_404(Output.objects.published(), pk=pk)
    number = page_with(found)
    query = f"?page={number}" if number > 1 else ""
    return redirect(f"{reverse('reuse')}{query}#output-{found.pk}")
