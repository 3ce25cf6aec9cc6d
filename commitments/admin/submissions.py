"""The queues of progress updates and of changed texts; that of added commitments is in commitments.py."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.urls import path
from django.views.decorators.http import require_POST

from commitments.models import ProgressUpdate, Revision

from .queues import Queue
from .several import MOST, ask, publish_several

SEARCHED = ["commitment__title", "commitment__signature__reference"]


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(Queue):
    """What councils report."""

    heading = "Progress updates"
    actions = ["publish_several"]
    list_display = ["about", "kind", "organisations", "reported_on", "sent_in", "waiting", "status"]
    search_fields = SEARCHED

    def get_urls(self):
        view, name = self.admin_site.admin_view(publish_several), "commitments_progressupdate_publish_several"
        return [path("publish-several/", require_POST(view), name=name), *super().get_urls()]

    def has_decide_permission(self, request):
        """Whether they may publish updates, and so select several."""
        return request.user.has_perm("commitments.change_progressupdate")

    @admin.action(description="Read and publish several", permissions=["decide"])
    def publish_several(self, request, queryset):
        """The page on which those that are selected are read."""
        return ask(request, list(queryset[: MOST + 1]))

    def get_queryset(self, request):
        found = super().get_queryset(request)
        if self.is_list(request):
            return found
        # One that is older than what is public changes neither stage nor deliverables.
        reports = ProgressUpdate.objects.timeline().filter(
            commitment=OuterRef("commitment"), kind=ProgressUpdate.Kind.REPORT
        )
        return found.annotate(newest_report=Subquery(reports.values("reported_on")[:1]))

    @admin.display(description="Commitment", ordering="commitment__title")
    def about(self, update):
        return update.commitment.title


@admin.register(Revision)
class RevisionAdmin(Queue):
    """Changed texts of published commitments."""

    heading = list_name = "Changed texts"
    list_counted = ("changed text", "changed texts")
    list_display = ["about", "organisations", "reason", "sent_in", "waiting", "status"]
    search_fields = SEARCHED

    @admin.display(description="Commitment", ordering="commitment__title")
    def about(self, revision):
        return revision.commitment.title
