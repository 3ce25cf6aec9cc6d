"""What is asked before organisations are renamed, ended, merged, split, or found to be another."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.validators import RegexValidator
from django.utils import timezone

from localdigital.forms import QuestionForm, for_ever
from signatories.models import Organisation, Succession
from signatories.models.names import fold
from signatories.models.organisation import Nation, OrganisationType, Region
from signatories.organisation_table import CODE
from signatories.reorganising import Newcomer

from .naming_organisations import AlsoByName, named

SEARCHED = Succession._meta.get_field("successor")
MOST_SUCCESSORS = 12
# What councils did before the register's own history is no reorganisation, and none is decided longer before
FIRST_YEAR, YEARS_AHEAD = 1974, 10


class _Searches:
    """Django's searching box, with words in it: without them it has no name for a screen reader."""

    def value_from_datadict(self, data, files, name):
        """What was chosen; what is no key of anything is the key of nobody."""
        value = super().value_from_datadict(data, files, name)
        return [_key(one) for one in value] if isinstance(value, list) else _key(value)

    def build_attrs(self, base_attrs, extra_attrs=None):
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": "Search for an organisation"}


def _key(text):
    return text if not text or (text.isascii() and text.isdecimal() and len(text) < 19) else "0"


class SearchOne(_Searches, AutocompleteSelect):
    pass


class SearchSeveral(_Searches, AutocompleteSelectMultiple):
    pass


def one_organisation(missing, **kwargs):
    """A field that searches for one organisation by any name."""
    errors = {"required": missing, "invalid_choice": missing}
    widget = SearchOne(SEARCHED, admin.site)
    return forms.ModelChoiceField(Organisation.objects.all(), widget=widget, error_messages=errors, **kwargs)


def several_organisations(missing, **kwargs):
    """The same for several."""
    errors = {"required": missing, "invalid_choice": missing, "invalid_pk_value": missing}
    widget = SearchSeveral(SEARCHED, admin.site)
    return forms.ModelMultipleChoiceField(Organisation.objects.all(), widget=widget, error_messages=errors, **kwargs)


def day(label, missing, **kwargs):
    """A date, chosen or typed."""
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": f"{label} must be a real date"},
        validators=[_is_of_our_time],
        **kwargs,
    )


def _is_of_our_time(on):
    if not FIRST_YEAR <= on.year <= timezone.localdate().year + YEARS_AHEAD:
        raise forms.ValidationError(f"Enter a date from {FIRST_YEAR} to {YEARS_AHEAD} years from now")


def a_name(label, missing, **kwargs):
    """A name that can be found by searching."""
    return forms.CharField(
        label=label,
        max_length=200,
        validators=[_can_be_found, for_ever],
        error_messages={"required": missing},
        **kwargs,
    )


def _can_be_found(name):
    if not fold(name):
        raise forms.ValidationError("A name needs letters or numbers")


class RenameForm(QuestionForm):
    """How it is called from which day on."""

    official_name = a_name(
        "Official name", "Enter the official name", help_text="In full: Rotherham Metropolitan Borough Council"
    )
    name = a_name("Name", "Enter the name", help_text="As people say it, without the words for its kind: Rotherham")
    renamed_on = day("First day of the new name", "Enter the first day of the new name", help_text="Today or earlier")
    slug = forms.SlugField(
        label="Public address",
        max_length=200,
        help_text="The end of the address of its page. When you change it, the old address leads to the new one.",
        error_messages={
            "required": "Enter the end of the public address",
            "invalid": "Public address must only include letters a to z, numbers and hyphens",
        },
    )

    def __init__(self, *args, organisation, **kwargs):
        now = {name: getattr(organisation, name) for name in ("official_name", "name", "slug")}
        super().__init__(*args, initial=now | {"renamed_on": timezone.localdate()}, **kwargs)

    def clean_renamed_on(self):
        """Not a day to come: names change at once."""
        if self.cleaned_data["renamed_on"] > timezone.localdate():
            raise forms.ValidationError("First day of the new name must be today or in the past")
        return self.cleaned_data["renamed_on"]

    def clean_slug(self):
        """In lower case, as addresses are."""
        return self.cleaned_data["slug"].lower()


