"""An organisation and a signed document in the words of schema.org."""

from localdigital.addresses import in_full, page_of
from localdigital.linked_data import OGL, breadcrumbs, publisher
from signatories.models.organisation import OrganisationType
from signatories.models.partial_date import Precision

# Bodies that serve no area of their own
WITHOUT_AREA = (OrganisationType.GOVERNMENT, OrganisationType.OTHER)


def organisation_in_brief(body):
    """An organisation where something else names it: one that nobody has checked has no page."""
    return {
        "@type": _type(body),
        "name": body.official_name,
        "url": page_of(body) if body.checked_at else None,
        "identifier": _code(body),
    }


def organisation_page(body, standing_parts):
    """An organisation with the documents that stand for it, and where its page is.

    What it became is left out: schema.org has successors of products only.
    """
    whole = organisation_in_brief(body) | {
        "@id": page_of(body),
        "alternateName": body.name if body.name != body.official_name else None,
        "sameAs": [body.website] if body.website else None,
        "areaServed": _area(body),
        "foundingDate": body.starts_on and body.starts_on.isoformat(),
        "dissolutionDate": body.ends_on and body.ends_on.isoformat(),
        "memberOf": body.combined_authority and organisation_in_brief(body.combined_authority),
        "subjectOf": [_document_in_brief(part) for part in standing_parts],
    }
    return [whole, breadcrumbs(("Signatories", "signatories"), (body.official_name, None))]


def _type(body):
    return "Organization" if body.type == OrganisationType.OTHER else "GovernmentOrganization"


def _code(body):
    return {"@type": "PropertyValue", "propertyID": body.get_scheme_display(), "value": body.code}


def _area(body):
    if body.type in WITHOUT_AREA:
        return None
    around = body.get_region_display() or body.get_nation_display()
    within = {"@type": "AdministrativeArea", "name": around} if around else None
    return {"@type": "AdministrativeArea", "name": body.name, "containedInPlace": within}


def _document_in_brief(part):
    return {
        "@type": "DigitalDocument",
        "name": part.declaration.title,
        "url": page_of(part.signature),
        "identifier": part.signature.reference,
    }


def signature_page(signature, parts, commitments, names):
    """A signed document, and where its page is.

    It is a DigitalDocument of which the organisations are the authors, based on the version that they signed. An
    AgreeAction has one agent and one moment; a document has several, on days of their own that may not be known.
    People who signed are named on the page, and not here.
    """
    version = signature.declaration
    whole = {
        "@type": "DigitalDocument",
        "@id": page_of(signature),
        "name": f"{version.title}, signed by {names}",
        "url": page_of(signature),
        "identifier": {"@type": "PropertyValue", "propertyID": "Reference", "value": signature.reference},
        "creativeWorkStatus": signature.get_status_display(),
        "dateCreated": _signed_on(parts),
        "datePublished": signature.published_at.isoformat(timespec="seconds"),
        "dateModified": signature.changed_at.isoformat(timespec="seconds"),
        "license": OGL,
        "publisher": publisher(),
        "author": [organisation_in_brief(part.organisation) for part in parts],
        "isBasedOn": {
            "@type": "CreativeWork",
            "name": version.title,
            "version": version.version,
            "url": page_of(version),
            "sameAs": version.official_url,
        },
        "hasPart": [
            {
                "@type": "CreativeWork",
                "name": one.title,
                "inLanguage": one.language,
                "url": in_full(one.address),
            }
            for one in commitments
        ],
    }
    return [whole, breadcrumbs(("Signatories", "signatories"), (f"Declaration {signature.reference}", None))]


def _signed_on(parts):
    """The day on which the last of them signed, where all of these days are known."""
    known = all(part.signed_on and part.signed_on_precision == Precision.DAY for part in parts)
    return max(part.signed_on for part in parts).isoformat() if parts and known else None
