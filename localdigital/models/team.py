"""The delivery team: its users, what they write to each other, what they are looking at, their reasons."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords


class User(AbstractUser):
    """Someone in the delivery team. People at councils are never Users: see signatories.models.Person."""

    @staticmethod
    def name_as_kept(typed):
        """A name to sign in with as it is kept: an address in lower case, anything else as it was typed."""
        return typed.lower() if "@" in typed else typed


class AboutSomething(models.Model):
    """Points at anything in the register by type and id, as the ground does not know the apps."""

    about_type = models.CharField(max_length=60)
    about_id = models.BigIntegerField()

    class Meta:
        abstract = True


class AboutSomethingQuerySet(models.QuerySet):
    def about(self, thing):
        """Those about one object."""
        return self.filter(about_type=thing._meta.label_lower, about_id=thing.pk)


class TeamNote(AboutSomething):
    """What one of the team wrote for the others about a declaration, an organisation or a report. Never public."""

    written_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    text = models.TextField(max_length=3000)

    objects = AboutSomethingQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["about_type", "about_id", "written_at"])]

    def __str__(self):
        return f"note {self.pk}"


class Look(AboutSomething):
    """That one of the team is looking at something to decide about it, so that a colleague does not begin the same."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField(default=timezone.now)

    objects = AboutSomethingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_of_the_team_looks_at_a_thing", fields=["about_type", "about_id"]),
        ]

    def __str__(self):
        return f"look {self.pk}"


class ReasonQuerySet(models.QuerySet):
    def offered(self, decision):
        """Those that a moderator can choose for such a decision (Reason.Decision), in the team's order."""
        return self.filter(decision=decision, is_active=True).order_by("position", "pk")


class Reason(models.Model):
    """Why the team returns or rejects something, in words that a council reads: several can be combined and edited.

    One that was used (`used_at`, its first time) can be switched off and not deleted: the database refuses.
    """

    class Decision(models.TextChoices):
        RETURN = "return", "Return a declaration for changes"
        REJECT = "reject", "Reject a declaration"
        RETURN_SUBMISSION = "return-submission", "Return a report, a changed text or an added commitment"
        RETURN_OFFER = "return-offer", "Return a case study, an output or an event"

    decision = models.CharField(max_length=20, choices=Decision)
    title = models.CharField(max_length=100)
    text = models.TextField(max_length=1000)
    position = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    used_at = models.DateTimeField(null=True, editable=False)
    history = HistoricalRecords(excluded_fields=["used_at"])

    objects = ReasonQuerySet.as_manager()

    class Meta:
        ordering = ["decision", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="a_reason_is_given_once_for_a_decision", fields=["decision", "title"]),
        ]

    def __str__(self):
        return self.title
