"""What councils work on, in a few words that outputs, events, case studies and support share."""

from django.db import models
from simple_history.models import HistoricalRecords


class Topic(models.Model):
    """One field of work: "Planning", "Adult social care". The delivery team keeps the list short."""

    title = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "title"]

    def __str__(self):
        return self.title
