"""What is asked of who follows something: what it is, by its address, and where to send the emails."""

from django import forms
from django.core.exceptions import BadRequest
from django.db import models
from django.shortcuts import get_object_or_404

from commitments.models import Commitment
from localdigital.forms import AddressField, QuestionForm
from programme.follow.subjects import EVERYTHING, Subject
from signatories.models import Organisation, Principle


class FollowForm(QuestionForm):
    """Where to send what is new."""

    email = AddressField(
        label="Email address",
        help_text="We only use it to send you this news. We never publish it, and delete it when you stop.",
        max_length=254,
        error_messages={
            "required": "Enter your email address",
            "invalid": "Enter an email address in the correct format, like name@example.com",
            "max_length": "Email address must be 254 characters or fewer",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class SubjectForm(forms.Form):
    """What an address like /follow/?organisation=trumpton asks to follow."""

    organisation = forms.SlugField(required=False, max_length=200)
    principle = forms.SlugField(required=False, max_length=60)
    commitment = forms.IntegerField(required=False, min_value=1, max_value=models.BigIntegerField.MAX_BIGINT)


def subject_of(data):
    """The Subject that the parameters of an address name. 400 for what makes no sense, 404 for what is not public.

    An organisation is found by the end of its former address too.
    """
    form = SubjectForm(data)
    if not form.is_valid():
        raise BadRequest("that cannot be followed")
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    if len(wanted) > 1:
        raise BadRequest("one thing is followed at a time")
    if slug := wanted.get("organisation"):
        return Subject(organisation=organisation_at(slug))
    if slug := wanted.get("principle"):
        return Subject(principle=get_object_or_404(Principle, slug=slug))
    return Subject(commitment=commitment_at(wanted["commitment"])) if wanted else EVERYTHING


def organisation_at(slug):
    """The organisation of the register at that address, or once at it; 404 without one."""
    known = Organisation.objects.checked()
    return known.filter(slug=slug).first() or get_object_or_404(known, former_slugs__slug=slug)


def commitment_at(pk):
    """The public commitment with that number; 404 without one."""
    return get_object_or_404(Commitment.objects.public().select_related("signature"), pk=pk)
