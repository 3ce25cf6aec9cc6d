"""Messages in which officers ask to work together, and those that somebody reported."""

from django.contrib import admin, messages
from django.urls import reverse

from commitments import collaboration
from commitments.models import Approach
from localdigital.models import QueuedEmail
from localdigital.waiting import Waiting
from signatories.admin.people import ReadOnly


@admin.site.waits
def reported_messages(request):
    """The messages that were reported and wait for the team, for those who may deal with them."""
    if not request.user.has_perm("commitments.change_approach"):
        return []
    address = reverse("admin:commitments_approach_changelist") + "?state=reported"
    return [Waiting("reported messages between councils", Approach.objects.reported(), address)]


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("reported", "Reported"), ("settled", "Dealt with")]

    def queryset(self, request, queryset):
        if self.value() == "reported":
            return queryset.reported()
        return queryset.filter(settled_at__isnull=False) if self.value() == "settled" else queryset


@admin.register(Approach)
class ApproachAdmin(ReadOnly, admin.ModelAdmin):
    """Who wrote about which commitment or topic, and whether it was reported. What they wrote is in the email, for 90
    days."""

    list_display = ["made_at", "person", "about", "organisation", "reported_at", "settled_at"]
    list_filter = [StateFilter]
    list_select_related = ["person", "commitment", "organisation"]
    search_fields = ["person__name", "person__email", "commitment__title", "topic", "organisation__official_name"]
    fields = ["commitment", "organisation", "topic", "person", "made_at", "reported_at", "settled_at", "as_it_was_sent"]
    show_full_result_count = False
    actions = ["settle"]

    def has_settle_permission(self, request):
        """Whether the user may say that a report is dealt with."""
        return request.user.has_perm("commitments.change_approach")

    @admin.display(description="As it was sent")
    def as_it_was_sent(self, approach):
        emails = QueuedEmail.objects.filter(
            about_type=approach._meta.label_lower, about_id=approach.pk, template="approach"
        )
        return emails.values_list("body", flat=True).first() or "The email is no longer kept"

    @admin.action(description="Mark as dealt with", permissions=["settle"])
    def settle(self, request, queryset):
        number = sum(collaboration.settle(approach, by=request.user) for approach in queryset.reported())
        self.message_user(request, f"{number} marked as dealt with", messages.SUCCESS)
