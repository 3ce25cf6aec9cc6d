"""People at councils, to look at only."""

from django.contrib import admin

from signatories.models import Person

from .correspondence import panel


class ReadOnly:
    """For an admin whose rows are looked at and never added, changed or deleted there."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Person)
class PersonAdmin(ReadOnly, admin.ModelAdmin):
    """People at councils."""

    list_display = ["__str__", "job_title", "email", "proved_at"]
    search_fields = ["name", "email"]
    ordering = ["name", "pk"]
    show_full_result_count = False
    change_form_template = "admin/signatories/person.html"

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {"emails": panel(request, obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)
