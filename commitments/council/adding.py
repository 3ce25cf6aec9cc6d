"""The pages on which a council adds a commitment to a declaration that it signed: the questions of the sign-up."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commitments import additions, publishing
from commitments.council.access import TOO_LATE, for_reporter
from commitments.models import Status
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from signatories.access import for_person
from signatories.models import Access, MoveRefused, Signature
from signatories.models.reference import read_reference
from signatories.signup import forms
from signatories.signup.commitment_pages import unclear_partners
from signatories.signup.questions import BY_SLUG, QUESTIONS, first_unanswered, following, preceding
from signatories.signup.steps import steps_before

ADDED_AN_HOUR = SENT_AN_HOUR = 60
WITHDRAWN = "This declaration was withdrawn, so nothing can be added to it"
TOO_MANY = f"This declaration has {forms.MOST_COMMITMENTS} commitments already, which is as many as one can hold"


@require_POST
@for_person
def add(request, reference):
    """Begin one more commitment of a document that an organisation of this Person signed; 404 for any other."""
    mine = Access.objects.organisations_of(request.person, timezone.localdate())
    documents = Signature.objects.public().filter(signatories__organisation__in=mine, signatories__withdrawn_at=None)
    signature = documents.filter(reference=read_reference(reference)).first()
    if signature is None:
        raise Http404
    if not within_limit("add commitment", request.person.pk, limit=ADDED_AN_HOUR):
        return too_many_requests(request)
    try:
        commitment = additions.begin(signature, by=request.person)
    except (additions.TooMany, publishing.Stale) as refused:
        messages.error(request, TOO_MANY if isinstance(refused, additions.TooMany) else WITHDRAWN)
        return redirect("account")
    return redirect("council_answer", commitment.pk, QUESTIONS[0].slug)


def for_added(view):
    """Hand the view a commitment that is being added, to who began it, and to their colleagues once it was sent in."""

    @for_reporter
    @wraps(view)
    def answer(request, commitment, *args, **kwargs):
        begun_by_another = commitment.is_editable and commitment.proposer_id != request.person.pk
        if commitment.added_at is None or begun_by_another:
            raise Http404
        if commitment.was_published:
            return redirect("council_commitment", pk=commitment.pk)
        return view(request, commitment, *args, **kwargs)

    return answer


def while_adding(view):
    """For a page that changes it: once it was sent in, show that instead."""

    @for_added
    @wraps(view)
    def answer(request, commitment, *args, **kwargs):
        try:
            if commitment.is_editable:
                return view(request, commitment, *args, **kwargs)
        except MoveRefused:  # it was sent in, or deleted, in another window while this one was open
            pass
        return redirect("council_added_check", pk=commitment.pk)

    return answer


# ---- The questions


@while_adding
def question(request, commitment, slug):
    """One question about the new commitment."""
    asked = BY_SLUG.get(slug)
    if asked is None:
        raise Http404
    initial = {} if request.method == "POST" else asked.read(commitment)
    form = asked.form(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        additions.answer(commitment, asked, form.cleaned_data)
        return redirect(_after(request, commitment, asked))
    number, total = steps_before(slug)
    page = {"commitment": commitment, "form": form, "number": number, "total": total}
    return render(request, "account/added_question.html", page | {"back": _back(request, commitment, asked)})


def _after(request, commitment, asked):
    """The next page: the partners whose names are unclear, then the next question, or check your answers."""
    came_from = "?from=check" if request.GET.get("from") == "check" else ""
    if asked.slug == "partners" and unclear_partners(commitment):
        return reverse("council_which_partners", args=[commitment.pk]) + came_from
    upcoming = None if came_from else following(asked.slug)
    if upcoming:
        return reverse("council_answer", args=[commitment.pk, upcoming.slug])
    return reverse("council_added_check", args=[commitment.pk])


def _back(request, commitment, asked):
    before = preceding(asked.slug)
    if request.GET.get("from") == "check":
        return reverse("council_added_check", args=[commitment.pk])
    return reverse("council_answer", args=[commitment.pk, before.slug]) if before else reverse("account")


@while_adding
def which_partners(request, commitment):
    """Which organisation each unclear partner's name means; "none of these" keeps it as it was typed."""
    form = forms.PartnerMeaningForm(request.POST or None, unclear=unclear_partners(commitment))
    if request.method == "POST" and form.is_valid():
        additions.say_whom_partners_mean(commitment, form.meanings())
        return redirect(_after_partners(request, commitment))
    page = {"commitment": commitment, "form": form, "back": reverse("council_answer", args=[commitment.pk, "partners"])}
    return render(request, "account/added_partners.html", page)


def _after_partners(request, commitment):
    if request.GET.get("from") == "check":
        return reverse("council_added_check", args=[commitment.pk])
    return reverse("council_answer", args=[commitment.pk, following("partners").slug])


# ---- Checking, sending in, taking back, deleting


@for_added
def check(request, commitment):
    """Check your answers, with the button that sends them in; once they are with the delivery team, that."""
    if request.method == "POST":
        return _decide(request, commitment)
    if commitment.status == Status.AWAITING_REVIEW:
        return render(request, "account/added_sent.html", {"commitment": commitment})
    prefetch_related_objects([commitment], "principles", "deliverables", "partners")
    page = {
        "commitment": commitment,
        "missing": first_unanswered(commitment),
        "at_once": publishing.publishes_at_once(commitment, request.person, timezone.localdate()),
        "back": reverse("council_answer", args=[commitment.pk, QUESTIONS[-1].slug]),
    }
    return render(request, "account/added_check.html", page)


def _decide(request, commitment):
    action = request.POST.get("action")
    if action not in ("send", "recall"):
        raise BadRequest("that is no button of this page")
    if not within_limit("send in", request.person.pk, limit=SENT_AN_HOUR):
        return too_many_requests(request)
    return (_send if action == "send" else _recall)(request, commitment)


def _send(request, commitment):
    try:
        if additions.send_in(commitment, by=request.person):
            messages.success(request, "Your commitment is published")
            return redirect("council_commitment", pk=commitment.pk)
    except additions.Unfinished as unfinished:
        return redirect(reverse("council_answer", args=[commitment.pk, unfinished.question.slug]) + "?from=check")
    except publishing.Stale:
        messages.error(request, WITHDRAWN)
    except MoveRefused:
        pass  # a double click: the first one sent it in
    return redirect("council_added_check", pk=commitment.pk)


def _recall(request, commitment):
    try:
        additions.recall(commitment, by=request.person)
        messages.success(request, "You can change it now. Send it again when you are done.")
    except MoveRefused:
        messages.error(request, TOO_LATE)
    return redirect("council_added_check", pk=commitment.pk)


@while_adding
def delete(request, commitment):
    """Delete the new commitment, after asking once."""
    if request.method == "POST":
        additions.delete_draft(commitment, by=request.person)
        messages.success(request, "The new commitment has been deleted")
        return redirect("account")
    return render(request, "account/added_delete.html", {"commitment": commitment})
