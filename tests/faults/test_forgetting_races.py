"""Somebody is erased at the very moment at which they are asked to sign, or sign: never half of each."""

import os

import pytest

from localdigital.models import AuditEvent, QueuedEmail
from signatories import forgetting, signoff
from signatories.forgetting import MustBeSettled
from signatories.models import MoveRefused, Person, Signatory, Signature
from signatories.models.signature import Status
from signatories.signup import submission
from signatories.signup.submission import Incomplete
from tests.factories import make_person, make_signature, make_user

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "5"))

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]

NAME = "Windy Miller"


def fresh():
    """The document as another request would load it."""
    return Signature.objects.get()


def make_document(status):
    """A document that one prepares and Windy Miller is to sign."""
    signer = make_person(NAME)
    return make_signature("Trumpton", status=status, preparer=make_person(), signers=[signer]), signer


def is_forgotten(person):
    """Whether they are erased, and then wholly: nothing names them, and no email waits for them."""
    erased = Person.objects.get(pk=person.pk).erased_at is not None
    if erased:
        assert not Signatory.objects.filter(signer_name=NAME).exists()
        assert not QueuedEmail.objects.filter(to_address=person.email).exists()
        assert AuditEvent.objects.filter(kind="person.erase", object_id=person.pk).count() == 1
    return erased


def test_who_is_erased_while_the_document_is_submitted_is_asked_for_nothing(at_once, attempt):
    signature, signer = make_document(Status.DRAFT)
    by = make_user()
    submitted, erased = at_once(
        lambda: submission.submit(fresh(), by=signature.preparer),
        lambda: forgetting.erase(signer, by=by),
    )
    if is_forgotten(signer):
        assert erased is None
        assert isinstance(submitted, (Incomplete, MoveRefused)), submitted
        assert fresh().status == Status.DRAFT
        assert Signatory.objects.get().signer is None
    else:
        assert isinstance(erased, (MustBeSettled, MoveRefused)), erased
        assert submitted is None
        assert fresh().status == Status.AWAITING_SIGN_OFF
        assert QueuedEmail.objects.filter(to_address=signer.email).count() == 1


def test_who_is_erased_while_they_sign_has_signed_or_is_gone(at_once, attempt):
    signature, signer = make_document(Status.AWAITING_SIGN_OFF)
    by, shown = make_user(), signoff.seal(signature, signoff.asked_of(signature, signer))

    def take_back_and_erase():
        forgetting.take_back(fresh(), by=by)
        forgetting.erase(signer, by=by)

    signed, erased = at_once(lambda: signoff.sign(fresh(), by=signer, shown=shown), take_back_and_erase)
    if is_forgotten(signer):
        assert erased is None
        assert isinstance(signed, MoveRefused), signed
        assert fresh().status == Status.DRAFT
        assert Signatory.objects.get().signed_at is None
    else:
        assert isinstance(erased, (MustBeSettled, MoveRefused)), erased
        assert signed is None
        assert fresh().status == Status.AWAITING_REVIEW
        assert Signatory.objects.get().signer_name == NAME
