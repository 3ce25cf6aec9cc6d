"""What a reader may ask of the list of case studies: words, filters of which several choices may be taken, an order."""

from functools import cached_property

from django import forms
from django.db.models import Exists, OuterRef
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter

from commitments.filters import SlugsFilter
from commitments.matching import words_of
from programme.case_studies.search import by_relevance, matching
from programme.models import CaseStudy, Figure
from signatories.models.organisation import Nation, OrganisationType, Region

NEWEST, RELEVANCE = "newest", "relevance"
SORT = [(RELEVANCE, "Relevance"), (NEWEST, "Newest first")]
FIGURES = [(Figure.Kind.SAVING, "What it saves"), (Figure.Kind.COST, "What it costs")]


class CaseStudyFilter(FilterSet):
    """The public case studies that fit what was asked. Not valid when a choice is none of those offered."""

    q = CharFilter(label="Search", max_length=200, method="with_words")
    kind = MultipleChoiceFilter(label="Kind", choices=CaseStudy.Kind.choices, method="of_kind")
    figures = MultipleChoiceFilter(label="Figures given", choices=FIGURES, method="with_figures")
    principle = SlugsFilter(label="Principle", method="about")
    topic = SlugsFilter(label="Topic", method="about")
    type = MultipleChoiceFilter(label="Type of organisation", choices=OrganisationType.choices, method="of_bodies")
    region = MultipleChoiceFilter(label="Region", choices=Region.choices, method="of_bodies")
    nation = MultipleChoiceFilter(label="Nation", choices=Nation.choices, method="of_bodies")
    sort = ChoiceFilter(label="Sort by", choices=SORT, method="as_it_is")

    class Meta:
        model = CaseStudy
        fields = ["q", "kind", "figures", "principle", "topic", "type", "region", "nation", "sort"]
        form = forms.Form

    def __init__(self, data):
        super().__init__(data, CaseStudy.objects.published().order_by())

    @cached_property
    def asked(self):
        """What was asked for, by name; call `is_valid` first."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @cached_property
    def words(self):
        """The stems that are looked for."""
        return words_of(self.asked.get("q", ""))

    @property
    def order(self):
        """The order that the list has: relevance means nothing without words."""
        asked = self.asked.get("sort") or (RELEVANCE if self.words else NEWEST)
        return asked if self.words else NEWEST

    def narrowed(self, without=None):
        """The case studies that fit all that was asked, but for the filter of that name."""
        studies = self.queryset
        for name, value in self.asked.items():
            if name != without:
                studies = self.filters[name].filter(studies, value)
        return studies

    def sorted(self):
        """All that fit, in the order asked for: the best first while words are looked for, else the newest."""
        found = self.narrowed()
        return by_relevance(found, self.words) if self.order == RELEVANCE else found.newest()

    # ---- What each filter leaves

    def with_words(self, studies, _name, _text):
        """Those with these words; all of them, or any where no case study has all."""
        return matching(studies, self.words)

    def of_kind(self, studies, _name, kinds):
        """Case studies, business cases, or both."""
        return studies.filter(kind__in=kinds)

    def with_figures(self, studies, _name, kinds):
        """Those that say what it costs, or what it saves."""
        return studies.filter(Exists(Figure.objects.filter(case_study=OuterRef("pk"), kind__in=kinds)))

    def about(self, studies, name, slugs):
        """Those that follow one of these principles, or are about one of these topics."""
        through = getattr(CaseStudy, f"{name}s").through.objects
        return studies.filter(Exists(through.filter(casestudy=OuterRef("pk"), **{f"{name}__slug__in": slugs})))

    def of_bodies(self, studies, name, values):
        """Those of an organisation of that type, or in that region or nation."""
        through = CaseStudy.organisations.through.objects
        theirs = through.filter(casestudy=OuterRef("pk"), **{f"organisation__{name}__in": values})
        return studies.filter(Exists(theirs))

    def as_it_is(self, studies, _name, _order):
        """The order leaves nothing out."""
        return studies
