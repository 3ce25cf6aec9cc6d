"""What a reader may ask of the list of commitments: words, filters of which several choices may be taken, an order."""

import re
from functools import cached_property

from django import forms
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter

from commitments.answering import answered_for_by_one_of
from commitments.matching import by_relevance, matching, words_of
from commitments.models import Commitment, Evidence, EvidenceKind, Partner, ProgressUpdate, Stage
from signatories.filters import UNKNOWN_YEAR, years
from signatories.models import Organisation, Signatory
from signatories.models.organisation import Nation, OrganisationType, Region

NO_UPDATE, ENDED = "no-update", "ended"
STAGES = [*Stage.choices, (NO_UPDATE, "No update yet"), (ENDED, "Withdrawn or lapsed")]
LATENESS = [
    ("on-time", "On time"),
    ("overdue", "Overdue"),
    ("update-overdue", "Update overdue"),
    ("not-yet-asked", "Not yet asked"),
]
NEWEST, RELEVANCE = "newest", "relevance"
SORT = [
    (RELEVANCE, "Relevance"),
    (NEWEST, "Newest first"),
    ("due", "Due date, earliest first"),
    ("updated", "Last update, newest first"),
]
ORDERS = {
    NEWEST: F("published_at").desc(nulls_last=True),
    "due": F("due_on").asc(nulls_last=True),
    "updated": F("updated_on").desc(nulls_last=True),
}
MOST_PRINCIPLES = 20
MOST_SUGGESTED = 5


def late(commitments, how, on):
    """Of these commitments, those that are on time or late in that way on that date."""
    if how == "overdue":
        return commitments.overdue(on)
    if how == "update-overdue":
        return commitments.update_overdue(on)
    return commitments.not_yet_asked() if how == "not-yet-asked" else commitments.on_time(on)


class SlugsField(forms.MultipleChoiceField):
    """Principles by their slugs: whether there is such a one is seen when they are counted."""

    def valid_value(self, value):
        """Whether it can be a slug."""
        return re.fullmatch(r"[-\w]{1,100}", value, re.ASCII) is not None

    def validate(self, value):
        """Whether these can be slugs, and not more than anybody would ask for."""
        super().validate(value)
        if len(value) > MOST_PRINCIPLES:
            raise forms.ValidationError("that are too many")


class SlugsFilter(MultipleChoiceFilter):
    field_class = SlugsField


