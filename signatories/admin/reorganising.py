"""Organisations are renamed, ended, merged, split, or put together with the one that they really are: a form, then
everything that it touches and the emails that will go, then the decision."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import get_text_list

from localdigital.govuk import writing
from signatories import reorganising
from signatories.duplicates import put_together
from signatories.models import Organisation
from signatories.reorganising import ChangedMeanwhile, Refused
from signatories.touched import far_apart, touched_by

from .reorganising_forms import (
    MOST_SUCCESSORS,
    EndForm,
    MergeForm,
    RenameForm,
    SameAsForm,
    SplitForm,
    newcomers,
)

PERMISSION = "signatories.reorganise_organisation"
# What the page that shows it calls each list of Touched
HEADINGS = {
    "organisations": "Their names, addresses and dates",
    "successions": "Who takes over from whom",
    "signed": "What they have signed",
    "under_way": "Sign-ups under way",
    "commitments": "Open commitments",
    "people": "People with access",
    "partners": "Where they are named as partners",
    "questions": "Questions to partners",
    "co_published": "What they have co-published",
}
# From which page of the organisation one came, where that is not its form
CAME_FROM = {"about": "admin:organisation_about", "accept": "admin:signatories_organisation_accept"}
BUTTONS = {"confirm", "change", "preview", "more", "seen", "csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Answers:
    """What was asked: the form, and the rows of those that are new to the register."""

    form: object
    rows: object = None

    @property
    def forms(self):
        """All of them, for the summary of errors."""
        return [self.form, *(self.rows.forms if self.rows else [])]

    def are_valid(self):
        """Whether every one of them is."""
        return all([self.form.is_valid(), self.rows is None or self.rows.is_valid()])

    @property
    def newcomers(self):
        """Those that are new to the register."""
        return self.rows.newcomers if self.rows else []


@dataclass(frozen=True)
class Action:
    """One decision: what it is called, what it asks, whom it ends and who takes over, and how it is made."""

    slug: str
    label: str
    explanation: str
    form: type
    involves: Callable  # (organisation, answers) → those it is about, those that take over
    decide: Callable  # (organisation, answers, by, seen) → the organisation to go on with, the emails that were queued
    done: str
    new_rows: int = 0
    grave: bool = True


def _rename(organisation, answers, by, seen):
    reorganising.rename(organisation, **answers.form.cleaned_data, by=by, seen=seen)
    return organisation, []


def _reorganise(kind):
    def decide(organisation, answers, by, seen):
        ending, existing = INVOLVED[kind](organisation, answers)
        _, emails = reorganising.reorganise(
            kind,
            ending,
            last_day=answers.form.cleaned_data["last_day"],
            existing=existing,
            new=answers.newcomers,
            by=by,
            seen=seen,
        )
        return organisation, emails

    return decide


def _same_as(organisation, answers, by, seen):
    return put_together(organisation, answers.form.cleaned_data["real"], by=by, seen=seen), []


def _itself(organisation, answers):
    return [organisation], []


def _ends(organisation, answers):
    return [organisation], list(answers.form.cleaned_data["successors"])


def _merges(organisation, answers):
    successor = answers.form.cleaned_data["successor"]
    return list(answers.form.cleaned_data["ending"]), [successor] if successor else []


def _is_same(organisation, answers):
    return [organisation], [answers.form.cleaned_data["real"]]


INVOLVED = {reorganising.END: _ends, reorganising.SPLIT: _ends, reorganising.MERGE: _merges}

ACTIONS = [
    Action(
        "rename", "Rename", "Its old names stay names that people find it by, and its old address leads to the new.",
        RenameForm, _itself, _rename, "It has its new name.", grave=False,
    ),
    Action(
        "end", "End", "From the day after its last, nobody reports for it, and it cannot sign or be asked.",
        EndForm, _ends, _reorganise(reorganising.END), "Its last day is recorded.",
    ),
    Action(
        "merge", "Merge", "Several organisations end on one day, and one takes over what they did.",
        MergeForm, _merges, _reorganise(reorganising.MERGE), "They are merged.", new_rows=1,
    ),
    Action(
        "split", "Split", "It ends, and several organisations take over what it did.",
        SplitForm, _ends, _reorganise(reorganising.SPLIT), "It is split.", new_rows=2,
    ),
    Action(
        "same-as", "Is the same as another", "For one that was proposed, or is in the register twice: everything of it "
        "moves to the organisation that it really is, and it is deleted. This cannot be undone.",
        SameAsForm, _is_same, _same_as, "They are one organisation now.",
    ),
]  # fmt: skip


def possible_actions(request, organisation):
    """What somebody may do about an organisation: one that was only proposed is no other, or is to be accepted."""
    if not request.user.has_perm(PERMISSION):
        return []
    return [one for one in ACTIONS if organisation.checked_at or one.slug == "same-as"]


@admin.site.page("signatories/organisation/<int:pk>/reorganise/<slug:action>/", "organisation_reorganise")
def reorganise(request, pk, action):
    """One of these decisions: each step is a POST to the same address."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    organisation = get_object_or_404(Organisation, pk=pk)
    choice = next((one for one in possible_actions(request, organisation) if one.slug == action), None)
    if choice is None:
        raise Http404("no such decision about it")
    if request.method != "POST":
        return _ask(request, organisation, choice, _answers(choice, organisation, None))
    rows = _number(request.POST.get("new-TOTAL_FORMS"))
    answers = _answers(choice, organisation, request.POST, rows)
    if "more" in request.POST:
        return _ask(request, organisation, choice, _one_more(request, choice, organisation, rows), quiet=True)
    if "change" in request.POST or not answers.are_valid():
        return _ask(request, organisation, choice, answers)
    return _decide(request, organisation, choice, answers)


