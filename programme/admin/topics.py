"""The topics that everything the programme offers shares: a short list, which the delivery team keeps."""

from django.contrib import admin, messages
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse

from localdigital.edit_history import KeepsHistory
from localdigital.models import AuditEvent, RegisterVersion
from programme import topics
from programme.models import Topic

USED = "Something is about this topic, so it cannot be deleted. Rename it, or move what is about it to another topic."


@admin.register(Topic)
class TopicAdmin(KeepsHistory, admin.ModelAdmin):
    """Topics in the order in which they are offered. The end of an address stays as it was made."""

    list_display = ["title", "position", "slug"]
    search_fields = ["title"]
    fields = ["title", "slug", "position"]
    prepopulated_fields = {"slug": ["title"]}
    actions = None
    show_full_result_count = False

    def view_on_site(self, obj):
        """What councils say of it."""
        return f"{reverse('support')}?topic={obj.slug}"

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        helps = {"slug": "The end of its public address: it stays as it is", "position": "The lowest comes first"}
        labels = {"slug": "Address", "position": "Order"}
        return super().get_form(request, obj, change, labels=labels, help_texts=helps, **kwargs)

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.changed_data:
            kind = "topic.change" if change else "topic.add"
            AuditEvent.record(kind, obj, by=request.user, fields=form.changed_data)
            RegisterVersion.bump()

    def delete_view(self, request, object_id, extra_context=None):
        """Django's page; said in words where something is about the topic, perhaps since that page was opened."""
        found = self.get_object(request, object_id)
        try:
            if found is None or not self.has_delete_permission(request, found) or not topics.is_in_use(found):
                return super().delete_view(request, object_id, extra_context)
        except topics.InUse:
            pass
        messages.error(request, USED)
        return redirect(reverse("admin:programme_topic_change", args=[found.pk]))

    def delete_model(self, request, obj):
        topics.delete(obj, by=request.user)
