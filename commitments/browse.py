"""The list of commitments: searched, filtered, counted and sorted, each by an address that can be shared."""

from django.core.exceptions import BadRequest
from django.db.models import Prefetch
from django.shortcuts import render

from commitments.facets import Counts
from commitments.filters import RELEVANCE, SORT, CommitmentFilter
from commitments.marking import extract, marked
from localdigital.caching import public_page
from localdigital.paging import link_with, one_page
from signatories.models import Signatory


@public_page
def commitments(request):
    """Every public commitment that fits what was asked: the best first, or the newest."""
    asked = CommitmentFilter(request.GET)
    if not asked.is_valid():
        raise BadRequest("that is none of the choices")
    counts = Counts(asked)
    if not set(asked.asked.get("principle", [])) <= set(counts.principles):
        raise BadRequest("there is no such principle")
    signatories = Prefetch("signature__signatories", queryset=Signatory.objects.select_related("organisation"))
    promises = asked.sorted().select_related("signature__declaration").prefetch_related(signatories)
    page = one_page(request, promises, total=counts.total)
    context = {
        "page": page,
        "rows": [_row(promise, asked.words) for promise in page.object_list],
        "asked": asked,
        "q": asked.asked.get("q", ""),
        "partner": asked.asked.get("partner", ""),
        "facets": counts.facets,
        "orders": [(value, words) for value, words in SORT if value != RELEVANCE or asked.words],
        "some_words_only": len(asked.words) > 1 and not counts.with_every_word,
        "tags": list(_tags(request, asked, counts)),
        "suggested": [(one.official_name, link_with(request, partner=one.slug)) for one in asked.partners_suggested()],
    }
    return render(request, "commitments/list.html", context)


def _row(promise, words):
    """A commitment with its title, and the place where it says what was looked for, as HTML with the words marked."""
    return {
        "commitment": promise,
        "title": marked(promise.title, words),
        "names": [marked(part.organisation.official_name, words) for part in promise.signature.signatories.all()],
        "extract": extract([promise.mission, promise.impact], words),
    }


def _tags(request, asked, counts):
    """What leaves commitments out, each with its label, its words and the address without it."""
    for name, value in asked.asked.items():
        label = asked.form.fields[name].label
        if name == "q":
            yield label, value, link_with(request, q=None)
        elif name == "partner":
            yield label, asked.partner_in_words, link_with(request, partner=None)
        elif name != "sort":
            for one in value:
                others = [other for other in value if other != one]
                yield label, counts.words_for(name, one), link_with(request, **{name: others})
