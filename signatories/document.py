"""The document that is signed: loading it whole, and the SHA-256 that a sign-off keeps of what it was shown."""

import hashlib
import json

from django.db.models import Prefetch

from commitments.models import Commitment, Partner
from localdigital.govuk.writing import listed
from signatories.models import Signatory


def commitments_of(signature):
    """The commitments of one signature with all that a page shows of them, in order."""
    partners = Partner.objects.select_related("organisation")
    return list(
        Commitment.objects.signed()
        .filter(signature=signature)
        .order_by("position", "pk")
        .prefetch_related("principles", "deliverables", Prefetch("partners", queryset=partners))
    )


def signatories_of(signature):
    """The signatories of one signature with their organisations and signers, in order."""
    return list(
        Signatory.objects.filter(signature=signature)
        .order_by("position", "pk")
        .select_related("organisation", "signer", "signed_by")
    )


def names_of(signatories):
    """The official names of a document's organisations, as a sentence lists them."""
    return listed(one.organisation.official_name for one in signatories)


def hashes(signature):
    """For each signatory's id, the SHA-256 of the document that its signer is asked to sign.

    It covers the version, all organisations, all commitments, and this signatory's own signer: a change of
    another organisation's signer asks nobody else to sign again.
    """
    signatories = signatories_of(signature)
    common = {
        "declaration": signature.declaration_id,
        "organisations": [[one.organisation_id, one.organisation.official_name] for one in signatories],
        "commitments": [_content(commitment) for commitment in commitments_of(signature)],
    }
    return {
        one.pk: _digest(common | {"signs": [one.organisation_id, one.signer_id, one.signer_name, one.signer_job_title]})
        for one in signatories
    }


def _content(commitment):
    return {
        "title": commitment.title,
        "mission": commitment.mission,
        "impact": commitment.impact,
        "due_on": str(commitment.due_on),
        "principles": sorted(principle.number for principle in commitment.principles.all()),
        "deliverables": [deliverable.text for deliverable in commitment.deliverables.all()],
        "partners": [[partner.name, partner.organisation_id] for partner in commitment.partners.all()],
    }


def _digest(content):
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
