"""The queue of case studies and business cases, and the form in which the team writes and corrects them."""

from django.contrib import admin
from django.urls import path

from programme.models import CaseStudy, Figure, Picture, ReusableLink

from .offers import HTTPS, OfferAdmin
from .pictures import PictureInline, picture, shown_to_the_team


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
    inlines = [FigureInline, LinkInline, PictureInline]
    told_without_rows = (Picture,)

    def get_urls(self):
        shown = self.admin_site.admin_view(picture)
        return [
            path("<int:pk>/images/<int:one>/", shown, name="programme_casestudy_picture"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The review page, which asks for the images when it shows them."""
        context = {"pictures": lambda: shown_to_the_team(object_id), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)
