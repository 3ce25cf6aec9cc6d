"""What the register holds about a person: found by an address, handed out as a file, and erased.

The address is only ever posted, so that it stands in no address bar, history or log of requests.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from localdigital.forms import AddressField, QuestionForm
from localdigital.models import AuditEvent
from signatories.about_person import found_about, page_of
from signatories.forgetting import MustBeSettled, erase_address, take_back
from signatories.models import MoveRefused, Signature
from signatories.models.signature import Status


class AddressForm(QuestionForm):
    """Whom it is about."""

    email = AddressField(
        label="Email address",
        max_length=254,
        help_text="The address that they signed in with, or that somebody gave for them.",
        error_messages={"required": "Enter an email address"},
    )


class AgainForm(QuestionForm):
    """The address once more, since nothing brings back what is erased."""

    again = AddressField(
        label="Type the address again",
        max_length=254,
        help_text="Nothing brings back what is erased.",
        error_messages={"required": "Enter the address again"},
    )

    def __init__(self, data=None, *, address):
        super().__init__(data)
        self.address = address

    def clean_again(self):
        """The same address."""
        if self.cleaned_data["again"] != self.address:
            raise forms.ValidationError("Enter the same address as the one that you looked for")
        return self.cleaned_data["again"]


@admin.site.page("forget/", "forget_person")
@sensitive_post_parameters()
def forget_person(request):
    """Ask for an address; show what is held about its owner; give it out; erase it."""
    if not request.user.has_perm("signatories.erase_person"):
        raise PermissionDenied
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _answer(request, "find", "Find what is held about a person", form=form)
    step = STEPS.get(request.POST.get("do"), _show)
    return step(request, form.cleaned_data["email"])


def _show(request, address):
    found = found_about(address)
    context = {"found": found, "under_way": [_waiting(one) for one in found.under_way]}
    return _answer(request, "found", "What is held about a person", **context)


def _waiting(signature):
    return {
        "signature": signature,
        "page": page_of(signature),
        "in_sign_off": signature.status == Status.AWAITING_SIGN_OFF,
    }


def _export(request, address):
    """All of it as a file, for the person who asks for a copy."""
    found, now = found_about(address), timezone.now()
    AuditEvent.record("person.export", found.person or request.user, by=request.user, at=now)
    content = {
        "address": found.address,
        "found_at": now,
        "held": [
            {"what": one.title, "when_erased": one.becomes, "rows": one.rows} for one in found.sections if one.rows
        ],
    }
    answer = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="what-is-held.json"'
    return answer


def _preview(request, address, form=None):
    found = found_about(address)
    if found.under_way or not found.is_anything:
        return _show(request, address)
    form = form or AgainForm(address=address)
    return _answer(request, "preview", "Erase a person", found=found, form=form)


def _erase(request, address):
    form = AgainForm(request.POST, address=address)
    if not form.is_valid():
        return _preview(request, address, form)
    try:
        erase_address(address, by=request.user)
    except (MustBeSettled, MoveRefused):
        messages.error(request, "Something changed while you read this. Nothing was erased.")
        return _show(request, address)
    messages.success(request, "Who this person is was erased. The log says that you did it, and holds a number alone.")
    return redirect("admin:forget_person")


def _take_back(request, address):
    """Make one document that waits for its signers a draft again."""
    pk = request.POST.get("signature", "")
    signature = get_object_or_404(Signature, pk=int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 18 else 0)
    try:
        take_back(signature, by=request.user)
    except MoveRefused:
        messages.error(request, f"{signature} does not wait for a signer any more.")
    else:
        messages.success(request, f"{signature} is a draft again, and its preparer is asked to say who signs.")
    return _show(request, address)


STEPS = {"find": _show, "export": _export, "preview": _preview, "erase": _erase, "take-back": _take_back}


def _answer(request, template, title, **context):
    context |= admin.site.each_context(request) | {"title": title}
    return TemplateResponse(request, f"admin/signatories/forget_{template}.html", context)
