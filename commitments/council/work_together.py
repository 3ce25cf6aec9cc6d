"""The page on which an officer writes to the people of a commitment, and the one on which these report a message."""

from django import forms
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commitments import collaboration
from commitments.models import Approach, Commitment
from commitments.succession import organisations_of
from localdigital.forms import QuestionForm
from signatories.access import for_person
from signatories.models import Access, Signatory

LONGEST = 2000


class MessageForm(QuestionForm):
    """What to write to the people of a commitment."""

    message = forms.CharField(
        label="Your message",
        help_text="Say what you work on and what you would like to do together. Do not write anything confidential.",
        max_length=LONGEST,
        error_messages={
            "required": "Enter a message",
            "max_length": f"Your message must be {LONGEST:,} characters or fewer",
        },
        widget=forms.Textarea(attrs={"rows": 10}),
    )


@for_person
def work_together(request, pk):
    """Write to the people of a public commitment; or why that cannot be done."""
    public = Commitment.objects.public().select_related("signature__declaration")
    commitment, now = get_object_or_404(public, pk=pk), timezone.now()
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        message = form.cleaned_data["message"]
        try:
            collaboration.ask_to_work_together(commitment, by=request.person, message=message, now=now)
        except collaboration.Hindered as hindered:
            return _hindered(request, commitment, hindered.why, message)
        return redirect("council_work_together_sent", commitment.pk)
    organisations = organisations_of(request.person, timezone.localdate(now))
    why = None
    if request.method != "POST":
        why = collaboration.hindrance(commitment, request.person, organisations, now=now)
    if why:
        return _hindered(request, commitment, why)
    page = {"commitment": commitment, "form": form, "organisations": organisations, "owners": _owners(commitment)}
    return render(request, "account/work_together.html", page)


def _hindered(request, commitment, why, message=""):
    page = {"commitment": commitment, "why": str(why), "most": collaboration.MOST_A_DAY, "message": message}
    if why == collaboration.Hindrance.OWN and request.method == "GET":
        # The public page offers it to everyone, as it knows nobody.
        return render(request, "account/work_together_hindered.html", page)
    return render(request, "account/work_together_hindered.html", page, status=403)


def _owners(commitment):
    parts = Signatory.objects.filter(signature=commitment.signature_id).select_related("organisation")
    return [part.organisation.official_name for part in parts]


@for_person
def sent(request, pk):
    """The message is on its way."""
    commitment = get_object_or_404(Commitment.objects.public(), pk=pk)
    if not Approach.objects.filter(commitment=commitment, person=request.person).exists():
        raise Http404
    return render(request, "account/work_together_sent.html", {"commitment": commitment})


@for_person
def report(request, approach):
    """Report a message to the delivery team: for the people that it was sent to."""
    today = timezone.localdate()
    mine = Q(commitment__in=Commitment.objects.answered_for_by(request.person, today))
    mine |= Q(organisation__in=Access.objects.organisations_of(request.person, today))
    sent_to = Approach.objects.filter(mine).select_related("commitment", "organisation")
    found = get_object_or_404(sent_to, pk=approach)
    if request.method == "POST":
        collaboration.report(found, by=request.person)
        return redirect("council_report_approach", found.pk)
    return render(request, "account/report_approach.html", {"approach": found, "commitment": found.commitment})
