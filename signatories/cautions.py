"""What a moderator should look at before deciding about a signature, each as a sentence with its reason."""

from django.db.models import prefetch_related_objects
from django.utils import timezone

from signatories.models import Signatory
from signatories.moderation import at_own_domain

FREE_MAIL = {
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk"),
    *("yahoo.com", "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "btinternet.com", "sky.com", "talktalk.net"),
    *("protonmail.com", "proton.me", "gmx.com", "mail.com"),
}


def cautions(signature, signatories, commitments):
    """Sentences about what needs care, each with the reason; an empty list when nothing does."""
    prefetch_related_objects(signatories, "organisation__email_domains")
    found = []
    if signature.preparer_id:
        found += [_from_elsewhere(one) for one in signatories if not at_own_domain(one)]
    for one in signatories:
        if one.organisation.checked_at is None:
            found.append(f"{one.organisation.official_name} was proposed by the preparer: check it and add it first.")
        elif one.organisation.ends_on and one.organisation.ends_on < timezone.localdate():
            found.append(f"{one.organisation.official_name} ended on {one.organisation.ends_on:%-d %B %Y}.")
    found += _earlier_versions(signature, signatories)
    found += _partners_that_have_not_signed(commitments)
    return found


def _from_elsewhere(one):
    host = (one.signer.email if one.signer and one.signer.email else "an address that was erased").rpartition("@")[2]
    kind = "a free email service" if host in FREE_MAIL else "not a domain we know for this organisation"
    return f"{one.signed_as} signs for {one.organisation.official_name} from {host}: {kind}."


def _earlier_versions(signature, signatories):
    earlier = (
        Signatory.objects.standing()
        .filter(organisation__in=[one.organisation_id for one in signatories])
        .exclude(signature=signature)
        .select_related("organisation", "declaration")
    )
    return [f"{one.organisation.official_name} has signed {one.declaration.title} already." for one in earlier]


def _partners_that_have_not_signed(commitments):
    named = {
        partner.organisation_id: partner.organisation
        for commitment in commitments
        for partner in commitment.partners.all()
        if partner.organisation_id
    }
    if not named:
        return []
    signed = set(Signatory.objects.standing().filter(organisation__in=named).values_list("organisation", flat=True))
    names = ", ".join(organisation.official_name for pk, organisation in named.items() if pk not in signed)
    return [f"Named as partners but not signatories: {names}."] if names else []
