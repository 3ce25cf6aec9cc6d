"""What councils offer and waits for the team, and what it drafted itself: lines of the admin's first page."""

from django.contrib import admin

from commitments.admin.home import may_see
from localdigital.waiting import Waiting
from programme.models import CaseStudy, Event, Output

from .offers import OWN, queue_address

# What waits is called so where there are several, and where there is one
KINDS = [
    (CaseStudy, "case studies to review", "case study to review"),
    (Output, "outputs to review", "output to review"),
    (Event, "proposed events to review", "proposed event to review"),
]
DRAFTS = [
    (CaseStudy, "case studies that the team drafted, to publish", "case study that the team drafted, to publish"),
    (Output, "outputs that the team drafted, to publish", "output that the team drafted, to publish"),
    (Event, "events that the team drafted, to publish", "event that the team drafted, to publish"),
]


@admin.site.waits
def what_councils_offer(request):
    """Case studies, outputs and events that wait, for those who may see them."""
    return [
        Waiting(several, model.objects.awaiting_review(), queue_address(model), since="submitted_at", one=one)
        for model, several, one in KINDS
        if may_see(request.user, model)
    ]


@admin.site.waits
def what_the_team_drafted(request):
    """The team's own drafts, which a moderator publishes."""
    return [
        Waiting(several, model.objects.drafts_of_the_team(), f"{queue_address(model)}?state={OWN}", one=one)
        for model, several, one in DRAFTS
        if may_see(request.user, model)
    ]