class CommitmentFilter(FilterSet):
    """The public commitments that fit what was asked. Not valid when a choice is none of those offered."""

    q = CharFilter(label="Search", max_length=200, method="with_words")
    stage = MultipleChoiceFilter(label="Stage", choices=STAGES, method="at_stage")
    state = MultipleChoiceFilter(label="On time or late", choices=LATENESS, method="on_time_or_late")
    principle = SlugsFilter(label="Principle", method="serving")
    partner = CharFilter(label="Partner", max_length=200, method="with_partner")
    region = MultipleChoiceFilter(label="Region", choices=Region.choices, method="of_bodies")
    nation = MultipleChoiceFilter(label="Nation", choices=Nation.choices, method="of_bodies")
    type = MultipleChoiceFilter(label="Type of organisation", choices=OrganisationType.choices, method="of_bodies")
    year = MultipleChoiceFilter(label="Year signed", choices=years, method="signed_in")
    evidence = MultipleChoiceFilter(label="Evidence", choices=EvidenceKind.choices, method="with_evidence")
    sort = ChoiceFilter(label="Sort by", choices=SORT, method="as_it_is")

    class Meta:
        model = Commitment
        fields = ["q", "stage", "state", "principle", "partner", "region", "nation", "type", "year", "evidence", "sort"]
        form = forms.Form

    def __init__(self, data, queryset=None, *, on=None):
        self.on = on or timezone.localdate()
        super().__init__(data, Commitment.objects.public() if queryset is None else queryset)

    @cached_property
    def asked(self):
        """What was asked for, by name; call `is_valid` first."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @cached_property
    def words(self):
        """The stems that are looked for."""
        return words_of(self.asked.get("q", ""))

    @cached_property
    def partners(self):
        """What the partner asked for may be in the register: by a loosely written name, or its slug."""
        text, known = self.asked.get("partner", ""), Organisation.objects.checked()
        return known.exactly_called(text) or list(known.filter(Q(slug=text) | Q(former_slugs__slug=text)).distinct())

    @property
    def partner_in_words(self):
        """The partner asked for: its official name where it is one organisation of the register."""
        return self.partners[0].official_name if len(self.partners) == 1 else self.asked["partner"]

    def partners_suggested(self):
        """Partners of public commitments with a name like the one asked for, where that is nobody's."""
        text = self.asked.get("partner")
        if not text or self.partners:
            return []
        named = Partner.objects.standing().filter(commitment__in=Commitment.objects.public())
        near = Organisation.objects.checked().called(text)
        return list(near.filter(pk__in=named.values("organisation"))[:MOST_SUGGESTED])

    def narrowed(self, without=None):
        """The commitments that fit all that was asked, but for the filter of that name."""
        commitments = self.queryset
        for name, value in self.asked.items():
            if name != without:
                commitments = self.filters[name].filter(commitments, value)
        return commitments

    def sorted(self):
        """All that fit, in the order asked for: the best first while words are looked for, else the newest."""
        order = self.order
        if order == RELEVANCE:
            return by_relevance(self.narrowed(), self.words)
        return self.narrowed().order_by(
            ORDERS[order], F("published_at").desc(nulls_last=True), "-signature", "position"
        )

    @property
    def order(self):
        """The order that the list has: relevance means nothing without words."""
        asked = self.asked.get("sort") or (RELEVANCE if self.words else NEWEST)
        return NEWEST if asked == RELEVANCE and not self.words else asked

    # ---- What each filter leaves

    def with_words(self, commitments, _name, _text):
        """Those with these words; all of them, or any where no commitment has all."""
        return matching(commitments, self.words)

    def at_stage(self, commitments, _name, stages):
        """Those whose last update said so, that have none, or that have ended."""
        stored = ["" if stage == NO_UPDATE else stage for stage in stages if stage != ENDED]
        if ENDED not in stages:
            return commitments.standing().filter(stage__in=stored)
        wanted = Q(pk__in=Commitment.objects.standing().filter(stage__in=stored).values("pk"))
        return commitments.filter(wanted | Q(pk__in=Commitment.objects.ended().values("pk")))

    def on_time_or_late(self, commitments, _name, ways):
        """Those that are on time, or late in one of these ways."""
        if len(ways) == 1:  # asked of the rows themselves: PostgreSQL joins a single list of keys row by row
            return late(commitments, ways[0], self.on)
        each = (Q(pk__in=late(Commitment.objects, way, self.on).values("pk")) for way in ways)
        return commitments.filter(Q(*each, _connector=Q.OR))

    def serving(self, commitments, _name, slugs):
        """Those that serve one of these principles."""
        through = Commitment.principles.through.objects
        return commitments.filter(Exists(through.filter(commitment=OuterRef("pk"), principle__slug__in=slugs)))

    def with_partner(self, commitments, _name, _text):
        """Those that name this organisation as a partner, and that it has not disowned."""
        partners = Partner.objects.standing().filter(organisation__in=self.partners)
        return commitments.filter(Exists(partners.filter(commitment=OuterRef("pk"))))

    def of_bodies(self, commitments, name, values):
        """Those that an organisation of that type, or in that region or nation, answers for today."""
        return commitments.filter(answered_for_by_one_of(self.on, **{f"{name}__in": values}))

    def signed_in(self, commitments, _name, asked):
        """Those in a document with a date in one of these years, or with no date."""
        dated = Q(signed_on__year__in=[year for year in asked if year != UNKNOWN_YEAR])
        if UNKNOWN_YEAR in asked:
            dated |= Q(signed_on=None)
        return commitments.filter(Exists(Signatory.objects.filter(dated, signature=OuterRef("signature"))))

    def with_evidence(self, commitments, _name, kinds):
        """Those with evidence of such a kind in a published update."""
        updates = ProgressUpdate.objects.published().filter(commitment=OuterRef(OuterRef("pk")))
        return commitments.filter(Exists(Evidence.objects.filter(kind__in=kinds, update__in=updates.values("pk"))))

    def as_it_is(self, commitments, _name, _order):
        """The order leaves nothing out."""
        return commitments
