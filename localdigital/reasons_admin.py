"""The pages on which editors keep the reasons for returning and rejecting."""

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.urls import reverse

from localdigital.edit_history import KeepsHistory
from localdigital.forms import for_ever
from localdigital.models import AuditEvent, Reason

USED = "This reason was used, so it cannot be deleted. Switch it off, and it is offered no more."


@admin.register(Reason)
class ReasonAdmin(KeepsHistory, admin.ModelAdmin):
    """Reasons for returning and rejecting, in the order in which they are offered."""

    list_display = ["title", "decision", "position", "is_active", "used_at"]
    list_filter = ["decision", "is_active"]
    search_fields = ["title", "text"]
    fields = ["decision", "title", "text", "position", "is_active"]
    ordering = ["decision", "position", "pk"]
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.used_at is None)

    def get_history_queryset(self, *args, **kwargs):
        return super().get_history_queryset(*args, **kwargs).select_related("history_user")

    def get_form(self, request, obj=None, change=False, **kwargs):
        labels = {"text": "Text for the council", "position": "Order", "is_active": "Offered to moderators"}
        helps = {
            "title": "Moderators choose by this. Councils do not see it.",
            "text": "Goes into the email, where the moderator can change it.",
            "position": "The lowest comes first.",
            "is_active": USED if obj and obj.used_at else "",
        }
        form = super().get_form(request, obj, change, labels=labels, help_texts=helps, **kwargs)
        if "text" in form.base_fields:
            # Where it is used it becomes part of a note.
            form.base_fields["text"].validators.append(for_ever)
        return form

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.changed_data:
            kind = "reason.change" if change else "reason.add"
            AuditEvent.record(kind, obj, by=request.user, fields=form.changed_data)

    def delete_view(self, request, object_id, extra_context=None):
        """Django's page; said in words where the reason was used, perhaps while that page was open."""
        found = self.get_object(request, object_id)
        try:
            if found is None or found.used_at is None:
                return super().delete_view(request, object_id, extra_context)
        except IntegrityError:
            pass
        messages.error(request, USED)
        return redirect(reverse("admin:localdigital_reason_change", args=[found.pk]))

    def delete_model(self, request, obj):
        AuditEvent.record("reason.delete", obj, by=request.user)
        super().delete_model(request, obj)
