"""What is checked of a document before the team decides about it: each check in a sentence that says what was found."""

import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from commitments.models import Partner
from localdigital.govuk.writing import listed
from signatories.document import commitments_of, signatories_of
from signatories.models import Signatory
from signatories.moderation import at_own_domain

FREE_MAIL = {
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk"),
    *("yahoo.com", "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "btinternet.com", "sky.com", "talktalk.net"),
    *("protonmail.com", "proton.me", "gmx.com", "mail.com"),
}
# An email address, or a telephone number as it is written in the United Kingdom
REACHES_SOMEBODY = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\d)(?:\+44|0)[\s()-]*(?:\d[\s()-]*){9,10}(?!\d)")


@dataclass(frozen=True)
class Check:
    """One thing that was checked: what was found, and whether it needs care."""

    sentence: str
    needs_care: bool = False


def of_document(signature):
    """Its signatories and commitments, with what the checks ask of them. The domains of the organisations are not read
    yet: whoever calls `checks` has prefetched them."""
    standing = Signatory.objects.standing().filter(organisation=OuterRef("organisation"))
    others = standing.exclude(signature=OuterRef("signature")).order_by("declaration__dated_on")
    among = Signatory.objects.annotate(earlier=Subquery(others.values("declaration__title")[:1]))
    partners = Partner.objects.annotate(has_signed=Exists(standing))
    return signatories_of(signature, among), commitments_of(signature, partners)


def checks(signature, signatories, commitments):
    """All that was checked, what needs care first."""
    done = [
        *(_domains(signatories) if signature.preparer_id else []),
        *_organisations(signatories),
        *_earlier_versions(signatories),
        *_partners(commitments),
        personal_data([(f"“{one.title}”", [one.title, *_texts(one)]) for one in commitments]),
    ]
    return sorted(done, key=lambda one: not one.needs_care)


def _domains(signatories):
    found = [Check(_from_elsewhere(one), True) for one in signatories if not at_own_domain(one)]
    return found or [Check("Every signer writes from a domain of their organisation.")]


def _from_elsewhere(one):
    host = (one.signer.email if one.signer and one.signer.email else "an address that was erased").rpartition("@")[2]
    kind = "a free email service" if host in FREE_MAIL else "not a domain we know for this organisation"
    return f"{one.signed_as} signs for {one.organisation.official_name} from {host}: {kind}."


def _organisations(signatories):
    found, today = [], timezone.localdate()
    for organisation in (one.organisation for one in signatories):
        name = organisation.official_name
        if organisation.checked_at is None:
            found.append(Check(f"{name} was proposed by the preparer: check it and add it first.", True))
        elif organisation.ends_on and organisation.ends_on < today:
            found.append(Check(f"{name} ended on {organisation.ends_on:%-d %B %Y}.", True))
    return found or [Check("Every organisation is in the register and exists today.")]


def _earlier_versions(signatories):
    found = [
        Check(f"{one.organisation.official_name} has signed {one.earlier} already.", True)
        for one in signatories
        if one.earlier
    ]
    return found or [Check("No organisation has signed another version.")]


def _partners(commitments):
    named = [partner for one in commitments for partner in one.partners.all() if partner.organisation_id]
    if not named:
        return [Check("No partner is named that the register knows.")]
    missing = {one.organisation_id: one.organisation.official_name for one in named if not one.has_signed}
    if not missing:
        return [Check("Every partner that the register knows has signed.")]
    return [Check(f"Named as partners but not signatories: {', '.join(missing.values())}.", True)]


def _texts(commitment):
    return [commitment.mission, commitment.impact, *(one.text for one in commitment.deliverables.all())]


def personal_data(places):
    """Whether an email address or a telephone number stands in texts, given as (where, texts)."""
    found = [where for where, texts in places if any(REACHES_SOMEBODY.search(text or "") for text in texts)]
    if found:
        return Check(f"An email address or a telephone number stands in {listed(found)}: is it somebody’s own?", True)
    return Check("No email address or telephone number stands in the text.")
