"""A council's account: everything that a Person signs, prepares and reports on, and how each commitment stands."""

from django.shortcuts import redirect, render
from django.utils import timezone

from commitments.council.access import for_reporter
from commitments.council.drafts import Kind
from commitments.council.overview import Overview, page_of
from programme import emails
from programme.council import offers
from programme.reuse import drafts as outputs
from signatories.access import for_person
from signatories.models import Declaration


@for_person
def account(request):
    """What this Person has before them, the most urgent first."""
    today = timezone.localdate()
    overview = Overview(request.person, today)
    page = {
        "overview": overview,
        "next": overview.next_action,
        "page_of": page_of,
        "page_of_offer": offers.page_of,
        "offer_in_words": emails.in_words,
        "declaration": Declaration.objects.current(),
        "today": today,
    }
    return render(request, "account/account.html", page)


@for_reporter
def commitment(request, commitment):
    """One commitment: how it stands, what is under way, and what can be said of it."""
    today = timezone.localdate()
    if not commitment.published_at:
        return redirect("council_added_check", commitment.pk)
    updates = commitment.updates.under_way(request.person).exclude(kind=Kind.LAPSE)
    deliverables = outputs.deliverables_of(commitment)
    promised, other_outputs = outputs.promised(commitment, deliverables, request.person)
    page = {
        "commitment": commitment,
        "owners": commitment.owners(today),
        "deliverables": deliverables,
        "promised": promised,
        "other_outputs": other_outputs,
        "partners": list(commitment.partners.standing().select_related("organisation")),
        "updates": list(updates) if commitment.is_standing else [],
        "revisions": list(commitment.revisions.open()) if commitment.is_standing else [],
        "page_of": page_of,
        "today": today,
    }
    return render(request, "account/commitment.html", page)
