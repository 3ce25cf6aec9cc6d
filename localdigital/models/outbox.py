"""Emails that wait or were sent, and the links in them."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone


class QueuedEmailQuerySet(models.QuerySet):
    def unsent(self):
        """Waiting to be sent or to be tried again."""
        return self.filter(sent_at=None, failed_at=None)

    def due(self, now):
        """Unsent, its next attempt has come, and no sender holds it."""
        return self.unsent().filter(next_attempt_at__lte=now).exclude(leased_until__gt=now)

    def sent(self):
        """Sent, and not erased yet."""
        return self.filter(sent_at__isnull=False).exclude(to_address="")

    def failed(self):
        """Given up, and not erased yet."""
        return self.filter(failed_at__isnull=False).exclude(to_address="")

    def erased(self):
        """Those of which only is kept that they were: not to whom, and not what they said."""
        return self.filter(to_address="")

    def refused(self):
        """Those that the mail server would not take, to addresses that took none since; until they are erased."""
        later = QueuedEmail.objects.filter(to_address=OuterRef("to_address"), sent_at__gt=OuterRef("failed_at"))
        return self.filter(refused=True, failed_at__isnull=False).exclude(to_address="").exclude(Exists(later))

    def erase(self, words, now):
        """Keep of them only that they were: those that wait are not sent any more. `words` say why."""
        self.unsent().update(failed_at=now, leased_until=None)
        self.update(to_address="", subject=words, body=words, failure="")

    def about(self, thing):
        """The emails that one object gave rise to."""
        return self.filter(about_type=thing._meta.label_lower, about_id=thing.pk)


class QueuedEmail(models.Model):
    """One email in the outbox, written in the transaction of what it announces.

    The body holds a placeholder where each link goes; links are filled in at sending, so that it can be shown
    and kept without a secret in it.
    """

    message_id = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=80)
    to_address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    queued_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    # The one that this repeats, when the team sent it again
    repeats = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="repeated_by")
    # That the mail server will not have it: most often there is no such address
    refused = models.BooleanField(default=False)

    objects = QueuedEmailQuerySet.as_manager()

    class Meta:
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(
                name="queuedemail_unsent", fields=["next_attempt_at"], condition=models.Q(sent_at=None, failed_at=None)
            ),
            models.Index(fields=["about_type", "about_id"]),
            models.Index(fields=["to_address"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="an_email_is_sent_or_failed_not_both", condition=models.Q(sent_at=None) | models.Q(failed_at=None)
            ),
        ]

    def __str__(self):
        return f"{self.template} {self.pk}"

    @property
    def is_erased(self):
        """Whether nothing is kept of it but that it was."""
        return not self.to_address


class EmailedLink(models.Model):
    """A link in an email that lets one Person in, once: what it is for, and until when.

    The token is made from the row's id and the secret key (localdigital/links.py) and stored nowhere.
    `person_id` and `object_id` point by id, as the ground does not know the apps.
    """

    purpose = models.CharField(max_length=30)
    person_id = models.BigIntegerField(db_index=True)
    object_id = models.BigIntegerField(null=True)
    email = models.ForeignKey(QueuedEmail, null=True, on_delete=models.SET_NULL, related_name="links")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["purpose", "object_id"])]

    def __str__(self):
        return f"{self.purpose} {self.pk}"

    @property
    def placeholder(self):
        """What stands in the email's stored body where the link goes."""
        return f"[link {self.pk}]"
