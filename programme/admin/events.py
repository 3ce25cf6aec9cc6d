"""The queue of events, and the form in which the team writes and corrects them."""

from django.contrib import admin

from programme.models import Event, Material

from .offer_forms import EventForm, MaterialForm
from .offers import OfferAdmin


class MaterialInline(admin.StackedInline):
    model = Material
    form = MaterialForm
    extra = 0
    fields = MaterialForm.Meta.fields
    verbose_name, verbose_name_plural = "link", "slides, recordings and notes"


@admin.register(Event)
class EventAdmin(OfferAdmin):
    """Roadshows, training and other events."""

    heading = "Events"
    list_display = ["title_or_none", "kind", "starts_at", "whose", "sent_in", "waiting", "status"]
    form = EventForm
    fields = EventForm.Meta.fields
    inlines = [MaterialInline]
