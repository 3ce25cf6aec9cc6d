"""The question whether an organisation is a partner in a commitment that names it, for its own people."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from commitments import partners
from localdigital.forms import QuestionForm
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from signatories.access import for_person_by_id

YES, NO = "yes", "no"
DAY = timedelta(days=1)
ANSWERS_A_DAY = 6


class PartnersForm(QuestionForm):
    """Yes or no for each of the reader's organisations that the commitment names."""

    def __init__(self, *args, named, **kwargs):
        super().__init__(*args, **kwargs)
        for partner in named:
            name = partner.organisation.official_name
            self.fields[_field_of(partner)] = forms.ChoiceField(
                label=f"Is {name} a partner in this commitment?",
                choices=[(YES, "Yes"), (NO, "No")],
                widget=forms.RadioSelect,
                initial={partner.Answer.CONFIRMED: YES, partner.Answer.DISOWNED: NO}.get(partner.answer),
                error_messages={"required": f"Select yes if {name} is a partner in this commitment"},
            )

    def answers(self, named):
        """Each partner with whether it was said to be one."""
        return [(partner, self.cleaned_data[_field_of(partner)] == YES) for partner in named]


def _field_of(partner):
    return f"partner-{partner.pk}"


@for_person_by_id
def answer(request, pk):
    """Confirm or disown being named; it can be answered otherwise later."""
    today = timezone.localdate()
    named = partners.named_for(request.person, pk, today)
    if not named:
        return render(request, "account/partner_over.html", status=404)
    form = PartnersForm(request.POST or None, named=named)
    if request.method == "POST" and form.is_valid():
        # Its people are told each time that a partner is none.
        if not within_limit("answer as partner", f"{request.person.pk} {pk}", limit=ANSWERS_A_DAY, per=DAY):
            return too_many_requests(request)
        partners.answer_each(form.answers(named), by=request.person)
        messages.success(request, "Thank you. Your answer is on the public register")
        return redirect("account")
    commitment = named[0].commitment
    page = {"form": form, "commitment": commitment, "owners": commitment.owners(today), "named": named}
    return render(request, "account/partner.html", page)
