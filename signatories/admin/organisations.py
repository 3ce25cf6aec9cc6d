"""The organisations of the register: their facts, names and domains, and those that a preparer proposed."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from commitments import search
from localdigital.edit_history import KeepsHistory, rows_changed
from localdigital.forms import for_ever
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import Access, EmailDomain, FormerSlug, Organisation, OrganisationName, Succession
from signatories.models.names import fold
from signatories.moderation import accept_organisation
from signatories.reorganising import keep_address, leads_to
from signatories.shared_domains import is_shared

from .choosing import LookedUpTogether, SearchesForOrganisations
from .reorganising import possible_actions


class OrganisationForm(forms.ModelForm):
    """The facts of one organisation."""

    website = forms.URLField(required=False, max_length=300, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = [
            "name", "official_name", "code", "scheme", "slug", "type", "nation", "region", "website", "starts_on",
            "ends_on", "county", "combined_authority", "population", "latitude", "longitude", "publishes_at_once",
            "contact_email", "contact_details",
        ]  # fmt: skip
        widgets = {"contact_details": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": "As people say it, without the words for its kind: Rotherham",
            "official_name": "In full: Rotherham Metropolitan Borough Council",
            "code": "The GSS code, like E08000018, or one of this register’s own, like LDD-MHCLG",
            "slug": "The end of its public address. When it is changed, the old address leads to the new one.",
            "ends_on": "The last day on which it existed. To end it, use “End”, “Merge” or “Split”: they show what it "
            "touches and tell its successors.",
            "contact_email": "Of the organisation, for the delivery team alone: it is never public",
            "contact_details": "Telephone numbers, whom to ask for. For the delivery team alone: never public",
            "publishes_at_once": "What its people send in after signing is public at once, without the delivery team "
            "reading it first. Tick it only for an organisation whose reports have been good.",
        }

    def clean_slug(self):
        """No address at which another organisation was: that leads to where it is now."""
        slug = self.cleaned_data["slug"]
        if FormerSlug.objects.filter(slug=slug).exclude(organisation=self.instance.pk).exists():
            raise forms.ValidationError("This address was another organisation’s, and leads to it")
        return slug

    def clean(self):
        """It ends after it starts, and its names can be compared."""
        answers = super().clean()
        starts, ends = answers.get("starts_on"), answers.get("ends_on")
        for field in ("starts_on", "ends_on"):
            if answers.get(field) and not 1000 < answers[field].year < 2100:
                self.add_error(field, "Enter a date with a year of our time, like 1974")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "It must end after it starts")
        for field in ("name", "official_name"):
            if answers.get(field) and not fold(answers[field]):
                self.add_error(field, "A name needs letters or numbers")
        return answers


class NameForm(forms.ModelForm):
    def clean_name(self):
        """A name that can be found by searching, and that the log may keep."""
        for_ever(self.cleaned_data["name"])
        if not fold(self.cleaned_data["name"]):
            raise forms.ValidationError("A name needs letters or numbers")
        return self.cleaned_data["name"]


class NameFormSet(forms.BaseInlineFormSet):
    """All names of an organisation, each once however it is written."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            name = fold((getattr(form, "cleaned_data", None) or {}).get("name") or "")
            if not name or self._should_delete_form(form):
                continue
            if name in seen:
                form.add_error("name", "This name is in the list already, perhaps written otherwise")
            seen.add(name)


class DomainForm(forms.ModelForm):
    def clean_domain(self):
        """The domain alone, in lower case, however it was typed."""
        domain = self.cleaned_data["domain"].strip().lower().rpartition("@")[2].removeprefix("www.").strip(".")
        if "." not in domain or any(letter in domain for letter in " /:"):
            raise forms.ValidationError("Enter a domain, like rotherham.gov.uk")
        if is_shared(domain):
            raise forms.ValidationError(f"{domain} is not one organisation’s own: anybody may write from there")
        return domain


class SuccessionForm(forms.ModelForm):
    def clean_successor(self):
        """Nobody takes over from themselves."""
        successor = self.cleaned_data["successor"]
        if successor.pk == self.instance.predecessor_id:
            raise forms.ValidationError("An organisation cannot take over from itself")
        if self.instance.predecessor_id and leads_to(successor, self.instance.predecessor):
            raise forms.ValidationError("This organisation took over from that one, at once or by way of others")
        return successor


class SuccessionFormSet(forms.BaseInlineFormSet):
    @classmethod
    def get_default_prefix(cls):
        # The relation has no name backwards, from which Django would make one.
        return "successions"


class NameInline(LookedUpTogether, admin.TabularInline):
    model = OrganisationName
    form = NameForm
    formset = NameFormSet
    fields = ["name"]
    extra = 1
    verbose_name = "name that people call it by"
    verbose_name_plural = "names that people call it by"


