"""What both apps stand on: the delivery team's users, the audit log, the outbox, emailed links."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone


class User(AbstractUser):
    """Someone in the delivery team. People at councils are never Users: see signatories.models.Person."""


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
        indexes = [models.Index(fields=["object_type", "object_id", "at"])]
        constraints = [
            models.CheckConstraint(
                name="an_actor_has_a_type_and_an_id_or_neither",
                condition=models.Q(actor_type="", actor_id=None)
                | (~models.Q(actor_type="") & models.Q(actor_id__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_type} {self.object_id}"

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


class QueuedEmailQuerySet(models.QuerySet):
    def unsent(self):
        """Waiting to be sent or to be tried again."""
        return self.filter(sent_at=None, failed_at=None)

    def due(self, now):
        """Unsent, its next attempt has come, and no sender holds it."""
        return self.unsent().filter(next_attempt_at__lte=now).exclude(leased_until__gt=now)

    def refused(self):
        """Those that the mail server would not take, to addresses that took none since; until they are erased."""
        later = QueuedEmail.objects.filter(to_address=OuterRef("to_address"), sent_at__gt=OuterRef("failed_at"))
        return self.filter(refused=True, failed_at__isnull=False).exclude(to_address="").exclude(Exists(later))

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


class RegisterVersion(models.Model):
    """One row, counted up by every write that changes a public page: what caches compare."""

    number = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="there_is_one_register_version", condition=models.Q(pk=1)),
        ]

    def __str__(self):
        return str(self.number)

    @classmethod
    def current(cls):
        """The one row; made when first asked for."""
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def bump(cls, now=None):
        """Say that a public page changed. Call it in the transaction that changes it."""
        cls.objects.filter(pk=cls.current().pk).update(number=F("number") + 1, changed_at=now or timezone.now())


class RateLimit(models.Model):
    """How often one key (an address, a network, a person: hashed) did one thing in one span of time."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.count} until {self.ends_at}"
