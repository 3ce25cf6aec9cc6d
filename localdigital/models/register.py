"""One row each about the register as a whole, and how often somebody asked for something."""

from django.db import models
from django.db.models import F
from django.utils import timezone
from simple_history.models import HistoricalRecords


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
        one = cls.objects.select_related("settings").filter(pk=1)
        found = one.first()
        if found is None:
            cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)  # perhaps by two at once
            found = one.get()
        return found

    @classmethod
    def bump(cls, now=None):
        """Say that a public page changed. Call it in the transaction that changes it."""
        changes = {"number": F("number") + 1, "changed_at": now or timezone.now()}
        if not cls.objects.filter(pk=1).update(**changes):
            cls.current()


class ServiceSettings(models.Model):
    """What the delivery team says and switches for the whole site: one row, read together with the version.

    `notice` is Markdown, shown at the top of every public page until `notice_ends_at`; blank is none. While
    `sign_up_is_open` is false nobody begins or submits a declaration, and `sign_up_closed_message` says why.
    """

    register = models.OneToOneField(
        RegisterVersion, primary_key=True, default=1, on_delete=models.PROTECT, related_name="settings", editable=False
    )
    notice_heading = models.CharField(max_length=100, blank=True)
    notice = models.TextField(max_length=1000, blank=True)
    notice_ends_at = models.DateTimeField(null=True, blank=True)
    sign_up_is_open = models.BooleanField(default=True)
    sign_up_closed_message = models.TextField(max_length=1000, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "service settings"
        constraints = [
            models.CheckConstraint(
                name="a_closed_sign_up_says_why",
                condition=models.Q(sign_up_is_open=True) | ~models.Q(sign_up_closed_message=""),
            ),
        ]

    def __str__(self):
        return "Notice and switches"

    @classmethod
    def current(cls):
        """As the team set them; as they are in the beginning when it has set nothing."""
        return cls.of(RegisterVersion.current())

    @classmethod
    def of(cls, version):
        """The same, from the row of the version that a page has loaded already."""
        return getattr(version, "settings", None) or cls(register=version)

    def has_notice(self, now):
        """Whether the notice is to be shown at that moment."""
        return bool(self.notice.strip()) and (self.notice_ends_at is None or now < self.notice_ends_at)


class RateLimit(models.Model):
    """How often one key (an address, a network, a person: hashed) did one thing in one span of time."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.count} until {self.ends_at}"
