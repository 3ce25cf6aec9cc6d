"""The questions of a case study or business case. They ask and check; case_study_drafts.py keeps the answers."""

import re

from django import forms

from commitments.council.forms import WebAddressField
from localdigital.forms import QuestionForm
from programme.case_studies.pictures import Refused, remade
from programme.models import CaseStudy, Figure, Licence
from signatories.signup.forms import long_text, text

MOST_FIGURES, MOST_LINKS, MOST_PICTURES = 20, 20, 10
MOST_POUNDS = 10_000_000_000
NO_COMMITMENT = "none"
# What the pages of a business case ask instead, of what is not done yet: label, hint, and what an empty answer is told
ON_BUSINESS_CASES = {
    "problem": ("What is the problem?", None, "Enter what the problem is"),
    "done": (
        "What do you propose to do?",
        "How you would go about it, and with whom. Say what else you looked at",
        "Enter what you propose to do",
    ),
    "result": (
        "What do you expect to come of it?",
        "What would be different, and for whom. Say what you are not sure of.",
        "Enter what you expect to come of it",
    ),
    "could_be_better": ("What could go wrong? (optional)", "And what you would do about it. Do not name people.", None),
    "what": ("What would it cost or save?", None, "Enter what it would cost or save"),
    "how_measured": (
        "How did you work this out?",
        "For example, ‘12,000 calls last year, of which we expect half, at £4 a call’.",
        "Enter how you worked this out",
    ),
}


class BeginForm(QuestionForm):
    """Which commitment it is about, or none."""

    heading_field = "commitment"
    dividers = {"commitment": {NO_COMMITMENT: "or"}}
    commitment = forms.ChoiceField(
        label="Which commitment is it about?",
        help_text="We fill in what you have reported about it, so that you only have to change it",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select which commitment it is about, or that it is about something else",
            "invalid_choice": "Select a commitment from the list",
        },
    )

    def __init__(self, *args, commitments, **kwargs):
        super().__init__(*args, **kwargs)
        titles = [(str(one.pk), one.title) for one in commitments]
        self.fields["commitment"].choices = [*titles, (NO_COMMITMENT, "Something else")]


