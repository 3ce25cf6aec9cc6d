"""The councils and other bodies that the register knows, and every name people call them by."""

import re
import unicodedata

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse


class Nation(models.TextChoices):
    ENGLAND = "england", "England"
    SCOTLAND = "scotland", "Scotland"
    WALES = "wales", "Wales"
    NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"


class Region(models.TextChoices):
    """The regions of England and the three other nations (ITL 1)."""

    EAST_MIDLANDS = "east-midlands", "East Midlands"
    EAST_OF_ENGLAND = "east-of-england", "East of England"
    LONDON = "london", "London"
    NORTH_EAST = "north-east", "North East"
    NORTH_WEST = "north-west", "North West"
    NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"
    SCOTLAND = "scotland", "Scotland"
    SOUTH_EAST = "south-east", "South East"
    SOUTH_WEST = "south-west", "South West"
    WALES = "wales", "Wales"
    WEST_MIDLANDS = "west-midlands", "West Midlands"
    YORKSHIRE_AND_THE_HUMBER = "yorkshire-and-the-humber", "Yorkshire and The Humber"


class OrganisationType(models.TextChoices):
    DISTRICT = "district", "District council"
    COUNTY = "county", "County council"
    UNITARY = "unitary", "Unitary authority"
    METROPOLITAN_DISTRICT = "metropolitan-district", "Metropolitan district council"
    LONDON_BOROUGH = "london-borough", "London borough council"
    CITY_CORPORATION = "city-corporation", "City corporation"
    STRATEGIC_REGIONAL_AUTHORITY = "strategic-regional-authority", "Strategic regional authority"
    COMBINED_AUTHORITY = "combined-authority", "Combined authority"
    SCOTTISH_COUNCIL = "scottish-council", "Scottish council"
    WELSH_COUNCIL = "welsh-council", "Welsh council"
    NI_DISTRICT = "ni-district", "Northern Ireland district council"
    GOVERNMENT = "government", "Central government body"
    OTHER = "other", "Other public or non-profit body"


# Words that say what kind of body it is, which people leave out or get wrong.
KIND_WORDS = (
    "council councils borough boro district county city metropolitan mbc mdc bc dc cc lb lbc rbc ub unitary authority "
    "royal london of the and corporation town combined mayoral local government"
).split()


def fold(name):
    """A name as it is compared: without case, accents, punctuation or "&"."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"['’.]", "", plain.lower())))


def core(name):
    """A folded name without the words for its kind: "Rotherham MBC" and its official name are both "rotherham".

    A name made only of such words ("City of London", "Greater London Authority" is not) keeps them all.
    """
    folded = fold(name)
    return " ".join(word for word in folded.split() if word not in KIND_WORDS) or folded


class OrganisationQuerySet(models.QuerySet):
    def checked(self):
        """In the register: every body except those that a preparer proposed and nobody has checked."""
        return self.filter(checked_at__isnull=False)

    def existing(self, on):
        """Those that existed on that date; a blank start or end is open."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def called(self, text):
        """Those with any name like this, those whose name begins so first; all for a blank text."""
        wanted, wanted_core = fold(text), core(text)
        if not wanted:
            # Nothing typed means everything; "???" means nothing.
            return self.none() if text.strip() else self.order_by("sort_name", "pk")
        names = OrganisationName.objects.filter(organisation=OuterRef("pk"))
        begins = names.filter(Q(folded__startswith=wanted) | Q(core__startswith=wanted_core))
        word_begins = names.filter(Q(folded__contains=f" {wanted}") | Q(core__contains=f" {wanted_core}"))
        exactly = names.filter(Q(folded=wanted) | Q(core=wanted_core))
        return (
            self.filter(Exists(begins) | Exists(word_begins))
            .annotate(
                nearness=Case(When(Exists(exactly), then=Value(0)), When(Exists(begins), then=Value(1)), default=2)
            )
            .order_by("nearness", "sort_name", "pk")
        )

    def with_live_signature(self, declaration):
        """Those whose signature of that version is live (it may not be public yet)."""
        return self.filter(signatories__declaration=declaration, signatories__live=True)


class Organisation(models.Model):
    """A council or other body that may sign, be a partner, or be a co-publisher.

    `code` is its GSS code where it has one (`scheme` "gss"), else one of the register's own (`scheme` "ldd").
    One that a preparer proposed has no `checked_at` until the delivery team has checked it, and is not public.
    """

    class Scheme(models.TextChoices):
        GSS = "gss", "GSS code"
        OWN = "ldd", "This register's own code"

    code = models.CharField(max_length=20, unique=True)
    scheme = models.CharField(max_length=3, choices=Scheme)
    name = models.CharField(max_length=200)
    official_name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200, db_index=True, editable=False)
    slug = models.SlugField(max_length=200, unique=True)
    type = models.CharField(max_length=30, choices=OrganisationType)
    nation = models.CharField(max_length=20, choices=Nation, blank=True)
    region = models.CharField(max_length=30, choices=Region, blank=True)
    website = models.URLField(max_length=300, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    county = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="districts")
    combined_authority = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="constituents"
    )
    successors = models.ManyToManyField(
        "self", symmetrical=False, through="Succession", related_name="predecessors", blank=True
    )
    population = models.PositiveIntegerField(null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_organisation_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self):
        return self.official_name

    def save(self, *args, **kwargs):
        self.sort_name = fold(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("organisation", args=[self.slug])

    def existed(self, on):
        """Whether it existed on that date."""
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or self.ends_on >= on)

    def know_names(self, *names):
        """Add names that people call it by; those it has already are left as they are."""
        OrganisationName.objects.bulk_create(
            [OrganisationName(organisation=self, name=name, folded=fold(name), core=core(name)) for name in names],
            ignore_conflicts=True,
        )


class OrganisationName(models.Model):
    """One name that people call an organisation by: its own, its official one, or another."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, editable=False)
    core = models.CharField(max_length=200, editable=False)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["folded"]), models.Index(fields=["core"])]
        constraints = [
            models.UniqueConstraint(name="an_organisation_has_a_name_once", fields=["organisation", "folded"]),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.folded, self.core = fold(self.name), core(self.name)
        super().save(*args, **kwargs)


class Succession(models.Model):
    """One organisation taking over from another that ended. Each may have several of the other."""

    predecessor = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    successor = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_succession_is_told_once", fields=["predecessor", "successor"]),
            models.CheckConstraint(
                name="nobody_succeeds_themselves", condition=~Q(predecessor=F("successor"))
            ),
        ]

    def __str__(self):
        return f"{self.predecessor} became {self.successor}"


class EmailDomain(models.Model):
    """A domain that an organisation's officers write from. Two councils may share one."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="email_domains")
    domain = models.CharField(max_length=200, db_index=True)

    class Meta:
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(name="an_organisation_has_a_domain_once", fields=["organisation", "domain"]),
        ]

    def __str__(self):
        return self.domain

    def holds(self, address):
        """Whether an e-mail address is at this domain or below it."""
        host = address.rpartition("@")[2].lower()
        return host == self.domain or host.endswith(f".{self.domain}")
