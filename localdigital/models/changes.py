"""Which public records changed, and when, for whoever keeps a copy. No record is kept here: only a digest of each."""

from django.db import models


class RecordNote(models.Model):
    """What was last noted of one public record: of which dataset, by which key, how it read, and since when.

    `is_gone` is said of one that was public and is not any more.
    """

    dataset = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    is_gone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_public_record_is_noted_once", fields=["dataset", "key"]),
        ]
        indexes = [models.Index(name="record_notes_in_order", fields=["dataset", "changed_at", "id"])]

    def __str__(self):
        return f"{self.dataset} {self.key}"


class Noting(models.Model):
    """One row: how far the comparing of records with their notes is. Who raised `run` last may write, while the lease
    lasts.

    `stamp` is what the run of that number writes as the moment of what it finds: later than any before it. Up to
    `noted_at` all is told; `changed_at` is the last stamp with which something was found. `register_version` is what
    the last whole comparison, at `whole_at`, began with. Before `next_at` nothing is compared again.
    """

    run = models.PositiveBigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    stamp = models.DateTimeField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    register_version = models.PositiveBigIntegerField(default=0)
    whole_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_noting", condition=models.Q(pk=1))]

    def __str__(self):
        return f"noted up to {self.noted_at}"

    @classmethod
    def current(cls):
        """The one row; made when first asked for."""
        found = cls.objects.filter(pk=1).first()
        if found is None:
            cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)  # perhaps by two at once
            found = cls.objects.get(pk=1)
        return found
