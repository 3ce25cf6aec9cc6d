"""The first real declaration, of Bromsgrove and Redditch, 9 November 2018: recorded as the paper form that it was."""

import tomllib
from pathlib import Path

from django.db import transaction

from commitments.models import Commitment, Deliverable, Partner
from signatories.models import Declaration, Organisation, Signatory, Signature
from signatories.models.partial_date import Precision
from signatories.moderation import record_paper

DOCUMENT = Path(__file__).parent / "data" / "first_signature.toml"


@transaction.atomic
def load_first_signature(*, by=None):
    """Record and publish it, once. Returns the Signature, and whether it was made now.

    Raises Organisation.DoesNotExist and Declaration.DoesNotExist when those were not loaded before.
    """
    document = tomllib.loads(DOCUMENT.read_text(encoding="utf-8"))
    declaration = Declaration.objects.get(version=document["version"])
    existing = Signature.objects.filter(source_note=document["source_note"], declaration=declaration).first()
    if existing:
        return existing, False
    signature = Signature.objects.create(declaration=declaration, source_note=document["source_note"])
    for position, code in enumerate(document["organisations"], start=1):
        Signatory.objects.create(
            signature=signature,
            declaration=declaration,
            organisation=Organisation.objects.get(code=code),
            position=position,
            signer_name=document["signer_name"],
            signer_job_title=document["signer_job_title"],
            signed_on=document["signed_on"],
            signed_on_precision=Precision.DAY,
        )
    _add_commitment(signature, document["commitment"], on=document["signed_on"])
    record_paper(signature, by=by)
    return signature, True


def _add_commitment(signature, promised, *, on):
    commitment = Commitment.objects.create(
        signature=signature,
        position=1,
        title=promised["title"],
        mission=promised["mission"].strip(),
        impact=promised["impact"].strip(),
        due_on=promised["due_on"],
    )
    for position, text in enumerate(promised["deliverables"], start=1):
        Deliverable.objects.create(commitment=commitment, position=position, text=text)
    for position, name in enumerate(promised["partners"], start=1):
        meant = Organisation.objects.checked().exactly_called(name, on=on)
        organisation = meant[0] if len(meant) == 1 else None
        Partner.objects.create(commitment=commitment, position=position, name=name, organisation=organisation)
