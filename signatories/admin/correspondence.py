"""The emails of a declaration, an organisation, a person or what was sent in, and the page that sends one again.

A page of the admin shows them with `{% include "admin/_emails.html" %}`, given `emails` from `panel`.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse

from commitments.models import Approach, Commitment, ProgressUpdate, Revision
from localdigital.models import QueuedEmail
from signatories.correspondence import NotSentAgain, recipient, send_again
from signatories.models import Access, Organisation, Person, Signatory, Signature

SHOWN = 30
READ, SEND = "localdigital.view_queuedemail", "localdigital.change_queuedemail"


def state_of(email):
    """Whether an email waits, was sent, failed or is kept no more, in a word."""
    if email.is_erased:
        return "Erased"
    return "Sent" if email.sent_at else "Failed" if email.failed_at else "Waiting"


def panel(request, thing, found=None):
    """The newest emails of a thing, each with its state, for who may read them; None for others. Whoever has read them
    already, newest first, hands them over."""
    if not request.user.has_perm(READ):
        return None
    if found is None:
        found = list(emails_of(thing).order_by("-queued_at", "-pk")[: SHOWN + 1])
    for email in found:
        email.state = state_of(email)
        email.may_be_repeated = email.state in ("Sent", "Failed")
    return {"list": found[:SHOWN], "more": len(found) > SHOWN, "shown": SHOWN, "may_send": request.user.has_perm(SEND)}


def emails_of(thing):
    """The emails that a thing gave rise to; those to a person, and to the people of an organisation, whatever about."""
    if isinstance(thing, Person):
        return QueuedEmail.objects.filter(_about(Person, [thing.pk]) | Q(to_address=thing.email or "nobody"))
    if isinstance(thing, Organisation):
        return QueuedEmail.objects.filter(_of_organisation(thing))
    return QueuedEmail.objects.about(thing)


def _about(model, ids):
    return Q(about_type=model._meta.label_lower, about_id__in=ids)


def _of_organisation(organisation):
    """About it, its declarations, its commitments and what was sent in about them, and to its people."""
    documents = Signatory.objects.filter(organisation=organisation).values("signature")
    theirs = Commitment.objects.of_organisations([organisation.pk]).values("pk")
    about = _about(Organisation, [organisation.pk]) | _about(Signature, documents)
    about |= _about(Commitment, theirs)
    for model in (ProgressUpdate, Revision, Approach):
        about |= _about(model, model.objects.filter(commitment__in=theirs).order_by().values("pk"))
    about |= _about(Approach, Approach.objects.filter(organisation=organisation).order_by().values("pk"))
    people = Access.objects.live().filter(organisation=organisation, person__email__isnull=False)
    return about | Q(to_address__in=people.order_by().values("person__email"))


# ---- Sending one again


@admin.site.page("emails/<int:pk>/send-again/", "send_again")
def send_again_view(request, pk):
    """Show the email and to whom it would go, or why it cannot be sent again; send it when that is confirmed."""
    if not request.user.has_perms([READ, SEND]):
        raise PermissionDenied
    email = get_object_or_404(QueuedEmail, pk=pk)
    context = admin.site.each_context(request) | {"title": "Send this email again", "email": email}
    try:
        context |= {"to": recipient(email), "back": page_of(email)}
        if request.method == "POST":
            again = send_again(email, by=request.user)
            messages.success(request, f"The email to {again.to_address} goes out again, with new links if it has any.")
            return redirect(page_of(again))
    except NotSentAgain as refused:
        context |= {"refused": str(refused), "back": page_of(email)}
    return TemplateResponse(request, "admin/send_again.html", context)


def page_of(email):
    """The team's page of what the email is about, or of the email itself where that has none."""
    try:
        return reverse(f"admin:{email.about_type.replace('.', '_')}_change", args=[email.about_id])
    except NoReverseMatch:
        return reverse("admin:localdigital_queuedemail_change", args=[email.pk])
