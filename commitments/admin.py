"""Commitments: those of a paper draft are typed in here, all others are only looked at."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect

from commitments.models import Commitment, Deliverable, Partner
from localdigital.models import AuditEvent
from signatories.admin.choosing import LookedUpTogether, without_side_doors
from signatories.admin.paper import is_paper_draft
from signatories.models import Signature
from signatories.models.signature import MoveRefused, Status


class CommitmentForm(forms.ModelForm):
    """One commitment as the paper document words it."""

    class Meta:
        model = Commitment
        fields = ["title", "mission", "impact", "due_on", "principles"]
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


@admin.register(Commitment)
class CommitmentAdmin(admin.ModelAdmin):
    """What signatories promised."""

    form = CommitmentForm
    inlines = [DeliverableInline, PartnerInline]
    list_display = ["title_or_none", "signature", "status", "due_on"]
    list_select_related = ["signature"]
    search_fields = ["title", "signature__reference"]
    ordering = ["-pk"]
    actions = None
    show_full_result_count = False
    change_form_template = "admin/commitments/commitment.html"

    @admin.display(description="Title")
    def title_or_none(self, commitment):
        return commitment.title or "No title yet"

    @admin.display(description="Declaration is")
    def status(self, commitment):
        return commitment.signature.get_status_display()

    # ---- Only those of a paper draft can be edited

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("signature")

    def _draft_named(self, request):
        """The paper draft to which a commitment is being added: ?signature=7."""
        pk = request.GET.get("signature", "")
        if not (pk.isascii() and pk.isdecimal() and len(pk) < 18):
            return None
        found = Signature.objects.filter(pk=pk).first()
        return found if found and is_paper_draft(found) else None

    def has_add_permission(self, request):
        return request.user.has_perm("signatories.change_signature") and self._draft_named(request) is not None

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("signatories.change_signature") and (obj is None or is_paper_draft(obj.signature))

    has_delete_permission = has_change_permission

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.has_change_permission(request, obj)

    # ---- Saving

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        draft = self._draft_named(request) if object_id is None else None
        try:
            return super().changeform_view(request, object_id, form_url, {"draft": draft, **(extra_context or {})})
        except MoveRefused as refused:
            messages.error(request, f"{refused.signature.reference} was published meanwhile. Nothing was saved.")
            return redirect("admin:signatories_signature_change", refused.signature.pk)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.signature = self._draft_named(request)
            obj.position = obj.signature.commitments.count() + 1
        obj.signature.hold(Status.DRAFT, move="edit")
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            row.delete()
        # A row that is new comes after those that are there.
        last = formset.model.objects.filter(commitment=form.instance).order_by("-position").first()
        position = last.position if last else 0
        for row in rows:
            if not row.position:
                position += 1
                row.position = position
            row.save()
        formset.save_m2m()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        AuditEvent.record("signature.change_paper", form.instance.signature, by=request.user)

    def delete_model(self, request, obj):
        obj.signature.hold(Status.DRAFT, move="edit")
        super().delete_model(request, obj)
        AuditEvent.record("signature.change_paper", obj.signature, by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        return self._back(request, obj, "added")

    def response_change(self, request, obj):
        return self._back(request, obj, "saved")

    def _back(self, request, obj, done):
        messages.success(request, f"“{obj.title}” is {done}.")
        return redirect("admin:signatories_signature_change", obj.signature_id)
