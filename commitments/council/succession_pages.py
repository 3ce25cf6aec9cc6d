"""What a successor's people say about a commitment of an organisation that ended: take it on, or let it lapse."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from commitments import succession
from commitments.council.lapsing import ask_to_lapse, asked_to_lapse
from commitments.models import Commitment
from commitments.publishing import Stale
from localdigital.forms import QuestionForm
from signatories.access import for_person_by_id
from signatories.models import MoveRefused

ADOPT, LAPSE = "adopt", "lapse"


class AdoptForm(QuestionForm):
    """Take it on, for which of the reader's organisations; or let it lapse, and why."""

    reveals = {"what": {ADOPT: ["organisations"], LAPSE: ["reason"]}}
    what = forms.ChoiceField(
        label="What should become of this commitment?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what should become of this commitment"},
    )
    organisations = forms.MultipleChoiceField(
        label="Which organisations take it on?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select which organisations take it on"},
    )
    reason = forms.CharField(
        label="Why will nobody take it on?",
        help_text="This is published on the commitment’s page.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Enter why nobody will take it on",
            "max_length": "Your reason must be 3,000 characters or fewer",
        },
    )

    def __init__(self, *args, heirs, may_lapse, **kwargs):
        super().__init__(*args, **kwargs)
        self.heirs = heirs
        names = " or ".join(one.official_name for one in heirs)
        lapse = [(LAPSE, "Nobody takes it on: let it lapse")] if may_lapse else []
        self.fields["what"].choices = [(ADOPT, f"{names} takes it on"), *lapse]
        self.fields["organisations"].choices = [(str(one.pk), one.official_name) for one in heirs]
        unasked = (["organisations"] if len(heirs) == 1 else []) + ([] if may_lapse else ["reason"])
        for name in unasked:
            del self.fields[name], self._required_when_shown[name]

    def chosen(self):
        """The organisations that take it on."""
        picked = self.cleaned_data.get("organisations", [str(one.pk) for one in self.heirs])
        return [one for one in self.heirs if str(one.pk) in picked]


def for_heir(view):
    """Hand the view an open commitment of an organisation that ended, and the reader's own organisations that could
    take it on; 404 for anyone else's. Whoever has taken it on already goes to its page."""

    @for_person_by_id
    def answer(request, pk):
        today = timezone.localdate()
        commitment = Commitment.objects.open().select_related("signature__declaration").filter(pk=pk).first()
        if commitment is None:
            raise Http404
        mine = succession.organisations_of(request.person, today)
        heirs = [one for one in succession.may_adopt(commitment, today) if one in mine]
        if heirs:
            return view(request, commitment, heirs)
        if Commitment.objects.answered_for_by(request.person, today).filter(pk=pk).exists():
            return redirect("council_commitment", pk)
        raise Http404

    return answer


@for_heir
def adopt(request, commitment, heirs):
    """The commitment as it stands, and the question what should become of it."""
    today = timezone.localdate()
    owners = commitment.owners(today)
    sent = asked_to_lapse(commitment, request.person)
    waits = sent is not None and not sent.is_editable
    started = {"what": LAPSE, "reason": sent.done} if sent else {}
    form = AdoptForm(request.POST or None, heirs=heirs, may_lapse=not owners and not waits, initial=started)
    if request.method == "POST" and form.is_valid():
        return _decide(request, commitment, form)
    page = {
        "commitment": commitment,
        "form": form,
        "heirs": heirs,
        "owners": owners,
        "ended": succession.ended_owners(commitment, today),
        "sent": sent,
        "waits": waits,
    }
    return render(request, "account/adopt.html", page)


def _decide(request, commitment, form):
    try:
        if form.cleaned_data["what"] == ADOPT:
            for organisation in form.chosen():
                succession.adopt(commitment, organisation, by=request.person)
            messages.success(request, "Taken on. You can report how this commitment goes from now on")
            return redirect("council_commitment", commitment.pk)
        public = ask_to_lapse(commitment, form.cleaned_data["reason"], by=request.person)
    except (MoveRefused, Stale):
        messages.error(request, "Somebody else has decided about this commitment meanwhile")
        return redirect("account")
    said = "It has lapsed, and its page says why" if public else "We’ve sent your reason to the delivery team to check"
    messages.success(request, said)
    return redirect("account")
