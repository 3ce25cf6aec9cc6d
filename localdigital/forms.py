"""The forms of the register's pages: questions asked the GOV.UK way."""

import calendar
import datetime as dt
import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

from localdigital.characters import without_noncharacters

MONTHS = {
    name[:length].lower(): number
    for number, name in enumerate(calendar.month_name)
    if number
    for length in {3, 4, len(name)}
}
PARTS = ("day", "month", "year")
# Text that turns the reading direction round, by which one name can be made to look like another.
DIRECTION_MARKS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters that show nothing, though Unicode does not say so: fillers of Hangul, an empty Braille cell, joiners, and
# what chooses the look of the letter before
SHOW_NOTHING = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", "\u3164", "\uffa0"} | {
    chr(number) for number in range(0xFE00, 0xFE10)
}
# An email address, wherever it stands in a text
AN_ADDRESS = re.compile(r"[\w.+'’-]@\w[\w-]*\.\w")
# Django's own words for what is wrong, and ours.
PLAINER_ERRORS = [
    (forms.EmailField, "invalid", None, "Enter an email address in the correct format, like name@example.com"),
    (
        forms.URLField,
        "invalid",
        forms.URLField.default_error_messages["invalid"],
        "Enter a web address in the correct format, like https://www.example.gov.uk",
    ),
    (
        forms.ChoiceField,
        "invalid_choice",
        forms.ChoiceField.default_error_messages["invalid_choice"],
        "Select one of the options",
    ),
]


def tidy(text, *, lines=True):
    """What somebody typed, without characters that cannot be seen or stored; `lines` keeps line breaks.

    Nothing at all where the whole of it cannot be seen.
    """
    if is_blank(text):
        return ""
    text = without_noncharacters(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not lines:
        text = text.replace("\n", " ")
    return "".join(
        letter
        for letter in text
        if letter in "\n\t" or not (unicodedata.category(letter) in ("Cc", "Cs") or letter in DIRECTION_MARKS)
    )


def is_blank(text):
    """Whether nothing of a text can be seen."""
    return all(
        letter.isspace() or letter in SHOW_NOTHING or unicodedata.category(letter) in ("Cc", "Cf", "Cs")
        for letter in without_noncharacters(text)
    )


def for_ever(text):
    """Validator of what the log keeps: nobody can be erased from it, so it names nobody's address."""
    if AN_ADDRESS.search(text):
        raise ValidationError("Remove the email address: the log keeps this text for ever and nobody can erase it")


class QuestionForm(forms.Form):
    """One question of a page, or a few that belong together.

    `heading_field` is the field whose label is the page's heading. `reveals` says which fields belong to an option:
    `{"who": {"me": ["my_name"]}}`; they are shown below that option, and count only when it is chosen.
    `hints` are said below an option: `{"who": {"me": "…"}}`. `dividers` go above one: `{"who": {"none": "or"}}`.
    """

    heading_field = None
    reveals = {}
    hints = {}
    dividers = {}

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        if data is not None:
            self.data = self._tidied(data)
        for name, field in self.fields.items():
            self._explain(name, field)
        self._required_when_shown = {
            name: self.fields[name].required for name in self.revealed_fields() if name in self.fields
        }
        for name in self._required_when_shown:
            self.fields[name].required = False

    def revealed_fields(self):
        """The names of the fields that belong to an option of another."""
        return [name for options in self.reveals.values() for names in options.values() for name in names]

    def _tidied(self, data):
        long_texts = {self.add_prefix(n) for n, f in self.fields.items() if isinstance(f.widget, forms.Textarea)}
        tidied = data.copy()
        for name in data:
            if hasattr(data, "getlist"):
                tidied.setlist(name, [tidy(value, lines=name in long_texts) for value in data.getlist(name)])
            elif isinstance(data[name], str):
                tidied[name] = tidy(data[name], lines=name in long_texts)
        return tidied

    def _explain(self, name, field):
        label = (field.label or forms.utils.pretty_name(name)).replace("%", "%%")
        if getattr(field, "max_length", None):
            field.error_messages.setdefault("max_length", f"{label} must be {field.max_length:,} characters or less")
        for kind, code, djangos, ours in PLAINER_ERRORS:
            if isinstance(field, kind) and field.error_messages.get(code) == djangos:
                field.error_messages[code] = ours

    def _clean_fields(self):
        shown = self._shown()
        for name, required in self._required_when_shown.items():
            self.fields[name].required = required and name in shown
        super()._clean_fields()
        for name in self._required_when_shown:
            self.fields[name].required = False
            if name not in shown:
                # What is typed under an option that was not chosen is no part of the answer.
                self._errors.pop(name, None)
                self.cleaned_data[name] = getattr(self.fields[name], "empty_value", None)

    def _shown(self):
        shown = set()
        for name, options in self.reveals.items():
            if name in self.fields:
                value = self[name].value()
                chosen = {str(one) for one in (value if isinstance(value, (list, tuple)) else [value])}
                shown.update(field for option, names in options.items() if option in chosen for field in names)
        return shown


class AddressField(forms.EmailField):
    """An email address, in lower case before it is checked: some letters become two.

    Letters beyond ASCII are refused: one of them may be another address in the eyes of a mail server.
    """

    def to_python(self, value):
        """What was typed, as addresses are kept."""
        return super().to_python(value).lower()

    def run_validators(self, value):
        """Whether it can be one."""
        if not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        super().run_validators(value)


class DateParts(forms.Widget):
    """Day, month and year in boxes of their own: `due_on-day`, `due_on-month`, `due_on-year`."""

    def value_from_datadict(self, data, files, name):
        """What was typed in the three boxes."""
        return tuple((data.get(f"{name}-{part}") or "").strip() for part in PARTS)

    def value_omitted_from_data(self, data, files, name):
        """Whether none of the boxes was on the page."""
        return not any(f"{name}-{part}" in data for part in PARTS)

    def format_value(self, value):
        """What the three boxes show: for a date its numbers, else what was typed."""
        if isinstance(value, dt.date):
            return (str(value.day), str(value.month), str(value.year))
        return tuple(value or ("", "", ""))


class DateError(ValidationError):
    """What is wrong with a date, and in which of its parts."""

    def __init__(self, message, parts=PARTS):
        super().__init__(message, code="invalid")
        self.parts = parts


class DateField(forms.Field):
    """A date typed as day, month and year. `called` names it in errors where the label is a question."""

    widget = DateParts

    def __init__(self, *, called="", **kwargs):
        super().__init__(**kwargs)
        self.called = called

    def clean(self, value):
        """The date, or None where nothing was typed; an error in the Design System's words otherwise."""
        value = self.to_python(value)
        self.validate(value)
        self.run_validators(value)
        return value

    def has_changed(self, initial, data):
        """Whether what was typed differs from what the boxes showed at first."""
        return self.widget.format_value(initial) != self.widget.format_value(data)

    def to_python(self, value):
        """The date that the three parts make."""
        if value is None or isinstance(value, dt.date):
            return value
        if not any(value):
            return None
        name = self.called or self.label or "Date"
        missing = [part for part, text in zip(PARTS, value, strict=True) if not text]
        if missing:
            raise DateError(f"{name} must include a {' and '.join(missing)}", missing)
        day, month, year = value
        if year.isdecimal() and len(year) != 4:
            raise DateError("Year must include 4 numbers", ["year"])
        try:
            return dt.date(int(year), MONTHS.get(month.lower()) or int(month), int(day))
        except (ValueError, OverflowError):  # a day of 400 digits is too large a number for a date
            raise DateError(f"{name} must be a real date") from None
