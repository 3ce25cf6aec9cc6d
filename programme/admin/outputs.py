"""The queue of outputs, and the form in which the team writes and corrects them."""

from django.contrib import admin

from programme.models import Output

from .offer_forms import OutputForm
from .offers import OfferAdmin


@admin.register(Output)
class OutputAdmin(OfferAdmin):
    """What councils made that others can use."""

    heading = "Outputs that others can reuse"
    list_display = ["title_or_none", "kind", "whose", "sent_in", "waiting", "status"]
    form = OutputForm
    fields = OutputForm.Meta.fields
    autocomplete_fields = ["organisations", "commitment", "project", "case_study"]
