"""What the signatories of a document promise, with whom, and what it will produce."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify

from signatories.models import Signature


class CommitmentQuerySet(models.QuerySet):
    def public(self):
        """Those of documents that anyone may read."""
        return self.filter(signature__in=Signature.objects.public())


class Commitment(models.Model):
    """One thing that all signatories of its document will do, by `due_on`.

    `mission` is what they will do, `impact` what it changes and for whom.
    """

    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="commitments")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    mission = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    principles = models.ManyToManyField("signatories.Principle", related_name="commitments", blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("commitment", args=[self.pk, self.slug])

    @property
    def slug(self):
        """Its title as the end of its address."""
        return slugify(self.title)[:80].strip("-") or "commitment"


class Deliverable(models.Model):
    """One thing that a commitment will produce."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="deliverables")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text


class Partner(models.Model):
    """A body named in a commitment: as it was written, and the organisation it is when the register knows it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="partners")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        "signatories.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="partner_in"
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_organisation_is_a_partner_once",
                fields=["commitment", "organisation"],
                condition=models.Q(organisation__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name
