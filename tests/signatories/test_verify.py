"""Whether a certificate is genuine: what the page answers to a reference and a check code."""

import re

import pytest
from django.utils import timezone

from localdigital.models import RateLimit
from signatories.certificate import check_code, verifying
from signatories.models.reference import new_reference
from signatories.models.signature import Status
from tests.factories import make_signature
from tests.pages import UNKNOWN_TO_THE_PUBLIC, heading, text_of, title

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.make_aware(timezone.datetime(2024, 5, 1))
NO_CERTIFICATE = "This register made no certificate with this reference and check code."


def ask(client, reference, code):
    return client.get("/verify/", {"reference": reference, "code": code})


def test_a_genuine_certificate_that_stands_is_confirmed_with_what_it_must_say(client):
    signature = make_signature("Trumpton", "Camberwick")
    response = ask(client, signature.reference, check_code.check_code(signature))
    assert heading(response) == "This certificate is genuine"
    assert title(response) == f"Certificate {signature.reference} is genuine"
    text = text_of(response)
    for words in (
        "The signature still stands Compare",
        "Local Digital Declaration 2018, dated 4 July 2018",
        "Camberwick Borough Council Signed by: Pugh Barney, Digital officer",
    ):
        assert words in text, words
    assert f'href="/signatures/{signature.reference}/certificate.pdf"' in response.content.decode()


def test_both_may_be_typed_loosely(client):
    signature = make_signature("Trumpton")
    code = check_code.check_code(signature)
    loose = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert (
        heading(ask(client, signature.reference.lower().replace("-", ""), f" {loose} "))
        == "This certificate is genuine"
    )


def test_one_organisation_may_have_withdrawn_alone(client):
    both = make_signature("Trumpton", "Camberwick")
    both.signatories.filter(organisation__name="Camberwick").update(withdrawn_at=LONG_AGO, live=False)
    text = text_of(ask(client, both.reference, check_code.check_code(both)))
    assert "The signature still stands for some of those who signed" in text
    assert "Camberwick Borough Council withdrew from this declaration on 1 May 2024." in text


def test_a_withdrawn_one_is_genuine_and_says_since_when(client):
    signature = make_signature("Trumpton", status=Status.WITHDRAWN, withdrawn_at=LONG_AGO)
    response = ask(client, signature.reference, check_code.check_code(signature))
    assert heading(response) == "This certificate is genuine, but the signature was withdrawn"
    assert "It was withdrawn on 1 May 2024 and no longer counts as a signature." in text_of(response)


def test_of_a_removed_one_nothing_more_is_told_than_that(client):
    signature = make_signature("Trumpton", status=Status.REMOVED, public_note="It was a hoax.")
    response = ask(client, signature.reference, check_code.check_code(signature))
    assert heading(response) == "This declaration is no longer shown"
    for hidden in ("Trumpton", "Pugh", "hoax"):
        assert hidden not in text_of(response)


@pytest.mark.parametrize("status", UNKNOWN_TO_THE_PUBLIC)
def test_what_was_never_published_is_as_unknown_as_what_somebody_invented(client, status):
    hidden = make_signature("Trumpton", status=status)
    other = make_signature("Chigley")
    invented = ask(client, new_reference(), check_code.check_code(other))
    asked = ask(client, hidden.reference, check_code.check_code(other))
    assert NO_CERTIFICATE in text_of(invented)
    assert re.sub(r'value="[^"]*"', "", asked.content.decode()) == re.sub(
        r'value="[^"]*"', "", invented.content.decode()
    )


def test_the_code_of_one_signature_does_not_fit_another(client):
    one, other = make_signature("Trumpton"), make_signature("Chigley")
    assert NO_CERTIFICATE in text_of(ask(client, one.reference, check_code.check_code(other)))


def test_codes_made_with_an_older_key_go_on_being_good(settings):
    signature = make_signature("Trumpton")
    old = check_code.check_code(signature)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    assert check_code.check_code(signature) != old
    assert verifying.verify(signature.reference, old).stands
    settings.SECRET_KEY_FALLBACKS = []
    assert not verifying.verify(signature.reference, old).is_genuine


def test_correcting_and_forgetting_leave_a_code_good():
    signature = make_signature("Trumpton")
    code = check_code.check_code(signature)
    signature.signatories.update(signer_name="", signer_job_title="", signed_on="2018-01-01")
    signature.commitments.update(title="Another")
    assert verifying.verify(signature.reference, code).stands


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"reference": ""}, "Enter the reference"),
        ({"code": "7QXP2-K9D4M"}, "Enter the reference"),
        ({"reference": "4H7K-2QXT"}, "Enter the check code"),
        ({"reference": "4H7K-2QXV"}, "Enter the reference as it stands on the certificate, like 4H7K-2QXT"),
        ({"code": "7QXP2-K9D4U"}, "Enter the check code as it stands on the certificate, like 7QXP2-K9D4M"),
        ({"code": "²" * 10}, "Enter the check code as it stands"),
        ({"code": "7" * 2000}, "Enter a check code like 7QXP2-K9D4M"),
        ({"reference": "\0"}, "Enter the reference"),
    ],
)
def test_what_can_be_no_reference_or_code_is_asked_for_again(client, asked, error):
    response = client.get("/verify/", asked)
    assert response.status_code == 200
    assert error in text_of(response)
    assert "There is a problem" in text_of(response)
    assert title(response).startswith("Error: Check a certificate")
    assert not RateLimit.objects.exists()


def test_who_guesses_too_often_has_to_wait(client, monkeypatch):
    monkeypatch.setattr(verifying, "CHECKS_AN_HOUR", 2)
    signature = make_signature("Trumpton")
    code = check_code.check_code(signature)
    for guess in ("0" * 10, "1" * 10):
        assert ask(client, signature.reference, guess).status_code == 200
    answer = ask(client, signature.reference, code)
    assert answer.status_code == 429
    assert "genuine" not in text_of(answer)


def test_the_page_can_be_found_and_asks_for_both(client):
    assert "/verify/" in client.get("/sitemap-pages-1.xml").content.decode()
    response = client.get("/verify/")
    assert heading(response) == "Check a certificate"
    assert "There is a problem" not in text_of(response)


def test_an_answer_takes_few_queries(client, django_assert_max_num_queries):
    signature = make_signature("Trumpton", "Camberwick")
    code = check_code.check_code(signature)
    client.get("/verify/")
    with django_assert_max_num_queries(4):
        ask(client, signature.reference, code)
