"""The queue of events, and the form in which the team writes and corrects them."""

from django.contrib import admin

from programme.models import Event, Material

from .offers import HTTPS, OfferAdmin


class MaterialInline(admin.TabularInline):
    model = Material
    extra = 0
    formfield_overrides = HTTPS
    fields = ["title", "url", "position"]
    verbose_name_plural = "slides, recordings and notes"


@admin.register(Event)
class EventAdmin(OfferAdmin):
    """Roadshows, training and other events."""

    heading = "Events"
    list_display = ["title_or_none", "kind", "starts_at", "whose", "sent_in", "waiting", "status"]
    fields = [
        "title", "kind", "description", "audience", "starts_at", "ends_at", "is_online", "place", "booking_url",
        "organisations", "topics", "outcome",
    ]  # fmt: skip
    filter_horizontal = ["topics"]
    inlines = [MaterialInline]