class DomainInline(LookedUpTogether, admin.TabularInline):
    model = EmailDomain
    form = DomainForm
    extra = 1
    verbose_name = "email domain"


class SuccessionInline(LookedUpTogether, admin.TabularInline):
    model = Succession
    form = SuccessionForm
    formset = SuccessionFormSet
    fk_name = "predecessor"
    autocomplete_fields = ["successor"]
    extra = 1
    verbose_name = "organisation that took over"
    verbose_name_plural = "organisations that took over"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("predecessor", "successor")


def _trust(form):
    """Whether it publishes at once, before and after, where that was changed."""
    name = "publishes_at_once"
    if name not in form.changed_data:
        return {}
    return {"before": {name: form.initial.get(name, False)}, "after": {name: form.cleaned_data[name]}}


class CheckedFilter(admin.SimpleListFilter):
    title = "checked"
    parameter_name = "checked"

    def lookups(self, request, model_admin):
        return [("yes", "In the register"), ("no", "Proposed, to be checked")]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(checked_at__isnull=self.value() == "no")
        return queryset


@admin.register(Organisation)
class OrganisationAdmin(KeepsHistory, SearchesForOrganisations, admin.ModelAdmin):
    """Councils and other bodies. Whoever edits one edits its public page."""

    form = OrganisationForm
    inlines = [NameInline, DomainInline, SuccessionInline]
    list_display = ["official_name", "about", "code", "type", "region", "starts_on", "ends_on", "checked"]
    list_filter = [CheckedFilter, "type", "nation", "region"]
    search_fields = ["names__folded"]
    search_help_text = "Any name, however it is written, or a code"
    autocomplete_fields = ["county", "combined_authority"]
    ordering = ["sort_name", "pk"]
    list_per_page = 50
    show_full_result_count = False
    actions = None
    change_list_template = "admin/signatories/organisations.html"
    change_form_template = "admin/signatories/organisation.html"

    @admin.display(description="People, notes, decisions")
    def about(self, organisation):
        return format_html(
            '<a href="{}">About<span class="visually-hidden"> {}</span></a>',
            reverse("admin:organisation_about", args=[organisation.pk]),
            organisation,
        )

    @admin.display(description="In the register", boolean=True)
    def checked(self, organisation):
        return organisation.checked_at is not None

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        """What is a decision about it, not a fact: whose reports nobody reads, when it ended, where its page is."""
        decides = request.user.has_perm("signatories.reorganise_organisation")
        return [] if decides else ["publishes_at_once", "starts_on", "ends_on", "slug", "code", "scheme"]

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip()
        if not text:
            return queryset, False
        by_code = queryset.filter(code__iexact=text)
        return (by_code if by_code.exists() else queryset.called(text)), False

    def view_on_site(self, organisation):
        """Its public page; one that is not in the register has none."""
        return organisation.get_absolute_url() if organisation.checked_at else None

    # ---- Saving: the log, the names, the public pages

    def save_model(self, request, obj, form, change):
        if not change:
            # Whoever of the team adds one has checked it.
            obj.checked_at = timezone.now()
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            keep_address(obj, form.initial["slug"], obj.slug)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        organisation = form.instance
        organisation.know_names(organisation.name, organisation.official_name)
        fields = [*form.changed_data, *(one.prefix for one in formsets if one.has_changed())]
        if fields:
            kind = "organisation.change" if change else "organisation.add"
            told = _trust(form) | rows_changed(formsets)
            AuditEvent.record(kind, organisation, by=request.user, fields=fields, **told)
            search.index_those_of([organisation.pk])
            RegisterVersion.bump()

    # ---- Its people

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            accesses = Access.objects.live().filter(organisation=obj).select_related("person")
            context |= {"people": list(accesses) if request.user.has_perm("signatories.view_access") else None}
            context |= {"organisation": obj, "actions": possible_actions(request, obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    # ---- Those that were proposed

    def get_urls(self):
        accept = self.admin_site.admin_view(self.accept)
        return [path("<int:pk>/accept/", accept, name="signatories_organisation_accept"), *super().get_urls()]

    def accept(self, request, pk):
        """Confirm that a proposed organisation is real and rightly written."""
        organisation = get_object_or_404(Organisation, pk=pk)
        if not request.user.has_perm("signatories.reorganise_organisation"):
            raise PermissionDenied
        if organisation.checked_at:
            messages.info(request, f"{organisation} is in the register.")
            return redirect("admin:signatories_organisation_change", pk)
        if request.method == "POST":
            accept_organisation(organisation, by=request.user)
            messages.success(request, f"{organisation} is in the register now.")
            return redirect("admin:signatories_organisation_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "organisation": organisation,
            "namesakes": Organisation.objects.checked().called(organisation.official_name)[:5],
            "title": f"Accept {organisation} into the register",
        }
        return TemplateResponse(request, "admin/signatories/accept.html", context)
