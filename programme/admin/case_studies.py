"""The queue of case studies and business cases, and the form in which the team writes and corrects them."""

from django.contrib import admin

from programme.models import CaseStudy, Figure, ReusableLink

from .offers import HTTPS, OfferAdmin


class FigureInline(admin.StackedInline):
    model = Figure
    extra = 0
    fields = ["kind", "amount_gbp", "per", "what", "how_measured", "position"]
    verbose_name_plural = "costs and savings"


class LinkInline(admin.TabularInline):
    model = ReusableLink
    extra = 0
    formfield_overrides = HTTPS
    fields = ["title", "url", "licence", "position"]
    verbose_name_plural = "links to what others can reuse"


@admin.register(CaseStudy)
class CaseStudyAdmin(OfferAdmin):
    """What councils wrote about what they did, and what the team wrote itself."""

    heading = "Case studies and business cases"
    list_display = ["title_or_none", "kind", "whose", "sent_in", "waiting", "status"]
    fields = [
        "kind", "title", "summary", "organisations", "problem", "done", "result", "could_be_better", "reusable",
        "principles", "topics", "commitment", "project",
    ]  # fmt: skip
    filter_horizontal = ["principles", "topics"]
    autocomplete_fields = ["organisations", "commitment", "project"]
    inlines = [FigureInline, LinkInline]
