"""What a council sends in after signing, and the only moves that its status can make."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from localdigital.models import AuditEvent
from signatories.models import MoveRefused


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    AWAITING_REVIEW = "awaiting-review", "Awaiting review"
    RETURNED = "returned", "Returned for changes"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"
    REMOVED = "removed", "Removed"


# What its council may still change.
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
# Not decided yet: at most one changed text of a commitment is open.
OPEN = EDITABLE | {Status.AWAITING_REVIEW}

# The moves: by name, from which status to which. README draws them, and a test compares the two.
MOVES = {
    "submit": {Status.DRAFT: Status.AWAITING_REVIEW, Status.RETURNED: Status.AWAITING_REVIEW},
    "recall": {Status.AWAITING_REVIEW: Status.DRAFT},
    "publish": {Status.AWAITING_REVIEW: Status.PUBLISHED},
    "publish_at_once": {Status.DRAFT: Status.PUBLISHED, Status.RETURNED: Status.PUBLISHED},
    "publish_with_document": {Status.DRAFT: Status.PUBLISHED},
    "return_for_changes": {Status.AWAITING_REVIEW: Status.RETURNED},
    "withdraw": {Status.PUBLISHED: Status.WITHDRAWN},
    "lapse": {Status.PUBLISHED: Status.LAPSED},
    "remove": {Status.PUBLISHED: Status.REMOVED},
    "reinstate": {Status.WITHDRAWN: Status.PUBLISHED, Status.LAPSED: Status.PUBLISHED},
}
SENDING_IN = ("submit", "recall", "publish", "publish_at_once", "return_for_changes")


class SubmissionQuerySet(models.QuerySet):
    def awaiting_review(self):
        """The delivery team's queue, oldest first."""
        return self.filter(status=Status.AWAITING_REVIEW).order_by("submitted_at", "pk")

    def published(self):
        """What anyone may read."""
        return self.filter(status=Status.PUBLISHED)

    def editable_by(self, person):
        """What this Person has begun and can still change."""
        return self.filter(proposer=person, status__in=EDITABLE)

    def under_way(self, person):
        """What is not decided yet, as far as this Person may see it: what they have begun, and what anyone sent in."""
        return self.filter(Q(status=Status.AWAITING_REVIEW) | Q(proposer=person, status__in=EDITABLE))


class Submission(models.Model):
    """Something that a council sends in and the delivery team publishes or returns.

    `status` changes only through `move`, and `MAKES` says which of the MOVES this kind of thing can make.
    `message` is what the team last asked for: shown to the one who sent it in.
    """

    MAKES = SENDING_IN

    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, editable=False, db_index=True)
    proposer = models.ForeignKey(
        "signatories.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    message = models.TextField(blank=True, editable=False)
    # The text that the delivery team could read before it went back, in parts (commitments/shown.py), until published
    last_read = models.JSONField(null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="a_public_%(class)s_says_when_it_was_published",
                condition=Q(status__in=OPEN) | Q(published_at__isnull=False),
            ),
        ]

    @property
    def is_editable(self):
        return self.status in EDITABLE

    def move(self, move, *, by, now=None, note="", details=None, **changes):
        """Make one of the MOVES and write the audit event. The one gate.

        Call it in the transaction that also queues the emails. Raises MoveRefused when the status is not (or no
        longer) one that the move starts from. `changes` are other fields to set in the same update.
        """
        now = now or timezone.now()
        before, after = self.status, MOVES[move].get(self.status) if move in self.MAKES else None
        if after is None:
            raise MoveRefused(move, self._as_stored())
        changes |= {"status": after, "changed_at": now}
        # A guarded update, since SQLite has no row locks: of two at once, one finds the row as it was.
        if type(self).objects.filter(pk=self.pk, status=before).update(**changes) != 1:
            raise MoveRefused(move, self._as_stored())
        for field, value in changes.items():
            setattr(self, field, value)
        kind = AuditEvent.kind_of(self, move)
        AuditEvent.record(kind, self, by=by, at=now, from_status=before, to_status=after, note=note, **(details or {}))

    def hold(self, now=None, **changes):
        """Keep everyone else from moving this until the transaction ends, and mark it as changed.

        `changes` are other fields to set in the same update. Raises MoveRefused when its council may not change it
        (any more).
        """
        changes |= {"changed_at": now or timezone.now()}
        if type(self).objects.filter(pk=self.pk, status=self.status, status__in=EDITABLE).update(**changes) != 1:
            raise MoveRefused("edit", self._as_stored())
        for field, value in changes.items():
            setattr(self, field, value)

    def _as_stored(self):
        return type(self).objects.filter(pk=self.pk).first() or self
