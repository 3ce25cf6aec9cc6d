"""Readers who follow something by email. They are not People of the register: an address, and what it follows."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone


class FollowerQuerySet(models.QuerySet):
    def confirmed(self):
        """Those that proved that the address is theirs."""
        return self.filter(confirmed_at__isnull=False)

    def at(self, address):
        """The one with this address, if any. Addresses are kept in lower case."""
        return self.filter(email=address.strip().lower())

    def due(self, moment):
        """Those who have been told of nothing since that moment."""
        return self.confirmed().filter(told_until__lte=moment)


class FollowQuerySet(models.QuerySet):
    def confirmed(self):
        """What the owner of the address said that they want."""
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed(self):
        """What somebody asked for, and its owner has not confirmed."""
        return self.filter(confirmed_at=None)

    def with_subject(self):
        """Each loaded with what it follows."""
        return self.select_related("organisation", "principle", "commitment__signature")


class Follower(models.Model):
    """A reader's address. The row goes, and the address with it, when they unsubscribe or never confirm.

    `told_until` is the moment up to which they have been told of everything.
    """

    email = models.EmailField(max_length=254, unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField(null=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="who_has_confirmed_is_told_from_some_moment",
                condition=Q(confirmed_at=None) | Q(told_until__isnull=False),
            ),
        ]

    def __str__(self):
        return f"follower {self.pk}"


class Follow(models.Model):
    """What a follower follows: one organisation, one principle, one commitment, or the whole register."""

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="follows")
    organisation = models.ForeignKey(
        "signatories.Organisation", null=True, on_delete=models.CASCADE, related_name="follows"
    )
    principle = models.ForeignKey("signatories.Principle", null=True, on_delete=models.CASCADE, related_name="follows")
    commitment = models.ForeignKey(
        "commitments.Commitment", null=True, on_delete=models.CASCADE, related_name="follows"
    )
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_follow_is_of_one_thing_or_of_everything",
                condition=Q(organisation=None, principle=None)
                | Q(organisation=None, commitment=None)
                | Q(principle=None, commitment=None),
            ),
            models.UniqueConstraint(
                # Nothing is 0 here, since two NULLs are never the same.
                F("follower"),
                Coalesce("organisation", 0),
                Coalesce("principle", 0),
                Coalesce("commitment", 0),
                name="a_thing_is_followed_once",
            ),
        ]

    def __str__(self):
        return f"{self.follower_id} follows"
