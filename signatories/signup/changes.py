"""What a preparer changes in a draft or a returned document. Each holds the signature first: no edit slips in
while it is submitted, published or read by its signers."""

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from commitments.models import Commitment
from signatories.models import Declaration, Organisation, Person, Signatory, Signature
from signatories.models.signature import EDITABLE, LIVE, AlreadySigned, MoveRefused
from signatories.signup.forms import MOST_ORGANISATIONS
from signatories.signup.questions import mean
from signatories.signup.steps import live_elsewhere


class TooMany(Exception):
    """A document holds as many organisations as it can."""


@transaction.atomic
def start(person):
    """A draft for this Person: their untouched one if they have it, so that starting twice makes one."""
    Person.objects.select_for_update().get(pk=person.pk)  # two clicks at once take turns
    declaration = Declaration.objects.current()
    empty = Signature.objects.filter(
        preparer=person, status="draft", declaration=declaration, signatories=None, commitments=None
    ).first()
    return empty or Signature.objects.create(declaration=declaration, preparer=person)


def add_organisation(signature, organisation):
    """Make an organisation a signatory. Adding it twice changes nothing. Raises AlreadySigned."""
    try:
        _add_organisation(signature, organisation)
    except IntegrityError as error:  # somebody else was faster, here or in another document
        others = live_elsewhere(signature, [organisation.pk])
        if others:
            raise AlreadySigned(others) from error


@transaction.atomic
def _add_organisation(signature, organisation):
    signature.hold(*EDITABLE, move="edit")
    others = live_elsewhere(signature, [organisation.pk])
    if others:
        raise AlreadySigned(others)
    chosen = list(signature.signatories.all())
    if organisation.pk in [one.organisation_id for one in chosen]:
        return
    if len(chosen) >= MOST_ORGANISATIONS:
        raise TooMany
    Signatory.objects.create(
        signature=signature,
        organisation=organisation,
        declaration_id=signature.declaration_id,
        position=max((one.position for one in chosen), default=0) + 1,
        live=signature.status in LIVE,
    )


@transaction.atomic
def propose_organisation(signature, *, name, website):
    """Add an organisation that the register does not know, for the delivery team to check before publishing."""
    signature.hold(*EDITABLE, move="edit")
    unique = get_random_string(10, "23456789bcdfghjkmpqrtvx")
    organisation = Organisation.objects.create(
        code=f"NEW-{unique}",
        scheme=Organisation.Scheme.OWN,
        name=name,
        official_name=name,
        slug=f"{slugify(name)[:150]}-{unique}".strip("-"),
        type="other",
        website=website,
    )
    add_organisation(signature, organisation)


@transaction.atomic
def remove_organisation(signature, signatory):
    """Take an organisation out of the document; one that was proposed for it alone goes with it.

    A document beyond draft keeps at least one signatory: the last one stays, and False is returned.
    """
    signature.hold(*EDITABLE, move="edit")
    if signature.status in LIVE and signature.signatories.count() == 1:
        return False
    signatory.delete()
    Organisation.objects.proposed_for_nothing().delete()
    return True


@transaction.atomic
def set_signer(signature, signatory, *, person, name, job_title):
    """Say who signs for one organisation."""
    signature.hold(*EDITABLE, move="edit")
    Signatory.objects.filter(pk=signatory.pk).update(signer=person, signer_name=name, signer_job_title=job_title)
    if person == signature.preparer:
        Person.objects.filter(pk=person.pk).update(name=name, job_title=job_title)


@transaction.atomic
def add_commitment(signature):
    """A new commitment at the end; the one that has no title yet if there is one, so that a double click adds one."""
    signature.hold(*EDITABLE, move="edit")
    untitled = signature.commitments.filter(title="").first()
    return untitled or Commitment.objects.create(signature=signature, position=signature.commitments.count() + 1)


@transaction.atomic
def answer(signature, commitment, question, answers):
    """Store the answers to one question about a commitment."""
    signature.hold(*EDITABLE, move="edit")
    if not signature.commitments.filter(pk=commitment.pk).exists():  # removed in another window
        raise MoveRefused("edit", signature)
    question.save(commitment, answers)


@transaction.atomic
def choose_partner(signature, partner, organisation):
    """Say which organisation a partner's name means; None keeps it as it was typed."""
    signature.hold(*EDITABLE, move="edit")
    mean(partner, organisation)


@transaction.atomic
def move_commitment(signature, commitment, up):
    """Swap a commitment with the one above or below it."""
    signature.hold(*EDITABLE, move="edit")
    order = list(signature.commitments.order_by("position", "pk"))
    here = order.index(commitment) if commitment in order else len(order)
    there = here - 1 if up else here + 1
    if here < len(order) and 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    _number(order)


@transaction.atomic
def remove_commitment(signature, commitment):
    """Take a commitment out of the document."""
    signature.hold(*EDITABLE, move="edit")
    commitment.delete()
    _number(list(signature.commitments.order_by("position", "pk")))


def _number(commitments):
    for position, commitment in enumerate(commitments, start=1):
        commitment.position = position
    Commitment.objects.bulk_update(commitments, ["position"])
