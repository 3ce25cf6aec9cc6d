"""The pages of a signer: read what will be published, sign, or decline."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from signatories.access import for_person
from signatories.document import commitments_of, signatories_of
from signatories.models import Principle, Signature
from signatories.models.reference import read_reference
from signatories.models.signature import MoveRefused, Status
from signatories.signoff import DocumentChanged, asked_of, decline, seal, sign
from signatories.signup.forms import DeclineForm


def _document_of(request, reference):
    """The document of that reference, for someone who signs it; 404 for everybody else."""
    signature = (
        Signature.objects.select_related("declaration", "preparer")
        .filter(reference=read_reference(reference), signatories__signer=request.person)
        .first()
    )
    if signature is None:
        raise Http404
    return signature


@for_person
def sign_off(request, reference):
    """The document exactly as it will be published, the sentence that is agreed to, and the button that signs."""
    signature = _document_of(request, reference)
    mine = asked_of(signature, request.person)
    if request.method == "POST":
        return _sign(request, signature)
    if signature.status != Status.AWAITING_SIGN_OFF or not mine:
        return render(request, "signup/sign_off_over.html", {"signature": signature, "person": request.person})
    page = {
        "signature": signature,
        "mine": mine,
        "signatories": signatories_of(signature),
        "commitments": commitments_of(signature),
        "principles": Principle.objects.all(),
        "seal": seal(signature, mine),
    }
    return render(request, "signup/sign_off.html", page)


def _sign(request, signature):
    try:
        sign(signature, by=request.person, shown=request.POST.get("seal", ""))
    except DocumentChanged:
        messages.error(request, "The declaration has changed since you opened this page. Read it again.")
        return redirect("sign_off", reference=signature.reference)
    except MoveRefused:
        pass  # a double click, or it no longer waits for them: the page that follows says how it stands
    if signature.preparer_id == request.person.pk:
        return redirect("sign_submitted", reference=signature.reference)
    return redirect("signed", reference=signature.reference)


@for_person
def signed(request, reference):
    """The signer's confirmation."""
    signature = _document_of(request, reference)
    signatories = signatories_of(signature)
    page = {
        "signature": signature,
        "mine": [one for one in signatories if one.signed_by_id == request.person.pk],
        "waiting": [one for one in signatories if not one.signed_at],
    }
    if not page["mine"]:
        return redirect("sign_off", reference=signature.reference)
    return render(request, "signup/signed.html", page)


@for_person
def decline_to_sign(request, reference):
    """Decline with a reason."""
    signature = _document_of(request, reference)
    if signature.status != Status.AWAITING_SIGN_OFF or not asked_of(signature, request.person):
        return redirect("sign_off", reference=signature.reference)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decline(signature, by=request.person, reason=form.cleaned_data["reason"])
        except MoveRefused:
            return redirect("sign_off", reference=signature.reference)
        return render(request, "signup/declined.html", {"signature": signature})
    return render(request, "signup/decline.html", {"signature": signature, "form": form})
