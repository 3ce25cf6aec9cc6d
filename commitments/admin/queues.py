"""What all queues of what councils send in have in common: what waits comes first, the oldest on top, and nothing in it
can be edited."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from commitments.models import Status
from commitments.publishing import commitment_of
from localdigital.waiting import AgeFilter
from signatories.admin.deciding import address_of
from signatories.admin.queueing import Reviewed
from signatories.models import Signatory

from .decisions import decide
from .review import review_context


class StateFilter(admin.SimpleListFilter):
    """Which are listed: those that wait for review unless something else is chosen or searched for."""

    title = "status"
    parameter_name = "state"

    def __init__(self, request, params, model, model_admin):
        self.searching = bool(request.GET.get("q", "").strip())
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        others = [choice for choice in Status.choices if choice[0] != Status.AWAITING_REVIEW]
        return [*others, ("all", "All")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": "All that are found" if self.searching else Status.AWAITING_REVIEW.label}
        yield from others

    def queryset(self, request, queryset):
        if self.value() in Status.values:
            return queryset.filter(status=self.value())
        if self.value() is None and not self.searching:
            return queryset.awaiting_review()
        return queryset


class Queue(Reviewed, admin.ModelAdmin):
    """The queue of one kind of thing, called by its `heading`, and the page on which each of them is reviewed."""

    heading = ""
    list_filter = [StateFilter, AgeFilter]
    waits_since = "submitted_at"
    list_per_page = 50
    ordering = ["submitted_at", "pk"]
    search_help_text = "Words of the commitment’s title, or the reference of its declaration: in every status"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        name = f"{self.opts.app_label}.%s_{self.opts.model_name}"
        return request.user.has_perm(name % "view") or request.user.has_perm(name % "change")

    # ---- The queue

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})

    def get_queryset(self, request):
        document = "signature" if self.opts.model_name == "commitment" else "commitment__signature"
        signatories = Prefetch(f"{document}__signatories", queryset=Signatory.objects.select_related("organisation"))
        return super().get_queryset(request).select_related(document, "proposer").prefetch_related(signatories)

    @admin.display(description="Organisations")
    def organisations(self, thing):
        return self.in_a_row(commitment_of(thing).signature.signatories.all())

    def called(self, thing):
        """What it is called in a sentence."""
        return commitment_of(thing).title

    @admin.display(description="Sent in", ordering="submitted_at")
    def sent_in(self, thing):
        return timezone.localdate(thing.submitted_at) if thing.submitted_at else None

    # ---- One of them

    def get_urls(self):
        view, name = self.admin_site.admin_view, f"commitments_{self.opts.model_name}_decide"
        return [path("<int:pk>/decide/<slug:decision>/", view(self.decide_view), name=name), *super().get_urls()]

    def decide_view(self, request, pk, decision):
        """One of the decisions about one of them."""
        return decide(request, self.model, pk, decision)

    def view_on_site(self, thing):
        """The commitment's public page; while that is not published, how its declaration will be read."""
        commitment = commitment_of(thing)
        if commitment.is_public:
            return commitment.get_absolute_url()
        signature = commitment.signature
        is_in_its_document = commitment.added_at is None and not signature.is_public
        return reverse("admin:signatories_signature_preview", args=[signature.pk]) if is_in_its_document else None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The review page."""
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self.review_page(request, found, extra_context)

    def review_page(self, request, found, extra_context=None):
        """The review page of one that has been read already."""
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if request.method == "POST":
            messages.error(request, "This cannot be edited here. Nothing was saved.")
            return redirect(address_of(found))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "absolute_url": self.get_view_on_site_url(found),
            **review_context(request, found),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/commitments/review.html", context)
