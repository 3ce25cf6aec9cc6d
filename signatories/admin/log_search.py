"""What the page of the audit log can be asked: an organisation, a person, dates, a kind of event, words."""

import re
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from localdigital.models import AuditEvent, User
from signatories.models import Organisation, Person
from signatories.models.reference import read_reference

from . import kinds, log_about

MOST_OFFERED = 10
KINDS_OF_PEOPLE = {"user": User, "person": Person}
CODE = re.compile(r"(user|person)-([0-9]{1,17})", re.ASCII)
UNNAMED = re.compile(r"person ([0-9]{1,17})", re.ASCII | re.IGNORECASE)
POSSIBLE = [
    MinValueValidator(date(2000, 1, 1), "Enter a date after 1999"),
    MaxValueValidator(date(2199, 12, 31), "Enter a date before 2200"),
]


def code_of(person):
    """How an address of the log names somebody, without their name or address: person-17, user-3."""
    return f"{'user' if isinstance(person, User) else 'person'}-{person.pk}"


def called(person):
    """What finds somebody when it is typed."""
    if isinstance(person, User):
        return person.username
    return person.email or f"Person {person.pk}"


class DayField(forms.DateField):
    """A day of the calendar, in the browser's own box for dates."""

    def __init__(self, label):
        box = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        wrong = {"invalid": "Enter a real date, like 9/11/2026"}
        super().__init__(required=False, label=label, widget=box, error_messages=wrong, validators=POSSIBLE)


