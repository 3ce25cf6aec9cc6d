"""What is signed: the published versions of the Declaration, and its five principles."""

from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords


class DeclarationQuerySet(models.QuerySet):
    def published(self):
        """Versions that can be read and signed, newest first."""
        return self.filter(published_at__isnull=False).order_by("-dated_on", "-pk")

    def current(self):
        """The version that is signed today; None before the first is published."""
        return self.published().first()


class Declaration(models.Model):
    """One version of what is signed. Drafts are edited in the admin; a published one never changes
    (the database refuses)."""

    version = models.SlugField(max_length=30, unique=True)
    title = models.CharField(max_length=200)
    dated_on = models.DateField()
    official_url = models.URLField(max_length=500)
    summary_of_changes = models.TextField(blank=True)
    body = models.TextField()
    published_at = models.DateTimeField(null=True, editable=False)
    co_publishers = models.ManyToManyField("signatories.Organisation", through="CoPublisher", related_name="+")
    history = HistoricalRecords(excluded_fields=["co_publishers"])

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "-pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("declaration", args=[self.version])

    def is_yet_to_come(self, today):
        """Whether it is dated after today: a version that is published is the one to sign at once."""
        return self.dated_on > today


class CoPublisher(models.Model):
    """An organisation that put its name to a version when it came out."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE)
    organisation = models.ForeignKey("signatories.Organisation", on_delete=models.PROTECT)
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_organisation_co_publishes_a_version_once", fields=["declaration", "organisation"]
            ),
        ]

    def __str__(self):
        return f"{self.organisation} co-published {self.declaration}"


class Principle(models.Model):
    """One of the five things that the Declaration asks for."""

    number = models.PositiveSmallIntegerField(unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300)
    body = models.TextField()
    history = HistoricalRecords()

    class Meta:
        ordering = ["number"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("principle", args=[self.slug])
