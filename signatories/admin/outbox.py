"""The outbox, to look at only."""

from django.contrib import admin
from django.db.models import Q

from localdigital.models import QueuedEmail
from signatories.models import Signatory, Signature
from signatories.models.reference import read_reference

from .correspondence import READ, SEND, state_of
from .people import ReadOnly

EMAIL_STATES = {
    "queued": ("Waiting", Q(sent_at=None, failed_at=None)),
    "sent": ("Sent", Q(sent_at__isnull=False) & ~Q(to_address="")),
    "failed": ("Failed", Q(failed_at__isnull=False) & ~Q(to_address="")),
    "erased": ("Erased", Q(to_address="")),
}


def about_reference(queryset, text, *, type_field, id_field):
    """Rows about the signature of that reference, or about an organisation's part in it; None when it is none."""
    reference = read_reference(text)
    if reference is None:
        return None
    signatures = Signature.objects.filter(reference=reference).values("pk")
    parts = Signatory.objects.filter(signature__reference=reference).values("pk")
    return queryset.filter(
        Q(**{type_field: "signatories.signature", f"{id_field}__in": signatures})
        | Q(**{type_field: "signatories.signatory", f"{id_field}__in": parts})
    )


class EmailStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _) in EMAIL_STATES.items()]

    def queryset(self, request, queryset):
        return queryset.filter(EMAIL_STATES[self.value()][1]) if self.value() in EMAIL_STATES else queryset


@admin.register(QueuedEmail)
class QueuedEmailAdmin(ReadOnly, admin.ModelAdmin):
    """The outbox: each email as it was written, and what became of it."""

    list_name = "Emails"
    list_counted = ("email", "emails")
    list_display = ["subject", "to_address", "state", "queued_at", "sent_at", "attempts"]
    list_filter = [EmailStateFilter, "template"]
    search_fields = ["to_address", "subject"]
    search_help_text = "The reference of a declaration, an address, or words of the subject"
    ordering = ["-queued_at", "-pk"]
    show_full_result_count = False
    fields = [
        "subject", "to_address", "body", "state", "queued_at", "sent_at", "failed_at", "failure", "attempts",
        "next_attempt_at", "give_up_at", "repeats", "template", "message_id",
    ]  # fmt: skip
    change_form_template = "admin/queued_email.html"

    @admin.display(description="State")
    def state(self, email):
        return state_of(email)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        sends = request.user.has_perms([READ, SEND]) and state_of(obj) in ("Sent", "Failed")
        return super().render_change_form(request, context | {"may_send_again": sends}, add, change, form_url, obj)

    def get_search_results(self, request, queryset, search_term):
        found = about_reference(queryset, search_term, type_field="about_type", id_field="about_id")
        return super().get_search_results(request, queryset, search_term) if found is None else (found, False)