class AboutForm(QuestionForm):
    """What it is, its title, its summary, and whose it is where its officer reports for several organisations."""

    hints = {
        "kind": {
            CaseStudy.Kind.CASE_STUDY: "What you did, and what came of it",
            CaseStudy.Kind.BUSINESS_CASE: "What it would cost and save to do something, so that it can be decided",
        }
    }
    organisations = forms.MultipleChoiceField(
        label="Which organisations is it from?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select at least one organisation",
            "invalid_choice": "Select organisations from the list",
        },
    )
    kind = forms.ChoiceField(
        label="What do you want to publish?",
        choices=CaseStudy.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you want to publish"},
    )
    title = text("Title", "Enter a title", hint="For example, ‘One form for blocked drains in two towns’")
    summary = long_text(
        "Summary",
        "Enter a summary",
        length=300,
        rows=3,
        hint="One or two sentences that tell what you did and what came of it, or what you propose and why",
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        if len(organisations) > 1:
            self.fields["organisations"].choices = [(str(one.pk), one.official_name) for one in organisations]
        else:
            del self.fields["organisations"]

    def clean_summary(self):
        """One paragraph."""
        return " ".join(self.cleaned_data["summary"].split())


class _Told(QuestionForm):
    """Texts whose labels are others for a business case, which tells what is not done yet."""

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind == CaseStudy.Kind.BUSINESS_CASE:
            for name in self.fields.keys() & ON_BUSINESS_CASES.keys():
                self._ask_instead(self.fields[name], *ON_BUSINESS_CASES[name])

    def _ask_instead(self, field, label, hint, required):
        field.label, field.help_text = label, hint or field.help_text
        if required:
            field.error_messages["required"] = required


class StoryForm(_Told):
    """The problem, what was done about it, what came of it."""

    problem = long_text(
        "What was the problem?",
        "Enter what the problem was",
        hint="Who had it, and how you know. Do not name people. Start a line with a hyphen to make a list.",
    )
    done = long_text("What did you do?", "Enter what was done", hint="How you went about it, and with whom")
    result = long_text(
        "What came of it?", "Enter what came of it", hint="What is different now, and for whom. Say if it did not work."
    )


class LessonsForm(_Told):
    """What could have gone better, and what others can take."""

    could_be_better = long_text(
        "What could have gone better? (optional)",
        "",
        required=False,
        hint="Other councils learn most from this. Do not name people.",
    )
    reusable = long_text(
        "What can other councils reuse? (optional)",
        "",
        required=False,
        hint="Code, research, patterns, contracts: what saves others work. You can add links on the next page.",
    )


class PoundsField(forms.CharField):
    """A sum in whole pounds, however it is typed: £12,500 or 12500.00."""

    def clean(self, value):
        """The number of pounds."""
        typed = re.sub(r"[\s,£]", "", super().clean(value))
        if not typed:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        whole, _, pence = typed.partition(".")
        if not re.fullmatch(r"[0-9]{1,15}", whole) or not re.fullmatch(r"[0-9]{0,2}", pence):
            raise forms.ValidationError("Enter an amount in pounds, like 12,500", code="invalid")
        if pence.strip("0"):
            raise forms.ValidationError("Amount must be in whole pounds, like 12,500", code="invalid")
        if not 0 < int(whole) <= MOST_POUNDS:
            raise forms.ValidationError("Amount must be between £1 and £10 billion", code="invalid")
        return int(whole)


class OneMoreForm(QuestionForm):
    """One more of several: left blank, there is no more to add."""

    @property
    def is_blank(self):
        """Whether nothing was typed or chosen."""
        typed = (str(self.data.get(self.add_prefix(name)) or "").strip() for name in self.fields)
        return not any(typed) and not self.files


class FigureForm(OneMoreForm, _Told):
    """One cost or saving, and how it was measured."""

    kind = forms.ChoiceField(
        label="Is it a cost or a saving?",
        choices=Figure.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether it is a cost or a saving"},
    )
    what = text("What does it cost or save?", "Enter what it costs or saves", hint="For example, ‘Answering calls’")
    what.error_messages["max_length"] = "What it costs or saves must be 200 characters or fewer"
    amount_gbp = PoundsField(
        label="Amount in pounds",
        error_messages={"required": "Enter an amount in pounds"},
        widget=forms.TextInput(attrs={"prefix": "£", "inputmode": "decimal", "class": "govuk-input--width-10"}),
    )
    per = forms.ChoiceField(
        label="Is it once, or each year?",
        choices=[(Figure.Per.ONCE, "Once"), (Figure.Per.YEAR, "Each year")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether it is once or each year"},
    )
    how_measured = long_text(
        "How was this measured?",
        "Enter how this was measured",
        length=500,
        rows=3,
        hint="For example, ‘Calls in March, before and after, at £4 a call’. Say so if it is an estimate.",
    )


class LinkForm(OneMoreForm):
    """One link to something that others can take."""

    title = text("What is it?", "Enter what it is", hint="For example, ‘The form’s source code’")
    title.error_messages["max_length"] = "What it is must be 200 characters or fewer"
    url = WebAddressField(
        label="Web address",
        help_text="A page that anyone can open. For example, https://www.example.gov.uk/chatbot-research",
        max_length=500,
        assume_scheme="https",
        error_messages={
            "required": "Enter a web address",
            "invalid": "Enter a web address in the correct format, like https://www.example.gov.uk/research",
            "max_length": "Web address must be 500 characters or fewer",
        },
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    licence = forms.ChoiceField(
        label="Under which licence can others use it?",
        choices=Licence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select under which licence others can use it"},
    )


class SubjectsForm(QuestionForm):
    """Which principles it follows, and what it is about."""

    principles = forms.MultipleChoiceField(
        label="Which principles of the Declaration does it follow? (optional)",
        help_text="Select all that apply",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select principles from the list"},
    )
    topics = forms.MultipleChoiceField(
        label="What is it about? (optional)",
        help_text="Select up to 3",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select topics from the list"},
    )

    def __init__(self, *args, principles, topics, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["principles"].choices = [(str(pk), title) for pk, title in principles]
        self.fields["topics"].choices = [(str(pk), title) for pk, title in topics]
        if not topics:
            del self.fields["topics"]

    def clean_topics(self):
        """Not so many that it is about everything."""
        if len(self.cleaned_data["topics"]) > 3:
            raise forms.ValidationError("Select up to 3 topics")
        return self.cleaned_data["topics"]


class PictureForm(OneMoreForm):
    """One image, made anew from what was uploaded, with what it shows in words."""

    alternative_text = long_text(
        "What does the image show?",
        "Enter what the image shows",
        length=300,
        rows=3,
        hint="For people who cannot see it. For example, ‘A form with three questions on a phone’.",
    )
    image = forms.FileField(
        label="Upload an image",
        help_text="A JPG, PNG or WebP smaller than 10MB. Use images that you may publish, "
        "and that show nobody who did not agree.",
        allow_empty_file=True,
        error_messages={
            "required": "Select an image",
            "invalid": "Select an image",
            "missing": "Select an image",
            "max_length": "The name of the file must be shorter",
        },
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_image(self):
        """The image as we keep it."""
        file = self.cleaned_data["image"]
        if not file.size:
            raise forms.ValidationError("The selected file is empty")
        try:
            return remade(file)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean(self):
        """Browsers send a file once: where something else is wrong it has to be selected again."""
        answers = super().clean()
        if self.errors and "image" in answers:
            self.add_error("image", "Select the image again")
        return answers
