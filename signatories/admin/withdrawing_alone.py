"""One organisation of a joint declaration withdraws, the others go on: decided on the same pages as the rest."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from signatories import emails, moderation
from signatories.models import Signatory

from .deciding import ask_and_decide
from .decisions import AboutDocument


@dataclass(frozen=True)
class WithdrawAlone(AboutDocument):
    """The decision about one signatory of a document."""

    about: Signatory | None = None

    def kind_of(self, signature):
        """What the log calls it."""
        return "signatory.withdraw"

    def is_possible(self, signature):
        """Whether the document stands, and this organisation and another stand in it."""
        standing = signature.signatories.filter(withdrawn_at=None)
        return signature.is_standing and standing.filter(pk=self.about.pk).exists() and standing.count() > 1


def withdrawing(signatory):
    """The decision that this organisation withdraws alone."""
    name = signatory.organisation.official_name
    return WithdrawAlone(
        "withdraw-alone", "withdraw_signatory", f"Withdraw {name} alone",
        lambda signature, **given: moderation.withdraw_signatory(signature.signatories.get(pk=signatory.pk), **given),
        lambda signature, note: emails.signatory_withdrawn(signature, signatory, note),
        "Why it withdraws", "The document’s page shows this, and everyone named in it reads it in the email.",
        grave=True, about=signatory,
        explanation=f"The declaration and its commitments go on for the others. The people of {name} no longer answer "
        "for the commitments. This cannot be undone: it would have to sign again.",
    )  # fmt: skip


def possible_withdrawals(signature, signatories):
    """For each organisation that could withdraw alone, that decision."""
    standing = [one for one in signatories if one.withdrawn_at is None]
    return [withdrawing(one) for one in standing] if signature.is_standing and len(standing) > 1 else []


def withdraw_alone(request, pk, signatory):
    """Ask, show the emails, decide."""
    if not request.user.has_perm("signatories.change_signature"):
        raise PermissionDenied
    parts = Signatory.objects.select_related("organisation", "signature__declaration", "signature__preparer")
    one = get_object_or_404(parts, pk=signatory, signature=pk)
    return ask_and_decide(request, one.signature, withdrawing(one))
