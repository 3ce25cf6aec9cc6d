"""The document that is signed: loading it whole, and the SHA-256 that a sign-off keeps of what it was shown.

A text that was changed after signing does not change the document: it goes on saying what was signed.
"""

import hashlib
import json

from django.db.models import Prefetch

from commitments import shown
from commitments.models import Commitment, Language, Partner, Revision
from localdigital.govuk.writing import listed
from signatories.models import Organisation, Signatory


def commitments_of(signature, partners=Partner.objects):
    """The commitments of one signature with all that a page shows of them, in order, as they were signed.

    Not to be saved: the text of one that `has_changed` since is the one that was signed. `address` is that of its page.
    """
    partners = partners.select_related("organisation")
    commitments = list(
        Commitment.objects.signed()
        .filter(signature=signature)
        .order_by("position", "pk")
        .prefetch_related("principles", "deliverables", Prefetch("partners", queryset=partners))
    )
    # A text can be changed only once its document is public.
    as_signed = Revision.objects.first_of(commitments) if signature.published_at else {}
    organisations = _organisations_named(as_signed.values(), commitments) if as_signed else {}
    for commitment in commitments:
        commitment.address, commitment.has_changed = commitment.get_absolute_url(), commitment.pk in as_signed
        commitment.signature = signature
        if commitment.has_changed:
            _say_what_was_signed(commitment, as_signed[commitment.pk], organisations)
    return commitments


def _organisations_named(revisions, commitments):
    """The organisations that those revisions name as partners, by their ids."""
    known = {one.organisation_id: one.organisation for each in commitments for one in each.partners.all()}
    named = {partner["organisation"] for revision in revisions for partner in revision.partners}
    missing = named - known.keys() - {None}
    return known | (Organisation.objects.in_bulk(missing) if missing else {})


def _say_what_was_signed(commitment, revision, organisations):
    for name in ("title", "mission", "impact", "due_on"):
        setattr(commitment, name, getattr(revision, name))
    answers = {one.organisation_id: one.answer for one in commitment.partners.all() if one.organisation_id}
    signed = commitment.partners.none()
    signed._result_cache = [
        Partner(
            commitment=commitment,
            position=position,
            name=one["name"],
            organisation=organisations.get(one["organisation"]),
            answer=answers.get(one["organisation"], ""),
        )
        for position, one in enumerate(revision.partners, start=1)
    ]
    # What `partners.all()` answers, as a prefetch leaves it
    commitment._prefetched_objects_cache["partners"] = signed


def signatories_of(signature, among=Signatory.objects):
    """The signatories of one signature with their organisations and signers, in order."""
    return list(
        among.filter(signature=signature)
        .order_by("position", "pk")
        .select_related("organisation", "signer", "signed_by")
    )


def names_of(signatories):
    """The official names of a document's organisations, as a sentence lists them."""
    return listed(one.organisation.official_name for one in signatories)


def parts_of(signature, signatories, commitments):
    """What the delivery team reads of a document, in parts that can be compared with what is submitted next."""
    signs = [f"{one.organisation.official_name}: {one.signer_name}, {one.signer_job_title}" for one in signatories]
    parts = [
        shown.text("declaration", "Version of the Declaration", signature.declaration.title),
        shown.entries("signatories", "Who signs", signs),
    ]
    for one in commitments:
        parts += shown.parts_of_commitment(one, key=f"{one.pk}-", of=f"“{one.title}”: ")
    return parts


def hashes(signature, signatories=None, commitments=None):
    """For each signatory's id, the SHA-256 of the document that its signer is asked to sign.

    It covers the version, all organisations, all commitments, and this signatory's own signer: a change of
    another organisation's signer asks nobody else to sign again. Whoever has loaded its parts hands them over.
    """
    signatories = signatories_of(signature) if signatories is None else signatories
    commitments = commitments_of(signature) if commitments is None else commitments
    common = {
        "declaration": signature.declaration_id,
        "organisations": [[one.organisation_id, one.organisation.official_name] for one in signatories],
        "commitments": [_content(commitment) for commitment in commitments],
    }
    return {
        one.pk: _digest(common | {"signs": [one.organisation_id, one.signer_id, one.signer_name, one.signer_job_title]})
        for one in signatories
    }


def _content(commitment):
    # What most are written in is not named, so that sign-offs from before it was asked still fit.
    language = {} if commitment.language == Language.ENGLISH else {"language": commitment.language}
    return language | {
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
