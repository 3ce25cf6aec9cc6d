"""The log of what was decided and done: it is added to, never changed."""

from django.db import models
from django.utils import timezone


class AuditEventQuerySet(models.QuerySet):
    def about(self, thing):
        """The events of one object, oldest first."""
        return self.filter(object_type=thing._meta.label_lower, object_id=thing.pk)


class AuditEvent(models.Model):
    """One thing that was decided or done: never changed, never deleted (the database refuses).

    Actor and object are pointed at by type and id, never by name or address, so that a Person can be erased
    while the log stays whole. `note` is what the actor wrote for the record.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=60, db_index=True)
    actor_type = models.CharField(max_length=60, blank=True)
    actor_id = models.BigIntegerField(null=True)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    from_status = models.CharField(max_length=30, blank=True)
    to_status = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "at"]),
            models.Index(fields=["actor_type", "actor_id", "at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="an_actor_has_a_type_and_an_id_or_neither",
                condition=models.Q(actor_type="", actor_id=None)
                | (~models.Q(actor_type="") & models.Q(actor_id__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_type} {self.object_id}"

    @staticmethod
    def kind_of(thing, verb):
        """The kind of an event about such a thing (or about its model): "progress_update.publish"."""
        return f"{thing._meta.verbose_name.replace(' ', '_')}.{verb}"

    @classmethod
    def record(cls, kind, thing, *, by, from_status="", to_status="", note="", at=None, **details):
        """Write down that `by` (a User, a Person, or None for the register itself) did `kind` to `thing`."""
        event = cls.of(kind, thing, by=by, from_status=from_status, to_status=to_status, note=note, at=at, **details)
        event.save(force_insert=True)
        return event

    @classmethod
    def of(cls, kind, thing, *, by, from_status="", to_status="", note="", at=None, **details):
        """The same, not saved: for several that are written together."""
        return cls(
            at=at or timezone.now(),
            kind=kind,
            actor_type=by._meta.label_lower if by else "",
            actor_id=by.pk if by else None,
            object_type=thing._meta.label_lower,
            object_id=thing.pk,
            from_status=from_status,
            to_status=to_status,
            note=note,
            details=details,
        )
