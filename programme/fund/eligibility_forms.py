"""The questions of the eligibility check: which round, and who would apply. Organisations are named as people write."""

import datetime as dt
from functools import reduce
from operator import or_

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from localdigital.forms import DateField, QuestionForm
from localdigital.govuk.writing import date, listed, plural
from programme.fund.eligibility import Application
from programme.fund.times import in_uk_time
from programme.models import FundRound
from programme.models.funding import RoundState, RuleKind
from signatories.models import Organisation, OrganisationName
from signatories.models.names import LONGEST_NAME, core, fold
from signatories.models.partial_date import Precision
from signatories.signed_on import LAUNCHED_ON
from signatories.signup.forms import lines

MOST_PARTNERS = 30
MOST_CANDIDATES = 8
YEARS_AHEAD = 5
NEVER, UNSURE, NOBODY, ALL = "none", "unsure", "none", "all"


class RoundForm(QuestionForm):
    """Which round of the fund the check is about, the newest first, each with how it stands."""

    heading_field = "round"
    round = forms.ChoiceField(
        label="Which round of the fund do you want to check?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select a round", "invalid_choice": "Select a round from the list"},
    )

    def __init__(self, data=None, *, now, **kwargs):
        super().__init__(data, **kwargs)
        self.by_slug = {one.slug: one for one in FundRound.objects.public().order_by("-position")}
        self.fields["round"].choices = [(slug, one.name) for slug, one in self.by_slug.items()]
        self.hints = {"round": {slug: how_it_stands(one, now) for slug, one in self.by_slug.items()}}

    def clean_round(self):
        """The round itself."""
        return self.by_slug[self.cleaned_data["round"]]


def how_it_stands(round_, now):
    """One line: whether it is open, and the date that says so."""
    state = round_.state(now)
    if state == RoundState.OPEN and round_.closes_at:
        return f"Open until {in_uk_time(round_.closes_at)}"
    if state == RoundState.UPCOMING:
        return f"Opens on {in_uk_time(round_.opens_at)}"
    if state == RoundState.CLOSED:
        return f"Closed on {in_uk_time(round_.closes_at)}"
    if state == RoundState.AWARDED:
        return f"Awarded {round_.awarded}"
    return state.label


