"""What councils sent in and waits for the delivery team: lines of the admin's first page."""

from django.contrib import admin
from django.urls import reverse

from commitments.models import Commitment, ProgressUpdate, Revision
from localdigital.waiting import Waiting

KINDS = [
    (ProgressUpdate, "progress updates to review", "progress update to review"),
    (Revision, "changed texts to review", "changed text to review"),
    (Commitment, "added commitments to review", "added commitment to review"),
]


@admin.site.waits
def what_councils_sent_in(request):
    """Updates, changed texts and added commitments that wait, for those who may see them."""
    return [
        Waiting(label, model.objects.awaiting_review(), _queue_of(model), since="submitted_at", one=one)
        for model, label, one in KINDS
        if may_see(request.user, model)
    ]


def _queue_of(model):
    return reverse(f"admin:commitments_{model._meta.model_name}_changelist")


def may_see(user, model):
    """Whether someone of the team may look at things of this kind."""
    name = f"{model._meta.app_label}.%s_{model._meta.model_name}"
    return user.has_perm(name % "view") or user.has_perm(name % "change")
