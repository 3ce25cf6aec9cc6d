"""How the team's work goes: what it decided this week, and how many working days things waited for a decision."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.contrib import admin
from django.db.models import Case, DateTimeField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from commitments.models import Commitment, ProgressUpdate, Revision
from localdigital.models import AuditEvent, User
from localdigital.waiting import in_words
from localdigital.working_days import start_of_week, working_days_between
from signatories.models import Signature
from signatories.models.signature import Status

from .home import may_see

# What the team decides about: its name in the log, and the field that says since when it waits
KINDS = {
    Signature: ("signature", "Declarations", "signed_off_at"),
    ProgressUpdate: ("progress_update", "Progress updates", "submitted_at"),
    Revision: ("revision", "Changed texts", "submitted_at"),
    Commitment: ("commitment", "Added commitments", "submitted_at"),
}
VERBS = ("publish", "return_for_changes", "reject")
SPANS = (30, 365)  # days
# The newest decisions are enough for a median: the page takes no longer when there are more.
AT_MOST = 2000


@dataclass(frozen=True)
class Median:
    """The working days that half of the decisions of the last so many days took at the most."""

    days: int
    number: int
    value: str


@admin.site.tells("pace")
def pace(request, now):
    """This week's decisions and the medians, of the kinds that the user may see; None for who may see none."""
    seen = {name: words for model, (name, words, _) in KINDS.items() if may_see(request.user, model)}
    if not seen:
        return None
    week, this_week, took = start_of_week(now), Counter(), []
    for kind, at, began in decisions(seen, now - timedelta(days=max(SPANS))):
        this_week[kind] += at >= week
        if began and began <= at:
            took.append((at, working_days_between(began, at)))
    return {
        "decided": this_week.total(),
        "rows": [(words, [this_week[f"{name}.{verb}"] for verb in VERBS]) for name, words in seen.items()],
        "medians": [_median(span, took, now) for span in SPANS],
    }


def _median(span, took, now):
    numbers = [number for at, number in took if at > now - timedelta(days=span)]
    middle = median(numbers) if numbers else 0
    return Median(span, len(numbers), in_words(int(middle) if middle == int(middle) else middle) if numbers else "")


def decisions(names, since):
    """The team's newest decisions since then: (kind, when, since when it had waited), the newest first, so many at
    the most. When the log does not say since when, the thing itself does."""
    log = AuditEvent.objects.filter(
        object_type=OuterRef("object_type"), object_id=OuterRef("object_id"), at__lte=OuterRef("at")
    )
    came_in = log.filter(to_status=Status.AWAITING_REVIEW).order_by("-at", "-pk").values("at")[:1]
    themselves = [
        When(
            object_type=model._meta.label_lower,
            then=Subquery(model.objects.filter(pk=OuterRef("object_id")).values(since_field)[:1]),
        )
        for model, (_, _, since_field) in KINDS.items()
    ]
    own = Case(*themselves, output_field=DateTimeField())
    kinds = [f"{name}.{verb}" for name in names for verb in VERBS]
    made = AuditEvent.objects.filter(kind__in=kinds, at__gt=since, actor_type=User._meta.label_lower)
    newest = made.annotate(began=Coalesce(Subquery(came_in), own)).order_by("-at", "-pk")
    return newest.values_list("kind", "at", "began")[:AT_MOST]
