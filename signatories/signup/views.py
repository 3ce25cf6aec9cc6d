"""The pages of the sign-up in reading order: start, organisations, signers, check your answers, submitted."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from localdigital.caching import public_page, settings_of
from localdigital.forms import tidy
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from signatories.access import for_person, for_preparer, while_editable
from signatories.document import signatories_of
from signatories.models import Declaration, Organisation, Person, Signatory
from signatories.models.signature import AlreadySigned, MoveRefused, Status
from signatories.signoff import ask_again, asked_of
from signatories.signup import changes, forms, submission
from signatories.signup.steps import Progress

NOT_LISTED_AT_MOST = 10
DRAFTS_AN_HOUR = 20
# Each asks its signers by email: nobody's inbox is filled by submitting and taking back
SUBMISSIONS_AN_HOUR = 10
MAILS_TO_A_SIGNER_AN_HOUR = 5


@public_page
def start_page(request):
    """Who can sign, what is needed, how long it takes, what is published."""
    context = {"declaration": Declaration.objects.current(), "minutes": 15, "said": settings_of(request)}
    return render(request, "signup/start.html", context)


@require_POST
@for_person
def begin(request):
    """Make the draft."""
    if Declaration.objects.current() is None or not settings_of(request).sign_up_is_open:
        return redirect("sign_start")  # which says that there is nothing to sign, or why it is closed
    if not within_limit("begin", request.person.pk, limit=DRAFTS_AN_HOUR):
        return too_many_requests(request)
    signature = changes.start(request.person)
    return redirect("sign_organisations", reference=signature.reference)


@for_preparer
def task_list(request, signature):
    """Coming back: what is done, what is not; and once submitted, who has signed."""
    if signature.is_editable:
        return render(request, "signup/task_list.html", {"signature": signature, "progress": Progress(signature)})
    return redirect("sign_progress", reference=signature.reference)


@for_preparer
def carry_on(request, signature):
    """The next page with something missing."""
    if signature.is_editable:
        return redirect(Progress(signature).next_url)
    return redirect("sign_progress", reference=signature.reference)


# ---- Which organisations


@while_editable
def organisations(request, signature):
    """The organisations chosen, and the form to add one more."""
    chosen = list(signature.signatories.select_related("organisation"))
    form = forms.OrganisationForm(
        request.POST or None, suggestions_url=reverse("organisation_names"), another=bool(chosen)
    )
    candidates, refused = [], []
    then = "sign_continue" if request.POST.get("then") == "continue" else "sign_organisations"
    if chosen and then == "sign_continue" and not request.POST.get("organisation", "").strip():
        return redirect(then, reference=signature.reference)
    if request.method == "POST":
        found, candidates = _look_up(request, form)
        if found:
            try:
                changes.add_organisation(signature, found)
                return redirect(then, reference=signature.reference)
            except AlreadySigned as error:
                refused = error.signatories
                form.add_error("organisation", _refusal(found, refused))
            except changes.TooMany:
                form.add_error("organisation", f"A declaration can hold {forms.MOST_ORGANISATIONS} organisations")
    page = {"signature": signature, "form": form, "chosen": chosen, "candidates": candidates, "refused": refused}
    return render(request, "signup/organisations.html", page)


def _refusal(organisation, others):
    if any(one.signature.is_public for one in others):
        return f"{organisation.official_name} has already signed this version"
    return f"{organisation.official_name} is named in another declaration that is being signed or checked"


def _look_up(request, form):
    """The organisation that was named or picked from the candidates; or else the candidates to pick from."""
    offered = Organisation.objects.checked().existing(timezone.localdate())
    picked = forms.CandidateForm(request.POST)
    if picked.is_valid():
        return offered.filter(code=picked.cleaned_data["code"]).first(), []
    if not form.is_valid():
        return None, []
    name = form.cleaned_data["organisation"]
    exact = offered.exactly_called(name)
    if len(exact) == 1:
        return exact[0], []
    candidates = exact or list(offered.called(name)[:10])
    if candidates:
        form.add_error("organisation", "Choose the organisation you mean from the list, or enter more of its name")
    else:
        form.add_error("organisation", f"There is no organisation called ‘{name}’ in the register")
    return None, candidates


@require_POST
@while_editable
def remove_organisation(request, signature, signatory):
    """Take one organisation out."""
    one = get_object_or_404(Signatory.objects.select_related("organisation"), signature=signature, pk=signatory)
    if not changes.remove_organisation(signature, one):
        messages.error(request, "Add the other organisation first: a declaration needs at least one")
    return redirect("sign_organisations", reference=signature.reference)


@while_editable
def not_listed(request, signature):
    """An organisation that the register does not know: its name and website, for the team to check."""
    name = tidy(request.GET.get("name", ""), lines=False)[:200]
    form = forms.NotListedForm(request.POST or None, initial={"name": name})
    if request.method == "POST" and form.is_valid():
        if not within_limit("propose", request.person.pk, limit=NOT_LISTED_AT_MOST):
            return too_many_requests(request)
        try:
            changes.propose_organisation(signature, **form.cleaned_data)
            return redirect("sign_organisations", reference=signature.reference)
        except changes.TooMany:
            form.add_error(None, f"A declaration can hold {forms.MOST_ORGANISATIONS} organisations")
    return render(request, "signup/not_listed.html", {"signature": signature, "form": form})


# ---- Who signs


@while_editable
def signer(request, signature, signatory):
    """Who signs for one organisation."""
    signatories = signatories_of(signature)
    one = next((one for one in signatories if one.pk == signatory), None)
    if one is None:
        raise Http404
    others = _other_signers(request, signatories, one)
    form = forms.SignerForm(
        request.POST or None, initial=_signer_as_answered(request, one), organisation=one.organisation, others=others
    )
    if request.method == "POST" and form.is_valid():
        changes.set_signer(signature, one, **_signer_meant(request, form.cleaned_data, others))
        return redirect(_next(request, signature))
    page = {"signature": signature, "form": form, "organisation": one.organisation}
    return render(request, "signup/signer.html", page)


def _other_signers(request, signatories, one):
    """People already named for another organisation of this document, once each, but not the preparer."""
    named = [other for other in signatories if other != one and other.signer_id not in (None, request.person.pk)]
    return list({other.signer_id: other for other in named}.values())


def _signer_as_answered(request, one):
    person = request.person
    answers = {"my_name": person.name, "my_job_title": person.job_title}
    if not one.signer_id:
        return answers
    if one.signer_id == person.pk:
        return answers | {"who": "me", "my_name": one.signer_name, "my_job_title": one.signer_job_title}
    return answers | {
        "who": "someone",
        "their_name": one.signer_name,
        "their_job_title": one.signer_job_title,
        "their_email": one.signer.email,
    }


def _signer_meant(request, answers, others):
    who = answers["who"]
    if who == "me":
        return {"person": request.person, "name": answers["my_name"], "job_title": answers["my_job_title"]}
    if who == "someone":
        person = Person.objects.at(answers["their_email"])
        return {"person": person, "name": answers["their_name"], "job_title": answers["their_job_title"]}
    other = next(other for other in others if who == f"same-{other.pk}")
    return {"person": other.signer, "name": other.signer_name, "job_title": other.signer_job_title}


def _next(request, signature):
    """Back to check your answers when the reader came from there, else to the first page with something missing."""
    if request.GET.get("from") == "check":
        return reverse("sign_check", args=[signature.reference])
    return Progress(signature).next_url


# ---- Check, submit, and afterwards


@while_editable
def check(request, signature):
    """Check your answers; its button submits. Everything is checked again, and the first page that fails is shown."""
    if request.method == "POST":
        return _submit(request, signature)
    page = {"signature": signature, "progress": Progress(signature)}
    return render(request, "signup/check.html", page)


def _submit(request, signature):
    if not within_limit("submit", request.person.pk, limit=SUBMISSIONS_AN_HOUR):
        return too_many_requests(request)
    try:
        submission.submit(signature, by=request.person)
    except submission.Incomplete as error:
        messages.error(request, error.problems[0].sentence)
        return redirect(error.problems[0].url)
    except AlreadySigned as error:
        names = " and ".join(one.organisation.official_name for one in error.signatories)
        messages.error(request, f"{names} has signed this version in the meantime")
        return redirect("sign_organisations", reference=signature.reference)
    except submission.SignUpClosed as closed:
        messages.error(request, f"You cannot submit a declaration at the moment. {closed}")
        return redirect("sign_check", reference=signature.reference)
    except MoveRefused:
        pass  # a double click: the first one submitted it
    if asked_of(signature, request.person):
        messages.success(request, "Your declaration is submitted. One thing is left: read it as a whole and sign it.")
        return redirect("sign_off", reference=signature.reference)
    return redirect("sign_submitted", reference=signature.reference)


@for_preparer
def submitted(request, signature):
    """The confirmation: the reference, what happens next and when."""
    if signature.status not in (Status.AWAITING_SIGN_OFF, Status.AWAITING_REVIEW):
        return redirect("sign_task_list", reference=signature.reference)
    page = _where_it_stands(request, signature)
    if page["mine"]:
        return redirect("sign_off", reference=signature.reference)
    return render(request, "signup/submitted.html", page)


@for_preparer
def progress(request, signature):
    """Where a submitted document stands: who has signed, what the delivery team said."""
    if signature.is_editable:
        return redirect("sign_task_list", reference=signature.reference)
    return render(request, "signup/progress.html", _where_it_stands(request, signature))


def _where_it_stands(request, signature):
    signatories = list(signature.signatories.select_related("organisation", "signer"))
    return {
        "signature": signature,
        "signatories": signatories,
        "waiting": [one for one in signatories if not one.signed_at],
        "mine": [one for one in signatories if one.signer_id == request.person.pk and not one.signed_at],
    }


@require_POST
@for_preparer
def recall(request, signature):
    """Take it back to change it."""
    try:
        submission.recall(signature, by=request.person)
        messages.success(request, "You can change the declaration now. Submit it again when you are done.")
    except MoveRefused:
        messages.error(request, "It is too late to change this declaration: it has moved on")
    return redirect("sign_task_list", reference=signature.reference)


@require_POST
@for_preparer
def remind_signer(request, signature, signatory):
    """Send a signer their link again."""
    one = get_object_or_404(Signatory.objects.select_related("signer"), signature=signature, pk=signatory)
    if one.signer is None:
        raise Http404
    if not within_limit("ask a signer again", one.signer_id, limit=MAILS_TO_A_SIGNER_AN_HOUR):
        messages.error(request, "We have emailed this person several times in the last hour. Try again later.")
    elif not one.signed_at:
        try:
            ask_again(signature, one.signer, by=request.person)
            messages.success(request, f"We’ve sent {one.signer_name} a new link")
        except MoveRefused:
            messages.error(request, "This declaration no longer waits for a signature")
    return redirect("sign_progress", reference=signature.reference)


@for_preparer
def delete(request, signature):
    """Delete a draft, after asking once."""
    if signature.status != Status.DRAFT:
        return redirect("sign_task_list", reference=signature.reference)
    if request.method == "POST":
        try:
            submission.delete_draft(signature, by=request.person)
            messages.success(request, "The draft has been deleted")
            return redirect("account")
        except (MoveRefused, IntegrityError):
            return redirect("sign_task_list", reference=signature.reference)
    return render(request, "signup/delete.html", {"signature": signature})
