"""How the team decides about anything that waits: what to say, the emails exactly as they will go, then the decision.

Each decision has one address, and each step is a POST to it. A Decision says what it asks, whom it tells and what makes
it; nothing is decided here.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from commitments.shown import what_changed
from localdigital import looks, reasons
from localdigital.forms import QuestionForm, for_ever
from localdigital.models import AuditEvent, Reason
from signatories.models import MoveRefused

from .kinds import kind_in_words
from .naming import name_all

WAITS = "awaiting-review"


@dataclass(frozen=True)
class Decision:
    """One decision: what it is called, what it asks, whom it tells, and the function that makes it."""

    slug: str
    move: str
    label: str
    decide: Callable
    letter: Callable | None
    note_label: str
    note_hint: str = ""
    note_needed: bool = True
    grave: bool = False
    explanation: str = ""
    # Which reasons are offered (Reason.Decision)
    reasons: str = ""

    crumbs: ClassVar[str] = ""
    refusals: ClassVar[tuple] = ()
    # What the log has the event about, when that is not the thing itself
    about = None

    def kind_of(self, thing):
        """What the log calls it."""
        return AuditEvent.kind_of(thing, self.move)

    @property
    def is_told(self):
        """Whether somebody is told of it by email. A template cannot ask `letter`, which it would call."""
        return self.letter is not None

    def drafts(self, thing, note):
        """The emails that go when it is decided."""
        return self.letter(thing, note) if self.letter else []

    def unproved(self, thing):
        """The signatories whose authority has to be checked."""
        return []

    def done_in_words(self, thing):
        """What was done, once it is."""
        return kind_in_words(self.kind_of(thing))

    def make(self, thing, **given):
        """Make it."""
        self.decide(thing, **given)

    def why_not(self, error, thing):
        """Why one of the `refusals` keeps it from being made, in words."""

    def context(self, thing):
        """What its pages show beside."""
        return {}

    def form(self, thing, data=None, *, offered=None, unproved=None, **options):
        """The form that asks for it. Whoever has loaded the reasons that are offered, or the signatories whose
        authority has to be checked, hands them over."""
        if offered is None:
            offered = list(Reason.objects.offered(self.reasons)) if self.reasons else []
        unproved = self.unproved(thing) if unproved is None else unproved
        options.setdefault("initial", {"seen": thing.changed_at.isoformat()})
        return DecisionForm(data, decision=self, offered=offered, unproved=unproved, **options)


class DecisionForm(QuestionForm):
    """What a decision asks. `seen` is when that which the moderator read had last changed; `filled` are the reasons
    whose texts were put into the note already."""

    seen = forms.CharField(widget=forms.HiddenInput)
    authority = forms.CharField(
        label="How was the signer’s authority checked?",
        max_length=1000,
        validators=[for_ever],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say how the signer’s authority was checked"},
    )
    reasons = forms.MultipleChoiceField(label="Reasons", required=False, widget=forms.CheckboxSelectMultiple)
    filled = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    note = forms.CharField(
        required=False, max_length=3000, validators=[for_ever], widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args, decision, offered=(), unproved=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.decision, self.offered, self.unproved = decision, list(offered), unproved
        if not unproved:
            del self.fields["authority"]
        if not self.offered:
            del self.fields["reasons"], self.fields["filled"]
        else:
            self.fields["reasons"].choices = [(str(one.pk), one.title) for one in self.offered]
        self.fields["note"].label = decision.note_label

    def clean_seen(self):
        """The moment, as a date and time."""
        try:
            return dt.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            raise forms.ValidationError("Open it again and read it before you decide") from None

    def clean(self):
        """A decision that needs words has some: written, or those of the reasons that are ticked."""
        answers = super().clean()
        chosen = set(answers.get("reasons", ()))
        answers["reasons"] = [one for one in self.offered if str(one.pk) in chosen]
        filled = set(answers.get("filled", "").split(","))
        self.unfilled = [one for one in answers["reasons"] if str(one.pk) not in filled]
        if self.decision.note_needed and not answers.get("note") and not self.unfilled and "note" not in self.errors:
            self.add_error("note", f"Say {self.decision.note_label[0].lower()}{self.decision.note_label[1:]}")
        return answers

    @property
    def chosen(self):
        """The numbers of the reasons that are ticked, as the page shows them."""
        return {str(one) for one in self["reasons"].value() or ()} if self.offered else set()

    def given(self):
        """What the decision is made with."""
        named = ("note", "authority", "seen")
        given = {name: self.cleaned_data[name] for name in named if name in self.cleaned_data}
        return given | ({"reasons": self.cleaned_data["reasons"]} if self.offered else {})

    def as_given(self, **changes):
        """What was given, to be asked again."""
        given = {name: self.data.get(name, "") for name in self.fields if name != "reasons"}
        return given | {"reasons": self.data.getlist("reasons")} | changes

    def filled_in(self):
        """The same with the texts of the reasons in the note."""
        texts = [self.cleaned_data["note"], reasons.combined(self.unfilled)]
        numbers = ",".join(str(one.pk) for one in self.cleaned_data["reasons"])
        return self.as_given(note="\n\n".join(text for text in texts if text), filled=numbers)


# ---- The steps


def ask_and_decide(request, thing, choice):
    """Ask, show the emails, decide."""
    if request.method != "POST":
        if not choice.is_possible(thing):
            return _refused(request, choice, thing)
        return _page(request, "form", choice, thing, form=choice.form(thing), look=_colleague(request, thing))
    form = choice.form(thing, request.POST)
    if "change" in request.POST or not form.is_valid():
        form = choice.form(thing, initial=form.as_given()) if form.is_valid() else form
        return _page(request, "form", choice, thing, form=form)
    if not choice.is_possible(thing) or form.cleaned_data["seen"] != thing.changed_at:
        return _refused(request, choice, thing)
    if "confirm" in request.POST and not form.unfilled:
        return _decide(request, choice, thing, form)
    if look := _colleague(request, thing, taking_over="take-over" in request.POST):
        return _page(request, "form", choice, thing, status=409, form=form, look=look)
    if form.unfilled:
        form = choice.form(thing, initial=form.filled_in())
        return _page(request, "form", choice, thing, form=form, filled=True)
    drafts = choice.drafts(thing, form.cleaned_data["note"])
    return _page(request, "preview", choice, thing, form=form, drafts=drafts)


def _colleague(request, thing, taking_over=False):
    """A colleague's look at what waits for a decision, unless it is taken over from them."""
    look = looks.look_at(thing) if thing.status == WAITS else None
    if look is None or look.user_id == request.user.pk:
        return None
    if not taking_over or request.POST["take-over"] != str(look.user_id):
        return look
    try:
        looks.take_over(thing, by=request.user, colleague_id=look.user_id)
    except looks.LookedAt as looked:
        return looked.look


