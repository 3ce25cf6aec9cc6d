"""Versions of the Declaration and its principles: drafts are edited, a published version never changes."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from localdigital.edit_history import KeepsHistory, field_differences, rows_changed
from localdigital.models import AuditEvent, RegisterVersion
from signatories.declaration_texts import CannotBePublished, publish_declaration
from signatories.models import CoPublisher, Declaration, Principle

from .choosing import LookedUpTogether
from .new_version import AsksSignatories

TEXT = ["version", "title", "dated_on", "official_url", "summary_of_changes", "body"]


def since_the_last(declaration):
    """The last version that was published and what differs from it in one that is not; None, and nothing, without."""
    last = Declaration.objects.current()
    fields = [Declaration._meta.get_field(name) for name in TEXT if name != "version"]
    return last, list(field_differences(last, declaration, fields)) if last else []


class CoPublisherInline(LookedUpTogether, admin.TabularInline):
    """Who put their name to a version: no part of its text, so it can be put right later."""

    model = CoPublisher
    autocomplete_fields = ["organisation"]
    extra = 1
    verbose_name = "co-publisher"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("declaration", "organisation")


@admin.register(Declaration)
class DeclarationAdmin(KeepsHistory, AsksSignatories, admin.ModelAdmin):
    """The versions of what is signed."""

    list_name = "Versions of the Declaration"
    list_counted = ("version", "versions")
    fields = [*TEXT, "published_at"]
    list_display = ["title", "version", "dated_on", "published_at"]
    inlines = [CoPublisherInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = None
    change_form_template = "admin/signatories/declaration.html"

    def view_on_site(self, obj):
        """Its public page; of a draft, the page as it will be."""
        return (
            obj.get_absolute_url()
            if obj.published_at
            else reverse("admin:signatories_declaration_preview", args=[obj.pk])
        )

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and not obj.published_at:
            context["last"], context["differences"] = since_the_last(obj)
            context["yet_to_come"] = obj.is_yet_to_come(timezone.localdate())
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.published_at is None)

    def get_readonly_fields(self, request, obj=None):
        return [*TEXT, "published_at"] if obj and obj.published_at else ["published_at"]

    def get_fields(self, request, obj=None):
        return [*TEXT, "published_at"] if obj and obj.published_at else TEXT

    def get_form(self, request, obj=None, change=False, **kwargs):
        labels = {"official_url": "Official web address", "dated_on": "Date"}
        form = super().get_form(request, obj, change, labels=labels, **kwargs)
        if "body" in form.base_fields:
            form.base_fields["body"].help_text = "Markdown: ## for a heading, - for a list, [words](address) for a link"
            form.base_fields["version"].help_text = "The end of its public address, like 2018"
            form.base_fields["dated_on"].help_text = "Like 1 December 2026 or 01/12/2026"
            required = "Enter the web address of the official text"
            form.base_fields["official_url"].error_messages["required"] = required
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Published by somebody else between our look at it and our save
            messages.error(request, "This version was published meanwhile and never changes. Nothing was saved.")
            return redirect("admin:signatories_declaration_changelist")

    def save_model(self, request, obj, form, change):
        if not obj.published_at:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        fields = [*form.changed_data, *(one.prefix for one in formsets if one.has_changed())]
        if fields:
            kind = "declaration.change" if change else "declaration.add"
            AuditEvent.record(kind, form.instance, by=request.user, fields=fields, **rows_changed(formsets))
            if form.instance.published_at:
                RegisterVersion.bump()

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", view(self.preview), name="signatories_declaration_preview"),
            path("<int:pk>/publish/", view(self.publish), name="signatories_declaration_publish"),
            *super().get_urls(),
        ]

    def preview(self, request, pk):
        """The page of a version as the public will see it."""
        declaration = get_object_or_404(Declaration, pk=pk)
        if not self.has_view_permission(request, declaration):
            raise PermissionDenied
        context = {
            "declaration": declaration,
            "current": declaration,
            "co_publishers": declaration.co_publishers.checked(),
            "signed": 0,
            "principles": Principle.objects.all(),
        }
        return render(request, "signatories/declaration.html", context)

    def publish(self, request, pk):
        """Confirm, then publish a version for good."""
        declaration = get_object_or_404(Declaration, pk=pk)
        if not self.has_change_permission(request, declaration):
            raise PermissionDenied
        if request.method == "POST" or declaration.published_at:
            try:
                publish_declaration(declaration, by=request.user)
                messages.success(request, f"{declaration} is published.")
            except CannotBePublished as why:
                messages.error(request, f"Not published: {why}.")
            return redirect("admin:signatories_declaration_change", pk)
        last, differences = since_the_last(declaration)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "declaration": declaration,
            "last": last,
            "differences": differences,
            "yet_to_come": declaration.is_yet_to_come(timezone.localdate()),
            "title": f"Publish {declaration}",
        }
        return TemplateResponse(request, "admin/signatories/publish_declaration.html", context)


@admin.register(Principle)
class PrincipleAdmin(KeepsHistory, admin.ModelAdmin):
    """The five principles, each with a public page."""

    list_display = ["number", "title"]
    list_display_links = ["title"]
    readonly_fields = ["number", "slug"]
    fields = ["number", "slug", "title", "summary", "body"]
    actions = None
    change_form_template = "admin/signatories/principle.html"

    def view_on_site(self, obj):
        """Its public page."""
        return obj.get_absolute_url()

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.changed_data:
            AuditEvent.record("principle.change", obj, by=request.user, fields=form.changed_data)
            RegisterVersion.bump()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The form; what is typed in it can be read as the public will before it is saved."""
        if request.method == "POST" and "_preview" in request.POST:
            principle = self.get_object(request, object_id)
            if principle is None or not self.has_change_permission(request, principle):
                raise PermissionDenied
            form = self.get_form(request, principle, change=True)(request.POST, instance=principle)
            if form.is_valid():
                context = {"principle": principle, "principles": Principle.objects.all(), "commitments": []}
                return render(request, "signatories/principle.html", context)
        return super().change_view(request, object_id, form_url, extra_context)
