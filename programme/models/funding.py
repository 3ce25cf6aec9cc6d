"""The rounds of the fund, their rules, and the projects that they paid for."""

import re

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from signatories.models.partial_date import PartialDate, Precision

# "Round 2" is a name by itself, and "The last round" has its article.
NEEDS_NO_ARTICLE = re.compile(r"round \w+$|the ", re.IGNORECASE)


class Phase(models.TextChoices):
    DISCOVERY = "discovery", "Discovery"
    ALPHA = "alpha", "Alpha"
    BETA = "beta", "Beta"


class RoundState(models.TextChoices):
    """How a round stands, worked out from its dates."""

    UPCOMING = "upcoming", "Opens soon"
    OPEN = "open", "Open for applications"
    CLOSED = "closed", "Closed, not awarded yet"
    AWARDED = "awarded", "Awarded"
    UNDATED = "undated", "Dates not announced"


def pounds(**options):
    """A sum in whole pounds that is perhaps not known."""
    return models.PositiveBigIntegerField(null=True, blank=True, **options)


def precision():
    """How much is known of a date."""
    return models.CharField(max_length=7, choices=Precision, default=Precision.UNKNOWN)


def date_and_precision_fit(name):
    """The constraint that a date is there exactly when something is known of it."""
    return models.CheckConstraint(
        name=name,
        condition=Q(awarded_on=None, awarded_precision=Precision.UNKNOWN)
        | (Q(awarded_on__isnull=False) & ~Q(awarded_precision=Precision.UNKNOWN)),
    )


class FundRoundQuerySet(models.QuerySet):
    def public(self):
        """Those that the team shows."""
        return self.filter(is_public=True)


