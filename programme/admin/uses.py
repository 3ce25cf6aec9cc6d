"""What councils say that they use of each other: the delivery team looks, and takes away what is not so."""

from django.contrib import admin

from programme.models import Use
from programme.reuse import using
from signatories.admin.people import ReadOnly


class TakesAway:
    """For an admin of what councils say at once: rows are looked at and, by who may, deleted, one by one or several."""

    show_full_result_count = False

    def has_delete_permission(self, request, obj=None):
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request, obj):
        """Take one away, by the decision that logs it."""
        self.take_away(obj, request.user)

    def delete_queryset(self, request, queryset):
        """Take those away that were selected."""
        for one in queryset:
            self.take_away(one, request.user)


@admin.register(Use)
class UseAdmin(TakesAway, ReadOnly, admin.ModelAdmin):
    """Which organisation uses which output, and who said so."""

    list_display = ["output", "organisation", "said_by", "said_at"]
    list_select_related = ["output", "organisation", "said_by"]
    search_fields = ["output__title", "organisation__official_name"]
    fields = ["output", "organisation", "said_by", "said_at"]
    ordering = ["-said_at", "-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("output", "organisation", "said_by")

    def take_away(self, use, user):
        """By the decision that logs it."""
        using.take_back(use.output, use.organisation, by=user)
