"""What a reader may ask of the list of funded projects: a round, a phase, a region, an organisation."""

from functools import cached_property

from django import forms
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django_filters import CharFilter, ChoiceFilter, FilterSet

from programme.fund.figures import Known
from programme.models import FundProject, Phase, ProjectPart
from signatories.models import Organisation
from signatories.models.names import fold
from signatories.models.organisation import Region

OUTSIDE, NOT_STATED = "none", "not-stated"
PHASES = [*Phase.choices, (NOT_STATED, "Not stated")]
MOST_SUGGESTED = 5


class ProjectFilter(FilterSet):
    """The public projects that fit what was asked. Not valid when a choice is none of those offered."""

    round = CharFilter(label="Round", max_length=100, method="of_round")
    phase = ChoiceFilter(label="Phase", choices=PHASES, method="in_phase")
    region = ChoiceFilter(label="Region of the lead", choices=Region.choices, method="led_from")
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
        text, known = self.asked.get("organisation", ""), Organisation.objects.checked()
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
        taking_part = ProjectPart.objects.filter(project__in=FundProject.objects.public())
        near = Organisation.objects.checked().called(text)
        return list(near.filter(pk__in=taking_part.values("organisation"))[:MOST_SUGGESTED])

    @cached_property
    def rounds(self):
        """Every round that has projects, and those outside the rounds: (slug, name, what is Known of those that fit all
        else that was asked): one query."""
        fits = Q(pk__in=self.narrowed(without="round").values("pk"))
        groups = FundProject.objects.public().order_by("round__position").values("round__slug", "round__name")
        counted = groups.annotate(
            projects=Count("pk", filter=fits),
            with_amount=Count("amount_gbp", filter=fits),
            gbp=Sum("amount_gbp", filter=fits),
        )
        return [
            (
                one["round__slug"] or OUTSIDE,
                one["round__name"] or "Outside the rounds",
                Known(one["projects"], one["with_amount"], one["gbp"] or 0),
            )
            for one in counted
        ]

    @property
    def known(self):
        """What is known of all that fit."""
        chosen = self.asked.get("round")
        known = [one for slug, _, one in self.rounds if chosen in (None, slug)]
        return Known(*(sum(getattr(one, name) for one in known) for name in ("projects", "with_amount", "gbp")))

    def narrowing(self):
        """What leaves projects out, each with its name, its label and the words of what was chosen."""
        fields, words = self.form.fields, {"organisation": lambda _: self.body_in_words, "round": self._round_in_words}
        for name, value in self.asked.items():
            said = words[name](value) if name in words else dict(fields[name].choices)[value]
            yield name, fields[name].label, said

    def _round_in_words(self, slug):
        return next((words for one, words, _ in self.rounds if one == slug), slug)

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
        """Those with a lead in this region."""
        leads = ProjectPart.objects.filter(project=OuterRef("pk"), leads=True, organisation__region=region)
        return projects.filter(Exists(leads))

    def with_body(self, projects, _name, text):
        """Those that this organisation leads or takes part in; of a body that the register does not know, by its
        name."""
        named = Q(organisation__in=self.bodies)
        if not self.bodies and fold(text):
            named = Q(organisation=None, name__icontains=text.strip())
        return projects.filter(Exists(ProjectPart.objects.filter(named, project=OuterRef("pk"))))
