"""What councils offer and waits for the delivery team: lines of the admin's first page."""

from django.contrib import admin

from commitments.admin.home import may_see
from localdigital.waiting import Waiting
from programme.models import CaseStudy, Event, Output

from .offers import queue_address

KINDS = [
    (CaseStudy, "case studies to review"),
    (Output, "outputs to review"),
    (Event, "proposed events to review"),
]


@admin.site.waits
def what_councils_offer(request):
    """Case studies, outputs and events that wait, for those who may see them."""
    return [
        Waiting(label, model.objects.awaiting_review(), queue_address(model), since="submitted_at")
        for model, label in KINDS
        if may_see(request.user, model)
    ]
