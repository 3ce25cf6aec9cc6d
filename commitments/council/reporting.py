"""The pages on which a council's people report: what was done, the evidence, no change, and withdrawing."""

from functools import wraps

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commitments.council import drafts, forms
from commitments.council.access import NOT_STANDING, for_reporter, while_unfinished
from commitments.models import ProgressUpdate
from commitments.publishing import Stale
from signatories.models import MoveRefused

Kind = ProgressUpdate.Kind
REPORT_WAITS = (
    "Your progress update on ‘{}’ waits to be read by the delivery team. To say something else, take it back first: "
    "select ‘Report progress’"
)
SENT_MEANWHILE = "You sent this to the delivery team in another window. Take it back there to change it"


def of_standing(view):
    """For a page that says something of a commitment: one that has ended shows how it stands instead."""

    @for_reporter
    @wraps(view)
    def answer(request, commitment):
        if not commitment.is_standing:
            return redirect("council_commitment", pk=commitment.pk)
        try:
            return view(request, commitment)
        except Stale:  # it ended while this page was open
            messages.error(request, NOT_STANDING)
            return redirect("council_commitment", pk=commitment.pk)

    return answer


@of_standing
def report(request, commitment):
    """How far it is and what was done: kept as a draft when the answers are good."""
    if request.method == "POST":
        form = forms.ReportForm(request.POST, deliverables=list(commitment.deliverables.all()))
        update = _kept(commitment, form, request.person) if form.is_valid() else None
        if update:
            came_from_check = request.GET.get("from") == "check"
            return redirect("council_update_check" if came_from_check else "council_update_evidence", update.pk)
        begun = drafts.open_update(commitment, request.person)
    else:
        begun = drafts.open_update(commitment, request.person)
        if begun and not begun.is_editable:
            prefetch_related_objects([begun], "evidence")
            return render(request, "account/report_waiting.html", {"commitment": commitment, "update": begun})
        form = _as_reported(commitment, begun)
    page = {"commitment": commitment, "update": begun, "form": form, "back": _back(request, commitment, begun)}
    return render(request, "account/report.html", page)


def _kept(commitment, form, person):
    """The update that keeps these answers; None when one was sent in meanwhile, which the form then says."""
    try:
        return drafts.save_report(commitment, form.cleaned_data, by=person)
    except MoveRefused:
        form.add_error(None, SENT_MEANWHILE)
        return None


def _as_reported(commitment, begun):
    """The form as it is shown at first: with what was begun, or how things stand now."""
    if begun is None:
        deliverables = list(commitment.deliverables.all())
        answers = {"stage": commitment.stage, "reported_on": timezone.localdate()}
        delivered = [one.pk for one in deliverables if one.delivered_on]
    else:
        deliverables = drafts.deliverables_of(commitment, begun)
        names = ("stage", "reported_on", "done", "went_well", "could_be_better", "next_step")
        answers = {name: getattr(begun, name) for name in names}
        delivered = [one.pk for one in deliverables if one.is_ticked]
    return forms.ReportForm(initial=answers | {"delivered": delivered}, deliverables=deliverables)


def _back(request, commitment, begun):
    if begun and request.GET.get("from") == "check":
        return reverse("council_update_check", args=[begun.pk])
    return reverse("council_commitment", args=[commitment.pk])


@while_unfinished
def evidence(request, update):
    """The links that show what the update says, and the form to add one more."""
    if update.kind != Kind.REPORT:
        return redirect("council_update_check", update.pk)
    form = forms.EvidenceForm(request.POST or None)
    then = "council_update_check" if request.POST.get("then") == "continue" else "council_update_evidence"
    if then == "council_update_check" and form.is_blank:
        return redirect(then, update.pk)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.add_evidence(update, **form.cleaned_data)
            return redirect(then, update.pk)
        except drafts.TooMany:
            form.add_error(None, f"An update can hold {forms.MOST_EVIDENCE} links. Remove one first")
    links = list(update.evidence.all())
    return render(request, "account/evidence.html", {"update": update, "links": links, "form": form})


@require_POST
@while_unfinished
def remove_evidence(request, update, link):
    """Take a link out."""
    drafts.remove_evidence(update, link)
    messages.success(request, "The link has been removed")
    return redirect("council_update_evidence", update.pk)


@require_POST
@for_reporter
def no_change(request, commitment):
    """Say with one click that nothing has changed: anyone can read it at once."""
    try:
        drafts.no_change(commitment, by=request.person)
        messages.success(request, f"No change reported on ‘{commitment.title}’")
    except Stale:
        messages.error(request, "Nothing more is expected of this commitment, so there is no need to report on it")
    except drafts.ReportWaits:
        messages.error(request, REPORT_WAITS.format(commitment.title))
    except drafts.SaidToday:
        messages.info(request, f"It was reported today already that nothing has changed on ‘{commitment.title}’")
    if request.POST.get("from") == "account":
        return redirect("account")
    return redirect("council_commitment", pk=commitment.pk)


@of_standing
def withdraw(request, commitment):
    """Why it is withdrawn: kept as a draft, to be checked and sent in like a report."""
    begun = drafts.open_withdrawal(commitment, request.person)
    if begun and not begun.is_editable:
        return render(request, "account/withdraw_waiting.html", {"commitment": commitment, "update": begun})
    form = forms.WithdrawForm(request.POST or None, initial={"reason": begun.done if begun else ""})
    if request.method == "POST" and form.is_valid():
        try:
            update = drafts.save_withdrawal(commitment, form.cleaned_data["reason"], by=request.person)
            return redirect("council_update_check", update.pk)
        except MoveRefused:
            form.add_error(None, SENT_MEANWHILE)
    owners = commitment.owners(timezone.localdate())
    page = {"commitment": commitment, "update": begun, "form": form, "owners": owners}
    return render(request, "account/withdraw.html", page)
