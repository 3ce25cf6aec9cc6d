"""What was asked of whom about a commitment, so that nobody is asked the same thing twice. No text is kept here."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .commitment import Commitment


class PartnerQuestion(models.Model):
    """That a Person was asked whether their organisations are partners in a commitment."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("signatories.Person", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_person_is_asked_about_a_partnership_once", fields=["commitment", "person"]),
        ]

    def __str__(self):
        return f"{self.person_id} asked about {self.commitment_id}"


class Reminder(models.Model):
    """That an organisation's people were reminded of one commitment on one occasion: "due:2027-03-27"."""

    organisation = models.ForeignKey("signatories.Organisation", on_delete=models.CASCADE, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=40)
    sent_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "sent_on"])]
        constraints = [
            models.UniqueConstraint(
                name="an_occasion_is_reminded_of_once", fields=["organisation", "commitment", "occasion"]
            ),
        ]

    def __str__(self):
        return f"{self.occasion} of {self.commitment_id} to {self.organisation_id}"


class ApproachQuerySet(models.QuerySet):
    def reported(self):
        """Those that somebody reported to the delivery team, which has not dealt with them yet."""
        return self.filter(reported_at__isnull=False, settled_at=None)


class Approach(models.Model):
    """That an officer wrote to the people of a commitment, or of an organisation about a `topic`, to ask to work
    together. The text is in the email alone.

    `reported_at` is when one of them reported it, `settled_at` when the delivery team had dealt with that.
    """

    commitment = models.ForeignKey(Commitment, null=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "signatories.Organisation", null=True, on_delete=models.CASCADE, related_name="approaches"
    )
    topic = models.CharField(max_length=80, blank=True)
    person = models.ForeignKey("signatories.Person", on_delete=models.CASCADE, related_name="approaches")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    reported_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = ApproachQuerySet.as_manager()

    class Meta:
        verbose_name = "message between councils"
        verbose_name_plural = "messages between councils"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_approach_is_to_the_people_of_one_thing",
                condition=Q(commitment__isnull=False, organisation=None)
                | Q(commitment=None, organisation__isnull=False),
            ),
        ]

    def __str__(self):
        return f"approach {self.pk}"

    @property
    def about(self):
        """What it is about: the title of the commitment or topic."""
        return self.commitment.title if self.commitment_id else self.topic


class SearchText(models.Model):
    """The words of one public commitment as the search compares them: stems, without accents. See search.py."""

    commitment = models.OneToOneField(Commitment, on_delete=models.CASCADE, primary_key=True, related_name="+")
    title = models.TextField(blank=True)
    names = models.TextField(blank=True)
    body = models.TextField(blank=True)

    def __str__(self):
        return f"words of {self.commitment_id}"


class KnownWord(models.Model):
    """A word that the page of some commitment has said: what the search may take a misspelt word for, once it has seen
    that a public one says it still. See search.py."""

    word = models.CharField(max_length=40, primary_key=True)

    def __str__(self):
        return self.word
