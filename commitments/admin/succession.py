"""What becomes of a commitment whose organisation ended: the delivery team decides it where its successors do not."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from commitments import succession
from commitments.models import Commitment
from localdigital.forms import QuestionForm, for_ever
from signatories.models import MoveRefused

ADOPT, LAPSE = "adopt", "lapse"


class LapseForm(QuestionForm):
    """Why nobody takes it on."""

    note = forms.CharField(
        label="Why nobody takes it on",
        max_length=3000,
        validators=[for_ever],
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say why nobody takes it on"},
    )


class DecidesSuccession:
    """For the admin of commitments: the page of one whose organisation ended leads to what becomes of it."""

    def get_urls(self):
        view = self.admin_site.admin_view(decide_succession)
        return [path("<int:pk>/succession/", view, name="commitments_commitment_succession"), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["succession"] = self.succession_of(request, obj) if obj else ""
        return super().render_change_form(request, context, add, change, form_url, obj)

    def succession_of(self, request, commitment):
        """Where it is decided what becomes of this one; "" where there is nothing to decide."""
        may_decide = request.user.has_perm("signatories.change_signature")
        if may_decide and commitment.is_open and succession.ended_owners(commitment, timezone.localdate()):
            return reverse("admin:commitments_commitment_succession", args=[commitment.pk])
        return ""


def decide_succession(request, pk):
    """Which organisations ended, who could take the commitment on, and the two decisions."""
    if not request.user.has_perm("signatories.change_signature"):
        raise PermissionDenied
    commitment = get_object_or_404(Commitment.objects.select_related("signature"), pk=pk)
    today = timezone.localdate()
    heirs, owners = succession.may_adopt(commitment, today), commitment.owners(today)
    form = LapseForm(request.POST if LAPSE in request.POST else None)
    done = ""
    try:
        if ADOPT in request.POST:
            done = _adopt(commitment, heirs, request)
        elif form.is_bound and form.is_valid():
            succession.lapse(commitment, by=request.user, note=form.cleaned_data["note"])
            done = "It has lapsed, and its page says why."
    except MoveRefused:
        messages.error(request, "This can no longer be decided: read the commitment as it is now.")
        return redirect("admin:commitments_commitment_change", pk)
    if done:
        messages.success(request, done)
        return redirect("admin:commitments_commitment_succession", pk)
    context = {
        **admin.site.each_context(request),
        "opts": Commitment._meta,
        "title": f"What becomes of “{commitment.title}”",
        "commitment": commitment,
        "ended": succession.ended_owners(commitment, today),
        "owners": owners,
        "heirs": heirs if commitment.is_open else [],
        "form": form if commitment.is_open and not owners else None,
    }
    return TemplateResponse(request, "admin/commitments/succession.html", context)


def _adopt(commitment, heirs, request):
    """Let the organisation that was named take it on; nothing when it is none that could."""
    chosen = next((one for one in heirs if str(one.pk) == request.POST[ADOPT]), None)
    if chosen is None:
        raise MoveRefused("adopt", commitment)
    succession.adopt(commitment, chosen, by=request.user)
    return f"{chosen} has taken it on."
