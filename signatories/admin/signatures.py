"""The queue, the page of one signature, and paper signatures that the team types in."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from localdigital.models import AuditEvent
from localdigital.waiting import AgeFilter
from signatories.document import commitments_of
from signatories.models import Declaration, Organisation, Signatory, Signature
from signatories.models.signature import LONG_FOR_SIGN_OFF, MoveRefused, Status

from .choosing import without_side_doors
from .decisions import decide, possible_decisions
from .paper import PaperSignatureForm, SignatoryInline, is_paper_draft
from .queueing import Reviewed
from .review import preview, review_context
from .withdrawing_alone import withdraw_alone


class StateFilter(admin.SimpleListFilter):
    """Which signatures are listed: those that wait for review unless something else is chosen or searched for."""

    title = "status"
    parameter_name = "state"

    def __init__(self, request, params, model, model_admin):
        self.searching = bool(request.GET.get("q", "").strip())
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        others = [choice for choice in Status.choices if choice[0] != Status.AWAITING_REVIEW]
        stuck = f"{Status.AWAITING_SIGN_OFF.label} for over {LONG_FOR_SIGN_OFF.days} days"
        return [*others, ("stuck", stuck), ("paper", "Paper drafts"), ("all", "All")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": "All that are found" if self.searching else Status.AWAITING_REVIEW.label}
        yield from others

    def queryset(self, request, queryset):
        if self.value() == "paper":
            return queryset.paper_drafts()
        if self.value() == "stuck":
            return queryset.stuck_in_sign_off(timezone.now())
        if self.value() in Status.values:
            return queryset.filter(status=self.value())
        if self.value() is None and not self.searching:
            return queryset.awaiting_review()
        return queryset


@admin.register(Signature)
class SignatureAdmin(Reviewed, admin.ModelAdmin):
    """Signed documents. Their status changes by decisions only; the words of a council are its own."""

    list_name = "Signed declarations"
    list_counted = ("declaration", "declarations")
    form = PaperSignatureForm
    inlines = [SignatoryInline]
    fields = ["declaration", "source_note"]
    list_display = ["reference", "organisations", "submitted", "waiting", "status"]
    list_filter = [StateFilter, AgeFilter, "declaration"]
    waits_since = "signed_off_at"
    list_select_related = ["declaration"]
    list_per_page = 50
    ordering = ["signed_off_at", "pk"]
    search_fields = ["reference"]
    search_help_text = "A reference, or any name of an organisation: this looks through every status"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    change_form_template = "admin/signatories/paper.html"
    change_list_template = "admin/signatories/queue.html"

    # ---- Who may

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_paper_draft(obj))

    # ---- The queue

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": self.list_name, **(extra_context or {})})

    def get_queryset(self, request):
        found = super().get_queryset(request)
        if self.is_list(request):
            return found.prefetch_related(Prefetch("signatories", Signatory.objects.select_related("organisation")))
        return found.select_related("declaration", "preparer")

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        letters = "".join(letter for letter in search_term.upper() if letter.isalnum())[:8]
        named = Organisation.objects.called(search_term).order_by().values("pk")
        found = Q(pk__in=Signatory.objects.filter(organisation__in=named).values("signature"))
        if letters:
            found |= Q(reference__startswith=letters if len(letters) <= 4 else f"{letters[:4]}-{letters[4:]}")
        return queryset.filter(found), False

    @admin.display(description="Organisations")
    def organisations(self, signature):
        return self.in_a_row(signature.signatories.all())

    def called(self, signature):
        """What it is called in a sentence."""
        return signature.reference

    @admin.display(description="Signed by everyone", ordering="signed_off_at")
    def submitted(self, signature):
        return timezone.localdate(signature.signed_off_at) if signature.signed_off_at else None

    # ---- One signature

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/decide/<slug:decision>/", view(decide), name="signatories_signature_decide"),
            path(
                "<int:pk>/withdraw-alone/<int:signatory>/",
                view(withdraw_alone),
                name="signatories_signature_withdraw_alone",
            ),
            path("<int:pk>/preview/", view(self.preview_view), name="signatories_signature_preview"),
            *super().get_urls(),
        ]

    def view_on_site(self, signature):
        """Its public page, or how that would be."""
        if signature.is_public:
            return signature.get_absolute_url()
        return reverse("admin:signatories_signature_preview", args=[signature.pk])

    def preview_view(self, request, pk):
        """The page as the public will see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return preview(request, pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The review page; a paper draft has its form instead."""
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if self.has_change_permission(request, found):
            context = {"commitments": commitments_of(found), "decisions": possible_decisions(found), "signature": found}
            return super().change_view(request, object_id, form_url, context)
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if request.method == "POST":
            messages.error(request, "This declaration can no longer be edited. Nothing was saved.")
            return redirect("admin:signatories_signature_change", found.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "absolute_url": self.get_view_on_site_url(found),
            **review_context(request, found),
        }
        return TemplateResponse(request, "admin/signatories/review.html", context)

    # ---- Paper

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "declaration" in form.base_fields:
            without_side_doors(form.base_fields["declaration"]).queryset = Declaration.objects.published()
        return form

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": "Record a paper signature", **(extra_context or {})})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The form of a paper draft; published meanwhile by somebody else, it says so."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except MoveRefused as refused:
            messages.error(request, f"{refused.signature.reference} was published meanwhile. Nothing was saved.")
            return redirect("admin:signatories_signature_change", refused.signature.pk)

    def save_model(self, request, obj, form, change):
        if change:
            obj.hold(Status.DRAFT, move="edit")
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for part in formset.save(commit=False):
            part.declaration_id = form.instance.declaration_id
            part.save()
        for part in formset.deleted_objects:
            part.delete()
        formset.save_m2m()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.signatories.update(declaration=form.instance.declaration_id)
        for position, part in enumerate(form.instance.signatories.order_by("pk"), start=1):
            Signatory.objects.filter(pk=part.pk).update(position=position)
        kind = "signature.change_paper" if change else "signature.type_paper"
        AuditEvent.record(kind, form.instance, by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"{obj.reference} is saved as a draft. Add its commitments, then record it.")
        return redirect(reverse("admin:signatories_signature_change", args=[obj.pk]))

    def response_change(self, request, obj):
        messages.success(request, f"{obj.reference} is saved.")
        return redirect(reverse("admin:signatories_signature_change", args=[obj.pk]))
