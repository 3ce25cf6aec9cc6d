"""What councils sent in and waits for the delivery team: lines of the admin's first page."""

from django.contrib import admin
from django.db.models import CharField, Count, DateTimeField, Min, Value
from django.urls import reverse
from django.utils import timezone

from commitments.models import Commitment, ProgressUpdate, Revision
from localdigital.admin import Waiting
from signatories.admin.home import LONG_FOR_REVIEW, days

KINDS = [
    (ProgressUpdate, "progress updates to review"),
    (Revision, "changed texts to review"),
    (Commitment, "added commitments to review"),
]


@admin.site.waits
def what_councils_sent_in(request):
    """Updates, changed texts and added commitments that wait, for those who may see them: one query for all."""
    seen = [(model, label) for model, label in KINDS if _may_see(request, model)]
    if not seen:
        return []
    first, *others = (_counted(model) for model, _ in seen)
    found = {name: (count, oldest) for name, count, oldest in first.union(*others, all=True)}
    return [_line(model, label, *found.get(model._meta.model_name, (0, None))) for model, label in seen]


def _may_see(request, model):
    name = f"commitments.%s_{model._meta.model_name}"
    return request.user.has_perm(name % "view") or request.user.has_perm(name % "change")


def _counted(model):
    waiting = model.objects.awaiting_review().order_by()
    named = waiting.annotate(name=Value(model._meta.model_name, output_field=CharField())).values("name")
    return named.annotate(count=Count("pk"), oldest=Min("submitted_at", output_field=DateTimeField())).values_list(
        "name", "count", "oldest"
    )


def _line(model, label, count, oldest):
    age = (timezone.now() - oldest).days if oldest else 0
    address = reverse(f"admin:commitments_{model._meta.model_name}_changelist")
    hint = f"The oldest has waited {days(age)}" if count else ""
    return Waiting(label, count, address, hint, urgent=age >= LONG_FOR_REVIEW)
