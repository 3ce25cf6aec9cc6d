"""The pages of the sign-up about commitments: the list, one question a page, and whom a partner's name means."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commitments.similar import similar_to_all
from signatories.access import for_commitment, while_editable
from signatories.document import commitments_of
from signatories.models import Organisation
from signatories.signup import changes, forms
from signatories.signup.questions import BY_SLUG, QUESTIONS, first_unanswered, following, preceding
from signatories.signup.steps import steps_before


@while_editable
def commitment_list(request, signature):
    """The commitments of the document, to add to, reorder, change and remove."""
    commitments = commitments_of(signature)
    rows = [(commitment, first_unanswered(commitment)) for commitment in commitments]
    page = {
        "signature": signature,
        "rows": rows,
        "finished": not any(missing for _, missing in rows),
        "most": forms.MOST_COMMITMENTS,
        "first_question": QUESTIONS[0].slug,
        "similar": similar_to_all([one for one in commitments if one.mission], signature.pk),
    }
    return render(request, "signup/commitments.html", page)


@require_POST
@while_editable
def add(request, signature):
    """Begin one more commitment."""
    if signature.commitments.count() >= forms.MOST_COMMITMENTS:
        messages.error(request, f"A declaration can hold {forms.MOST_COMMITMENTS} commitments")
        return redirect("sign_commitments", reference=signature.reference)
    commitment = changes.add_commitment(signature)
    return redirect("sign_commitment", signature.reference, commitment.pk, QUESTIONS[0].slug)


@for_commitment
def question(request, signature, commitment, slug):
    """One question about one commitment."""
    asked = BY_SLUG[slug]
    initial = {} if request.method == "POST" else asked.read(commitment)
    form = asked.form(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes.answer(signature, commitment, asked, form.cleaned_data)
        return redirect(_after(request, signature, commitment, asked))
    number, total = steps_before(slug)
    page = {
        "signature": signature,
        "commitment": commitment,
        "form": form,
        "number": number,
        "total": total,
        "back": _back(request, signature, commitment, asked),
    }
    return render(request, "signup/commitment.html", page)


def _after(request, signature, commitment, asked):
    """The next page: the partners whose names are unclear, then the next question, or where the reader came from."""
    came_from = f"?from={request.GET['from']}" if request.GET.get("from") in ("check", "list") else ""
    if asked.slug == "partners" and unclear_partners(commitment):
        return reverse("sign_partners", args=[signature.reference, commitment.pk]) + came_from
    if came_from == "?from=check":
        return reverse("sign_check", args=[signature.reference])
    upcoming = first_unanswered(commitment) if came_from else following(asked.slug)
    if upcoming:
        return reverse("sign_commitment", args=[signature.reference, commitment.pk, upcoming.slug]) + came_from
    return reverse("sign_commitments", args=[signature.reference])


def _back(request, signature, commitment, asked):
    if request.GET.get("from") == "check":
        return reverse("sign_check", args=[signature.reference])
    before = preceding(asked.slug)
    if before and request.GET.get("from") != "list":
        return reverse("sign_commitment", args=[signature.reference, commitment.pk, before.slug])
    return reverse("sign_commitments", args=[signature.reference])


def unclear_partners(commitment):
    """Partners whose name is not plainly one organisation of the register, each with those it might mean."""
    offered = Organisation.objects.checked().existing(timezone.localdate())
    partners = list(commitment.partners.filter(organisation=None))
    meant = offered.exactly_called_each([partner.name for partner in partners])
    candidates = ((partner, meant[partner.name] or list(offered.called(partner.name)[:5])) for partner in partners)
    return [(partner, organisations) for partner, organisations in candidates if organisations]


@for_commitment
def partners(request, signature, commitment):
    """Which organisation each unclear partner's name means; "none of these" keeps it as it was typed."""
    unclear = unclear_partners(commitment)
    form = forms.PartnerMeaningForm(request.POST or None, unclear=unclear)
    if request.method == "POST" and form.is_valid():
        for partner, organisation in form.meanings():
            changes.choose_partner(signature, partner, organisation)
        return redirect(_after_partners(request, signature, commitment))
    page = {"signature": signature, "commitment": commitment, "form": form}
    page["back"] = reverse("sign_commitment", args=[signature.reference, commitment.pk, "partners"])
    return render(request, "signup/partners.html", page)


def _after_partners(request, signature, commitment):
    came_from = request.GET.get("from")
    if came_from == "check":
        return reverse("sign_check", args=[signature.reference])
    upcoming = first_unanswered(commitment) if came_from == "list" else following("partners")
    if upcoming:
        return reverse("sign_commitment", args=[signature.reference, commitment.pk, upcoming.slug])
    return reverse("sign_commitments", args=[signature.reference])


@require_POST
@for_commitment
def move(request, signature, commitment):
    """Move a commitment up or down."""
    changes.move_commitment(signature, commitment, up=request.POST.get("direction") == "up")
    return redirect("sign_commitments", reference=signature.reference)


@for_commitment
def remove(request, signature, commitment):
    """Remove a commitment, after asking once."""
    if request.method == "POST":
        changes.remove_commitment(signature, commitment)
        messages.success(request, "The commitment has been removed")
        return redirect("sign_commitments", reference=signature.reference)
    return render(request, "signup/remove_commitment.html", {"signature": signature, "commitment": commitment})
