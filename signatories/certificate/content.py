"""What stands on a certificate, as plain data: what was signed, by whom, and how anyone can check it."""

from io import BytesIO
from urllib.parse import urlencode

import qrcode
from django.conf import settings
from qrcode.image.svg import SvgPathImage

from localdigital.addresses import absolute
from localdigital.govuk.writing import date, listed, paragraphs
from signatories.certificate.check_code import check_code
from signatories.document import names_of
from signatories.models import OrganisationName
from signatories.models.partial_date import Precision


def certificate_of(signature, signatories, commitments):
    """A public signature with its parts (see document.py) as the template `certificate` wants it."""
    code = check_code(signature)
    names = names_of(signatories)
    return {
        "title": f"{signature.declaration.title}, signed by {names}",
        "service": settings.SERVICE_NAME,
        "reference": signature.reference,
        "code": code,
        "qr": qr_code(f"{absolute('verify')}?{urlencode({'reference': signature.reference, 'code': code})}"),
        "verify_at": absolute("verify"),
        "page": absolute("signature", signature.reference),
        "names_listed": names,
        "names": [one.organisation.official_name for one in signatories],
        "declaration": {"title": signature.declaration.title, "dated_on": date(signature.declaration.dated_on)},
        "published_on": date(signature.published_at),
        "source": signature.source_note,
        "withdrawn_on": date(signature.withdrawn_at),
        "stands_for": listed(one.organisation.official_name for one in signatories if one.withdrawn_at is None),
        "signatories": _signatories(signatories),
        "commitments": [_commitment(one) for one in commitments],
    }


def qr_code(address):
    """The QR code of an address as an SVG."""
    image = qrcode.make(address, image_factory=SvgPathImage, border=0, box_size=10)
    svg = BytesIO()
    image.save(svg)
    return svg.getvalue().decode()


def _signatories(signatories):
    former = _names_then(signatories)
    return [
        {
            "organisation": one.organisation.official_name,
            "then_named": former.get(one.pk, ""),
            "signed_as": one.signed_as or "Name not recorded",
            "job_title": one.signer_job_title if one.signer_name else "",
            "signed_on": str(one.signed_date) if one.signed_on else "Not known",
            "withdrawn_on": date(one.withdrawn_at),
        }
        for one in signatories
    ]


def _names_then(signatories):
    """For the parts of organisations renamed since they signed, the official name of that day."""
    former = OrganisationName.objects.filter(organisation__in=[one.organisation_id for one in signatories])
    former = list(former.exclude(used_until=None).order_by("-used_until"))
    return {
        part.pk: name.name
        for name in former
        for part in signatories
        if part.organisation_id == name.organisation_id
        and part.signed_on_precision == Precision.DAY
        and part.signed_on <= name.used_until
    }


def _commitment(one):
    return {
        "language": one.language,
        "title": one.title,
        "mission": _blocks(one.mission),
        "deliverables": [deliverable.text for deliverable in one.deliverables.all()],
        "due_on": date(one.due_on),
        "partners": [
            {"name": partner.name, "disowned": partner.answer == partner.Answer.DISOWNED}
            for partner in one.partners.all()
        ],
        "impact": _blocks(one.impact),
        "principles": [{"number": each.number, "title": each.title} for each in one.principles.all()],
        "has_changed": one.has_changed,
    }


def _blocks(text):
    return [{"is_list": is_list, "lines": lines} for is_list, lines in paragraphs(text)]
