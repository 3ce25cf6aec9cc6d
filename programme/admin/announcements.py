"""What the delivery team announces: written as a draft, read as the public will read it, published."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse

from localdigital.edit_history import KeepsHistory
from localdigital.models import AuditEvent, RegisterVersion
from programme.announcing import NotAsRead, publish, take_back
from programme.follow.subjects import EVERYTHING
from programme.models import Announcement, Follow

TEXT = ["title", "slug", "summary", "body"]
HELP = {
    "slug": "The end of its public address. It stays as it is once the announcement is published.",
    "summary": "One or two sentences: on the home page, in the list, in feeds and emails.",
    "body": "Markdown: ## for a heading, - for a list, [words](address) for a link",
}
WIDGETS = {
    "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
    "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    "body": forms.Textarea(attrs={"rows": 20, "class": "vLargeTextField"}),
}


@admin.register(Announcement)
class AnnouncementAdmin(KeepsHistory, admin.ModelAdmin):
    """Announcements, the newest first; drafts before them."""

    list_display = ["title", "published_at"]
    ordering = [F("published_at").desc(nulls_first=True), "-pk"]
    empty_value_display = "Not published"
    search_fields = ["title", "summary"]
    fields = [*TEXT, "published_at"]
    readonly_fields = ["published_at"]
    prepopulated_fields = {"slug": ["title"]}
    show_facets = admin.ShowFacets.NEVER
    actions = None
    change_form_template = "admin/programme/announcement.html"

    def view_on_site(self, obj):
        """Its public page; of a draft, the page as it will be."""
        if obj.published_at:
            return obj.get_absolute_url()
        return reverse("admin:programme_announcement_preview", args=[obj.pk])

    def has_delete_permission(self, request, obj=None):
        # A draft: what was public is in the log, and in emails that were sent.
        return self.has_change_permission(request, obj) and obj is not None and obj.published_at is None

    def get_readonly_fields(self, request, obj=None):
        return ["published_at", "slug"] if obj and obj.published_at else ["published_at"]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj or not self.has_add_permission(request) else self.prepopulated_fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, help_texts=HELP, widgets=WIDGETS, **kwargs)

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        if change and obj.published_at:
            # Only a correction of what is still public, not of what a colleague took back meanwhile
            obj.published_at = Announcement.objects.select_for_update().get(pk=obj.pk).published_at
        super().save_model(request, obj, form, change)
        if form.changed_data:
            kind = "announcement.change" if change else "announcement.add"
            AuditEvent.record(kind, obj, by=request.user, fields=form.changed_data)
            if obj.published_at:
                RegisterVersion.bump()

    def delete_model(self, request, obj):
        AuditEvent.record("announcement.delete", obj, by=request.user)
        super().delete_model(request, obj)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", view(self.preview), name="programme_announcement_preview"),
            path("<int:pk>/publish/", view(self.publish), name="programme_announcement_publish"),
            path("<int:pk>/take-back/", view(self.take_back), name="programme_announcement_take_back"),
            *super().get_urls(),
        ]

    def preview(self, request, pk):
        """The page of an announcement as the public will see it."""
        announcement = get_object_or_404(Announcement, pk=pk)
        if not self.has_view_permission(request, announcement):
            raise PermissionDenied
        return render(request, "programme/follow/announcement.html", {"announcement": announcement})

    def publish(self, request, pk):
        """Say what follows, then publish."""
        return self._decide(request, pk, publish, "published", already=lambda one: one.published_at)

    def take_back(self, request, pk):
        """Say what follows, then take it off the site."""
        return self._decide(request, pk, take_back, "taken back", already=lambda one: not one.published_at)

    def _decide(self, request, pk, decision, done, *, already):
        announcement = get_object_or_404(Announcement, pk=pk)
        if not self.has_change_permission(request, announcement):
            raise PermissionDenied
        if request.method == "POST" or already(announcement):
            try:
                decision(announcement, by=request.user)
                messages.success(request, f"“{announcement}” is {done}.")
            except NotAsRead:
                messages.error(request, f"Nothing was done: “{announcement}” was {done} already.")
            return redirect("admin:programme_announcement_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "announcement": announcement,
            "followers": Follow.objects.confirmed().filter(**EVERYTHING.keys).count(),
            "title": f"{'Take back' if announcement.published_at else 'Publish'} “{announcement}”",
        }
        return TemplateResponse(request, "admin/programme/decide_announcement.html", context)
