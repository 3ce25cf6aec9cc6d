"""Who may report for an organisation, and which organisations were asked to sign a newer Declaration."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .organisation import Organisation


class AccessQuerySet(models.QuerySet):
    def live(self):
        """Those that have not ended."""
        return self.filter(ended_at=None)

    def in_force(self, on):
        """Live ones to organisations that exist on that date: nobody reports for one that has ended."""
        return self.live().filter(organisation__in=Organisation.objects.existing(on))

    def organisations_of(self, person, on):
        """The ids of the organisations that this Person reports for on that date, for a query."""
        return self.in_force(on).filter(person=person).values("organisation")


class Access(models.Model):
    """One Person may report, propose changes and invite colleagues for one organisation, until `ended_at`."""

    person = models.ForeignKey("signatories.Person", on_delete=models.CASCADE, related_name="accesses")
    organisation = models.ForeignKey("signatories.Organisation", on_delete=models.CASCADE, related_name="accesses")
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = "access to an account"
        verbose_name_plural = "access to accounts"
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_person_has_access_to_an_organisation_once",
                fields=["person", "organisation"],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self):
        return f"access {self.pk}"


class AskedToSign(models.Model):
    """That the people of an organisation were asked to sign a newer version of the Declaration: once each."""

    declaration = models.ForeignKey("signatories.Declaration", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("signatories.Organisation", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_organisation_is_asked_to_sign_a_version_once", fields=["declaration", "organisation"]
            ),
        ]

    def __str__(self):
        return f"{self.organisation_id} asked to sign {self.declaration_id}"
