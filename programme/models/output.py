"""What councils made that others can use, and who uses it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from commitments.models.submission import Status

from .contribution import Contribution


class OutputKind(models.TextChoices):
    CODE = "code", "Code"
    RESEARCH = "research", "Research"
    STANDARD = "standard", "Standard"
    PATTERN = "pattern", "Pattern"
    FRAMEWORK = "framework", "Framework"
    CASE_STUDIES = "case-studies", "Case studies"


class Licence(models.TextChoices):
    """Under which terms others may use something."""

    OGL = "ogl-3", "Open Government Licence v3.0"
    CC_BY = "cc-by-4", "Creative Commons Attribution 4.0"
    MIT = "mit", "MIT Licence"
    APACHE = "apache-2", "Apache Licence 2.0"
    GPL = "gpl-3", "GNU General Public Licence 3.0"
    OTHER = "other", "Another open licence"
    NOT_STATED = "not-stated", "Not stated"


class Output(Contribution):
    """Something open that others can use. It may be what a commitment promised (`deliverable`), come out of a funded
    `project`, or belong to a case study."""

    kind = models.CharField(max_length=12, choices=OutputKind, db_index=True)
    description = models.TextField(blank=True)
    url = models.URLField(max_length=500)
    licence = models.CharField(max_length=12, choices=Licence, default=Licence.NOT_STATED)
    topics = models.ManyToManyField("programme.Topic", related_name="outputs", blank=True)
    commitment = models.ForeignKey(
        "commitments.Commitment", null=True, blank=True, on_delete=models.SET_NULL, related_name="outputs"
    )
    deliverable = models.ForeignKey(
        "commitments.Deliverable", null=True, blank=True, on_delete=models.SET_NULL, related_name="outputs"
    )
    project = models.ForeignKey(
        "programme.FundProject", null=True, blank=True, on_delete=models.SET_NULL, related_name="outputs"
    )
    case_study = models.ForeignKey(
        "programme.CaseStudy", null=True, blank=True, on_delete=models.SET_NULL, related_name="outputs"
    )
    history = HistoricalRecords(excluded_fields=["last_read", "message", "proposer"])

    class Meta(Contribution.Meta):
        verbose_name = "output"
        permissions = [("edit_output", "Can write and correct what it says")]
        constraints = [
            *Contribution.Meta.constraints,
            models.UniqueConstraint(
                name="a_deliverable_is_one_published_output",
                fields=["deliverable"],
                condition=Q(deliverable__isnull=False, status=Status.PUBLISHED),
            ),
        ]

    def get_absolute_url(self):
        return reverse("output", args=[self.pk])


class Use(models.Model):
    """That an organisation uses an output too, as one of its people said."""

    output = models.ForeignKey(Output, on_delete=models.CASCADE, related_name="uses")
    organisation = models.ForeignKey("signatories.Organisation", on_delete=models.PROTECT, related_name="uses")
    said_by = models.ForeignKey("signatories.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["said_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="an_organisation_uses_an_output_once", fields=["output", "organisation"]),
        ]

    def __str__(self):
        return f"{self.organisation_id} uses {self.output_id}"
