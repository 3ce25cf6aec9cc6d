"""The councils and other bodies that the register knows, and every name people call them by."""

from collections import defaultdict

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from simple_history.models import HistoricalRecords

from .names import core, cores_while_typing, fold


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


def nearness_to(text):
    """How near a name is to what was typed: 0 the same, then 1 to 3, and nothing when it is not like it."""
    wanted, typed_core = fold(text), core(text)
    return Case(
        When(Q(folded=wanted) | Q(core__in=sorted(cores_while_typing(text))), then=0),
        When(folded__startswith=wanted, then=1),
        When(core__startswith=typed_core, then=2),
        When(Q(folded__contains=f" {wanted}") | Q(core__contains=f" {typed_core}"), then=3),
        output_field=models.IntegerField(),
    )


def _nearest(names, wanted, on):
    """Of the organisations with these names, those that the wanted one means best."""
    found = {}
    for name in names:
        organisation = name.organisation
        rank = (on is not None and not organisation.existed(on), name.folded != wanted)
        found[organisation] = min(rank, found.get(organisation, rank))
    best = min(found.values(), default=None)
    nearest = [organisation for organisation, rank in found.items() if rank == best]
    return sorted(nearest, key=lambda organisation: (organisation.sort_name, organisation.pk))


class OrganisationQuerySet(models.QuerySet):
    def checked(self):
        """In the register: every body except those that a preparer proposed and nobody has checked."""
        return self.filter(checked_at__isnull=False)

    def proposed(self):
        """Those that nobody has checked yet."""
        return self.filter(checked_at=None)

    def existing(self, on):
        """Those that existed on that date; a blank start or end is open."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def called(self, text):
        """Those with any name like this, for a search: exact ones first, then those whose name begins so; all for a
        blank text."""
        if not fold(text):
            # Nothing typed means everything; "???" means nothing.
            return self.none() if text.strip() else self.order_by("sort_name", "pk")
        names = OrganisationName.objects.annotate(nearness=nearness_to(text)).filter(nearness__isnull=False)
        nearest = names.filter(organisation=OuterRef("pk")).order_by("nearness").values("nearness")[:1]
        return (
            self.filter(pk__in=names.values("organisation"))
            .annotate(nearness=Subquery(nearest))
            .order_by("nearness", "sort_name", "pk")
        )

    def exactly_called(self, text, *, on=None):
        """The organisations that a loosely written name means: one is sure, several are ambiguous, none is unknown.

        Those that existed on the date come before those that did not, then a name as written before one that only
        means the same place: in 2026 "Somerset County Council" is Somerset Council, in 2018 it is the county's.
        """
        return self.exactly_called_each([text], on=on)[text]

    def exactly_called_each(self, texts, *, on=None):
        """For each of many loosely written names what `exactly_called` says of it, by one query."""
        wanted = {text: (fold(text), core(text)) for text in texts}
        folded = {one for one, _ in wanted.values() if one}
        cores = {one for whole, one in wanted.values() if whole}
        if not folded:
            return {text: [] for text in texts}
        names = OrganisationName.objects.filter(Q(folded__in=folded) | Q(core__in=cores), organisation__in=self)
        by_name = defaultdict(list)
        for name in names.select_related("organisation"):
            for key in {("folded", name.folded), ("core", name.core)}:
                by_name[key].append(name)
        return {
            text: _nearest([*by_name["folded", whole], *by_name["core", middle]], whole, on) if whole else []
            for text, (whole, middle) in wanted.items()
        }

    def could_sign(self, on):
        """Those that could sign on that date: bodies of the register that exist, but for central government's."""
        return self.checked().existing(on).exclude(type=OrganisationType.GOVERNMENT)

    def proposed_for_nothing(self):
        """Those that a preparer proposed for a document that no longer names them, and that nothing else names."""
        naming = [
            one.name
            for one in self.model._meta.related_objects
            if one.many_to_many or one.on_delete is models.PROTECT
            if one.related_model is not self.model and not one.hidden
        ]
        return self.filter(checked_at=None, **dict.fromkeys(naming))


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
    # Whether what its people report is public at once: the delivery team says so
    publishes_at_once = models.BooleanField(default=False)
    # How the delivery team reaches it: never public, and in no history
    contact_email = models.EmailField(max_length=254, blank=True)
    contact_details = models.TextField(max_length=1000, blank=True)
    history = HistoricalRecords(excluded_fields=["sort_name", "contact_email", "contact_details"])

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        permissions = [("reorganise_organisation", "Can rename, end, merge and split organisations")]
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

    def heirs(self, on):
        """Those that exist on that date and took over what this one did, through any number of steps; by name.

        Taunton Deane's, in 2026, is Somerset Council, by way of Somerset West and Taunton.
        """
        found, seen, step = {}, {self.pk}, [self.pk]
        while step:
            successions = Succession.objects.filter(predecessor__in=step).exclude(successor__in=seen)
            successors = {one.successor for one in successions.select_related("successor")}
            found |= {one.pk: one for one in successors if one.existed(on)}
            seen |= {one.pk for one in successors}
            step = [one.pk for one in successors if not one.existed(on)]
        return sorted(found.values(), key=lambda one: (one.sort_name, one.pk))

    def know_names(self, *names):
        """Add names that people call it by; those it has already are left as they are."""
        OrganisationName.objects.bulk_create([OrganisationName.of(self, name) for name in names], ignore_conflicts=True)


class OrganisationName(models.Model):
    """One name that people call an organisation by: its own, its official one, or another.

    `used_until` is the last day on which it was the official one, of an organisation that was renamed.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    used_until = models.DateField(null=True, editable=False)
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

    @classmethod
    def of(cls, organisation, name):
        """A name of an organisation, as it is compared too; not saved."""
        return cls(organisation=organisation, name=name, folded=fold(name), core=core(name))


class FormerSlug(models.Model):
    """The end of an address at which an organisation's page was before: it leads to where it is now."""

    slug = models.SlugField(max_length=200, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self):
        return self.slug


class Succession(models.Model):
    """One organisation taking over from another that ended. Each may have several of the other."""

    predecessor = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    successor = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_succession_is_told_once", fields=["predecessor", "successor"]),
            models.CheckConstraint(name="nobody_succeeds_themselves", condition=~Q(predecessor=F("successor"))),
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
        """Whether an email address is at this domain or below it."""
        host = address.rpartition("@")[2].lower()
        return host == self.domain or host.endswith(f".{self.domain}")