def _number(text):
    return min(int(text), MOST_SUCCESSORS) if text and text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _answers(choice, organisation, data, rows=0):
    form = choice.form(data, organisation=organisation)
    return Answers(form, newcomers(data, rows or choice.new_rows) if choice.new_rows else None)


def _one_more(request, choice, organisation, rows):
    """The same answers, with an empty row more."""
    data = request.POST.copy()
    data["new-TOTAL_FORMS"] = str(min(rows + 1, MOST_SUCCESSORS))
    return _answers(choice, organisation, data, rows + 1)


def _decide(request, organisation, choice, answers):
    """Decide when it is confirmed; else find out what would happen, and undo it before anybody sees it."""
    confirmed = "confirm" in request.POST
    try:
        with transaction.atomic():
            result, emails = choice.decide(
                organisation, answers, request.user, request.POST.get("seen", "") if confirmed else None
            )
            transaction.set_rollback(not confirmed)
    except Refused as refused:
        answers.form.add_error(None, str(refused))
        return _ask(request, organisation, choice, answers)
    except ChangedMeanwhile as changed:
        return _again(request, organisation, choice, answers, changed)
    if not confirmed:
        return _preview(request, organisation, choice, answers, emails)
    messages.success(request, f"{choice.done} {_told(choice, organisation, answers)}")
    return redirect("admin:organisation_about", result.pk)


def _told(choice, organisation, answers):
    """What was decided, with the names of those it is about and of those that took over."""
    asked = answers.form.cleaned_data
    about, existing = choice.involves(organisation, answers)
    if choice.slug == "rename":
        return f"It is {asked['official_name']} from {writing.date(asked['renamed_on'])}."
    if choice.slug == "same-as":
        return f"{about[0].official_name} was really {existing[0].official_name}."
    ends = get_text_list([one.official_name for one in about], "and")
    heirs = [one.official_name for one in [*existing, *answers.newcomers]]
    verb = "takes" if len(heirs) < 2 else "take"
    return (
        f"Last day of {ends}: {writing.date(asked['last_day'])}. {get_text_list(heirs, 'and') or 'Nobody'} {verb} over."
    )


def _again(request, organisation, choice, answers, changed):
    """What it touches changed since it was shown: say what, and show it as it is now."""
    request.POST = request.POST.copy()
    del request.POST["confirm"]
    response = _decide(request, organisation, choice, answers)
    response.context_data["changed"] = [HEADINGS[name] for name in changed.what]
    response.status_code = 409
    return response


def _ask(request, organisation, choice, answers, quiet=False):
    """The form; `quiet` when nothing was asked to be checked yet."""
    errors = [] if quiet else [form for form in answers.forms if form.is_bound and form.errors]
    return _page(request, "form", choice, organisation, {"answers": answers, "errors": errors, "quiet": quiet})


def _preview(request, organisation, choice, answers, emails):
    about, successors = choice.involves(organisation, answers)
    touched = touched_by(about, successors)
    page = {
        "about": about,
        "successors": successors,
        "newcomers": answers.newcomers,
        "asked": answers.form.cleaned_data,
        "touched": touched,
        "cautions": far_apart(about, [*successors, *answers.newcomers]),
        "has_heirs": bool(successors or answers.newcomers),
        "people": [one for one in touched.people if one.organisation in about],
        "people_of_successors": [one for one in touched.people if one.organisation not in about],
        "seen": touched.seal(),
        "emails": emails,
        "hidden": [
            (name, value) for name in request.POST if name not in BUTTONS for value in request.POST.getlist(name)
        ],
    }
    return _page(request, "preview", choice, organisation, page)


def _page(request, name, choice, organisation, page):
    pk = organisation.pk
    context = {
        **admin.site.each_context(request),
        "opts": Organisation._meta,
        "title": f"{choice.label}: {organisation}" + (", check before you confirm" if name == "preview" else ""),
        "action": choice,
        "organisation": organisation,
        "back": reverse(CAME_FROM.get(request.GET.get("from"), "admin:signatories_organisation_change"), args=[pk]),
        **page,
    }
    return TemplateResponse(request, f"admin/signatories/reorganise_{name}.html", context)
