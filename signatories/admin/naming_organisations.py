"""Organisations that are typed by name or code: Django's searching box needs JavaScript, this does not."""

from datetime import timedelta

from django import forms

from localdigital.forms import QuestionForm

SEVERAL = "One official name or code on each line."
ONE = "Its official name or its code."
MOST_SHOWN = 5


def named(label, *, several=False):
    """The box beside a field that searches, in which the same is typed."""
    return forms.CharField(
        label=f"{label}, by name or code",
        required=False,
        max_length=3000,
        help_text=f"{SEVERAL if several else ONE} Use this where the search above does not work.",
        widget=forms.Textarea(attrs={"rows": 3}) if several else forms.TextInput,
    )


class AlsoByName(QuestionForm):
    """A form in which each field that searches, `successor`, has a box `successor_named` beside it.

    `needed` says what is missing where neither is filled in; `on` is the day on which the named are to exist.
    """

    needed = {}

    def on(self, field):
        """Those that existed on this day are meant before those that did not."""
        last_day = self.cleaned_data.get("last_day")
        return last_day and last_day + timedelta(days=field != "ending")

    def clean(self):
        """What was typed counts as chosen."""
        answers = super().clean()
        for box in [name for name in self.fields if name.endswith("_named")]:
            field = box.removesuffix("_named")
            if field in self.cleaned_data and box in self.cleaned_data:
                self._add_named(field, box)
        return answers

    def _add_named(self, field, box):
        found = self._found(box, [text.strip() for text in self.cleaned_data[box].splitlines() if text.strip()], field)
        if found is None:
            return
        chosen, several = self.cleaned_data[field], isinstance(self.fields[field], forms.ModelMultipleChoiceField)
        together = list(dict.fromkeys([*(chosen if several else filter(None, [chosen])), *found]))
        if not together and field in self.needed:
            self.add_error(field, self.needed[field])
        elif len(together) > 1 and not several:
            self.add_error(box, f"You selected {together[0]} and typed {together[1]}: choose one of them")
        else:
            self.cleaned_data[field] = together if several else next(iter(together), None)

    def _found(self, box, texts, field):
        """The organisations of these names and codes; None when it was said that one is not known or not clear."""
        offered = self.fields[field].queryset
        by_code = {one.code: one for one in offered.filter(code__in=[text.upper() for text in texts])} if texts else {}
        by_name = offered.exactly_called_each(texts, on=self.on(field))
        found = []
        for text in texts:
            meant = [by_code[text.upper()]] if text.upper() in by_code else by_name[text]
            if len(meant) != 1:
                self.add_error(box, _unclear(text, meant))
            found += meant
        return None if box in self.errors else found


def _unclear(text, meant):
    if not meant:
        return f"“{text}” is not in the register: enter an official name or a code"
    those = " or ".join(f"{one.official_name} ({one.code})" for one in meant[:MOST_SHOWN])
    return f"“{text}” may be {those}: enter the code"
