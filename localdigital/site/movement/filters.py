"""What a reader may ask of the whole page: one region, one nation, one type of organisation. It applies to every
chart."""

from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils import timezone

from commitments.filters import CommitmentFilter
from signatories.models import Organisation
from signatories.models.organisation import Nation, OrganisationType, Region


class Asked(forms.Form):
    """The three choices, as the page offers them; none of them must be made."""

    region = forms.ChoiceField(label="Region", choices=[("", "All regions"), *Region.choices], required=False)
    nation = forms.ChoiceField(label="Nation", choices=[("", "All nations"), *Nation.choices], required=False)
    type = forms.ChoiceField(
        label="Type of organisation", choices=[("", "All types"), *OrganisationType.choices], required=False
    )


class Filter:
    """What was asked for, and what of the register fits it on that day. Other parameters of an address are ignored."""

    def __init__(self, data, *, on=None):
        self.on = on or timezone.localdate()
        self.form = Asked(data)
        if not self.form.is_valid():
            raise BadRequest("that is none of the choices")

    @cached_property
    def chosen(self):
        """The choices that were made, by name: {"region": "wales"}."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def in_words(self):
        """The choices that were made: (name, label, words of the choice)."""
        fields = self.form.fields
        return [(name, fields[name].label, dict(fields[name].choices)[value]) for name, value in self.chosen.items()]

    def address(self, view, *args, **parameters):
        """The address of a list or a chart with the same choices, and these: address("signatories", region="wales")."""
        asked = self.chosen | parameters
        asked = {name: value for name, value in asked.items() if value is not None}
        return reverse(view, args=args) + (f"?{urlencode(asked, doseq=True)}" if asked else "")

    # ---- What fits

    def organisations(self):
        """The bodies of the register that fit, those that have ended too: a queryset."""
        return Organisation.objects.checked().filter(**self.chosen)

    def able_to_sign(self):
        """Those of them that could sign today: they exist, and are not central government's."""
        return self.organisations().could_sign(self.on)

    def commitments(self):
        """The public commitments that fit, those that ended too: exactly what /commitments/ lists for these choices."""
        asked = CommitmentFilter({name: [value] for name, value in self.chosen.items()}, on=self.on)
        asked.is_valid()
        return asked.narrowed().order_by()
