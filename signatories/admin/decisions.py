"""The decisions about a signed document: what each asks, whom it tells, and the function that makes it."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from localdigital.models import Reason
from signatories import emails, moderation
from signatories.models import Signature
from signatories.models.signature import AlreadySigned

from .deciding import Decision, ask_and_decide

FOR_EVER = "Write no names of people and no email addresses: the log keeps it for ever."


@dataclass(frozen=True)
class AboutDocument(Decision):
    """One decision about a whole document."""

    paper: bool = False

    crumbs: ClassVar[str] = "admin/signatories/_crumbs.html"
    refusals: ClassVar[tuple] = (moderation.AuthorityUnchecked, moderation.OrganisationUnchecked, AlreadySigned)

    def is_possible(self, signature):
        """Whether it can be made about a signature as it is now."""
        return signature.destination(self.move) is not None and (signature.preparer_id is None or not self.paper)

    def words_for(self, signature):
        """What it is about, in words, and shorter."""
        return [f"declaration {signature.reference}"] * 2

    def named(self, signature):
        """What the document is called."""
        return signature.reference

    def unproved(self, signature):
        """The signatories whose authority has to be checked before it is published."""
        return moderation.needing_authority(signature) if self.move == "publish" else []

    def make(self, signature, **given):
        """Make it: nobody changes the document between this look at it and the decision."""
        self.decide(Signature.objects.select_for_update().get(pk=signature.pk), **given)

    def why_not(self, error, signature):
        """What has to be done first; nothing where a field of the form says it."""
        if isinstance(error, moderation.OrganisationUnchecked):
            return _check_first(signature)
        return _signed_already(error) if isinstance(error, AlreadySigned) else None

    def context(self, signature):
        """What its pages show beside."""
        return {"signature": signature}

    def reload(self, signature):
        """The document as it is now."""
        return Signature.objects.get(pk=signature.pk)


DECISIONS = [
    AboutDocument(
        "publish", "publish", "Publish", moderation.publish, emails.published,
        "A message for the council (optional)", "It goes into the email below what we always say.", note_needed=False,
        explanation="It becomes public at once, and we email everyone named in it.",
    ),
    AboutDocument(
        "return", "return_for_changes", "Return for changes", moderation.return_for_changes, emails.returned,
        "What must change", "The preparer reads this in the email and on their task list.",
        explanation="The preparer can change it and submit it again.", reasons=Reason.Decision.RETURN,
    ),
    AboutDocument(
        "reject", "reject", "Reject", moderation.reject, emails.rejected,
        "Why it will not be published", "Everyone named in it reads this in the email.", grave=True,
        explanation="This cannot be undone. The organisations may sign up again.", reasons=Reason.Decision.REJECT,
    ),
    AboutDocument(
        "record", "record_paper", "Record as published", moderation.record_paper, None,
        "A note for the log (optional)", FOR_EVER, note_needed=False, paper=True,
        explanation="It becomes public at once and can no longer be edited here. Nobody is emailed.",
    ),
    AboutDocument(
        "withdraw", "withdraw", "Withdraw", moderation.withdraw, emails.withdrawn,
        "Why it was withdrawn", "Its public page shows this, and everyone named in it reads it in the email.",
        grave=True,
        explanation="Its page stays and says that it no longer stands. This cannot be undone: "
        "they would have to sign again.",
    ),
    AboutDocument(
        "remove", "remove", "Remove", moderation.remove, emails.removed,
        "Why it is removed", "Everyone named in it reads this in the email. It is not shown to the public.",
        grave=True, explanation="Its page is gone from the public register. You can restore it later.",
    ),
    AboutDocument(
        "restore", "restore", "Restore", moderation.restore, emails.restored,
        "A message for the council (optional)", "It goes into the email.", note_needed=False,
        explanation="It becomes what it was before it was removed, and we email everyone named in it.",
    ),
]  # fmt: skip


def possible_decisions(signature):
    """The decisions that can be made about a signature as it is now."""
    return [one for one in DECISIONS if one.is_possible(signature)]


def decide(request, pk, decision):
    """One of the decisions about a whole document."""
    signature = get_object_or_404(Signature.objects.select_related("declaration", "preparer"), pk=pk)
    choice = next((one for one in DECISIONS if one.slug == decision), None)
    if choice is None:
        raise Http404("no such decision")
    if not request.user.has_perm("signatories.change_signature"):
        raise PermissionDenied
    return ask_and_decide(request, signature, choice)


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