class SearchForm(forms.Form):
    """All that is answered narrows the log. `choices` holds what a name that is not sure may mean."""

    organisation = forms.CharField(
        required=False, max_length=200, strip=True, label="Organisation", help_text="Any of its names, or its code"
    )
    person = forms.CharField(
        required=False,
        max_length=254,
        label="Person",
        help_text="A colleague’s user name, or the email address or name of somebody at a council",
    )
    since = DayField("From")
    until = DayField("To")
    kind = forms.ChoiceField(
        required=False,
        label="What happened",
        choices=[("", "Anything"), *kinds.choices()],
        error_messages={"invalid_choice": "Select what happened from the list"},
    )
    words = forms.CharField(
        required=False, max_length=200, label="Words", help_text="Words of a note, or the reference of a declaration"
    )

    def __init__(self, data, *, from_address=False):
        super().__init__(data, label_suffix="")
        self.choices = {}
        self.known = _of_code(data.get("person", "")) if from_address else None
        if self.known:
            self.data = {**data.dict(), "person": called(self.known)}
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("autocomplete", "off")
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"

    # ---- What was typed

    def clean_organisation(self):
        """The one organisation that was meant."""
        text = self.cleaned_data["organisation"].strip()
        if not text:
            return None
        found = list(Organisation.objects.filter(code__iexact=text)) or Organisation.objects.exactly_called(text)
        found = found or list(Organisation.objects.called(text)[: MOST_OFFERED + 1])
        return self._sure(
            "organisation", found, lambda one: (str(one), one.code), "No organisation with this name or code is known"
        )

    def clean_person(self):
        """The one person, of the team or of a council."""
        text = self.cleaned_data["person"].strip()
        if not text:
            return None
        found = [self.known] if self.known else _people(text)
        return self._sure(
            "person", found, lambda one: (_in_a_choice(one), code_of(one)), "Nobody with this name or address is known"
        )

    def _sure(self, field, found, told, when_none):
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(when_none)
        self.choices[field] = [told(one) for one in found[:MOST_OFFERED]]
        raise forms.ValidationError("Several are called this. Select one of them, or enter more of the name")

    def clean_words(self):
        """Words; no address, which would stand in the page's own address."""
        words = self.cleaned_data["words"].strip()
        if "@" in words:
            raise forms.ValidationError("Enter an email address under “Person”: no note holds one")
        return words

    def clean(self):
        """The days are in order."""
        answers = super().clean()
        since, until = answers.get("since"), answers.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must be the same as or after the first")
        return answers

    # ---- What comes of it

    @property
    def query(self):
        """The answers as an address keeps them: an organisation by its code, a person by a number."""
        return urlencode(self._parameters(self.cleaned_data))

    def _parameters(self, answers):
        given = {
            "organisation": answers.get("organisation") and answers["organisation"].code,
            "person": answers.get("person") and code_of(answers["person"]),
            "since": answers.get("since") and answers["since"].isoformat(),
            "until": answers.get("until") and answers["until"].isoformat(),
            "kind": answers.get("kind"),
            "words": answers.get("words"),
        }
        return {name: value for name, value in given.items() if value}

    def offered(self):
        """For each field that is not sure, what it may mean: (words, the query that chooses it)."""
        rest = self._parameters(self.cleaned_data)
        return {
            field: [(words, urlencode(rest | {field: code})) for words, code in choices]
            for field, choices in self.choices.items()
        }

    def said(self):
        """What was asked, as the log tells it when somebody takes the answer away: no names, no words."""
        answers = self.cleaned_data
        return {
            **{name: answers[name].pk for name in ("organisation",) if answers[name]},
            **({"of": code_of(answers["person"])} if answers["person"] else {}),
            **{name: answers[name].isoformat() for name in ("since", "until") if answers[name]},
            **({"kind_of_event": answers["kind"]} if answers["kind"] else {}),
            **({"by_words": True} if answers["words"] else {}),
        }

    def events(self):
        """What is asked for, newest first."""
        answers = self.cleaned_data
        events = AuditEvent.objects.order_by("-at", "-pk")
        if answers["kind"]:
            events = events.filter(kind__in=kinds.kinds_of(answers["kind"]))
        if answers["since"]:
            events = events.filter(at__gte=_midnight(answers["since"]))
        if answers["until"]:
            events = events.filter(at__lt=_midnight(answers["until"] + timedelta(days=1)))
        for condition in self._conditions():
            events = events.filter(condition)
        return events

    def _conditions(self):
        organisation, person, words = (self.cleaned_data[name] for name in ("organisation", "person", "words"))
        reference = read_reference(words)
        asked = {
            **({"organisation": log_about.of_organisation(organisation)} if organisation else {}),
            **({"person": log_about.of_person(person)} if person else {}),
            **({"document": log_about.of_document(reference)} if reference else {}),
        }
        about = log_about.about_each(asked)
        if person:
            about["person"] |= log_about.by(person)
        if words:
            noted = Q(note__icontains=words)
            about["document"] = about["document"] | noted if reference else noted
        return about.values()


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))


def _of_code(text):
    """The person that an address of the log names; None when it names none."""
    if found := CODE.fullmatch(text):
        return KINDS_OF_PEOPLE[found[1]].objects.filter(pk=found[2]).first()
    return None


def _people(text):
    """Those that a typed name or address may mean; one whose address or user name it is, is sure."""
    if found := UNNAMED.fullmatch(text):
        return list(Person.objects.filter(pk=found[1]))
    sure = Q(username__iexact=text) | Q(email__iexact=text)
    team = User.objects.annotate(whole_name=Concat("first_name", Value(" "), "last_name"))
    team = list(team.filter(sure | Q(whole_name__icontains=text)).order_by("username")[: MOST_OFFERED + 1])
    at_councils = Person.objects.filter(Q(email__iexact=text) | Q(name__icontains=text)).order_by("name", "pk")
    at_councils = list(at_councils[: MOST_OFFERED + 1])
    everyone, typed = [*team, *at_councils], text.lower()
    addressed = [one for one in everyone if typed in (called(one).lower(), (one.email or "").lower())]
    named = [one for one in at_councils if one.name.lower() == typed]
    return addressed or [*team, *(named or at_councils)]


def _in_a_choice(person):
    if isinstance(person, User):
        return f"{person.get_full_name() or person.username}, of the delivery team ({person.username})"
    return ", ".join(filter(None, [person.name or f"Person {person.pk}", person.job_title, person.email]))
