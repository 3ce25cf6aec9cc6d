"""What the queues of case studies, outputs and events have in common: what councils sent in is reviewed, what the team
wrote and what is public can be edited."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from commitments.admin.queues import StateFilter
from commitments.models import Status
from localdigital.edit_history import KeepsHistory, keep_as_it_was, rows_changed
from localdigital.models import AuditEvent
from localdigital.waiting import AgeFilter
from programme import contributions
from signatories.admin.choosing import without_side_doors
from signatories.admin.deciding import address_of
from signatories.admin.queueing import NAMES_IN_A_ROW, Reviewed
from signatories.models import MoveRefused

from .decisions import decide
from .previews import PAGES, preview, preview_address
from .review import review_context

# What the list's address calls the team's own drafts
OWN = "own-draft"


class OfferStateFilter(StateFilter):
    """What waits for review; while nothing does, the team's own drafts, which wait for a moderator too."""

    def lookups(self, request, model_admin):
        return [(OWN, "Draft of the team"), *super().lookups(request, model_admin)]

    def queryset(self, request, queryset):
        if self.value() == OWN:
            return queryset.drafts_of_the_team()
        if self.value() is None and not self.searching:
            return queryset.to_do()
        return super().queryset(request, queryset)


class OfferAdmin(Reviewed, KeepsHistory, admin.ModelAdmin):
    """The queue of one kind of offered thing, called by its `heading`, its review page and its edit form."""

    heading = ""
    waits_since = "submitted_at"
    list_display = ["title_or_none", "whose", "sent_in", "waiting", "status"]
    list_filter = [OfferStateFilter, AgeFilter]
    list_per_page = 50
    ordering = ["submitted_at", "pk"]
    search_fields = ["title", "organisations__names__name"]
    search_help_text = "Words of the title, or an organisation: in every status"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    change_form_template = "admin/programme/edit.html"
    autocomplete_fields = ["organisations"]

    # ---- Who may

    def may(self, request, verb):
        """Whether somebody may do that with things of this kind."""
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def has_add_permission(self, request):
        return self.may(request, "add")

    def has_view_permission(self, request, obj=None):
        return self.may(request, "view") or self.may(request, "change")

    def has_change_permission(self, request, obj=None):
        return self.may(request, "edit") and (obj is None or contributions.may_be_corrected(obj))

    def has_delete_permission(self, request, obj=None):
        is_own = obj is not None and obj.proposer_id is None and obj.status == Status.DRAFT
        return is_own and self.may(request, "edit")

    # ---- The queue

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("proposer").prefetch_related("organisations")

    @admin.display(description="Title", ordering="title")
    def title_or_none(self, thing):
        return thing.title or "No title yet"

    @admin.display(description="Organisations")
    def whose(self, thing):
        names = [one.official_name for one in thing.organisations.all()]
        more = [f"{len(names) - NAMES_IN_A_ROW} more"] if len(names) > NAMES_IN_A_ROW else []
        return ", ".join([*names[:NAMES_IN_A_ROW], *more]) or "The delivery team"

    @admin.display(description="Sent in", ordering="submitted_at")
    def sent_in(self, thing):
        return timezone.localdate(thing.submitted_at) if thing.submitted_at else None

    def called(self, thing):
        """What it is called in a sentence."""
        return thing.title

    # ---- One of them

    def get_urls(self):
        view, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("<int:pk>/decide/<slug:decision>/", view(self.decide_view), name=f"{name}_decide"),
            path("<int:pk>/edit/", view(self.edit_view), name=f"{name}_edit"),
            *(
                [path("<int:pk>/preview/", view(self.preview_view), name=f"{name}_preview")]
                if self.model in PAGES
                else []
            ),
            *super().get_urls(),
        ]

    def preview_view(self, request, pk):
        """One of them as the public would see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return preview(request, self.model, pk)

    def decide_view(self, request, pk, decision):
        """One of the decisions about one of them."""
        return decide(request, self.model, pk, decision)

    def view_on_site(self, thing):
        """Its public page; while it has none, how that will be read."""
        return thing.get_absolute_url() if thing.is_public else preview_address(thing)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The review page."""
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if request.method == "POST":
            messages.error(request, "This cannot be edited here. Nothing was saved.")
            return redirect(address_of(found))
        may_edit = self.has_change_permission(request, found)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "absolute_url": self.get_view_on_site_url(found),
            "edit_address": address_of(found, "edit") if may_edit else "",
            "delete_address": address_of(found, "delete") if self.has_delete_permission(request, found) else "",
            **review_context(request, found),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/programme/review.html", context)

    # ---- Editing

    def edit_view(self, request, pk):
        """The form in which the team writes and corrects."""
        found = self.get_object(request, str(pk))
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_change_permission(request, found):
            raise PermissionDenied
        back = {"back": address_of(found), "title": f"Edit: {found.title}"}
        try:
            return self.changeform_view(request, str(pk), "", back)
        except MoveRefused as refused:
            messages.error(request, f"It is {refused.signature.get_status_display().lower()} now. Nothing was saved.")
            return redirect(address_of(found))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return without_side_doors(super().formfield_for_dbfield(db_field, request, **kwargs))

    def render_change_form(self, request, context, *args, **kwargs):
        """One button: what is saved is read next."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        obj._history_user = request.user
        if not change:
            obj.save()
            AuditEvent.record(AuditEvent.kind_of(obj, "add"), obj, by=request.user)
            return
        contributions.hold_for_correction(obj)
        keep_as_it_was(obj)
        # Not its status and the like, about which somebody may be deciding.
        named = {one.name for one in self.opts.concrete_fields}
        obj.save(update_fields=[name for name in form.changed_data if name in named] or ["changed_at"])

    @transaction.atomic
    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        fields = [*form.changed_data, *(one.prefix for one in formsets if one.has_changed())]
        if change and fields:
            rows = rows_changed([one for one in formsets if one.model not in self.told_without_rows])
            contributions.correct(form.instance, by=request.user, fields=fields, rows=rows)

    # Rows whose values are no words: their change is told by the field's name alone
    told_without_rows = ()

    def response_add(self, request, obj, post_url_continue=None):
        then = "Read it, then publish it." if self.may(request, "change") else "A moderator can publish it."
        messages.success(request, f"“{obj.title}” is a draft. {then}")
        return HttpResponseRedirect(address_of(obj))

    def response_change(self, request, obj):
        messages.success(request, f"“{obj.title}” is saved.")
        return HttpResponseRedirect(address_of(obj))

    def delete_model(self, request, obj):
        AuditEvent.record(AuditEvent.kind_of(obj, "delete_draft"), obj, by=request.user, from_status=obj.status)
        super().delete_model(request, obj)


def queue_address(model):
    """The list of what waits, of that kind."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
