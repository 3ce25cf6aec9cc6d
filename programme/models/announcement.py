"""News of the programme, told by the delivery team."""

from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords


class AnnouncementQuerySet(models.QuerySet):
    def published(self):
        """What anyone may read, the newest first."""
        return self.filter(published_at__isnull=False).order_by("-published_at", "-pk")


class Announcement(models.Model):
    """One piece of news, in Markdown: on the home page, in the feeds and in the digests once it is published."""

    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=150, unique=True)
    summary = models.CharField(max_length=300)
    body = models.TextField()
    published_at = models.DateTimeField(null=True, editable=False, db_index=True)
    history = HistoricalRecords()

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("announcement", args=[self.slug])
