"""Roadshows, training and other events of the programme and of councils."""

from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from simple_history.models import HistoricalRecords

from .contribution import Contribution, ContributionQuerySet


class EventQuerySet(ContributionQuerySet):
    def upcoming(self, now):
        """What anyone may read and is not over yet, the next first."""
        return self.published().filter(ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now):
        """What anyone may read and is over, the last first."""
        return self.published().filter(ends_at__lte=now).order_by("-starts_at", "-pk")

    def upcoming_then_past(self, now):
        """What anyone may read: what is not over yet, the next first, and then what is, the last first."""
        is_over = Case(When(ends_at__gt=now, then=0), default=1)
        next_first = Case(When(ends_at__gt=now, then=F("starts_at")))
        return self.published().order_by(is_over, next_first, "-starts_at", "-pk")

    def going_on_since(self, moment):
        """What anyone may read and was not over at that moment, by when it starts."""
        return self.published().filter(ends_at__gte=moment).order_by("starts_at", "pk")


class Event(Contribution):
    """Something at a time, online or at a place or both. Moments are kept in UTC and shown in UK time.

    `organisations` hold it; the delivery team does where there are none. `outcome` is what is told afterwards.
    A cancelled one stays public and says so.
    """

    class Kind(models.TextChoices):
        ROADSHOW = "roadshow", "Roadshow"
        TRAINING = "training", "Training"
        SHOW_AND_TELL = "show-and-tell", "Show and tell"
        MEETING = "meeting", "Meeting"

    kind = models.CharField(max_length=15, choices=Kind, default=Kind.SHOW_AND_TELL)
    description = models.TextField(blank=True)
    audience = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    is_online = models.BooleanField(default=False)
    place = models.CharField(max_length=300, blank=True)
    booking_url = models.URLField(max_length=500, blank=True)
    topics = models.ManyToManyField("programme.Topic", related_name="events", blank=True)
    outcome = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["last_read", "message", "proposer"])

    objects = EventQuerySet.as_manager()

    class Meta(Contribution.Meta):
        verbose_name = "event"
        permissions = [("edit_event", "Can write and correct what it says")]
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(name="an_event_ends_after_it_starts", condition=Q(ends_at__gte=F("starts_at"))),
            models.CheckConstraint(name="an_event_is_online_or_at_a_place", condition=Q(is_online=True) | ~Q(place="")),
        ]

    def get_absolute_url(self):
        return reverse("event", args=[self.pk, self.slug])


class Material(models.Model):
    """What a past event keeps: a link to slides, a recording or notes."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title
