"""Reports on a commitment: how far it is, what was done, and the evidence for it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .commitment import Commitment, Deliverable, Stage
from .submission import EDITABLE, SENDING_IN, Submission, SubmissionQuerySet


class EvidenceKind(models.TextChoices):
    USER_RESEARCH = "user-research", "User research"
    CODE = "code", "Code"
    CASE_STUDY = "case-study", "Case study"
    BUSINESS_CASE = "business-case", "Business case"
    FRAMEWORK = "framework", "Framework"
    STANDARD = "standard", "Standard"
    BLOG = "blog", "Blog post"


class ProgressUpdateQuerySet(SubmissionQuerySet):
    def timeline(self):
        """The published ones, what was reported last first."""
        return self.published().order_by("-reported_on", "-published_at", "-pk")


class ProgressUpdate(Submission):
    """A dated report on one commitment. One of kind "withdrawal" or "lapse" ends the commitment when published:
    then `done` is the public reason."""

    MAKES = (*SENDING_IN, "remove")

    class Kind(models.TextChoices):
        REPORT = "report", "Progress update"
        NO_CHANGE = "no-change", "No change"
        WITHDRAWAL = "withdrawal", "Withdrawal"
        LAPSE = "lapse", "Not taken on"

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="updates")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REPORT)
    stage = models.CharField(max_length=12, choices=Stage, blank=True)
    reported_on = models.DateField()
    done = models.TextField(blank=True)
    went_well = models.TextField(blank=True)
    could_be_better = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    # Everything that is delivered by now, not only what is new
    delivered = models.ManyToManyField(Deliverable, related_name="+", blank=True)

    objects = ProgressUpdateQuerySet.as_manager()

    class Meta(Submission.Meta):
        verbose_name = "progress update"
        ordering = ["-reported_on", "-pk"]
        indexes = [models.Index(fields=["commitment", "status", "reported_on"])]
        constraints = [
            *Submission.Meta.constraints,
            models.UniqueConstraint(
                name="a_person_has_one_unfinished_update_of_each_kind",
                fields=["commitment", "proposer", "kind"],
                condition=Q(status__in=EDITABLE),
            ),
        ]

    def __str__(self):
        return f"an update of commitment {self.commitment_id}"

    @property
    def heard_on(self):
        """The day from which the next update is counted: on which it was sent in, or the date of one that never was.

        Whoever reports today of what was done last year has reported today.
        """
        return timezone.localdate(self.submitted_at) if self.submitted_at else self.reported_on


class Evidence(models.Model):
    """A link that shows what an update says, with its title and kind."""

    update = models.ForeignKey(ProgressUpdate, on_delete=models.CASCADE, related_name="evidence")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    kind = models.CharField(max_length=15, choices=EvidenceKind, db_index=True)

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title
