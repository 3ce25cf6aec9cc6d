"""The forms in which the commitments of a paper draft are typed in."""

from django import forms
from django.contrib import admin

from commitments.models import Commitment, Deliverable, Partner
from signatories.admin.choosing import LookedUpTogether, without_side_doors
from signatories.admin.paper import is_paper_draft


class CommitmentForm(forms.ModelForm):
    """One commitment as the paper document words it."""

    class Meta:
        model = Commitment
        fields = ["title", "language", "mission", "impact", "due_on", "principles"]
        widgets = {"principles": forms.CheckboxSelectMultiple}
        help_texts = {
            "mission": "What they will do. Blank lines make paragraphs, lines that start with - make a list.",
            "impact": "What it changes, and for whom",
            "due_on": "Like 09/11/2019. Leave it blank when the document does not say.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"title", "mission"} & self.fields.keys():
            self.fields[name].required = True
        if "language" in self.fields:
            self.fields["language"].required = False  # most are in English
        if "principles" in self.fields:
            without_side_doors(self.fields["principles"])


class PartnerForm(forms.ModelForm):
    """A partner by the name on the document, by its entry in the register, or both."""

    name = forms.CharField(max_length=200, required=False, label="Name on the document")

    class Meta:
        model = Partner
        fields = ["name", "organisation"]
        labels = {"organisation": "Organisation in the register"}

    def clean(self):
        """Without a name on the document it is the organisation's own."""
        answers = super().clean()
        if not answers.get("name") and answers.get("organisation"):
            answers["name"] = answers["organisation"].official_name
        if not answers.get("name") and "organisation" not in self.errors:
            self.add_error("name", "Enter the partner’s name or choose an organisation")
        return answers


class PartnerFormSet(forms.BaseInlineFormSet):
    """The partners of a commitment, each organisation once."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            organisation = (getattr(form, "cleaned_data", None) or {}).get("organisation")
            if organisation is None or self._should_delete_form(form):
                continue
            if organisation.pk in seen:
                form.add_error("organisation", "This organisation is in the list already")
            seen.add(organisation.pk)


class OfPaperDraft:
    """For an inline whose rows may be edited whenever their commitment may."""

    extra = 3

    def has_add_permission(self, request, obj=None):
        return self._may(request, obj)

    has_change_permission = has_delete_permission = has_add_permission

    def has_view_permission(self, request, obj=None):
        return True

    def _may(self, request, obj):
        return obj is None or is_paper_draft(obj.signature)


class DeliverableInline(OfPaperDraft, LookedUpTogether, admin.TabularInline):
    model = Deliverable
    fields = ["text"]


class PartnerInline(OfPaperDraft, LookedUpTogether, admin.TabularInline):
    model = Partner
    form = PartnerForm
    formset = PartnerFormSet
    fields = ["name", "organisation"]
    autocomplete_fields = ["organisation"]
