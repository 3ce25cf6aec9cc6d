"""Case studies and business cases: what a council did, what came of it, and what others can take from it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from .contribution import Contribution
from .output import Licence


class CaseStudy(Contribution):
    """What was done about a problem and what came of it, perhaps told from a commitment's updates.

    A business case says beforehand what something would cost and save; a case study says afterwards.
    """

    class Kind(models.TextChoices):
        CASE_STUDY = "case-study", "Case study"
        BUSINESS_CASE = "business-case", "Business case"

    kind = models.CharField(max_length=15, choices=Kind, default=Kind.CASE_STUDY)
    summary = models.CharField(max_length=300, blank=True)
    problem = models.TextField(blank=True)
    done = models.TextField(blank=True)
    result = models.TextField(blank=True)
    could_be_better = models.TextField(blank=True)
    reusable = models.TextField(blank=True)
    principles = models.ManyToManyField("signatories.Principle", related_name="case_studies", blank=True)
    topics = models.ManyToManyField("programme.Topic", related_name="case_studies", blank=True)
    commitment = models.ForeignKey(
        "commitments.Commitment", null=True, blank=True, on_delete=models.SET_NULL, related_name="case_studies"
    )
    project = models.ForeignKey(
        "programme.FundProject", null=True, blank=True, on_delete=models.SET_NULL, related_name="case_studies"
    )
    history = HistoricalRecords(excluded_fields=["last_read", "message", "proposer"])

    class Meta(Contribution.Meta):
        verbose_name = "case study"
        permissions = [("edit_casestudy", "Can write and correct what it says")]
        verbose_name_plural = "case studies"

    def get_absolute_url(self):
        return reverse("case_study", args=[self.pk, self.slug])


class Figure(models.Model):
    """What it cost or saved, in whole pounds, and how that was measured."""

    class Kind(models.TextChoices):
        COST = "cost", "Cost"
        SAVING = "saving", "Saving"

    class Per(models.TextChoices):
        ONCE = "once", "Once"
        YEAR = "year", "A year"

    case_study = models.ForeignKey(CaseStudy, on_delete=models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=6, choices=Kind)
    amount_gbp = models.PositiveBigIntegerField()
    per = models.CharField(max_length=4, choices=Per, default=Per.ONCE)
    what = models.CharField(max_length=200)
    how_measured = models.CharField(max_length=500)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_figure_says_how_it_was_measured", condition=~Q(what="") & ~Q(how_measured="")
            ),
        ]

    def __str__(self):
        return self.what


class ReusableLink(models.Model):
    """Something of a case study that others can take: a link, and under which licence."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    licence = models.CharField(max_length=20, choices=Licence, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title


class PictureQuerySet(models.QuerySet):
    def without_content(self):
        """Everything of them but the pictures themselves."""
        return self.defer("content")


class Picture(models.Model):
    """An image of a case study, as we made it anew from what was uploaded: without metadata, in one of two formats.

    It is kept in the database, so that one backup holds everything and an image is public exactly when its case
    study is. `digest` is the SHA-256 of `content`, of which its address is made.
    """

    case_study = models.ForeignKey(CaseStudy, on_delete=models.CASCADE, related_name="pictures")
    position = models.PositiveSmallIntegerField(default=0)
    alternative_text = models.CharField(max_length=300)
    content = models.BinaryField()
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, db_index=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="a_case_study_shows_a_picture_once", fields=["case_study", "digest"]),
            models.CheckConstraint(name="a_picture_has_alternative_text", condition=~Q(alternative_text="")),
        ]

    def __str__(self):
        return self.alternative_text


class StudyWords(models.Model):
    """The words of a case study as the search compares them, each with where it stands: " drain/title call/text "."""

    case_study = models.OneToOneField(CaseStudy, primary_key=True, on_delete=models.CASCADE, related_name="+")
    words = models.TextField()

    def __str__(self):
        return self.words[:50]
