"""What may be asked of the open data: as of which day, and for which program."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from localdigital.forms import DateField, QuestionForm
from localdigital.govuk.writing import date as in_words
from signatories.signed_on import LAUNCHED_ON

EXCEL = "excel"


def checked_day(day, today):
    """A day that the register can tell of: None for today, and for none. Raises ValidationError for any other."""
    if day is None or day == today:
        return None
    if day > today:
        raise ValidationError("Date must be today or in the past")
    if day < LAUNCHED_ON:
        raise ValidationError(f"Date must be {in_words(LAUNCHED_ON)} or later")
    return day


class FileForm(forms.Form):
    """What the address of a file may ask: `?on=2020-03-31`, `?for=excel`."""

    on = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Date must be a real date, written like 2020-03-31"},
    )

    def __init__(self, data):
        super().__init__(data)
        self.fields["for"] = forms.ChoiceField(
            required=False,
            choices=[(EXCEL, "Excel")],
            error_messages={"invalid_choice": "What the file is for must be “excel”, or left out"},
        )

    def clean_on(self):
        """The day, or None for how things stand."""
        return checked_day(self.cleaned_data["on"], timezone.localdate())

    @property
    def for_excel(self):
        """Whether a spreadsheet will read it."""
        return self.cleaned_data["for"] == EXCEL


class DayForm(QuestionForm):
    """As of which day the page offers its files."""

    on = DateField(label="Files as of a day in the past", called="Date", required=False)

    def __init__(self, data=None):
        super().__init__(data)
        self.fields["on"].help_text = "For example, 31 3 2020. Leave it empty for today"

    def clean_on(self):
        """The day, or None for how things stand."""
        return checked_day(self.cleaned_data["on"], timezone.localdate())
