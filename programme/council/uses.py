"""The pages on which an officer says which outputs of others their organisations use."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commitments.succession import organisations_of
from localdigital.paging import one_page
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from programme.models import Output, Use
from programme.reuse import using
from programme.reuse.filters import ReuseForm, with_words
from signatories.access import for_person_by_id
from signatories.models import Organisation

SAID_AN_HOUR = 200


@for_person_by_id
def uses(request):
    """What their organisations use, first, and everything else that they could say so of."""
    form = ReuseForm(request.GET)
    if not form.is_valid():
        raise BadRequest("that is too long")
    organisations = organisations_of(request.person, timezone.localdate())
    page = one_page(request, _with_uses(with_words(Output.objects.published(), form.cleaned_data["q"]), organisations))
    context = {"page": page, "organisations": organisations, "q": form.cleaned_data["q"]}
    return render(request, "account/uses.html", context)


def _with_uses(outputs, organisations):
    """Outputs with the uses of these organisations, those that have one first; without what only they made."""
    theirs = Use.objects.filter(organisation__in=organisations)
    made = Output.organisations.through.objects.filter(organisation__in=organisations, output=OuterRef("pk"))
    outputs = outputs.annotate(is_used=Exists(theirs.filter(output=OuterRef("pk"))), is_own=Exists(made))
    parts = [
        Prefetch("uses", queryset=theirs.select_related("organisation"), to_attr="own_uses"),
        Prefetch("organisations", queryset=Organisation.objects.order_by("sort_name", "pk"), to_attr="makers"),
    ]
    return (
        outputs.filter(Q(is_own=False) | Q(is_used=True)).order_by("-is_used", "title", "pk").prefetch_related(*parts)
    )


@for_person_by_id
def use(request, pk):
    """Say of one output that an organisation of theirs uses it, or no longer does: a button for each."""
    output = get_object_or_404(Output.objects.published().prefetch_related("organisations"), pk=pk)
    organisations = organisations_of(request.person, timezone.localdate())
    if request.method == "POST":
        return _say(request, output, organisations)
    makers, using_it = set(output.organisations.all()), set(_using(output, organisations))
    page = {
        "output": output,
        "rows": [(one, one in using_it) for one in organisations if one not in makers],
        "made": [one for one in organisations if one in makers],
    }
    return render(request, "account/use.html", page)


def _using(output, organisations):
    return Organisation.objects.filter(uses__output=output, pk__in=[one.pk for one in organisations])


def _say(request, output, organisations):
    """Do what a button said, of an organisation of theirs."""
    body = next((one for one in organisations if one.slug == request.POST.get("organisation")), None)
    if body is None:
        raise Http404
    if not within_limit("use", request.person.pk, limit=SAID_AN_HOUR):
        return too_many_requests(request)
    if request.POST.get("answer") == "no":
        using.take_back(output, body, by=request.person)
        messages.success(request, f"{body} no longer says that it uses ‘{output.title}’")
    else:
        try:
            using.say_that_it_is_used(output, body, by=request.person)
            messages.success(request, f"Anyone can now read that {body} uses ‘{output.title}’")
        except using.CannotBeUsed:
            messages.error(request, f"{body} cannot say that it uses ‘{output.title}’")
    return redirect("council_uses") if request.POST.get("from") == "list" else redirect("council_use", output.pk)
