"""The steps of the sign-up in their order, what is still missing in each, and where to go next."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from signatories.document import commitments_of, signatories_of
from signatories.models import Signatory
from signatories.signup.questions import QUESTIONS, first_unanswered


@dataclass(frozen=True)
class Problem:
    """Why a document cannot be submitted yet: which step, what is missing, and the page that mends it."""

    step: str
    sentence: str
    url: str


class Progress:
    """How far one signature's sign-up is. Reads everything once; everything is checked again at submission."""

    def __init__(self, signature, on=None):
        self.signature, self.on = signature, on or timezone.localdate()
        self.signatories = signatories_of(signature)
        self.commitments = commitments_of(signature)
        self.unanswered = {commitment.pk: first_unanswered(commitment) for commitment in self.commitments}
        self.problems = [*self._organisations(), *self._signers(), *self._commitments()]

    def _url(self, name, *args):
        return reverse(name, args=[self.signature.reference, *args])

    def _organisations(self):
        page = self._url("sign_organisations")
        if not self.signatories:
            yield Problem("organisations", "Choose which organisation is signing", page)
        for one in self.signatories:
            if not one.organisation.existed(self.on):
                yield Problem("organisations", f"{one.organisation.official_name} no longer exists", page)
        for other in live_elsewhere(self.signature, [one.organisation_id for one in self.signatories]):
            yield Problem("organisations", f"{other.organisation.official_name} has already signed", page)

    def _signers(self):
        for one in self.signatories:
            if not one.has_a_signer:
                sentence = f"Say who signs for {one.organisation.official_name}"
                yield Problem("signers", sentence, self._url("sign_signer", one.pk))

    def _commitments(self):
        if not self.commitments:
            yield Problem("commitments", "Add at least one commitment", self._url("sign_commitments"))
        for commitment in self.commitments:
            question = self.unanswered[commitment.pk]
            if question:
                yield Problem(
                    "commitments",
                    f"Finish the commitment ‘{commitment.title or 'without a title'}’",
                    self._url("sign_commitment", commitment.pk, question.slug),
                )

    def done(self, step):
        """Whether nothing is missing in that step."""
        return not any(problem.step == step for problem in self.problems)

    @property
    def next_url(self):
        """The first page with something missing, or check your answers."""
        return self.problems[0].url if self.problems else self._url("sign_check")


def live_elsewhere(signature, organisation_ids):
    """Parts of other signatures that keep these organisations from signing this version."""
    return list(
        Signatory.objects.filter(declaration=signature.declaration_id, organisation__in=organisation_ids, live=True)
        .exclude(signature=signature)
        .select_related("organisation", "signature")
    )


def steps_before(commitment_question):
    """How many questions about a commitment come before this one, and how many there are."""
    return [question.slug for question in QUESTIONS].index(commitment_question) + 1, len(QUESTIONS)
