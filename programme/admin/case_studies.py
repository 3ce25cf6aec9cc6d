"""The queue of case studies and business cases, and the form in which the team writes and corrects them."""

from django.contrib import admin
from django.urls import path

from programme.models import CaseStudy, Figure, Picture, ReusableLink

from .offer_forms import CaseStudyForm, FigureForm, LinkForm
from .offers import OfferAdmin
from .pictures import PictureInline, picture


class FigureInline(admin.StackedInline):
    model = Figure
    form = FigureForm
    extra = 0
    fields = FigureForm.Meta.fields
    verbose_name, verbose_name_plural = "cost or saving", "costs and savings"


class LinkInline(admin.StackedInline):
    model = ReusableLink
    form = LinkForm
    extra = 0
    fields = LinkForm.Meta.fields
    verbose_name, verbose_name_plural = "link", "links to what others can reuse"


@admin.register(CaseStudy)
class CaseStudyAdmin(OfferAdmin):
    """What councils wrote about what they did, and what the team wrote itself."""

    heading = "Case studies and business cases"
    list_display = ["title_or_none", "kind", "whose", "sent_in", "waiting", "status"]
    form = CaseStudyForm
    fields = CaseStudyForm.Meta.fields
    autocomplete_fields = ["organisations", "commitment", "project"]
    inlines = [FigureInline, LinkInline, PictureInline]
    told_without_rows = (Picture,)

    def get_urls(self):
        shown = self.admin_site.admin_view(picture)
        return [
            path("<int:pk>/images/<int:one>/", shown, name="programme_casestudy_picture"),
            *super().get_urls(),
        ]
