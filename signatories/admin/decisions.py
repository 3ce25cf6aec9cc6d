"""The pages on which a moderator decides: what to say, the emails exactly as they will go, then the decision."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from localdigital.forms import QuestionForm
from localdigital.models import AuditEvent
from signatories import emails, moderation
from signatories.models import Signature
from signatories.models.signature import AlreadySigned, MoveRefused

from .log import kind_in_words, name_all

FOR_EVER = "Write no names or email addresses here: the log keeps it for ever."


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
    paper: bool = False
    explanation: str = ""

    # What the log has the event about, when that is not the document
    about = None

    @property
    def kind(self):
        """What the log calls it."""
        return f"signature.{self.move}"

    def is_possible(self, signature):
        """Whether it can be made about a signature as it is now."""
        return signature.destination(self.move) is not None and (signature.preparer_id is None or not self.paper)

    def drafts(self, signature, note):
        """The emails that go when it is decided."""
        return self.letter(signature, note) if self.letter else []


DECISIONS = [
    Decision(
        "publish", "publish", "Publish", moderation.publish, emails.published,
        "A message for the council (optional)", "It goes into the email below what we always say.", note_needed=False,
        explanation="It becomes public at once, and we email everyone named in it.",
    ),
    Decision(
        "return", "return_for_changes", "Return for changes", moderation.return_for_changes, emails.returned,
        "What must change", "The preparer reads this in the email and on their task list.",
        explanation="The preparer can change it and submit it again.",
    ),
    Decision(
        "reject", "reject", "Reject", moderation.reject, emails.rejected,
        "Why it will not be published", "Everyone named in it reads this in the email.", grave=True,
        explanation="This cannot be undone. The organisations may sign up again.",
    ),
    Decision(
        "record", "record_paper", "Record as published", moderation.record_paper, None,
        "A note for the log (optional)", FOR_EVER, note_needed=False, paper=True,
        explanation="It becomes public at once and can no longer be edited here. Nobody is emailed.",
    ),
    Decision(
        "withdraw", "withdraw", "Withdraw", moderation.withdraw, emails.withdrawn,
        "Why it was withdrawn", "Its public page shows this, and everyone named in it reads it in the email.",
        grave=True,
        explanation="Its page stays and says that it no longer stands. This cannot be undone: "
        "they would have to sign again.",
    ),
    Decision(
        "remove", "remove", "Remove", moderation.remove, emails.removed,
        "Why it is removed", "Everyone named in it reads this in the email. It is not shown to the public.",
        grave=True, explanation="Its page is gone from the public register. You can restore it later.",
    ),
    Decision(
        "restore", "restore", "Restore", moderation.restore, emails.restored,
        "A message for the council (optional)", "It goes into the email.", note_needed=False,
        explanation="It becomes what it was before it was removed, and we email everyone named in it.",
    ),
]  # fmt: skip


def possible_decisions(signature):
    """The decisions that can be made about a signature as it is now."""
    return [one for one in DECISIONS if one.is_possible(signature)]


class DecisionForm(QuestionForm):
    """What a decision asks. `seen` is when the document that the moderator read had last changed."""

    seen = forms.CharField(widget=forms.HiddenInput)
    authority = forms.CharField(
        label="How was the signer’s authority checked?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say how the signer’s authority was checked"},
    )
    note = forms.CharField(max_length=3000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args, decision, asks_authority=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.decision = decision
        self.asks_authority = asks_authority
        if not asks_authority:
            del self.fields["authority"]
        note = self.fields["note"]
        note.label, note.required = decision.note_label, decision.note_needed
        note.error_messages["required"] = f"Say {decision.note_label[0].lower()}{decision.note_label[1:]}"

    def clean_seen(self):
        """The moment, as a date and time."""
        try:
            return dt.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            raise forms.ValidationError("Open the declaration again and read it before you decide") from None


def decide(request, pk, decision):
    """One of the decisions about a whole document."""
    signature = get_object_or_404(Signature.objects.select_related("declaration", "preparer"), pk=pk)
    choice = next((one for one in DECISIONS if one.slug == decision), None)
    if choice is None:
        raise Http404("no such decision")
    if not request.user.has_perm("signatories.change_signature"):
        raise PermissionDenied
    return ask_and_decide(request, signature, choice)


def ask_and_decide(request, signature, choice):
    """Ask, show the emails, decide: one address, and each step is a POST to it."""
    unproved = moderation.needing_authority(signature) if choice.move == "publish" else []
    asked = {"decision": choice, "asks_authority": bool(unproved)}
    page = {"signature": signature, "decision": choice, "unproved": unproved}
    if request.method != "POST":
        if not choice.is_possible(signature):
            return _refused(request, choice, signature)
        form = DecisionForm(initial={"seen": signature.changed_at.isoformat()}, **asked)
        return _page(request, "form", page | {"form": form})
    form = DecisionForm(request.POST, **asked)
    if "change" in request.POST or not form.is_valid():
        form = form if not form.is_valid() else DecisionForm(initial=form.data.dict(), **asked)
        return _page(request, "form", page | {"form": form})
    if not choice.is_possible(signature) or form.cleaned_data["seen"] != signature.changed_at:
        return _refused(request, choice, signature)
    if "confirm" in request.POST:
        return _decide(request, choice, signature, form, page)
    drafts = choice.drafts(signature, form.cleaned_data["note"])
    return _page(request, "preview", page | {"form": form, "drafts": drafts})


def _decide(request, choice, signature, form, page):
    """Make the decision, or say in words why it could not be made."""
    given = {name: form.cleaned_data[name] for name in ("note", "authority", "seen") if name in form.cleaned_data}
    try:
        with transaction.atomic():
            # Nobody changes the document between this look at it and the decision.
            signature = Signature.objects.select_for_update().get(pk=signature.pk)
            choice.decide(signature, by=request.user, **given)
    except MoveRefused as refused:
        return _refused(request, choice, refused.signature)
    except moderation.AuthorityUnchecked:
        # The signer's address or the organisation's domains changed while this page was open.
        unproved = moderation.needing_authority(signature)
        form = DecisionForm(form.data, decision=choice, asks_authority=True)
        form.is_valid()
        return _page(request, "form", page | {"form": form, "unproved": unproved})
    except moderation.OrganisationUnchecked:
        form.add_error(None, _check_first(signature))
    except AlreadySigned as already:
        form.add_error(None, _signed_already(already))
    if form.errors:
        return _page(request, "form", page | {"form": form})
    messages.success(request, f"{kind_in_words(choice.kind)}: {signature.reference}.")
    return redirect("admin:signatories_signature_change", signature.pk)


def _check_first(signature):
    organisations = [one.organisation for one in signature.signatories.select_related("organisation")]
    links = format_html_join(
        ", ",
        '<a href="{}">{}</a>',
        (
            (reverse("admin:signatories_organisation_change", args=[one.pk]), one.official_name)
            for one in organisations
            if one.checked_at is None
        ),
    )
    return format_html("Check the organisation and accept it into the register first: {}.", links)


def _signed_already(already):
    links = format_html_join(
        ", ",
        '{} (<a href="{}">{}</a>)',
        (
            (
                one.organisation.official_name,
                reverse("admin:signatories_signature_change", args=[one.signature_id]),
                one.signature.reference,
            )
            for one in already.signatories
        ),
    )
    return format_html("There is another signature of this version that counts already: {}.", links)


def _refused(request, choice, signature):
    """Say who did what and when; a second press of one's own button simply leads to what was done."""
    signature = Signature.objects.get(pk=signature.pk)
    last = AuditEvent.objects.about(choice.about or signature).last()
    mine = last and (last.actor_type, last.actor_id) == (request.user._meta.label_lower, request.user.pk)
    if request.method == "POST" and mine and last.kind == choice.kind:
        messages.success(request, f"{kind_in_words(last.kind)}: {signature.reference}.")
        return redirect("admin:signatories_signature_change", signature.pk)
    if last:
        last.words = kind_in_words(name_all([last])[0].kind)
    page = {"signature": signature, "decision": choice, "last": last}
    return _page(request, "refused", page, status=409)


def _page(request, name, page, status=200):
    titles = {"form": page["decision"].label, "preview": f"{page['decision'].label}: check before you confirm"}
    context = {
        **admin.site.each_context(request),
        "opts": Signature._meta,
        "title": titles.get(name, "This can no longer be decided"),
        **page,
    }
    return TemplateResponse(request, f"admin/signatories/decide_{name}.html", context, status=status)
