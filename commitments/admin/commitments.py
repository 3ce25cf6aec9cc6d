"""Commitments: those of a paper draft are typed in here, those added after signing are reviewed, all others are only
looked at."""

from django.contrib import admin, messages
from django.db.models import Max
from django.shortcuts import redirect

from commitments.models import Commitment
from localdigital.models import AuditEvent
from signatories.admin.paper import is_paper_draft
from signatories.models import Signature
from signatories.models.signature import MoveRefused, Status

from .paper import CommitmentForm, DeliverableInline, PartnerInline
from .queues import Queue
from .succession import DecidesSuccession


@admin.register(Commitment)
class CommitmentAdmin(DecidesSuccession, Queue):
    """What signatories promised: first those that were added after signing and wait for review."""

    heading = "Added commitments, and all others"
    form = CommitmentForm
    inlines = [DeliverableInline, PartnerInline]
    list_display = ["title_or_none", "organisations", "signature", "document", "sent_in", "waiting", "status"]
    search_fields = ["title", "signature__reference"]
    change_form_template = "admin/commitments/commitment.html"

    @admin.display(description="Title")
    def title_or_none(self, commitment):
        return commitment.title or "No title yet"

    @admin.display(description="Declaration is")
    def document(self, commitment):
        return commitment.signature.get_status_display()

    # ---- Only those of a paper draft can be edited

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The review page of one that was added after signing; a form for all others, to look at or to fill in."""
        found = self.get_object(request, object_id)
        if found is not None and found.added_at is not None:
            # One that waits has no successor yet.
            context = {"succession": self.succession_of(request, found) if found.published_at else ""}
            return self.review_page(request, found, context)
        return self.changeform_view(request, object_id, form_url, extra_context)

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
        obj.signature.hold(Status.DRAFT, move="edit")
        if not change:
            # After the last, not after as many as there are: one before may have been deleted.
            obj.position = (obj.signature.commitments.aggregate(last=Max("position"))["last"] or 0) + 1
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
