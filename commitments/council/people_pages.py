"""Who reports for an organisation, as its own people see it: invite a colleague, hand over, end access."""

from datetime import timedelta
from functools import wraps

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from localdigital.forms import AddressField, QuestionForm
from localdigital.throttle import within_limit
from signatories import people
from signatories.access import for_person_by_id
from signatories.entrance import MAILS_AN_HOUR
from signatories.models import Access, FormerSlug

INVITATIONS_A_DAY = 20
MAILED_OFTEN = "We have emailed this address several times in the last hour. Try again later"
TOO_MANY = f"You can invite {INVITATIONS_A_DAY} colleagues a day. Try again tomorrow"


class ColleagueForm(QuestionForm):
    """The address of a colleague."""

    email = AddressField(
        label="Work email address of your colleague",
        help_text="We’ll email them a link. Only people who report for this organisation see the address.",
        max_length=254,
        error_messages={
            "required": "Enter the work email address of your colleague",
            "invalid": "Enter an email address in the correct format, like name@example.gov.uk",
            "max_length": "Email address must be 254 characters or fewer",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args, not_me="", **kwargs):
        super().__init__(*args, **kwargs)
        self.not_me = not_me

    def clean_email(self):
        """Somebody else's address, where one's own is no answer."""
        if self.cleaned_data["email"] == self.not_me:
            raise forms.ValidationError("Enter the email address of somebody else")
        return self.cleaned_data["email"]


class HandOverForm(ColleagueForm):
    """The address of a colleague, and the one that was shown to be checked."""

    checked = forms.CharField(required=False, max_length=254, widget=forms.HiddenInput)

    @property
    def is_checked(self):
        """Whether this very address was shown before it was confirmed."""
        return self.cleaned_data["checked"] == self.cleaned_data["email"]


def for_colleague(view):
    """Hand the view the Person's own access to the organisation of that slug, and everyone's; 404 for anyone else's.

    An organisation that has ended is nobody's. An address of before leads to where the organisation is now.
    """

    @for_person_by_id
    @wraps(view)
    def answer(request, slug, *args, **kwargs):
        in_force = Access.objects.in_force(timezone.localdate()).filter(organisation__slug=slug)
        everyone = list(in_force.select_related("person", "organisation"))
        own = next((one for one in everyone if one.person_id == request.person.pk), None)
        if own is None:
            return _where_it_is_now(request, slug)
        request.person = own.person
        return view(request, own, everyone, *args, **kwargs)

    return answer


def _where_it_is_now(request, slug):
    """The same page of the organisation whose address that was before."""
    former = get_object_or_404(FormerSlug.objects.select_related("organisation"), slug=slug)
    page = request.resolver_match
    address = reverse(page.url_name, kwargs=page.kwargs | {"slug": former.organisation.slug})
    return redirect(address, permanent=True, preserve_request=request.method == "POST")


@for_colleague
def colleagues(request, own, everyone):
    """Who has access and since when, and the form that invites one more."""
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _within_limit(request, form):
        address = form.cleaned_data["email"]
        people.invite(own.organisation, address, by=request.person)
        known = address in [one.person.email for one in everyone]
        said = "{} has access already. We’ve emailed them a new link" if known else "We’ve invited {}"
        messages.success(request, said.format(address))
        return redirect("council_people", own.organisation.slug)
    page = {"organisation": own.organisation, "own": own, "everyone": everyone, "form": form}
    return render(request, "account/people.html", page)


@for_colleague
def hand_over(request, own, everyone):
    """Invite a colleague in one's own place."""
    form = HandOverForm(request.POST or None, not_me=request.person.email)
    page = {"organisation": own.organisation, "form": form}
    if request.method == "POST" and form.is_valid() and not form.is_checked:
        # Whoever mistypes an address would lock their council out.
        address = form.cleaned_data["email"]
        again = HandOverForm(initial={"email": address, "checked": address}, not_me=request.person.email)
        return render(request, "account/hand_over.html", page | {"form": again, "check": address})
    if request.method == "POST" and form.is_valid() and _within_limit(request, form):
        people.hand_over(own, form.cleaned_data["email"], by=request.person)
        messages.success(
            request, f"{form.cleaned_data['email']} reports for {own.organisation} now, and you no longer do"
        )
        return redirect("account")
    return render(request, "account/hand_over.html", page | {"check": ""})


@for_colleague
def end_access(request, own, everyone, access):
    """End one's own access or a colleague's, after asking once."""
    ending = next((one for one in everyone if one.pk == access), None)
    if ending is None:
        return redirect("council_people", own.organisation.slug)  # it has ended meanwhile, or is none of theirs
    if request.method == "POST":
        people.end_access(ending, by=request.person)
        if ending == own:
            messages.success(request, f"You no longer report for {own.organisation}")
            return redirect("account")
        messages.success(request, f"{ending.person.email or 'This person'} no longer reports for {own.organisation}")
        return redirect("council_people", own.organisation.slug)
    page = {"organisation": own.organisation, "own": own, "ending": ending, "is_last": len(everyone) == 1}
    return render(request, "account/end_access.html", page)


def _within_limit(request, form):
    if not within_limit("invite", request.person.pk, limit=INVITATIONS_A_DAY, per=timedelta(days=1)):
        form.add_error("email", TOO_MANY)
    # However many invite them: an address is mailed no oftener than when it asks for a link itself.
    elif not within_limit("mail a link", form.cleaned_data["email"], limit=MAILS_AN_HOUR):
        form.add_error("email", MAILED_OFTEN)
    return form.is_valid()
