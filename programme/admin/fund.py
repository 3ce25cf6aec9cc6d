"""The rounds of the fund with their rules and questions, and the funded projects with who takes part."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple

from commitments.admin.paper import PartnerFormSet
from commitments.models import Commitment
from localdigital.edit_history import KeepsHistory, rows_changed
from localdigital.models import AuditEvent, RegisterVersion
from programme.models import FundProject, FundRound, ProjectPart, RoundQuestion, RoundRule
from signatories.admin.choosing import LookedUpTogether, without_side_doors

from .fund_forms import PartForm, ProjectForm, RoundForm, RuleForm, RuleFormSet


class RuleInline(admin.StackedInline):
    """What the eligibility check reads."""

    model = RoundRule
    form = RuleForm
    formset = RuleFormSet
    fk_name = "round"
    extra = 1
    verbose_name = "rule"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("round").prefetch_related("rounds")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return without_side_doors(super().formfield_for_dbfield(db_field, request, **kwargs))


class QuestionInline(admin.StackedInline):
    """What councils ask about a round, and the answers."""

    model = RoundQuestion
    fields = ["position", "question", "answer"]
    extra = 1
    verbose_name = "question"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("round")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "position":
            field.label = "Order"
        if db_field.name == "answer":
            field.help_text = "Markdown"
            field.widget.attrs["rows"] = 4
        return field


class PartInline(LookedUpTogether, admin.TabularInline):
    """Who leads a project and who takes part."""

    model = ProjectPart
    form = PartForm
    formset = PartnerFormSet
    autocomplete_fields = ["organisation"]
    extra = 1
    verbose_name = "body that takes part"
    verbose_name_plural = "bodies that take part"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("project", "organisation")


class OfTheFund(KeepsHistory, admin.ModelAdmin):
    """What rounds and projects have in common: nothing is deleted, what is not shown is hidden; each change is in the
    log and renews the public pages."""

    kind = None
    prepopulated_fields = {}
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        for name in ("notes", "sources", "summary"):
            if name in form.base_fields:
                form.base_fields[name].widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        fields = [*form.changed_data, *(one.prefix for one in formsets if one.has_changed())]
        if fields:
            # The log keeps no questions and answers: they may name a mailbox, and the log is for ever.
            told = rows_changed(one for one in formsets if one.model is not RoundQuestion)
            kind = f"{self.kind}.{'change' if change else 'add'}"
            AuditEvent.record(kind, form.instance, by=request.user, fields=fields, **told)
            RegisterVersion.bump()


@admin.register(FundRound)
class FundRoundAdmin(OfTheFund):
    """Rounds, the newest first. How each stands follows from its dates."""

    kind = "fund_round"
    form = RoundForm
    inlines = [RuleInline, QuestionInline]
    list_display = ["name", "stands", "opens_at", "closes_at", "awarded_when", "is_public"]
    search_fields = ["name", "summary", "notes"]
    ordering = ["-position"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "position", "is_public", "summary"]}),
        ("When", {"fields": ["opens_at", "closes_at", "awarded_on", "awarded_precision"]}),
        ("How much", {"fields": ["available_gbp", "smallest_award_gbp", "largest_award_gbp", "phases"]}),
        ("How to apply", {"fields": ["how_to_apply", "apply_url"]}),
        ("What was awarded", {"fields": ["awarded_gbp", "projects_awarded", "applications"]}),
        ("Notes and sources", {"fields": ["notes", "sources"]}),
    ]

    @admin.display(description="Awarded", ordering="awarded_on")
    def awarded_when(self, one):
        """As much of the date as is known."""
        return str(one.awarded) if one.awarded_on else None

    @admin.display(description="State")
    def stands(self, one):
        return one.state().label

    def view_on_site(self, obj):
        """Its public page, where it has one."""
        return obj.get_absolute_url() if obj.is_public else None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj or not self.has_add_permission(request) else {"slug": ["name"]}


@admin.register(FundProject)
class FundProjectAdmin(OfTheFund):
    """Funded projects, the newest round first."""

    kind = "funded_project"
    form = ProjectForm
    inlines = [PartInline]
    list_display = ["title", "round", "leads", "phase", "amount_gbp", "is_public"]
    list_filter = ["round", "phase", "is_public"]
    search_fields = ["title", "parts__name", "parts__organisation__official_name"]
    search_help_text = "A title, or an organisation that leads or takes part"
    ordering = ["-round__position", "title", "pk"]
    list_per_page = 50
    fields = ProjectForm.Meta.fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("round").prefetch_related("parts__organisation")

    @admin.display(description="Leads")
    def leads(self, project):
        return (
            ", ".join(str(part.organisation or part.name) for part in project.parts.all() if part.leads) or "Not known"
        )

    def view_on_site(self, obj):
        """Its public page, where it has one."""
        return obj.get_absolute_url() if FundProject.objects.public().filter(pk=obj.pk).exists() else None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj or not self.has_add_permission(request) else {"slug": ["title"]}

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "round" in form.base_fields:
            without_side_doors(form.base_fields["round"])
        if "commitments" in form.base_fields:
            field = form.base_fields["commitments"]
            field.queryset = Commitment.objects.public()
            field.widget = AutocompleteSelectMultiple(
                FundProject._meta.get_field("commitments"),
                self.admin_site,
                attrs={"data-placeholder": "Search for a commitment"},
            )
            field.widget.choices = field.choices
        return form
