"""What can be followed: one organisation, one principle, one commitment, or the whole register."""

from dataclasses import dataclass, fields

from django.urls import reverse

from commitments.models import Commitment
from signatories.models import Organisation, Principle


@dataclass(frozen=True)
class Subject:
    """One of them, or the whole register when there is none."""

    organisation: Organisation | None = None
    principle: Principle | None = None
    commitment: Commitment | None = None

    @classmethod
    def of(cls, follow):
        """What a Follow follows; it is loaded with it."""
        return cls(**{name: getattr(follow, name) for name in NAMES})

    @property
    def is_everything(self):
        return self == Subject()

    @property
    def keys(self):
        """What it is, as a Follow's columns say it."""
        return {name: getattr(self, name) for name in NAMES}

    @property
    def title(self):
        """What pages, feeds and emails call it."""
        if self.organisation:
            return self.organisation.official_name
        if self.principle:
            return f"Principle {self.principle.number}: {self.principle.title}"
        if self.commitment:
            return (
                self.commitment.title if self.commitment.is_public else "A commitment that was taken off the register"
            )
        return "The whole register"

    @property
    def path(self):
        """Its own page."""
        one = self.organisation or self.principle or self.commitment
        return one.get_absolute_url() if one else reverse("home")

    @property
    def feed_path(self):
        """Where its feed is."""
        if self.organisation:
            return reverse("organisation_feed", args=[self.organisation.slug])
        if self.principle:
            return reverse("principle_feed", args=[self.principle.slug])
        return reverse("commitment_feed", args=[self.commitment.pk]) if self.commitment else reverse("register_feed")

    @property
    def follow_path(self):
        """Where it is followed by email."""
        start = reverse("follow")
        if self.organisation:
            return f"{start}?organisation={self.organisation.slug}"
        if self.principle:
            return f"{start}?principle={self.principle.slug}"
        return f"{start}?commitment={self.commitment.pk}" if self.commitment else start


NAMES = tuple(one.name for one in fields(Subject))
EVERYTHING = Subject()
