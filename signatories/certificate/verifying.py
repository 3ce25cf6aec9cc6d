"""Whether a certificate is genuine and its signature still stands: the same answer for the page and for the API."""

from dataclasses import dataclass

from django.db import models
from django.utils import timezone

from localdigital.throttle import network_of, within_limit
from signatories.certificate.check_code import is_code_of, read_code
from signatories.document import signatories_of
from signatories.models import Signature
from signatories.models.reference import read_reference

# For machines that guess: a whole council may sit behind one address.
CHECKS_AN_HOUR = 120


class Answer(models.TextChoices):
    """What is said of a reference with a check code."""

    STANDS = "stands", "Genuine, and the signature stands"
    WITHDRAWN = "withdrawn", "Genuine, but the signature was withdrawn"
    NOT_SHOWN = "not-shown", "Genuine, but no longer shown in the register"
    NOT_GENUINE = "not-genuine", "Not genuine"


@dataclass(frozen=True)
class Verification:
    """The answer. `signature` and its `signatories` only where the public may read them."""

    answer: Answer
    signature: Signature | None = None
    signatories: tuple = ()

    @property
    def is_genuine(self):
        """Whether the register made a certificate with this reference and code."""
        return self.answer != Answer.NOT_GENUINE

    @property
    def stands(self):
        """Whether at least one organisation still stands by what it signed."""
        return self.answer == Answer.STANDS

    @property
    def withdrawn_on(self):
        """The day on which the whole document was withdrawn, if it was."""
        withdrawn_at = self.signature and self.signature.withdrawn_at
        return timezone.localdate(withdrawn_at) if withdrawn_at else None

    @property
    def left(self):
        """The signatories that withdrew alone, while others go on."""
        return [one for one in self.signatories if one.withdrawn_at]


def verify(reference, code):
    """What can be said of a reference and a check code, however they were typed.

    A document that was never published is as unknown as one that somebody invented.
    """
    reference, code = read_reference(reference), read_code(code)
    if reference is None or code is None:
        return Verification(Answer.NOT_GENUINE)
    published = Signature.objects.exclude(published_at=None).select_related("declaration")
    signature = published.defer("declaration__body", "last_read").filter(reference=reference).first()
    if signature is None or not is_code_of(code, signature):
        return Verification(Answer.NOT_GENUINE)
    if not signature.is_public:
        return Verification(Answer.NOT_SHOWN)
    answer = Answer.STANDS if signature.is_standing else Answer.WITHDRAWN
    return Verification(answer, signature, tuple(signatories_of(signature)))


def may_check(request):
    """Count one more check from this reader's network, and say whether it is still within the limit."""
    return within_limit("certificate check", network_of(request), limit=CHECKS_AN_HOUR)
