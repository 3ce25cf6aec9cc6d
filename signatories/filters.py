"""What a reader may ask of the list of organisations: a name, filters, an order."""

from django import forms
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, FilterSet

from signatories.models import Organisation, Signatory
from signatories.models.organisation import Nation, OrganisationType, Region

FIRST_YEAR = 2018
UNKNOWN_YEAR = "unknown"
SIGNED = [("yes", "Signed"), ("no", "Not signed"), ("all", "All organisations")]
SORT = [("name", "Name"), ("newest", "Most recently signed")]


def years():
    """The years in which an organisation can have signed, newest first, and not knowing."""
    return [
        *((str(year), str(year)) for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1)),
        (UNKNOWN_YEAR, "Date not known"),
    ]


def standing_parts():
    """The parts of the organisation at hand in documents that stand."""
    return Signatory.objects.standing().filter(organisation=OuterRef("pk"))


class OrganisationFilter(FilterSet):
    """The organisations that have signed, unless asked for others. Not valid when a choice is none of those offered."""

    q = CharFilter(label="Name", max_length=200, method="with_name")
    signed = ChoiceFilter(label="Signed or not", choices=SIGNED, method="that_signed")
    type = ChoiceFilter(label="Type", choices=OrganisationType.choices)
    nation = ChoiceFilter(label="Nation", choices=Nation.choices)
    region = ChoiceFilter(label="Region", choices=Region.choices)
    year = ChoiceFilter(label="Year signed", choices=years, method="signed_in")
    sort = ChoiceFilter(label="Sort by", choices=SORT, method="sorted_by")

    class Meta:
        model = Organisation
        fields = ["q", "signed", "type", "nation", "region", "year", "sort"]
        form = forms.Form

    def __init__(self, data, queryset):
        data = data.copy()
        if not data.get("signed"):
            data["signed"] = "yes"
        super().__init__(data, queryset.order_by("sort_name", "pk"))

    @property
    def asked(self):
        """What was asked for, by name; call `is_valid` first."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def narrowing(self):
        """The filters that leave organisations out, each with its label and the words of what was chosen."""
        fields = self.form.fields
        return [
            (name, fields[name].label, dict(getattr(fields[name], "choices", {})).get(value, value))
            for name, value in self.asked.items()
            if name not in ("signed", "sort")
        ]

    def with_name(self, organisations, _name, text):
        """Those with any name like this; those whose name begins so come first."""
        return organisations.called(text)

    def that_signed(self, organisations, _name, answer):
        """Those that have signed; or those that have not, and still exist; or both."""
        signed, exists_today = Exists(standing_parts()), organisations.existing(timezone.localdate()).values("pk")
        if answer == "yes":
            return organisations.filter(signed)
        if answer == "no":
            return organisations.filter(~signed, pk__in=exists_today)
        return organisations.filter(Q(signed) | Q(pk__in=exists_today))

    def signed_in(self, organisations, _name, year):
        """Those with a date in that year on a document of theirs that stands, or with no date on it."""
        dated = {"signed_on": None} if year == UNKNOWN_YEAR else {"signed_on__year": year}
        return organisations.filter(Exists(standing_parts().filter(**dated)))

    def sorted_by(self, organisations, _name, order):
        """By the newest date on a document, those without one last; else as they are."""
        if order != "newest":
            return organisations
        newest = standing_parts().order_by(F("signed_on").desc(nulls_last=True)).values("signed_on")[:1]
        return organisations.annotate(newest=newest).order_by(F("newest").desc(nulls_last=True), "sort_name", "pk")
