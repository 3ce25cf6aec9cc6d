"""What a council or the delivery team offers everybody: a case study, an output, an event. It is sent in and moderated
like what councils report."""

from django.db import models
from django.db.models import Exists, Q
from django.utils.text import slugify

from commitments.models.submission import SENDING_IN, Status, Submission, SubmissionQuerySet
from signatories.models import Access

# One that somebody proposed and nobody has checked is not public, and may go.
CHECKED = {"checked_at__isnull": False}


class ContributionQuerySet(SubmissionQuerySet):
    def newest(self):
        """What anyone may read, what was published last first."""
        return self.published().order_by("-published_at", "-pk")

    def drafts_of_the_team(self):
        """Those that the delivery team wrote itself and nobody has published yet."""
        return self.filter(proposer=None, status=Status.DRAFT)

    def to_do(self):
        """Those that wait for review; while nothing does, the team's own drafts."""
        nothing_waits = ~Exists(self.model.objects.awaiting_review())
        drafts = Q(nothing_waits, proposer=None, status=Status.DRAFT)
        return self.filter(Q(status=Status.AWAITING_REVIEW) | drafts)

    def of_organisations(self, organisations):
        """Those that one of these organisations offers."""
        through = self.model.organisations.through.objects.filter(organisation__in=organisations)
        return self.filter(pk__in=through.values(self.model._meta.model_name))

    def offered_by(self, person, on):
        """Those that a Person began, of organisations for which they still report on that date: their pages show them
        these only."""
        mine = Access.objects.organisations_of(person, on)
        return self.of_organisations(mine).filter(proposer=person)


class Contribution(Submission):
    """Something that `organisations` offer to everybody; the delivery team does where there are none.

    `proposer` is the officer who wrote it; what the team wrote itself has none.
    """

    MAKES = (*SENDING_IN, "remove")

    title = models.CharField(max_length=200)
    organisations = models.ManyToManyField("signatories.Organisation", limit_choices_to=CHECKED, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta(Submission.Meta):
        abstract = True
        ordering = ["-changed_at", "-pk"]

    def __str__(self):
        return self.title

    def delete(self, *args, **kwargs):
        """Only what never was public is deleted: then nothing stays of its history either."""
        pk, deleted = self.pk, super().delete(*args, **kwargs)
        type(self).history.filter(id=pk).delete()
        return deleted

    @property
    def slug(self):
        """Its title as the end of its address."""
        return slugify(self.title)[:80].strip("-") or "untitled"

    @property
    def is_public(self):
        return self.status == Status.PUBLISHED
