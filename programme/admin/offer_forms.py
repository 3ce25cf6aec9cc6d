"""The forms in which the delivery team writes and corrects a case study, an output or an event, in the words in which
officers are asked."""

import datetime as dt
import re

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime, AdminURLFieldWidget, BaseAdminTimeWidget
from django.core.exceptions import ValidationError

from programme.council import case_study_forms as asked_of_officers
from programme.council.output_form import OutputForm as AskedOfOutputs
from programme.events.forms import EventForm as AskedOfEvents
from programme.events.forms import TimeField
from programme.events.times import moment
from programme.models import CaseStudy, Event, Figure, Material, Output, ReusableLink
from programme.topics import hold

OF_THE_TEAM = "Leave it empty for what the delivery team offers itself."
COMMON = {
    "commitment": "The commitment that it belongs to",
    "project": "The funded project that paid for it",
    "position": "Order",
}
# How a time is written that has seconds, as the page's own "Now" writes it
SECONDS = re.compile(r"^(\d\d:\d\d):\d\d$", re.ASCII)


def as_asked(*questions, labels=(), hints=()):
    """The labels and hints of the officers' questions, for a ModelForm's Meta; `labels` and `hints` are our own."""
    fields = {name: field for one in questions for name, field in one.base_fields.items()}
    said = {name: str(field.label).removesuffix(" (optional)") for name, field in fields.items()}
    helps = {name: field.help_text for name, field in fields.items()}
    several = {"principles": "", "topics": "", "organisations": OF_THE_TEAM, "position": "The lowest comes first."}
    return {"labels": COMMON | said | dict(labels), "help_texts": helps | several | dict(hints)}


def web_address(hint="", label="Web address", **options):
    """The address of a page: without a scheme it is one of the secure web."""
    widget = AdminURLFieldWidget
    return forms.URLField(label=label, help_text=hint, max_length=500, assume_scheme="https", widget=widget, **options)


def long_texts(**rows):
    """Boxes of so many rows for texts."""
    return {name: forms.Textarea(attrs={"rows": number, "class": "vLargeTextField"}) for name, number in rows.items()}


class WithTopics(forms.ModelForm):
    """Something about topics, which nobody deletes while it is saved: the admin does both in one transaction."""

    def clean_topics(self):
        """Those that were chosen, if all of them are there still."""
        chosen = self.cleaned_data["topics"]
        if len(hold(one.pk for one in chosen)) < len(chosen):
            raise ValidationError("Select topics from the list")
        return chosen


def ticked(*names):
    """Boxes to tick, in columns."""
    return {name: forms.CheckboxSelectMultiple(attrs={"class": "app-columns"}) for name in names}


class CaseStudyForm(WithTopics):
    """A case study or business case."""

    class Meta:
        model = CaseStudy
        fields = [
            "kind", "title", "summary", "organisations", "problem", "done", "result", "could_be_better", "reusable",
            "principles", "topics", "commitment", "project",
        ]  # fmt: skip
        widgets = long_texts(summary=3, problem=8, done=8, result=8, could_be_better=6, reusable=6) | ticked(
            "principles", "topics"
        )
        said = as_asked(
            asked_of_officers.AboutForm,
            asked_of_officers.StoryForm,
            asked_of_officers.LessonsForm,
            asked_of_officers.SubjectsForm,
            labels={"kind": "What is it?"},
        )
        labels, help_texts = said["labels"], said["help_texts"]


class FigureForm(forms.ModelForm):
    """One cost or saving."""

    class Meta:
        model = Figure
        fields = ["kind", "what", "amount_gbp", "per", "how_measured", "position"]
        widgets = long_texts(how_measured=3)
        said = as_asked(asked_of_officers.FigureForm, hints={"amount_gbp": "In whole pounds, like 12500"})
        labels, help_texts = said["labels"], said["help_texts"]


class LinkForm(forms.ModelForm):
    """One link to something that others can take."""

    url = web_address("A page that anyone can open")

    class Meta:
        model = ReusableLink
        fields = ["title", "url", "licence", "position"]
        said = as_asked(asked_of_officers.LinkForm)
        labels, help_texts = said["labels"], said["help_texts"]


class OutputForm(WithTopics):
    """Something that others can use."""

    url = web_address("Where anyone can open it")

    class Meta:
        model = Output
        fields = [
            "title", "kind", "description", "url", "licence", "organisations", "topics", "commitment", "project",
            "case_study",
        ]  # fmt: skip
        widgets = long_texts(description=6) | ticked("topics")
        said = as_asked(AskedOfOutputs, labels={"case_study": "The case study that tells of it"})
        labels, help_texts = said["labels"], said["help_texts"]


class ClockField(forms.TimeField):
    """A time of day as people write it: 10am, 2:30pm, 14:30."""

    def __init__(self, *, called, **kwargs):
        super().__init__(**kwargs)
        self.asked = TimeField(called=called)

    def to_python(self, value):
        """The time of day."""
        if value in self.empty_values or isinstance(value, dt.time):
            return super().to_python(value)
        return self.asked.clean(SECONDS.sub(r"\1", value.strip()))


class MomentField(forms.SplitDateTimeField):
    """A date and a time in the UK, in two boxes. `called` names the time in errors."""

    def __init__(self, *, label, called, **kwargs):
        widget = AdminSplitDateTime()
        widget.widgets[1] = BaseAdminTimeWidget(format="%H:%M")
        for box, what in zip(widget.widgets, ("date", "time"), strict=True):
            box.attrs["aria-label"] = f"{label}: {what}"  # Django gives them no label of their own
        errors = {"required": f"Enter the date and the {called}"}
        super().__init__(label=label, widget=widget, error_messages=errors, **kwargs)
        self.fields = (self.fields[0], ClockField(called=called, required=False))
        self.fields[0].error_messages["invalid"] = "Enter a real date, like 27/3/2027"

    def compress(self, data_list):
        """The moment."""
        return moment(*data_list) if data_list else None


class MaterialForm(forms.ModelForm):
    """Slides, a recording or notes of a past event."""

    url = web_address("A page that anyone can open")

    class Meta:
        model = Material
        fields = ["title", "url", "position"]
        labels = {"title": "What is it?", "url": "Web address", "position": "Order"}
        help_texts = {"title": "For example, Slides of the first talk", "position": "The lowest comes first."}


class EventForm(WithTopics):
    """An event."""

    starts_at = MomentField(label="Starts", called="start time", help_text="UK time, like 10am or 14:30")
    ends_at = MomentField(label="Ends", called="end time", help_text="UK time, like 12:30pm or 16:00")
    booking_url = web_address("A page that anyone can open", "Where can people book?", required=False)

    class Meta:
        model = Event
        fields = [
            "title", "kind", "description", "audience", "starts_at", "ends_at", "is_online", "place", "booking_url",
            "organisations", "topics", "outcome",
        ]  # fmt: skip
        widgets = long_texts(description=8, outcome=6) | ticked("topics")
        said = as_asked(
            AskedOfEvents,
            labels={
                "organisations": "Which organisations hold it?",
                "is_online": "People can take part online",
                "outcome": "What came of it",
            },
            hints={"outcome": "For a past event, when there is something to tell."},
        )
        labels, help_texts = said["labels"], said["help_texts"]

    def clean(self):
        """It is somewhere, and ends after it starts."""
        answers = super().clean()
        if not answers.get("is_online") and not answers.get("place") and "place" not in self.errors:
            self.add_error("place", ValidationError("Enter a place, or say that it is online"))
        starts, ends = answers.get("starts_at"), answers.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", ValidationError("The end time must be after the start time"))
        return answers
