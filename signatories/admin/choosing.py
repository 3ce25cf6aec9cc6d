"""Rows of a form in the admin, and the organisations chosen in them, looked up together and not one by one."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.forms.utils import pretty_name

from signatories.models import Organisation


class OrganisationSelect(AutocompleteSelect):
    """Django's searching box, told beforehand what the chosen organisations are called."""

    def __init__(self, field, admin_site, **kwargs):
        super().__init__(field, admin_site, **kwargs)
        self.known = {}

    def build_attrs(self, base_attrs, extra_attrs=None):
        """As Django has them, with words in the empty box: without them it has no name for a screen reader."""
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": "Search for an organisation"}

    def optgroups(self, name, value, attr=None):
        """The one option that is chosen, from what is known; asked for otherwise."""
        chosen = [str(one) for one in value if str(one)]
        if not all(one in self.known for one in chosen):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [
            self.create_option(name, one, self.known[one], True, index) for index, one in enumerate(chosen, start=1)
        ]
        return [(None, options, 0)]


class OrganisationField(forms.ModelChoiceField):
    """An organisation out of those that the formset looked up together."""

    known = None

    def to_python(self, value):
        """The organisation, from what is known where it is."""
        if self.known is not None and str(value) in self.known:
            return self.known[str(value)]
        return super().to_python(value)


class RowField(forms.ModelChoiceField):
    """The hidden field that says which row of the database a row of a form is."""

    known = {}

    def to_python(self, value):
        """The row, from those that were loaded."""
        return self.known.get(str(value)) or super().to_python(value)


class LooksUpTogether:
    """For a formset: its rows and the organisations chosen in them cost one query each, however many there are."""

    organisation_fields = ()

    def add_fields(self, form, index):
        super().add_fields(form, index)
        name = self.model._meta.pk.name
        if isinstance(field := form.fields.get(name), forms.ModelChoiceField):
            known = RowField(field.queryset, initial=field.initial, required=False, widget=forms.HiddenInput)
            known.known = {str(row.pk): row for row in self.get_queryset()}
            form.fields[name] = known
        for name, field in form.fields.items():
            # In a table the boxes have no labels of their own, and a column's heading does not count as one.
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs.setdefault("aria-label", str(field.label or pretty_name(name)))

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        return self._tell(form)

    @property
    def empty_form(self):
        return self._tell(super().empty_form)

    def _tell(self, form):
        for name in self.organisation_fields:
            if name in form.fields:
                field, known = form.fields[name], self._known()
                if isinstance(field, OrganisationField):
                    field.known = known
                widget = getattr(field.widget, "widget", field.widget)
                if isinstance(widget, OrganisationSelect):
                    widget.known = {pk: str(one) for pk, one in known.items()}
        return form

    def _known(self):
        if not hasattr(self, "_organisations"):
            self._organisations = {str(one.pk): one for one in Organisation.objects.filter(pk__in=self._wanted())}
        return self._organisations

    def _wanted(self):
        wanted = {getattr(row, f"{name}_id") for row in self.get_queryset() for name in self.organisation_fields}
        for key, value in (self.data or {}).items() if self.is_bound else ():
            if key.startswith(f"{self.prefix}-") and key.rpartition("-")[2] in self.organisation_fields:
                wanted.add(int(value) if str(value).isdecimal() and len(value) < 18 else None)
        return wanted - {None}


def without_side_doors(field):
    """A field without the buttons that add, edit and view what can be chosen: each has pages of its own."""
    if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
        for verb in ("add", "change", "delete", "view"):
            setattr(field.widget, f"can_{verb}_related", False)
    return field


class SearchesForOrganisations:
    """For an admin or inline whose `autocomplete_fields` are organisations."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs |= {
                "widget": OrganisationSelect(db_field, self.admin_site),
                "form_class": OrganisationField,
                "queryset": Organisation.objects.all(),
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return without_side_doors(super().formfield_for_dbfield(db_field, request, **kwargs))


class LookedUpTogether(SearchesForOrganisations):
    """For an inline: its rows, and the organisations named in its `autocomplete_fields`, are looked up together."""

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        names = {"organisation_fields": tuple(self.autocomplete_fields)}
        return type(f"Together{formset.__name__}", (LooksUpTogether, formset), names)
