"""The page that searches everything, and what its field suggests while somebody types."""

from django import forms
from django.core.exceptions import BadRequest
from django.http import JsonResponse
from django.shortcuts import render

from localdigital.caching import public_page
from localdigital.site.search.finding import INFORMATION, find
from localdigital.site.search.kinds import KINDS
from localdigital.site.search.spelling import corrected
from localdigital.site.search.suggesting import suggestions_for

GROUPS = [(kind.name, kind.many) for kind in KINDS if not kind.group] + [(INFORMATION, "Information")]
LONGEST_SHOWN = 1000


class SearchForm(forms.Form):
    """What a reader may ask of the search: words, one group only, and the words as they are typed."""

    q = forms.CharField(
        label="Search",
        max_length=200,
        required=False,
        error_messages={
            "max_length": "Search must be 200 characters or fewer",
            "null_characters_not_allowed": "Search must not have characters that cannot be typed",
        },
    )
    kind = forms.ChoiceField(choices=[("", ""), *GROUPS], required=False)
    exact = forms.BooleanField(required=False)


@public_page
def search(request):
    """Everything public that has the words that were typed, or those that were meant, in groups."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return _refused(request, form)
    typed, only = form.cleaned_data["q"], form.cleaned_data["kind"]
    meant = corrected(typed, request.register_version) if typed else ""
    text = typed if form.cleaned_data["exact"] else meant
    context = {
        "form": form,
        "q": typed,
        "text": text,
        "meant": meant,
        "only": dict(GROUPS).get(only, ""),
        "found": find(text, only) if text else None,
    }
    return _unlisted(render(request, "pages/search.html", context))


def _refused(request, form):
    """What is wrong with what was typed, and that itself: a browser lets more in while the script suggests."""
    if "q" not in form.errors:
        raise BadRequest("that is none of the choices")
    typed = form["q"].value().replace("\0", "")[:LONGEST_SHOWN]
    context = {"form": form, "q": typed, "text": "", "meant": "", "only": "", "found": None}
    return _unlisted(render(request, "pages/search.html", context, status=400))


def _unlisted(response):
    response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def suggestions(request):
    """Organisations and titles like `?q=`, each with its address, for the search field."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    return _unlisted(JsonResponse({"results": suggestions_for(text) if text else []}))