def _decide(request, choice, thing, form):
    """Make the decision and go on to what waits next, or say in words why it could not be made."""
    waited = thing.status == WAITS
    try:
        with transaction.atomic():
            if waited:
                looks.finish(thing, by=request.user)
            choice.make(thing, by=request.user, **form.given())
    except MoveRefused:
        return _refused(request, choice, thing)
    except looks.LookedAt as looked:
        return _page(request, "form", choice, thing, status=409, form=form, look=looked.look)
    except choice.refusals as error:
        # Asked again as things are now: somebody's authority may have to be checked.
        form = choice.form(thing, form.data)
        form.is_valid()
        if words := choice.why_not(error, thing):
            form.add_error(None, words)
        return _page(request, "form", choice, thing, form=form)
    return _done(request, choice, thing, waited)


def _done(request, choice, thing, waited):
    """Say what was done; of what waited, go on to what has waited longest of its kind and no colleague looks at."""
    more, following = "", None
    if waited:
        following = next_for(request.user, thing)
        more = " This is the next one. Your colleagues see that you are looking at it."
        if not following:
            waits = type(thing).objects.awaiting_review().exists()
            more = " What else waits, colleagues are looking at." if waits else " Nothing else of this kind waits."
    words = choice.done_in_words(thing)
    link = format_html('<a href="{}">{}</a>', address_of(thing), choice.named(thing))
    messages.success(request, format_html("{}: {}.{}", words, link, more))
    if waited and not following:
        return redirect(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_changelist")
    return redirect(address_of(following or thing))


def next_for(user, thing):
    """What waits longest of that kind and no colleague looks at: this one of the team now does. None when none is."""
    waiting = looks.with_looks(type(thing).objects.awaiting_review().exclude(pk=thing.pk))
    following = waiting.filter(Q(looked_at_by=None) | Q(looked_at_by=user.pk)).first()
    if following:
        # a colleague began at this very moment: the page says so
        with suppress(looks.LookedAt):
            looks.begin(following, by=user)
    return following


def address_of(thing, page="change", *more):
    """The address of its review page, or of another admin page about it."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{page}", args=[thing.pk, *more])


def _refused(request, choice, thing):
    """Say who did what and when; a second press of one's own button simply leads on."""
    thing = choice.reload(thing)
    last = AuditEvent.objects.about(choice.about or thing).last()
    mine = last and (last.actor_type, last.actor_id) == (request.user._meta.label_lower, request.user.pk)
    if request.method == "POST" and mine and last.kind == choice.kind_of(thing):
        return _done(request, choice, thing, last.from_status == WAITS)
    if last:
        last.words = kind_in_words(name_all([last])[0].kind)
    return _page(request, "refused", choice, thing, status=409, last=last)


def _page(request, name, choice, thing, status=200, **context):
    short = f"{choice.label.lower()} {choice.words_for(thing)[1]}"
    titles = {"preview": f"Check before you confirm: {short}", "refused": f"Not decided: {short}"}
    context = {
        **admin.site.each_context(request),
        "opts": thing._meta,
        "title": titles.get(name, short[0].upper() + short[1:]),
        "thing": thing,
        "words": choice.words_for(thing)[0],
        "decision": choice,
        "crumbs": choice.crumbs,
        "back": address_of(thing),
        **choice.context(thing),
        **context,
    }
    return TemplateResponse(request, f"admin/decide_{name}.html", context, status=status)


# ---- On the review page


@dataclass(frozen=True)
class Asked:
    """A decision with its form and the address that it goes to: the first step of it on the review page itself."""

    decision: Decision
    form: DecisionForm
    address: str


def asked_here(thing, choices, offered=(), unproved=()):
    """These decisions, each with its form; the reasons and the signatories to check have been read already."""
    return [
        Asked(
            choice,
            choice.form(
                thing,
                offered=[one for one in offered if one.decision == choice.reasons],
                unproved=unproved if choice.move == "publish" else [],
                auto_id=f"id_{choice.slug}_%s",
            ),
            address_of(thing, "decide", choice.slug),
        )
        for choice in choices
    ]


def since_last_read(thing, parts, events):
    """What changed since the team last read it: the differences, and what it had asked for. None at the first time."""
    if thing.status != WAITS or thing.last_read is None:
        return None
    asked = next((one.note for one in reversed(events) if one.to_status == "returned"), "")
    return {"differences": what_changed(thing.last_read, parts), "asked": asked}
