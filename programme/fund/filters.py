"""What a reader may ask of the list of funded projects: a round, a phase, a region, an organisation."""

from collections import Counter
from functools import cached_property

from django import forms
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django_filters import CharFilter, ChoiceFilter, FilterSet

from programme.fund.about import of_those_before, takes_part
from programme.fund.figures import OTHER_REGIONS, Known, with_region
from programme.models import FundProject, FundRound, Phase, ProjectPart
from signatories.models import Organisation
from signatories.models.names import fold
from signatories.models.organisation import Region

OUTSIDE, NOT_STATED = "none", "not-stated"
PHASES = [*Phase.choices, (NOT_STATED, "Not stated")]
REGIONS = [*Region.choices, *OTHER_REGIONS.items()]
MOST_SUGGESTED = 5
CHOICES = ("round", "phase", "region")
KNOWN = ("projects", "with_amount", "gbp")


class ProjectFilter(FilterSet):
    """The public projects that fit what was asked. Not valid when a choice is none of those offered."""

    round = CharFilter(label="Round", max_length=100, method="of_round")
    phase = ChoiceFilter(label="Phase", choices=PHASES, method="in_phase")
    region = ChoiceFilter(label="Region of the lead", choices=REGIONS, method="led_from")
    organisation = CharFilter(label="Organisation", max_length=200, method="with_body")

    class Meta:
        model = FundProject
        fields = ["round", "phase", "region", "organisation"]
        form = forms.Form

    def __init__(self, data):
        super().__init__(data, FundProject.objects.public())

    @cached_property
    def asked(self):
        """What was asked for, by name; call `is_valid` first."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @cached_property
    def bodies(self):
        """What the organisation asked for may be in the register: by a loosely written name, or its slug."""
        text, known = self.asked.get("organisation"), Organisation.objects.checked()
        if not text:
            return []
        return known.exactly_called(text) or list(known.filter(Q(slug=text) | Q(former_slugs__slug=text)).distinct())

    @property
    def body_in_words(self):
        """The organisation asked for: its official name where it is one of the register."""
        return self.bodies[0].official_name if len(self.bodies) == 1 else self.asked["organisation"]

    def bodies_suggested(self):
        """Organisations with projects and a name like the one asked for, where that leads to nothing."""
        text = self.asked.get("organisation")
        if not text or self.bodies:
            return []
        return list(Organisation.objects.checked().called(text).filter(takes_part())[:MOST_SUGGESTED])

    @cached_property
    def parts(self):
        """The parts in projects of the organisation asked for, and of those that it took over from; of a body that the
        register does not know, by its name. None where no organisation is asked for."""
        text = self.asked.get("organisation", "")
        if self.bodies:
            return ProjectPart.objects.filter(Q(organisation__in=self.bodies) | of_those_before(self.bodies))
        if fold(text):
            return ProjectPart.objects.filter(organisation=None, name__icontains=text.strip())
        return ProjectPart.objects.none()

    @property
    def is_unknown(self):
        """Whether the organisation asked for is neither in the register nor named by any project."""
        return "organisation" in self.asked and not self.bodies and not self._is_named()

    def _is_named(self):
        return self.parts.filter(project__in=FundProject.objects.public()).exists()

    # ---- How many there are

    @cached_property
    def _groups(self):
        """The public projects by round, phase and region: of each how many fit all that was asked, what is known of
        them, what of those that the organisation leads, and how many fit all but one filter. One query."""
        fits = Q(pk__in=self.narrowed().values("pk"))
        leads = fits & Exists(self.parts.filter(project=OuterRef("pk"), leads=True))
        others = {name: Q(pk__in=self.narrowed(without=name).values("pk")) for name in CHOICES}
        groups = with_region(FundProject.objects.public().order_by("round__position"))
        return groups.values("round__position", "round__slug", "round__name", "phase", "where").annotate(
            **_sums("fit", fits),
            **_sums("led", leads),
            **{f"but_for_{name}": Count("pk", filter=other) for name, other in others.items()},
        )

    def offered(self, name):
        """What one filter offers, each with how many projects it would find: (value, its words)."""
        found = Counter()
        for one in self._groups:
            found[self._value(one, name)] += one[f"but_for_{name}"]
        chosen = self.asked.get(name)
        words = self._words(name)
        return [(value, f"{words[value]} ({found[value]})") for value in words if found[value] or value == chosen]

    def _value(self, group, name):
        """What a group of projects has of what a filter asks."""
        if name == "round":
            return group["round__slug"] or OUTSIDE
        return (group["phase"] or NOT_STATED) if name == "phase" else group["where"]

    def _words(self, name):
        """The words of each choice of a filter, in their order."""
        if name != "round":
            return {value: words for value, words in self.form.fields[name].choices if value}
        words = {one["round__slug"] or OUTSIDE: one["round__name"] or "Outside the rounds" for one in self._groups}
        empty = self.round_without_projects
        return words | ({empty.slug: empty.name} if empty else {})

    @cached_property
    def round_without_projects(self):
        """The round that was asked for, where no project of it is here."""
        slug = self.asked.get("round")
        if not slug or any(self._value(one, "round") == slug for one in self._groups):
            return None
        return FundRound.objects.public().filter(slug=slug).first()

    @property
    def known(self):
        """What is known of all that fit."""
        return self._known("fit")

    @property
    def led(self):
        """What is known of those among them that the organisation asked for leads, or one that it took over from."""
        return self._known("led")

    def _known(self, which):
        return Known(*(sum(one[f"{which}_{name}"] or 0 for one in self._groups) for name in KNOWN))

    def narrowing(self):
        """What leaves projects out, each with its name, its label and the words of what was chosen."""
        for name, value in self.asked.items():
            said = self.body_in_words if name == "organisation" else self._words(name).get(value, value)
            yield name, self.form.fields[name].label, said

    # ---- Which they are

    def newest_first(self):
        """All that fit: the newest round first, those outside the rounds last."""
        return self.narrowed().order_by(F("round__position").desc(nulls_last=True), "title", "pk")

    def narrowed(self, without=None):
        """The projects that fit all that was asked, but for the filter of that name."""
        projects = self.queryset
        for name, value in self.asked.items():
            if name != without:
                projects = self.filters[name].filter(projects, value)
        return projects

    # ---- What each filter leaves

    def of_round(self, projects, _name, slug):
        """Those of this round, or outside all rounds."""
        return projects.filter(round=None) if slug == OUTSIDE else projects.filter(round__slug=slug)

    def in_phase(self, projects, _name, phase):
        """Those in this phase, or whose phase no source states."""
        return projects.filter(phase="" if phase == NOT_STATED else phase)

    def led_from(self, projects, _name, region):
        """Those whose leads are all in this region, or in several, or in none that is known."""
        return projects.filter(pk__in=with_region(FundProject.objects.order_by()).filter(where=region).values("pk"))

    def with_body(self, projects, _name, _text):
        """Those that this organisation, or one that it took over from, leads or takes part in."""
        return projects.filter(Exists(self.parts.filter(project=OuterRef("pk"))))


def _sums(prefix, fits):
    """What a Known is made of, for the projects that fit."""
    return {
        f"{prefix}_projects": Count("pk", filter=fits),
        f"{prefix}_with_amount": Count("amount_gbp", filter=fits),
        f"{prefix}_gbp": Sum("amount_gbp", filter=fits),
    }