class EndForm(AlsoByName):
    """The last day, and who takes over."""

    last_day = day("Last day", "Enter the last day", help_text="The last day on which it exists")
    successors = several_organisations(
        "Select an organisation of the register",
        label="Organisations that take over",
        required=False,
        help_text="Leave it empty where nobody takes over.",
    )
    successors_named = named("Organisations that take over", several=True)

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, initial={"last_day": organisation.ends_on}, **kwargs)


class SplitForm(EndForm):
    """The same, with at least two that take over, some of which may be new."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successors"].label = "Organisations of the register that take over"
        self.fields["successors"].help_text = "Those that are new to the register go below."


class MergeForm(AlsoByName):
    """Those that end, their last day, and the one that takes over, unless that is new to the register."""

    needed = {"ending": "Select the organisations that end"}

    ending = several_organisations(needed["ending"], label="Organisations that end", required=False)
    ending_named = named("Organisations that end", several=True)
    last_day = day("Last day", "Enter the last day", help_text="The last day on which they exist")
    successor = one_organisation(
        "Select an organisation of the register",
        label="Organisation that takes over",
        required=False,
        help_text="Leave it empty where it is new to the register, and fill in what is below.",
    )
    successor_named = named("Organisation that takes over")

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, initial={"ending": [organisation.pk]}, **kwargs)

    def clean(self):
        """At least two end."""
        answers = super().clean()
        if not self.errors.keys() & {"ending", "ending_named"} and len(self.cleaned_data["ending"]) < 2:
            self.add_error("ending", "Select at least 2 organisations that end")
        return answers


class SameAsForm(AlsoByName):
    """Which organisation it really is."""

    needed = {"real": "Select the organisation that it really is"}

    real = one_organisation(needed["real"], label="It is really this organisation", required=False)
    real_named = named("It is really this organisation")

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["real"].queryset = Organisation.objects.exclude(pk=organisation.pk)


class NewcomerForm(QuestionForm):
    """One organisation that is new to the register."""

    official_name = a_name("Official name", "Enter the official name")
    name = a_name("Name", "Enter the name", help_text="As people say it: Rotherham")
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Its GSS code, like E06000063, or one of this register’s own, like LDD-CUMBERLAND",
        validators=[RegexValidator(rf"\A(?:{CODE.pattern})\Z", "Enter a code like E06000063 or LDD-CUMBERLAND")],
        error_messages={"required": "Enter its code"},
    )
    type = forms.ChoiceField(
        label="Type",
        choices=[("", ""), *OrganisationType.choices],
        error_messages={"required": "Select its type"},
    )
    nation = forms.ChoiceField(
        label="Nation", choices=[("", ""), *Nation.choices], error_messages={"required": "Select its nation"}
    )
    region = forms.ChoiceField(
        label="Region", choices=[("", ""), *Region.choices], error_messages={"required": "Select its region"}
    )
    starts_on = day(
        "First day",
        "Enter its first day",
        required=False,
        help_text="Leave it empty for the day after the last day of those that end.",
    )

    def newcomer(self):
        """What was typed, as the decision takes it."""
        return Newcomer(**self.cleaned_data)


class NewcomerFormSet(forms.BaseFormSet):
    """Those that are new to the register: rows that stay empty are none."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.pop("required", None)

    @property
    def newcomers(self):
        """What was typed in each row that was filled in."""
        return [form.newcomer() for form in self.forms if form.has_changed()]


def newcomers(data, rows):
    """So many rows for organisations that are new to the register."""
    kind = forms.formset_factory(
        NewcomerForm, formset=NewcomerFormSet, extra=rows, max_num=MOST_SUCCESSORS, absolute_max=MOST_SUCCESSORS
    )
    return kind(data, prefix="new")
