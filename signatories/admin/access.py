"""Who reports for which organisation: the delivery team gives access by an address and ends it, as councils do."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from localdigital.forms import AddressField
from signatories import people
from signatories.models import Access, Organisation

from .choosing import SearchesForOrganisations


class AccessForm(forms.ModelForm):
    """Who gets access, by their address, and to which organisation."""

    email = AddressField(
        label="Work email address",
        max_length=254,
        help_text="We email them a link to the account of the organisation at once.",
        error_messages={"required": "Enter their work email address"},
    )

    class Meta:
        model = Access
        fields = ["organisation"]
        error_messages = {"organisation": {"required": "Choose the organisation that they report for"}}

    def clean_organisation(self):
        """One of the register that exists today."""
        organisation = self.cleaned_data["organisation"]
        if not organisation.checked_at:
            raise forms.ValidationError("Accept this organisation into the register first")
        if not organisation.existed(timezone.localdate()):
            raise forms.ValidationError("Nobody can report for an organisation that does not exist today")
        return organisation


class EndedFilter(admin.SimpleListFilter):
    """Those that are in force, unless others are asked for."""

    title = "access"
    parameter_name = "ended"

    def lookups(self, request, model_admin):
        return [("yes", "Ended"), ("all", "All")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": "Not ended"}
        yield from others

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.exclude(ended_at=None)
        return queryset if self.value() == "all" else queryset.live()


@admin.register(Access)
class AccessAdmin(SearchesForOrganisations, admin.ModelAdmin):
    """Who may report for an organisation, since when and until when. Nobody's is changed: it begins and it ends."""

    form = AccessForm
    fields = ["organisation", "email"]
    autocomplete_fields = ["organisation"]
    list_display = ["address", "organisation", "began_at", "ended_at", "ending"]
    list_display_links = None
    list_filter = [EndedFilter]
    list_select_related = ["person", "organisation"]
    search_fields = ["person__email"]
    search_help_text = "Any name of an organisation, or a part of an address"
    ordering = ["-began_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip()
        if not text:
            return queryset, False
        named = Organisation.objects.called(text).order_by().values("pk")
        return queryset.filter(Q(organisation__in=named) | Q(person__email__icontains=text)), False

    @admin.display(description="Who", ordering="person__email")
    def address(self, access):
        return access.person.email or f"{access.person}, address no longer known"

    def get_list_display(self, request):
        """Ending stands there for those who may."""
        may = request.user.has_perm("signatories.change_access")
        return self.list_display if may else [one for one in self.list_display if one != "ending"]

    @admin.display(description="End it")
    def ending(self, access):
        if access.ended_at:
            return "–"
        address = reverse("admin:signatories_access_end", args=[access.pk])
        return format_html('<a href="{}" aria-label="End the access of {}">End</a>', address, self.address(access))

    # ---- Giving

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": "Give somebody access", **(extra_context or {})})

    def get_changeform_initial_data(self, request):
        pk = request.GET.get("organisation", "")
        return {"organisation": pk} if pk.isascii() and pk.isdecimal() and len(pk) < 18 else {}

    def save_model(self, request, obj, form, change):
        person = people.invite(obj.organisation, form.cleaned_data["email"], by=request.user)
        obj.pk = Access.objects.live().get(organisation=obj.organisation, person=person).pk
        obj.person = person

    def log_addition(self, request, obj, message):
        """The audit log has it."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"We have invited {obj.person.email} to report for {obj.organisation}.")
        return redirect("admin:signatories_organisation_change", obj.organisation_id)

    # ---- Ending

    def get_urls(self):
        end = self.admin_site.admin_view(self.end)
        return [path("<int:pk>/end/", end, name="signatories_access_end"), *super().get_urls()]

    def end(self, request, pk):
        """Ask once, then end it; the one whose access it was is told by email."""
        access = get_object_or_404(Access.objects.select_related("person", "organisation"), pk=pk)
        if not request.user.has_perm("signatories.change_access"):
            raise PermissionDenied
        if request.method == "POST":
            people.end_access(access, by=request.user)
            messages.success(request, f"The access of {self.address(access)} to {access.organisation} has ended.")
            return redirect("admin:signatories_organisation_change", access.organisation_id)
        others = Access.objects.live().filter(organisation=access.organisation).exclude(pk=access.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "access": access,
            "is_last": not others.exists(),
            "title": f"End the access of {self.address(access)}?",
        }
        return TemplateResponse(request, "admin/signatories/end_access.html", context)
