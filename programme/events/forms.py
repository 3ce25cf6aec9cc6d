"""What an officer is asked about an event that they propose. The form asks and checks; drafts.py keeps the answers."""

import datetime as dt

from django import forms
from django.utils import timezone

from commitments.council.forms import WebAddressField
from localdigital.forms import DateField, QuestionForm
from localdigital.govuk import writing
from programme.events.times import HalfOfTheDayMissing, moment, time_of
from programme.models import Event
from signatories.signup.forms import long_text, text

ONLINE, PLACE = "online", "place"
YEARS_AHEAD = 2
MOST_DAYS = 31


class TimeField(forms.CharField):
    """A time of day, as people write it. `called` names it in errors."""

    def __init__(self, *, called, **kwargs):
        self.called = called
        widget = forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, error_messages={"required": f"Enter the {called}"}, **kwargs)

    def clean(self, value):
        """The time of day."""
        typed = super().clean(value)
        try:
            return time_of(typed)
        except HalfOfTheDayMissing:
            raise forms.ValidationError(
                f"The {self.called} must include am or pm, like {typed.strip()}pm", code="invalid"
            ) from None
        except ValueError:
            raise forms.ValidationError(
                f"The {self.called} must be a real time, like 2pm, 2:30pm or 14:30", code="invalid"
            ) from None


class EventForm(QuestionForm):
    """One event: what, for whom, when, where, and which of the officer's `organisations` hold it.

    `kept` is when it starts as it was kept before: what has begun meanwhile need not be moved.
    """

    reveals = {"where": {PLACE: ["place"]}}

    title = text("Title", "Enter a title", hint="For example, Show and tell: one form for blocked drains")
    kind = forms.ChoiceField(
        label="What kind of event is it?",
        choices=Event.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what kind of event it is"},
    )
    description = long_text(
        "What is it about?",
        "Enter what it is about",
        hint="What people will learn or see, and who speaks. Start a line with a hyphen to make a list.",
    )
    audience = text(
        "Who is it for? (optional)",
        "",
        hint="For example, planning officers who are new to user research.",
        required=False,
    )
    on = DateField(
        label="What date is it?",
        called="The date",
        help_text="For example, 27 3 2027.",
        error_messages={"required": "Enter the date of the event"},
    )
    starts = TimeField(label="Start time", called="start time", help_text="UK time. For example, 2pm or 14:30.")
    ends = TimeField(label="End time", called="end time", help_text="UK time. For example, 3:30pm or 16:00.")
    ends_on = DateField(
        label="End date (optional)",
        called="The end date",
        help_text="Only if it ends on another day.",
        required=False,
    )
    where = forms.MultipleChoiceField(
        label="How can people take part?",
        help_text="Select all that apply.",
        choices=[(ONLINE, "Online"), (PLACE, "In person")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select how people can take part"},
    )
    place = text("Where is it?", "Enter where it is", length=300, hint="The name and address, with the postcode.")
    booking_url = WebAddressField(
        label="Where can people book? (optional)",
        help_text="The web address of a page that anyone can open. Do not give the link to an online meeting itself: "
        "what you write here is public.",
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"max_length": "Web address must be 500 characters or fewer"},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    topics = forms.MultipleChoiceField(
        label="Which topics is it about? (optional)",
        help_text="Select all that apply.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Select topics from the list"},
    )
    organisations = forms.MultipleChoiceField(
        label="Which of your organisations hold it?",
        help_text="Select all that apply.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select which organisations hold it",
            "invalid_choice": "Select organisations from the list",
        },
    )

    def __init__(self, *args, organisations, topics, now, kept=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.now, self.kept = now, kept
        for name, offered in (("organisations", organisations), ("topics", topics)):
            self.fields[name].choices = [(str(one.pk), str(one)) for one in offered]
        if len(organisations) == 1:
            del self.fields["organisations"]
        if not topics:
            del self.fields["topics"]

    def clean_on(self):
        on, today = self.cleaned_data["on"], timezone.localdate(self.now)
        was_kept = self.kept is not None and timezone.localdate(self.kept) == on
        if on < today and not was_kept:
            raise forms.ValidationError("The date must be today or in the future")
        last = dt.date(today.year + YEARS_AHEAD, 12, 31)
        if on > last:
            raise forms.ValidationError(f"The date must be on or before {writing.date(last)}")
        return on

    def clean_ends_on(self):
        on, ends_on = self.cleaned_data.get("on"), self.cleaned_data["ends_on"]
        if on and ends_on and ends_on < on:
            raise forms.ValidationError("The end date must be the same as or after the date of the event")
        if on and ends_on and (ends_on - on).days > MOST_DAYS:
            raise forms.ValidationError(f"The end date must be within {MOST_DAYS} days of the date of the event")
        return ends_on

    def clean(self):
        """The moments that the dates and times make, and what the model keeps of how people take part."""
        answers = super().clean()
        starts_at, ends_at = self._moment("starts", answers.get("on")), self._moment("ends", self._last_day(answers))
        if starts_at and starts_at <= self.now and starts_at != self.kept:
            self.add_error("starts", "The start time must be in the future")
        elif starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends", "The end time must be after the start time. Give an end date if it ends another day")
        answers |= {"starts_at": starts_at, "ends_at": ends_at, "is_online": ONLINE in answers.get("where", [])}
        return answers

    def _last_day(self, answers):
        """The date that its end is on: midnight, as an end, is that of the night after."""
        last = None if "ends_on" in self.errors else answers.get("ends_on") or answers.get("on")
        return last + dt.timedelta(days=1) if last and answers.get("ends") == dt.time(0) else last

    def _moment(self, name, on):
        at = self.cleaned_data.get(name)
        if on is None or at is None:
            return None
        try:
            return moment(on, at)
        except forms.ValidationError as error:
            self.add_error(name, error)
            return None


def as_kept(event):
    """What the form shows at first of an event: the dates and times as people write them, in UK time."""
    starts, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    last_day = ends.date() - dt.timedelta(days=1) if ends.time() == dt.time(0) else ends.date()
    return {name: getattr(event, name) for name in ("title", "kind", "description", "audience", "booking_url")} | {
        "on": starts.date(),
        "starts": writing.clock(starts).partition(" ")[0],
        "ends": writing.clock(ends).partition(" ")[0],
        "ends_on": last_day if last_day > starts.date() else None,
        "where": [ONLINE] * event.is_online + [PLACE] * bool(event.place),
        "place": event.place,
    }
