"""The versions of a commitment's text: what was signed, and every change that was proposed since."""

from django.db import models
from django.db.models import Q

from .commitment import Commitment
from .submission import OPEN, SENDING_IN, Status, Submission, SubmissionQuerySet

TEXTS = ("title", "mission", "impact")


class RevisionQuerySet(SubmissionQuerySet):
    def open(self):
        """Those that were not decided yet: at most one of a commitment."""
        return self.filter(status__in=OPEN)

    def first_of(self, commitments):
        """What was signed or first published of those of these commitments that changed since, by their ids."""
        first = self.published().filter(number=1, commitment__in=[one.pk for one in commitments])
        return {one.commitment_id: one for one in first}

    def history(self):
        """The published versions, the newest first."""
        return self.published().order_by("-number")


class Revision(Submission):
    """One version of a commitment's text: proposed, then published under the next `number`.

    Number 1 is the text as it was signed or first published; it is written down with the first change.
    `partners` is a list of {"name": as written, "organisation": id or None}. `reason` is public.
    """

    MAKES = SENDING_IN

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField(null=True, editable=False)
    title = models.CharField(max_length=200)
    mission = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    partners = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta(Submission.Meta):
        verbose_name = "revision"
        ordering = ["commitment", "number", "pk"]
        constraints = [
            *Submission.Meta.constraints,
            models.UniqueConstraint(name="a_commitment_has_one_revision_of_a_number", fields=["commitment", "number"]),
            models.UniqueConstraint(
                name="a_commitment_has_one_open_change", fields=["commitment"], condition=Q(status__in=OPEN)
            ),
            models.CheckConstraint(
                name="a_published_revision_has_a_number",
                condition=Q(status=Status.PUBLISHED, number__isnull=False)
                | (~Q(status=Status.PUBLISHED) & Q(number=None)),
            ),
        ]

    def __str__(self):
        return f"a change of commitment {self.commitment_id}"

    @classmethod
    def of(cls, commitment, **fields):
        """The text of a commitment as it is now; not saved."""
        texts = {name: getattr(commitment, name) for name in (*TEXTS, "due_on")}
        partners = [
            {"name": partner.name, "organisation": partner.organisation_id} for partner in commitment.partners.all()
        ]
        return cls(commitment=commitment, partners=partners, **texts, **fields)
