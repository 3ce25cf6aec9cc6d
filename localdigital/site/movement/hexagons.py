"""The map: each council a hexagon, by whether it has signed, how many commitments it answers for, or how many of them
are overdue. Counties, combined authorities and the Greater London Authority stand beside it.
"""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When

from commitments.models import Adoption, Commitment
from localdigital.govuk.writing import date as in_words
from localdigital.govuk.writing import number, plural
from localdigital.site.movement.charts import Chart, Linked
from localdigital.site.movement.hexagon_drawing import draw_map
from localdigital.site.movement.hexagon_geometry import layout
from signatories.models import Organisation, Signatory
from signatories.models.organisation import OrganisationType as Type
from signatories.models.partial_date import PartialDate

KEYS = ("map",)
BY = [("signed", "Signed"), ("commitments", "Commitments"), ("overdue", "Overdue")]
TITLES = {
    "signed": "Map of who has signed",
    "commitments": "Map of commitments",
    "overdue": "Map of overdue commitments",
}
COMBINED = (Type.COMBINED_AUTHORITY, Type.STRATEGIC_REGIONAL_AUTHORITY)
UPPER_TIERS = (Type.COUNTY, *COMBINED)
NOT_COUNCILS = (Type.GOVERNMENT, Type.OTHER)
MOST = 1000  # councils: there are 398
PART = "signature__signatories__"

# What a hexagon can say, each with its paint, in the order of the legend
STATES = {
    "signed": {"signed": ("Signed", "deep"), "left": ("Withdrew", "gold"), "not": ("Not signed", "paper")},
    "commitments": {
        "many": ("4 or more commitments", "deep"),
        "some": ("2 or 3 commitments", "middle"),
        "one": ("1 commitment", "pale"),
        "none": ("No commitments", "paper"),
    },
    "overdue": {
        "several": ("2 or more overdue", "red"),
        "one": ("1 overdue", "gold"),
        "none": ("None overdue", "pale"),
        "nothing": ("No commitments", "paper"),
    },
}


class By(forms.Form):
    """By what the map is: it asks nothing more of the register."""

    by = forms.ChoiceField(choices=BY, required=False)


@dataclass(frozen=True)
class Council:
    """What the map says of one council. `cell` is its hexagon, None for one beside the map; `area`, those that it
    covers. `fits` is whether the reader's filters leave it in; `state` is one of the STATES."""

    organisation: Organisation
    cell: tuple | None
    area: tuple
    fits: bool
    commitments: int
    overdue: int

    @property
    def name(self):
        """What it is called officially."""
        return self.organisation.official_name

    @property
    def has_signed(self):
        """Whether it stands by something that it signed."""
        return self.organisation.has_signed

    @property
    def signed_on(self):
        """When it first signed, as far as it is known."""
        return PartialDate(self.organisation.signed_on, self.organisation.signed_precision)

    @property
    def signed_in_words(self):
        """Signed 9 November 2018; Withdrew 3 May 2024; Not signed."""
        if self.has_signed:
            return f"Signed {self.signed_on}" if self.organisation.signed_on else "Signed, date not known"
        return f"Withdrew {in_words(self.organisation.left_at)}" if self.organisation.left_at else "Not signed"

    @property
    def facts(self):
        """All that is said of it: "Signed 9 November 2018", "2 commitments, 1 overdue"."""
        if not self.commitments:
            return [self.signed_in_words, "no commitments"] if self.has_signed else [self.signed_in_words]
        overdue = f"{number(self.overdue)} overdue" if self.overdue else "none overdue"
        return [self.signed_in_words, f"{number(self.commitments)} {plural(self.commitments, 'commitment')}, {overdue}"]

    @property
    def label(self):
        """Bromsgrove District Council: signed 9 November 2018, 1 commitment, none overdue."""
        said = ", ".join(self.facts)
        return f"{self.name}: {said[0].lower()}{said[1:]}"

    def state(self, by):
        """Which of the STATES of that map it is in."""
        if by == "signed":
            return "signed" if self.has_signed else "left" if self.organisation.left_at else "not"
        if by == "commitments":
            steps = [(4, "many"), (2, "some"), (1, "one"), (0, "none")]
            return next(state for least, state in steps if self.commitments >= least)
        if not self.commitments:
            return "nothing"
        return "several" if self.overdue > 1 else "one" if self.overdue else "none"


# ---- What the register says: two queries


def councils(asked):
    """Every council that exists today, each as a Council, by name: those with a hexagon, and those beside the map."""
    bodies = list(_bodies(asked.on))
    numbers = _numbers(asked.on)
    areas = _areas(bodies)
    return [
        Council(
            organisation=body,
            cell=layout().get(body.code),
            area=tuple(areas.get(body.pk, ())),
            fits=all(getattr(body, name) == value for name, value in asked.chosen.items()),
            commitments=numbers.get(body.pk, (0, 0))[0],
            overdue=numbers.get(body.pk, (0, 0))[1],
        )
        for body in sorted(bodies, key=lambda body: (body.sort_name, body.pk))
    ]


