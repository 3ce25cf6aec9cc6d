"""Somebody holds a certificate in their hands and checks it; its council shows a badge."""

import pytest
from django.utils import timezone

from signatories.certificate.check_code import check_code
from signatories.models.signature import Status
from tests.factories import make_signature
from tests.journeys.inspection import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_certificate_is_checked_and_a_badge_is_copied_without_javascript(visitor, councils):
    signature = make_signature("Trumpton", "Camberwick Green", on=timezone.localdate())
    withdrawn = make_signature("Chigley", status=Status.WITHDRAWN)
    reader = visitor(width=320, javascript=False)
    reader.open("/verify/").press("Check").sees("There is a problem", "Enter the reference", "Enter the check code")
    reader.type("Reference", signature.reference.lower()).type("Check code", check_code(signature).lower())
    reader.press("Check").sees("This certificate is genuine", "The signature still stands", "Camberwick Green Borough")
    reader.follow("Read all that was signed").sees("Certificate (PDF)")
    reader.open("/organisations/trumpton/").page.get_by_text("Show on your website that you signed").click()
    code = reader.page.get_by_label("Paste this into a page of your website")
    assert code.get_attribute("readonly") is not None
    assert "/organisations/trumpton/badge.svg" in code.input_value()

    pages = Inspection(visitor())
    looker = pages.visitor
    looker.open("/verify/?reference=")
    pages.look("verify with errors")
    looker.open(f"/verify/?reference={withdrawn.reference}&code={check_code(withdrawn)}").sees("It was withdrawn on")
    pages.look("verify withdrawn")
    looker.open("/organisations/trumpton/").page.get_by_text("Show on your website that you signed").click()
    looker.page.wait_for_function("document.querySelector('.app-badge').naturalWidth > 0")
    pages.look("organisation with its badge")
    assert not pages.all_problems()
