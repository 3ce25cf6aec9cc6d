"""What the pages of an import ask: a file, which organisation a name means, other cells for a row."""

from django import forms

from commitments.models import Sheet
from commitments.spreadsheets.columns import COLUMNS
from commitments.spreadsheets.reading import LARGEST_FILE, LONGEST_CELL
from localdigital.forms import QuestionForm
from signatories.models import Organisation

OTHER = "other"
MOST_ALIKE = 5


class UploadForm(forms.Form):
    """A spreadsheet, and what is in it."""

    sheet = forms.ChoiceField(
        label="What is in the file?",
        choices=Sheet.choices,
        initial=Sheet.SIGNATURES,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what is in the file", "invalid_choice": "Select what is in the file"},
    )
    file = forms.FileField(
        label="Spreadsheet",
        help_text=f"CSV or XLSX, smaller than {LARGEST_FILE // 1_000_000} MB",
        error_messages={"required": "Select a file", "empty": "The file is empty", "invalid": "Select a file"},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )


class NamesForm(QuestionForm):
    """For each unclear name, which organisation it means: one of those that it may be, or another by its name or code.

    Organisations whose names are like the other one that was typed are offered beside those that it may be.
    """

    def __init__(self, *args, unclear, **kwargs):
        super().__init__(*args, **kwargs)
        self.unclear = [(name, [*candidates, *self._like_the_other(name, candidates)]) for name, candidates in unclear]
        for name, candidates in self.unclear:
            self.fields[f"name-{name.pk}"] = forms.ChoiceField(
                label=f"“{name.written}” in row {name.row}",
                choices=[*((str(one.pk), one.official_name) for one in candidates), (OTHER, "Another organisation")],
                initial=str(candidates[0].pk) if len(candidates) == 1 else None,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"other-{name.pk}"] = forms.CharField(
                label=f"Name or code of the other organisation for “{name.written}”", max_length=200, required=False
            )

    def _like_the_other(self, name, candidates):
        """Those of the register whose names are like what was typed."""
        typed = self.data.get(f"other-{name.pk}", "").strip()[:200]
        if not typed:
            return []
        known = [one.pk for one in candidates]
        return list(Organisation.objects.checked().called(typed).exclude(pk__in=known)[:MOST_ALIKE])

    def questions(self):
        """Each name with its two fields."""
        for name, candidates in self.unclear:
            yield name, candidates, self[f"name-{name.pk}"], self[f"other-{name.pk}"]

    def clean(self):
        """Other organisations by their names or codes, together."""
        answers = super().clean()
        others = {
            name.pk: answers.get(f"other-{name.pk}") or ""
            for name, _ in self.unclear
            if answers.get(f"name-{name.pk}") == OTHER
        }
        known = Organisation.objects.checked()
        by_code = {one.code: one for one in known.filter(code__in=[one.upper() for one in others.values()])}
        meant = known.exactly_called_each(set(others.values()))
        self.others = {}
        for pk, written in others.items():
            found = [by_code[written.upper()]] if written.upper() in by_code else meant[written]
            if not written:
                self.add_error(f"other-{pk}", "Enter the name or code of the organisation")
            elif len(found) != 1:
                self.add_error(f"other-{pk}", self._unclear(pk, written, found))
            else:
                self.others[pk] = found[0]
        return answers

    def _unclear(self, pk, written, found):
        offers = any(name.pk == pk and len(candidates) > len(name.candidates) for name, candidates in self.unclear)
        words = "could mean several organisations" if found else "is not in the register"
        select = "select one above whose name is like it, or " if offers else ""
        return f"“{written}” {words}: {select}enter its official name or code"

    def chosen(self):
        """{id of the name: Organisation} of those that were answered."""
        found = dict(self.others)
        for name, candidates in self.unclear:
            pk = self.cleaned_data.get(f"name-{name.pk}")
            if meant := next((one for one in candidates if str(one.pk) == pk), None):
                found[name.pk] = meant
        return found


class RowForm(QuestionForm):
    """The cells of one row, each as it is written; what is wrong with them the register says."""

    def __init__(self, *args, sheet, **kwargs):
        # Known before the answers are tidied: only a long text keeps its line breaks
        self.base_fields = {column.name: _cell(column) for column in COLUMNS[sheet]}
        super().__init__(*args, **kwargs)

    def say(self, problems):
        """Show problems beside their cells."""
        self.cleaned_data = getattr(self, "cleaned_data", {})
        for one in problems:
            self.add_error(one["column"] if one["column"] in self.fields else None, one["text"])


def _cell(column):
    return forms.CharField(
        label=column.heading,
        help_text=column.help,
        required=False,
        strip=False,
        max_length=LONGEST_CELL,
        widget=forms.Textarea(attrs={"rows": 4}) if column.is_long else forms.TextInput(),
    )
