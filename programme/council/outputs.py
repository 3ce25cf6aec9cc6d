"""The pages on which an officer makes an output: of what a commitment promised, or of nothing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commitments.council.access import NOT_STANDING, for_reporter
from commitments.publishing import Stale
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from programme.council.offers import page_of, while_unfinished
from programme.council.output_form import OutputForm, choices_for
from programme.reuse import drafts
from signatories.access import for_person_by_id

BEGUN_AN_HOUR = 60
ASKED = ("title", "kind", "description", "url", "licence")
TAKEN = "A colleague has sent this in already: the delivery team reads it"
PUBLISHED = "This is published already"


@for_person_by_id
def begin(request):
    """A new output of an organisation of theirs: kept as a draft when the answers are good."""
    choices = choices_for(request.person, timezone.localdate())
    if not choices.organisations:
        return render(request, "account/output_nobody.html", status=403)
    form = OutputForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        if not within_limit("begin an output", request.person.pk, limit=BEGUN_AN_HOUR):
            return too_many_requests(request)
        output = drafts.begin(form.answers, by=request.person)
        return redirect("council_offer_check", "output", output.pk)
    return render(request, "account/output.html", {"form": form, "output": None})


@require_POST
@for_reporter
def begin_from(request, commitment):
    """Begin, or go on with, the output that a deliverable of a commitment becomes, or another one of the commitment."""
    asked = request.POST.get("deliverable", "")
    deliverable = next((one for one in commitment.deliverables.all() if str(one.pk) == asked), None)
    if asked and deliverable is None:
        raise Http404
    if not within_limit("begin an output", request.person.pk, limit=BEGUN_AN_HOUR):
        return too_many_requests(request)
    try:
        output = drafts.begin_from(commitment, deliverable, by=request.person)
        return redirect("council_output_edit", output.pk) if output.is_editable else redirect(page_of(output))
    except drafts.Taken as taken:
        messages.info(request, PUBLISHED if taken.output.is_public else TAKEN)
    except Stale:
        messages.error(request, NOT_STANDING)
    return redirect("council_commitment", pk=commitment.pk)


@while_unfinished
def edit(request, output):
    """Change what was begun, or got back."""
    choices = choices_for(request.person, timezone.localdate(), output)
    asked = {name: getattr(output, name) for name in ASKED}
    asked |= {name: [str(pk) for pk in choices.chosen(name)] for name in drafts.CHOSEN}
    form = OutputForm(request.POST or None, initial=asked, choices=choices)
    if request.method == "POST" and form.is_valid():
        drafts.save(output, form.answers, choices)
        return redirect("council_offer_check", "output", output.pk)
    return render(request, "account/output.html", {"form": form, "output": output})