def _bodies(on):
    parts = Signatory.objects.standing().filter(organisation=OuterRef("pk"))
    first = parts.order_by(F("signed_on").asc(nulls_last=True), "pk")
    withdrawn = Signatory.objects.withdrawn().filter(organisation=OuterRef("pk"))
    # Those of our layout and the upper tiers first: a register of invented councils may have any number of others.
    place = Case(
        When(code__in=list(layout()), then=Value(0)), When(type__in=UPPER_TIERS, then=Value(1)), default=Value(2)
    )
    existing = Organisation.objects.checked().existing(on).exclude(type__in=NOT_COUNCILS)
    existing = existing.annotate(
        has_signed=Exists(parts),
        signed_on=Subquery(first.values("signed_on")[:1]),
        signed_precision=Subquery(first.values("signed_on_precision")[:1]),
        left_at=Subquery(withdrawn.order_by("-left_at").values("left_at")[:1]),
    )
    return existing.order_by(place, "sort_name", "pk")[:MOST]


def _numbers(on):
    """How many standing commitments each organisation answers for, and how many of them are overdue: one query."""
    standing, late = Commitment.objects.standing().order_by(), Commitment.objects.overdue(on).values("pk")
    signed = standing.filter(**{f"{PART}withdrawn_at": None}).values(body=F(f"{PART}organisation"))
    signed = signed.annotate(number=Count("pk"), late=Count("pk", filter=Q(pk__in=late)))
    own = Signatory.objects.filter(
        signature=OuterRef("commitment__signature"), withdrawn_at=None, organisation=OuterRef("organisation")
    )
    # Who adopted one and signed it too answers for it once
    adopted = Adoption.objects.order_by().filter(~Exists(own), commitment__in=standing.values("pk"))
    adopted = adopted.values(body=F("organisation"))
    adopted = adopted.annotate(number=Count("pk"), late=Count("pk", filter=Q(commitment__in=late)))
    numbers = {}
    for body, number_of, overdue in signed.union(adopted, all=True).values_list("body", "number", "late"):
        before = numbers.get(body, (0, 0))
        numbers[body] = before[0] + number_of, before[1] + overdue
    return numbers


def _areas(bodies):
    """The hexagons that each of the upper tiers covers: a combined authority those of its counties' districts too."""
    areas, of_county = {}, {body.pk: body.combined_authority_id for body in bodies}
    for body in bodies:
        if cell := layout().get(body.code):
            above = {body.county_id, body.combined_authority_id, of_county.get(body.county_id)}
            for one in above - {None}:
                areas.setdefault(one, []).append(cell)
    return areas


# ---- The chart


def charts(asked):
    """The map that was asked for."""
    form = By(asked.form.data)
    if not form.is_valid():
        raise BadRequest("the map is by none of these")
    by = form.cleaned_data["by"] or "signed"
    every = councils(asked)
    counted = [one for one in every if one.fits]
    return [
        Chart(
            key="map",
            title=TITLES[by],
            summary=_summary(by, counted),
            columns=["Council", "Signed", "Commitments", "Overdue"],
            rows=[_row(one) for one in counted],
            draw=lambda drawing: draw_map(drawing, every, by, STATES[by]),
            notes=_notes(by),
            has_links=True,
            ways=tuple((words, {"by": value}, value == by) for value, words in BY),
        )
    ]


def _summary(by, counted):
    several = any(one.organisation.type in COMBINED for one in counted)
    total = f"{number(len(counted))} {plural(len(counted), 'council')}{' and combined authorities' if several else ''}"
    if by == "signed":
        signed = sum(one.has_signed for one in counted)
        return f"{number(signed)} of {total} {plural(signed, 'has', 'have')} signed."
    if by == "commitments":
        promising = sum(one.commitments > 0 for one in counted)
        return f"{number(promising)} of {total} {plural(promising, 'has', 'have')} commitments that stand."
    late = sum(one.overdue > 0 for one in counted)
    return f"{number(late)} of {total} {plural(late, 'has', 'have')} a commitment that is overdue."


def _row(one):
    link = Linked(one.name, one.organisation.get_absolute_url())
    signed = str(one.signed_on) if one.has_signed else one.signed_in_words
    return [link, signed, one.commitments, one.overdue]


def _notes(by):
    notes = ["Each hexagon is a council, near where it is. Councils that ended are not there."]
    if by != "signed":
        notes.append("A commitment counts for each council that answers for it.")
    return tuple(notes)