class FundRound(models.Model):
    """One round of the fund. Sums are in whole pounds; what is not published is empty, never nought.

    `opens_at` and `closes_at` are moments, shown in UK time. `projects_awarded` and `awarded_gbp` are what was
    announced, which may be more than the projects known here. `sources` holds one address a line.
    """

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(unique=True)
    is_public = models.BooleanField(default=False)
    summary = models.TextField(blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    awarded_on = models.DateField(null=True, blank=True)
    awarded_precision = precision()
    available_gbp = pounds()
    smallest_award_gbp = pounds()
    largest_award_gbp = pounds()
    awarded_gbp = pounds()
    projects_awarded = models.PositiveIntegerField(null=True, blank=True)
    applications = models.CharField(max_length=300, blank=True)
    # values of Phase
    phases = models.JSONField(default=list, blank=True)
    how_to_apply = models.TextField(blank=True)
    apply_url = models.URLField(max_length=500, blank=True)
    notes = models.TextField(blank=True)
    sources = models.TextField(blank=True)
    history = HistoricalRecords()

    objects = FundRoundQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = "fund round"
        constraints = [
            models.CheckConstraint(
                name="a_round_closes_after_it_opens",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="a_largest_award_is_not_below_the_smallest",
                condition=Q(smallest_award_gbp=None)
                | Q(largest_award_gbp=None)
                | Q(largest_award_gbp__gte=F("smallest_award_gbp")),
            ),
            date_and_precision_fit("a_round_was_awarded_on_a_date_of_which_something_is_known"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("fund_round", args=[self.slug])

    @property
    def awarded(self):
        """When it was awarded, as pages write it."""
        return PartialDate(self.awarded_on, self.awarded_precision)

    @property
    def in_a_sentence(self):
        """Its name with its article: "Round 2", but "the C-19 Challenge"."""
        return self.name if NEEDS_NO_ARTICLE.match(self.name) else f"the {self.name}"

    def state(self, now=None):
        """How it stands at that moment: a RoundState."""
        now = now or timezone.now()
        if self.awarded_on and self.awarded_on <= timezone.localdate(now):
            return RoundState.AWARDED
        if self.closes_at and self.closes_at <= now:
            return RoundState.CLOSED
        if self.opens_at:
            return RoundState.OPEN if self.opens_at <= now else RoundState.UPCOMING
        return RoundState.UNDATED

    def asked_as_of(self, today):
        """The date as of which a past round asks whether its rules are met, and the field that says so.

        Its closing date, or where none is known its award date; (today, "") of one that is not past.
        """
        closed_on = timezone.localdate(self.closes_at) if self.closes_at else None
        for field, on in (("closes_at", closed_on), ("awarded_on", self.awarded_on)):
            if on:
                return (on, field) if on < today else (today, "")
        return today, ""


class RoundQuestion(models.Model):
    """A question that councils ask about a round, and its answer, in Markdown."""

    round = models.ForeignKey(FundRound, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    question = models.CharField(max_length=200)
    answer = models.TextField()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.question


class RuleKind(models.TextChoices):
    LEAD_IS = "lead-is", "The lead is of one of these types and nations"
    LEAD_SIGNED = "lead-signed", "The lead has signed the Declaration"
    SIGNED_AT_LEAST = "signed-at-least", "At least so many signed councils take part, with the lead"
    LED_AT_MOST = "led-at-most", "A council leads at most so many applications"
    FUNDED_BEFORE = "funded-before", "The project was funded in one of these rounds"


NUMBERED = (RuleKind.SIGNED_AT_LEAST, RuleKind.LED_AT_MOST)


class RoundRule(models.Model):
    """One rule of a round, which the eligibility check reads. Which fields it has depends on its kind.

    `types` and `nations` are lists of OrganisationType and Nation; an empty list allows any.
    """

    round = models.ForeignKey(FundRound, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=20, choices=RuleKind)
    number = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    types = models.JSONField(default=list, blank=True)
    nations = models.JSONField(default=list, blank=True)
    rounds = models.ManyToManyField(FundRound, related_name="+", blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="a_round_has_a_rule_of_a_kind_once", fields=["round", "kind"]),
            models.CheckConstraint(
                name="a_rule_that_counts_has_a_number",
                # isnull is said too: a condition that is neither true nor false would be let through
                condition=Q(kind__in=NUMBERED, number__isnull=False, number__gte=1)
                | (~Q(kind__in=NUMBERED) & Q(number=None)),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class FundProjectQuerySet(models.QuerySet):
    def public(self):
        """Those that the team shows: their round is shown too."""
        return self.filter(Q(round=None) | Q(round__is_public=True), is_public=True)


class FundProject(models.Model):
    """A project that the fund paid for. `amount_gbp` is empty where it was not published.

    `round` is empty where the money came outside the rounds or no source names one: `round_note` says which.
    """

    round = models.ForeignKey(FundRound, null=True, blank=True, on_delete=models.PROTECT, related_name="projects")
    round_note = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    is_public = models.BooleanField(default=True)
    phase = models.CharField(max_length=10, choices=Phase, blank=True)
    amount_gbp = pounds()
    awarded_on = models.DateField(null=True, blank=True)
    awarded_precision = precision()
    notes = models.TextField(blank=True)
    sources = models.TextField(blank=True)
    commitments = models.ManyToManyField("commitments.Commitment", related_name="fund_projects", blank=True)
    history = HistoricalRecords()

    objects = FundProjectQuerySet.as_manager()

    class Meta:
        ordering = ["round__position", "title", "pk"]
        verbose_name = "funded project"
        constraints = [
            models.CheckConstraint(
                name="a_project_outside_the_rounds_says_why", condition=Q(round__isnull=False) | ~Q(round_note="")
            ),
            date_and_precision_fit("a_project_was_awarded_on_a_date_of_which_something_is_known"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("fund_project", args=[self.slug])

    @property
    def awarded(self):
        """When it was awarded, as pages write it."""
        return PartialDate(self.awarded_on, self.awarded_precision)


class ProjectPart(models.Model):
    """A body that leads a project or takes part in it: as the source writes it, and the organisation that it is.

    A joint lead is two of them.
    """

    project = models.ForeignKey(FundProject, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(default=0)
    organisation = models.ForeignKey(
        "signatories.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="project_parts",
        limit_choices_to={"checked_at__isnull": False},
    )
    name = models.CharField(max_length=200)
    leads = models.BooleanField(default=False)

    class Meta:
        ordering = ["-leads", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_organisation_takes_part_in_a_project_once",
                fields=["project", "organisation"],
                condition=Q(organisation__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name
