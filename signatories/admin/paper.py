"""The forms for a signature on paper: the document's date as far as it is known, its signers, where it comes from."""

from django import forms
from django.contrib import admin
from django.utils import timezone

from signatories.models import Signatory, Signature
from signatories.models.partial_date import Precision
from signatories.models.signature import Status

from .choosing import LookedUpTogether


def is_paper_draft(signature):
    """Whether the delivery team may edit it: typed in from paper and not yet published."""
    return signature.preparer_id is None and signature.status == Status.DRAFT


class PaperSignatureForm(forms.ModelForm):
    """The document as a whole."""

    source_note = forms.CharField(
        label="Where it comes from",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text="Shown to the public, like: Scan of the signed declaration, sent by the council on 3 May 2019.",
        error_messages={"required": "Say where this signature comes from"},
    )

    class Meta:
        model = Signature
        fields = ["declaration", "source_note"]


class SignatoryForm(forms.ModelForm):
    """One organisation's part in a paper document."""

    class Meta:
        model = Signatory
        fields = ["organisation", "signer_name", "signer_job_title", "signed_on_precision", "signed_on"]
        labels = {
            "signer_name": "Signed by",
            "signer_job_title": "Job title",
            "signed_on_precision": "What the document says of its date",
            "signed_on": "Date on the document",
        }
        help_texts = {
            "signer_name": "As written on the document",
            "signed_on": "Like 09/11/2018. For a month or a year only, any day in it.",
        }

    def clean_organisation(self):
        """One that the register knows: a proposed one is checked first."""
        organisation = self.cleaned_data["organisation"]
        if organisation.checked_at is None:
            raise forms.ValidationError("This organisation was proposed and not checked yet: accept it first")
        return organisation

    def clean(self):
        """The date and how much of it is known say the same thing."""
        answers = super().clean()
        day, precision = answers.get("signed_on"), answers.get("signed_on_precision")
        if "signed_on" in self.errors or not precision:
            return answers
        if day and precision == Precision.UNKNOWN:
            self.add_error("signed_on_precision", "Say how much of the date is on the document, or clear the date")
        elif not day and precision != Precision.UNKNOWN:
            self.add_error("signed_on", "Enter the date on the document, or say that it is not known")
        elif day and day > timezone.localdate():
            self.add_error("signed_on", "The date on the document must not be in the future")
        elif precision == Precision.MONTH:
            answers["signed_on"] = day.replace(day=1)
        elif precision == Precision.YEAR:
            answers["signed_on"] = day.replace(month=1, day=1)
        return answers


class SignatoryInline(LookedUpTogether, admin.StackedInline):
    """The organisations of a paper document and who signed for each."""

    model = Signatory
    form = SignatoryForm
    fields = [("organisation",), ("signer_name", "signer_job_title"), ("signed_on_precision", "signed_on")]
    autocomplete_fields = ["organisation"]
    min_num = 1
    validate_min = True
    extra = 0
    verbose_name = "organisation that signed"
    verbose_name_plural = "organisations that signed"

    def get_extra(self, request, obj=None, **kwargs):
        # One more than is needed, for those whose browser runs no script to add another
        return 0 if obj else 1

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_min=True, **kwargs)

    def has_add_permission(self, request, obj=None):
        return self._may(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, obj)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("signatories.view_signature") or self._may(request, obj)

    def _may(self, request, obj):
        """Whoever may type in the document may type in its signatories."""
        verb = "add" if obj is None else "change"
        return request.user.has_perm(f"signatories.{verb}_signature") and (obj is None or is_paper_draft(obj))
