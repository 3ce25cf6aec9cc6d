"""People at councils, known by an email address. They are not Users: those are the delivery team."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .access import Access


class PersonQuerySet(models.QuerySet):
    def at(self, address):
        """The Person of that address, made when there is none. Addresses are compared without case."""
        return self.get_or_create(email=address.strip().lower())[0]

    def without_a_role(self, on):
        """Those who prepare nothing, sign for nobody, have signed nothing that is kept, and report for no organisation
        that exists on that date."""
        reporting = Access.objects.in_force(on).values("person")
        return self.filter(prepared=None, signs_for=None, signed=None).exclude(pk__in=reporting)


class Person(models.Model):
    """Someone at a council. `proved_at` says when they showed that the address is theirs, by an emailed link."""

    email = models.EmailField(max_length=254, unique=True, null=True)
    name = models.CharField(max_length=200, blank=True)
    job_title = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    proved_at = models.DateTimeField(null=True)
    # Since when they prepare and sign nothing and report for nobody; kept by signatories/daily.py
    role_ended_at = models.DateTimeField(null=True)

    # When they asked to be forgotten and the team erased who they are: what they did stays, done by nobody's name
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        permissions = [("erase_person", "Can find, export and erase what is held about a person")]
        constraints = [
            models.CheckConstraint(
                name="an_address_is_kept_in_lower_case",
                condition=models.Q(email=None) | models.Q(email=Lower("email")),
            ),
            models.CheckConstraint(
                name="an_erased_person_has_no_name_or_address",
                condition=models.Q(erased_at=None) | models.Q(email=None, name="", job_title=""),
            ),
        ]

    def __str__(self):
        return self.name or f"Person {self.pk}"
