"""Peer support: on which topics a council can help others, and on which it wants help."""

from django.db import models
from django.utils import timezone


class SupportOffer(models.Model):
    """That an organisation can help with a topic, or wants help with it, as one of its people said."""

    class Way(models.TextChoices):
        CAN_HELP = "can-help", "Can help"
        WANTS_HELP = "wants-help", "Wants help"

    organisation = models.ForeignKey("signatories.Organisation", on_delete=models.PROTECT, related_name="support")
    topic = models.ForeignKey("programme.Topic", on_delete=models.PROTECT, related_name="support")
    way = models.CharField(max_length=10, choices=Way)
    said_by = models.ForeignKey("signatories.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["topic", "way", "said_at", "pk"]
        constraints = [
            # It either can help with a topic or wants help with it.
            models.UniqueConstraint(name="an_organisation_says_one_thing_of_a_topic", fields=["organisation", "topic"]),
        ]

    def __str__(self):
        return f"{self.organisation_id} {self.way} {self.topic_id}"
