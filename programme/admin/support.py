"""With what councils say that they can help, or want help: the delivery team looks, and takes away what is not so."""

from django.contrib import admin

from programme.models import SupportOffer
from programme.support import saying
from signatories.admin.people import ReadOnly

from .uses import TakesAway


@admin.register(SupportOffer)
class SupportOfferAdmin(TakesAway, ReadOnly, admin.ModelAdmin):
    """Which organisation says what of which topic, and who said so."""

    list_display = ["topic", "way", "organisation", "said_by", "said_at"]
    list_filter = ["way", "topic"]
    list_select_related = ["topic", "organisation", "said_by"]
    search_fields = ["topic__title", "organisation__official_name"]
    fields = ["topic", "way", "organisation", "said_by", "said_at"]
    ordering = ["-said_at", "-pk"]
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("topic", "organisation", "said_by")

    def take_away(self, offer, user):
        """By the decision that logs it."""
        saying.remove(offer, by=user)