class ApplicationForm(QuestionForm):
    """Who would apply in a round: the lead, its partners, and what the rules of that round need to know.

    A name that may mean several organisations becomes a question of its own, `means-<name>`, below where it was typed.
    Bound once "lead" is in the address.
    """

    lead = forms.CharField(
        label="Which organisation leads the application?",
        help_text="Start typing its name. For a past round you can name a council that no longer exists.",
        error_messages={"required": "Enter the organisation that leads the application"},
    )
    partners = forms.CharField(
        label="Who are the partners? (optional)",
        help_text="Put each organisation on its own line, or separate them with semicolons",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    led = forms.IntegerField(
        label="How many other applications does it lead in this round? (optional)",
        required=False,
        min_value=0,
        max_value=999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "invalid": "Number of other applications must be a whole number, like 1",
            "min_value": "Number of other applications must be 0 or more",
            "max_value": "Number of other applications must be 999 or fewer",
        },
    )
    funded = forms.ChoiceField(
        label="Which earlier round funded this project? (optional)", required=False, widget=forms.RadioSelect
    )
    on = DateField(label="As of which date? (optional)", called="Date", required=False)

    def __init__(self, data=None, *, round_, today, **kwargs):
        super().__init__(data, **kwargs)
        self.round, self.today = round_, today
        self.as_of, self.because = round_.asked_as_of(today)
        self.fields["lead"].widget.attrs |= {
            "autocomplete": "off",
            "data-autocomplete-url": reverse("organisation_names"),
        }
        self.fields["on"].help_text = self._when()
        self._ask_only_what_rules_need()
        self.candidates = self._look_up() if self.is_bound else {}
        self._ask_what_is_unclear()

    # ---- Which questions there are

    def _when(self):
        awarded = f"{'on' if self.round.awarded_precision == Precision.DAY else 'in'} {self.round.awarded}"
        because = {
            "closes_at": ", the day on which it closed",
            "awarded_on": f": it was awarded {awarded}, and its closing date is not known",
            "": ", today",
        }[self.because]
        empty = f"Leave this empty to ask about {self.round.in_a_sentence} as of {date(self.as_of)}{because}."
        return f"{empty} For example, 27 3 2020."

    def _ask_only_what_rules_need(self):
        rules = {rule.kind: rule for rule in self.round.rules.all()}
        if RuleKind.LED_AT_MOST not in rules:
            del self.fields["led"]
        if RuleKind.FUNDED_BEFORE not in rules:
            del self.fields["funded"]
            return
        self.rounds_before = {one.slug: one for one in rules[RuleKind.FUNDED_BEFORE].rounds.all() if one.is_public}
        choices = [(slug, one.name) for slug, one in self.rounds_before.items()]
        self.fields["funded"].choices = [*choices, (NEVER, "None of these rounds"), (UNSURE, "I am not sure")]
        self.dividers = {"funded": {NEVER: "or"}}

    def _ask_what_is_unclear(self):
        """A question for each name that does not mean one organisation but may mean some."""
        for text, found in self.candidates.items():
            if found and text not in self.plain and self._question_about(text) not in self.fields:
                both = [(ALL, "Both" if len(found) == 2 else "All of these")] if self._may_be_all(text) else []
                self.fields[self._question_about(text)] = forms.ChoiceField(
                    label=f"Which organisation is ‘{text}’?",
                    choices=[*((one.code, _told_apart(one)) for one in found), *both, (NOBODY, "None of these")],
                    widget=forms.RadioSelect,
                    error_messages={
                        "required": f"Select which organisation ‘{text}’ is, or none of these",
                        "invalid_choice": f"Select which organisation ‘{text}’ is, or none of these",
                    },
                )
        asked = [name for name in self.fields if name.startswith("means-")]
        about_lead = [name for name in asked if name == self._question_about(self._typed_lead())]
        self.order_fields(["lead", *about_lead, "partners", *(name for name in asked if name not in about_lead)])

    def _question_about(self, text):
        return f"means-{slugify(fold(text))[:60]}"

    # ---- What the names mean

    def _typed_lead(self):
        return self.data.get("lead", "").strip()

    def _typed_partners(self):
        return lines(self.data.get("partners", "").replace(";", "\n"))

    def _look_up(self):
        """For each name that was typed the organisations that it may mean: exactly, or else the nearest."""
        typed = dict.fromkeys([self._typed_lead(), *self._typed_partners()[:MOST_PARTNERS]])
        typed = [text for text in typed if text and len(text) <= LONGEST_NAME]
        exact = Organisation.objects.checked().exactly_called_each(typed, on=self._given_date() or self.as_of)
        self.plain = {text for text, found in exact.items() if len(found) == 1}
        self.shared = {text for text, found in exact.items() if 1 < len(found) <= MOST_CANDIDATES}
        near = nearly_called([text for text, found in exact.items() if not found])
        return {text: found[:MOST_CANDIDATES] or near[text] for text, found in exact.items()}

    def _given_date(self):
        try:
            return self.fields["on"].clean(self["on"].data)
        except ValidationError:
            return None

    def _may_be_all(self, text):
        """Whether a name that several bear may mean all of them: of partners, since only one leads."""
        return text in self.shared and self._question_about(text) != self._question_about(self._typed_lead())

    def _meanings(self, text):
        """The organisations that a name means; none where it means none, or that is not answered yet."""
        found = self.candidates.get(text, [])
        code = self.cleaned_data.get(self._question_about(text))
        if text in self.plain or code == ALL:
            return found
        return [one for one in found if one.code == code]

    def _was_refused(self, text):
        return self.cleaned_data.get(self._question_about(text)) == NOBODY

    # ---- What is wrong with the answers

    def clean_lead(self):
        """The name of an organisation that the register may know."""
        text = self.cleaned_data["lead"].strip()
        self._refuse_unknown([text], "Check the spelling.")
        return text

    def clean_partners(self):
        """The names, each one that the register may know."""
        typed = self._typed_partners()
        if len(typed) > MOST_PARTNERS:
            raise ValidationError(f"Enter {MOST_PARTNERS} partners or fewer, one on each line")
        self._refuse_unknown(typed, "Check the spelling, or leave out those that are not: they count for no rule.")
        return typed

    def _refuse_unknown(self, texts, what_to_do):
        if any(len(text) > LONGEST_NAME for text in texts):
            raise ValidationError(f"Each name must be {LONGEST_NAME} characters or fewer")
        unknown = [f"‘{text}’" for text in texts if not self.candidates.get(text)]
        if unknown:
            are = plural(len(unknown), "is", "are")
            raise ValidationError(f"{listed(unknown)} {are} not in the register. {what_to_do}")

    def clean_on(self):
        """A date since there is a Declaration, and of which something may be known."""
        on = self.cleaned_data["on"]
        if on and on < LAUNCHED_ON:
            raise ValidationError(f"Date must be on or after {date(LAUNCHED_ON)}, when the Declaration was launched")
        last = dt.date(self.today.year + YEARS_AHEAD, 12, 31)
        if on and on > last:
            raise ValidationError(f"Date must be on or before {date(last)}")
        return on

    def clean(self):
        """Whoever leads must be in the register."""
        lead = self.cleaned_data.get("lead")
        if lead and self._was_refused(lead):
            self.add_error("lead", f"Enter the full name of the organisation that you mean by ‘{lead}’")

    # ---- The answers

    def application(self):
        """What is asked, of a valid form."""
        answers, (lead,) = self.cleaned_data, self._meanings(self.cleaned_data["lead"])
        meant = {text: self._meanings(text) for text in answers["partners"]}
        partners = dict.fromkeys(one for those in meant.values() for one in those if one != lead)
        return Application(
            round=self.round,
            lead=lead,
            partners=tuple(partners),
            on=answers["on"] or self.as_of,
            unknown=tuple(text for text, those in meant.items() if not those),
            led=answers.get("led"),
            funded_in=self.rounds_before.get(answers["funded"]) if "funded" in answers else None,
            never_funded=answers.get("funded") == NEVER,
        )


def nearly_called(texts):
    """For each of these names the organisations with a name that begins so, by one query for all."""
    wanted = {text: (fold(text), core(text)) for text in texts}
    wanted = {text: both for text, both in wanted.items() if min(map(len, both)) > 2}
    found = {text: [] for text in texts}
    if not wanted:
        return found
    begins = reduce(
        or_, (Q(folded__startswith=whole) | Q(core__startswith=middle) for whole, middle in wanted.values())
    )
    names = OrganisationName.objects.filter(begins, organisation__checked_at__isnull=False)
    for name in names.select_related("organisation").order_by("organisation__sort_name", "pk")[:500]:
        for text, (whole, middle) in wanted.items():
            near = name.folded.startswith(whole) or name.core.startswith(middle)
            if near and name.organisation not in found[text] and len(found[text]) < MOST_CANDIDATES:
                found[text].append(name.organisation)
    return found


def _told_apart(organisation):
    """Its name, and when it began or ended where it did: two of one name follow each other."""
    today = timezone.localdate()
    if organisation.ends_on and organisation.ends_on < today:
        return f"{organisation.official_name}, until {date(organisation.ends_on)}"
    return organisation.official_name
