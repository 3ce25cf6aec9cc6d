"""The pages on which a council changes the text of a commitment: write it, check the difference, send it in."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commitments import publishing, rewording
from commitments.council.access import TOO_LATE, answered_for_by
from commitments.council.change_form import ChangeForm, as_posted, as_typed
from commitments.council.reporting import of_standing
from commitments.models import Revision, Status
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from signatories.access import for_person_by_id
from signatories.models import MoveRefused

SENT_AN_HOUR = 60
ENDED = "This commitment has ended, so its text cannot change any more"
MEANWHILE = (
    "A colleague has changed this text since you opened this page. Read their version first. "
    "If you save yours, it takes the place of theirs."
)
SENT_MEANWHILE = (
    "A colleague has sent in a change of this text since you opened this page. Take it back before you save yours."
)
READ_AGAIN = "This text has changed since you opened this page. Read it again."


def _form(data, commitment, initial=None):
    current = rewording.current_text(commitment)
    initial = as_typed(current) if initial is None else initial
    return ChangeForm(data, initial=initial, current=current, disowned=rewording.disowned(commitment))


@of_standing
def change(request, commitment):
    """The text to change, prefilled: with the open change, or with the text as it is now."""
    if request.method == "POST":
        return _keep(request, commitment)
    open_change = commitment.revisions.open().first()
    if open_change and not open_change.is_editable:
        return redirect("council_change_check", open_change.pk)
    form = _form(None, commitment, as_typed(open_change) if open_change else None)
    return _show(request, commitment, form, open_change, rewording.version_of(open_change))


def _keep(request, commitment):
    """Keep what was written and go on to the difference; or show it again, with what is wrong."""
    form, seen, refused = _form(request.POST, commitment), request.POST.get("seen", ""), False
    if form.is_valid():
        try:
            kept = rewording.keep(commitment, form.cleaned_data, by=request.person, seen=seen)
            return redirect("council_change_check", kept.pk)
        except (rewording.ChangedMeanwhile, MoveRefused):
            refused = True
    open_change = commitment.revisions.open().first()
    if refused:
        form.add_error(None, MEANWHILE if open_change is None or open_change.is_editable else SENT_MEANWHILE)
        seen = rewording.version_of(open_change)
    return _show(request, commitment, form, open_change, seen)


def _show(request, commitment, form, open_change, seen):
    page = {"commitment": commitment, "form": form, "open_change": open_change, "seen": seen}
    return render(request, "account/change.html", page | {"back": _back(request, commitment, open_change)})


def _back(request, commitment, open_change):
    if open_change and request.GET.get("from") == "check":
        return reverse("council_change_check", args=[open_change.pk])
    return reverse("council_commitment", args=[commitment.pk])


def for_change(view):
    """Hand the view one changed text of a commitment that the Person signed in answers for today, whoever of its
    people proposed it; 404 for anyone else's."""

    @for_person_by_id
    @wraps(view)
    def answer(request, revision, *args, **kwargs):
        mine = Revision.objects.filter(commitment__in=answered_for_by(request.person))
        found = mine.select_related("commitment__signature").filter(pk=revision).first()
        if found is None:
            raise Http404
        return view(request, found, *args, **kwargs)

    return answer


@for_change
def check(request, revision):
    """What the change changes, with the button that sends it in; once it is with the delivery team, that."""
    if request.method == "POST":
        return _decide(request, revision)
    commitment = revision.commitment
    if revision.status == Status.PUBLISHED:
        return redirect("commitment_history", commitment.pk, commitment.slug)
    page = {
        "revision": revision,
        "commitment": commitment,
        "differences": rewording.what_changes(revision),
        "published_since": rewording.published_since(revision),
        "seen": rewording.version_of(revision),
        "at_once": publishing.publishes_at_once(commitment, request.person, timezone.localdate()),
        "back": reverse("council_change", args=[commitment.pk]) if revision.is_editable else None,
    }
    return render(request, "account/change_check.html" if revision.is_editable else "account/change_sent.html", page)


def _decide(request, revision):
    action = request.POST.get("action")
    if action not in ("send", "recall"):
        raise BadRequest("that is no button of this page")
    if not within_limit("send in", request.person.pk, limit=SENT_AN_HOUR):
        return too_many_requests(request)
    try:
        return (_send if action == "send" else _recall)(request, revision)
    except publishing.Stale:
        messages.error(request, ENDED)
        return redirect("council_commitment", pk=revision.commitment_id)


def _send(request, revision):
    """Send it in, unless what was good when it was written is not any more: the form then says what."""
    form = _form(as_posted(revision), revision.commitment)
    if revision.is_editable and not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect("council_change", pk=revision.commitment_id)
    try:
        if rewording.send_in(revision, by=request.person, seen=request.POST.get("seen", "")):
            messages.success(request, "Your change is published")
            return redirect("council_commitment", pk=revision.commitment_id)
    except rewording.ChangedMeanwhile:
        messages.error(request, READ_AGAIN)
    except MoveRefused:
        pass  # a double click: the first one sent it in
    return redirect("council_change_check", revision.pk)


def _recall(request, revision):
    try:
        rewording.recall(revision, by=request.person)
        messages.success(request, "You can change it now. Send it again when you are done.")
    except MoveRefused:
        messages.error(request, TOO_LATE)
    return redirect("council_change_check", revision.pk)


@for_change
def delete(request, revision):
    """Delete a change that is not with the delivery team, after asking once."""
    if not revision.is_editable:
        return redirect("council_change_check", revision.pk)
    if request.method == "POST":
        try:
            rewording.delete_draft(revision, by=request.person)
            messages.success(request, "The change has been deleted")
        except MoveRefused:
            messages.error(request, "A colleague has sent this change in or deleted it meanwhile")
        return redirect("council_commitment", pk=revision.commitment_id)
    return render(request, "account/change_delete.html", {"revision": revision, "commitment": revision.commitment})
