"""Proving an email address: ask for it, send a link, let its holder in."""

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from localdigital import links
from localdigital.caching import private_page, settings_of
from localdigital.forms import AddressField, QuestionForm
from localdigital.throttle import throttled, within_limit
from signatories import emails
from signatories.access import person_id, sign_in, sign_out
from signatories.correspondence import leads_somewhere
from signatories.models import Person, Signature

MAILS_AN_HOUR = 5
# A council of thousands may sit behind one address, so this stops machines only.
FORMS_AN_HOUR_FROM_A_NETWORK = 200
# Where a link of that purpose leads, given the id of what it is about
PAGES = {"report": "council_report", "partner": "council_partner", "new-version": "sign_new_version"}


class EmailForm(QuestionForm):
    """Where to send the link."""

    heading_field = "email"
    email = AddressField(
        label="What is your work email address?",
        help_text="We’ll email you a link that signs you in. Use an address at your own organisation: "
        "it helps the delivery team to see that you work there. We never publish it.",
        max_length=254,
        error_messages={
            "required": "Enter your work email address",
            "invalid": "Enter an email address in the correct format, like name@example.gov.uk",
            "max_length": "Email address must be 254 characters or fewer",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


def _safe_next(request):
    """Where to go after signing in: an address of ours under /sign/ or /account/, or nothing."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = target.startswith(("/sign/", "/account/")) and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if ours and target.isprintable() and len(target) < 200 else ""


@private_page
@throttled("ask for a link", limit=FORMS_AN_HOUR_FROM_A_NETWORK)
def ask_for_email(request):
    """The first question: a work email address. The next page is the same whatever the address."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if within_limit("mail a link", address, limit=MAILS_AN_HOUR):
            emails.sign_in(Person.objects.at(address))
        target = _safe_next(request)
        # Kept for this browser only: the link may be opened in another, which then starts at the account.
        request.session["after_sign_in"] = target
        request.session["asked_for"] = address
        return redirect("sign_email_sent")
    target = _safe_next(request)
    # Whoever goes to their account does not sign: of the sign-up they hear there.
    said = None if target.startswith("/account/") else settings_of(request)
    page = {"form": form, "next": target, "said": said, "lost": request.GET.get("lost") == "yes"}
    return render(request, "signup/email.html", page)


@private_page
def email_sent(request):
    """Check your email."""
    if not request.session.get("asked_for"):
        return redirect("sign_email")
    return render(request, "signup/email_sent.html", {"address": request.session["asked_for"]})


@private_page
@throttled("claim a link", limit=FORMS_AN_HOUR_FROM_A_NETWORK)
def link(request, token):
    """An emailed link: GET shows a button, POST claims it and signs its Person in."""
    found = links.find(token)
    if found is None:
        return render(request, "signup/link_unknown.html", status=404)
    person = Person.objects.filter(pk=found.person_id).first()
    if request.method == "POST":
        if person and links.claim(found):
            sign_in(request, person)
            return redirect(_after(request, found))
        found.refresh_from_db()  # somebody may have claimed it this very moment
    if not links.is_open(found):
        if person_id(request) == found.person_id:
            return redirect(_after(request, found))  # the second press, or the second look, of the one it let in
        return render(request, "signup/link_over.html", {"link": found, "token": token}, status=410)
    return render(request, "signup/link.html", {"link": found, "token": token, "person": person})


def _after(request, found):
    target = request.session.pop("after_sign_in", "")
    request.session.pop("asked_for", None)
    if found.purpose == "sign-off":
        signature = Signature.objects.filter(pk=found.object_id).first()
        return reverse("sign_off", args=[signature.reference]) if signature else reverse("account")
    if found.purpose in PAGES:
        return reverse(PAGES[found.purpose], args=[found.object_id])
    return target or reverse("account")


@private_page
@require_POST
@throttled("claim a link", limit=FORMS_AN_HOUR_FROM_A_NETWORK)
def fresh_link(request, token):
    """A used or expired link offers a new one of its kind, sent to the same address."""
    old = links.find(token)
    person = Person.objects.filter(pk=old.person_id).exclude(email=None).first() if old else None
    if person is None:
        return render(request, "signup/link_unknown.html", status=404)
    if within_limit("mail a link", person.email, limit=MAILS_AN_HOUR):
        _send_again(old, person)
    return render(request, "signup/link_sent_again.html")


def _send_again(old, person):
    signature = Signature.objects.to_be_signed_by(person).filter(pk=old.object_id).first()
    if old.purpose == "sign-off" and signature:
        emails.ask_for_sign_off(signature, person)
    elif leads_somewhere(old, person, timezone.localdate()):
        emails.fresh_link(old.purpose, old.object_id, person)
    else:
        emails.sign_in(person)


@require_POST
def leave(request):
    """Sign out."""
    sign_out(request)
    return redirect("home")
