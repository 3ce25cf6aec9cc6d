"""What the team says and switches for the whole site: the decision, and its page in the admin."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from localdigital.edit_history import KeepsHistory, keep_as_it_was
from localdigital.govuk.writing import markdown
from localdigital.models import AuditEvent, RegisterVersion, ServiceSettings

WHY_CLOSED = "Say why the sign-up is closed and when it opens again"


@transaction.atomic
def change_settings(said, *, by, fields, now=None):
    """Keep what was set and show it on every page. `fields`: the names of those that changed."""
    now = now or timezone.now()
    RegisterVersion.current()  # the row that it belongs to
    keep_as_it_was(said)
    said._history_user = by
    said.save()
    AuditEvent.record("service_settings.change", said, by=by, at=now, fields=fields)
    RegisterVersion.bump(now)


class ServiceSettingsForm(forms.ModelForm):
    """The notice and the switches."""

    class Meta:
        model = ServiceSettings
        fields = ["notice_heading", "notice", "notice_ends_at", "sign_up_is_open", "sign_up_closed_message"]
        labels = {
            "notice_heading": "Heading of the notice",
            "notice": "Notice",
            "notice_ends_at": "Show it until",
            "sign_up_is_open": "The sign-up is open",
            "sign_up_closed_message": "Message while it is closed",
        }
        help_texts = {
            "notice_heading": "“Important” when left blank",
            "notice": "Markdown. It stands at the top of every public page. Leave it blank for no notice.",
            "notice_ends_at": "Leave it blank to show it until you take it away. UK time.",
            "sign_up_is_open": "While it is closed nobody can begin or submit a declaration. Those sent in go on.",
            "sign_up_closed_message": "Why, and when it opens again. Anyone can read it.",
        }

    def clean(self):
        """A closed sign-up says why."""
        answers = super().clean()
        if not answers.get("sign_up_is_open") and not answers.get("sign_up_closed_message", "").strip():
            self.add_error("sign_up_closed_message", WHY_CLOSED)
        return answers


@admin.register(ServiceSettings)
class ServiceSettingsAdmin(KeepsHistory, admin.ModelAdmin):
    """One row: its list is its form."""

    list_name = "Notice and switches"
    form = ServiceSettingsForm
    readonly_fields = ["as_shown"]
    fieldsets = [
        ("Notice on every public page", {"fields": ["notice_heading", "notice", "notice_ends_at", "as_shown"]}),
        ("Sign-up", {"fields": ["sign_up_is_open", "sign_up_closed_message"]}),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="As it is shown")
    def as_shown(self, said):
        """The notice that is kept, as readers see it."""
        return mark_safe(markdown(said.notice)) if said.notice.strip() else "No notice"

    def get_object(self, request, object_id, from_field=None):
        """The one row, made when it is first looked at."""
        if str(object_id) != "1":
            return None
        return ServiceSettings.current()

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:localdigital_servicesettings_change", 1)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        title = {"title": "Notice and switches", "show_save_and_continue": False}
        return super().change_view(request, object_id, form_url, {**title, **(extra_context or {})})

    def save_model(self, request, obj, form, change):
        if form.changed_data:
            change_settings(obj, by=request.user, fields=form.changed_data)

    def log_change(self, request, obj, message):
        """The audit log has it."""

    def response_change(self, request, obj):
        messages.success(request, "Saved. Every public page shows it within a minute.")
        return redirect(reverse("admin:localdigital_servicesettings_change", args=[1]))
