"""Whatever a stranger sends to a form of the sign-up is answered: taken, or told what is wrong with nothing lost."""

import html
import os
import re
from itertools import product
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localdigital import links
from localdigital.forms import tidy
from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_person, make_principles, make_signature

pytestmark = pytest.mark.django_db

# What a database may refuse or cut, which is tried on both, and what is Python's and the browser's affair
NASTY_TO_A_DATABASE = [
    "\x00", "a\x00b", "\ud800", "💥" * 300, "é" * 6000, "a" * 20_000, "'; DROP TABLE signatories_signature; --",
    "%s%n%(x)d", "9" * 400, "\\", "same-99999999999999999999", "same-\x00",
]  # fmt: skip
NASTY_ANYWHERE = [
    "\u202eevil", "\ufeff", "\x1b[31m", "\r\n" * 500, "<script>alert(1)</script>", "{{ 7 * 7 }}", "{% raw %}",
    "[link 1]", "\u2028\u2029", "ﷺ" * 100, "مرحبا بالعالم", "-1", "NaN", "1e999", "٣", "²", "۱۲۳", "\t", " " * 99,
    "\u0301" * 500, "=cmd|' /C calc'!A0", "../../etc/passwd", "none",
]  # fmt: skip
NASTY = NASTY_TO_A_DATABASE + NASTY_ANYWHERE
EACH_NASTY = pytest.mark.parametrize(
    "texts",
    [
        pytest.param(NASTY_TO_A_DATABASE, id="to a database"),
        pytest.param(NASTY_ANYWHERE, id="anywhere", marks=pytest.mark.one_database),
    ],
)
TEXT = st.one_of(
    st.text(max_size=80),
    st.sampled_from(NASTY),
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Co", "Zl", "Zp", "Mn", "So"]), max_size=40),
)
MANY = settings(
    max_examples=int(os.environ.get("REGISTER_FAULT_ROUNDS", "15")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

FORMS = {
    "organisations/": ["organisation", "code"],
    "organisations/not-listed/": ["name", "website"],
    "signers/{one}/": ["who", "my_name", "my_job_title", "their_name", "their_job_title", "their_email"],
    "commitments/{commitment}/title/": ["title"],
    "commitments/{commitment}/principles/": ["principles"],
    "commitments/{commitment}/mission/": ["mission", "due_on-day", "due_on-month", "due_on-year"],
    "commitments/{commitment}/deliverables/": ["deliverables"],
    "commitments/{commitment}/partners/": ["partners"],
    "commitments/{commitment}/impact/": ["impact"],
    "commitments/{commitment}/move/": ["direction"],
    "organisations/{one}/remove/": ["x"],
}


@pytest.fixture
def walk():
    """A browser of a preparer, and the addresses of a document of theirs."""
    make_principles()
    make_organisation("Chigley")
    signature = make_signature("Trumpton", "Camberwick", status=Status.RETURNED)
    make_commitment(signature, title="Second")
    client = Client(raise_request_exception=True)
    client.post(f"/link/{links.token(links.make('sign-in', person_id=signature.preparer.pk))}/")
    one, commitment = signature.signatories.first().pk, signature.commitments.first().pk
    return lambda address, data: post(
        client, f"/sign/{signature.reference}/" + address.format(one=one, commitment=commitment), data
    )


def post(client, path, data):
    """As a browser sends a form; a lone surrogate goes out as its three bytes."""
    body = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in data.items()})
    return client.post(path, body, content_type="application/x-www-form-urlencoded")


@EACH_NASTY
@pytest.mark.parametrize("address", FORMS)
def test_each_nasty_text_in_each_field_is_answered(walk, address, texts):
    for text in texts:
        for field in FORMS[address]:
            others = {"who": "someone"} if "their_name" in FORMS[address] and field != "who" else {}
            response = walk(address, others | {field: text})
            assert response.status_code in (200, 302, 404), (field, text)
            if response.status_code == 404:
                assert "remove" in address


@pytest.mark.parametrize("address", [address for address in FORMS if "remove" not in address])
@MANY
@given(data=st.data())
def test_any_text_in_any_field_is_answered(walk, address, data):
    sent = {field: data.draw(TEXT) for field in FORMS[address]}
    assert walk(address, sent).status_code in (200, 302)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("address", "field", "others"),
    [
        ("commitments/{commitment}/title/", "title", {}),
        ("commitments/{commitment}/mission/", "mission", {"due_on-day": "99"}),
        ("commitments/{commitment}/mission/", "due_on-month", {"mission": ""}),
        ("commitments/{commitment}/deliverables/", "deliverables", {}),
        ("commitments/{commitment}/impact/", "impact", {}),
        ("signers/{one}/", "my_name", {"who": "me", "my_job_title": ""}),
        ("signers/{one}/", "their_job_title", {"who": "someone", "their_name": ""}),
        ("signers/{one}/", "their_email", {"who": "someone", "their_name": ""}),
        ("organisations/not-listed/", "name", {"website": ""}),
        ("organisations/not-listed/", "website", {"name": ""}),
        ("organisations/", "organisation", {}),
    ],
)
@MANY
@given(text=TEXT)
def test_a_form_that_is_shown_again_holds_what_was_typed(walk, address, field, others, text):
    response = walk(address, others | {field: text})
    if response.status_code == 302:
        return  # it was a good answer
    page_text = response.content.decode()
    seen = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    long = any(name in address for name in ("mission", "deliverables", "impact"))
    typed = tidy(seen, lines=long and "due_on" not in field)
    if "due_on" in field:
        typed = typed.strip()
    assert typed in shown(page_text, field)
    assert "<script>alert" not in page_text


def shown(page, field):
    """What the box of that name holds in the page, as a browser reads it."""
    area = re.search(rf'<textarea[^>]*name="{field}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    if area:
        return html.unescape(area[1])
    box = re.search(rf'<input[^>]*name="{field}"[^>]*>', page)[0]
    value = re.search(r'value="([^"]*)"', box)
    return html.unescape(value[1]) if value else ""


@pytest.mark.parametrize("body", [b"", b"title=%00", b"title=%ff%fe", b"a&b=c&&&=", b"title=" + b"x" * 900_000])
def test_any_body_is_answered(walk, body, client, sign_in):
    signature = make_signature("Pippin Fort", status=Status.DRAFT)
    sign_in(signature.preparer)
    path = f"/sign/{signature.reference}/commitments/{signature.commitments.get().pk}/title/"
    response = client.post(path, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (200, 302, 400)


def test_more_than_a_form_can_hold_is_refused(client, sign_in):
    signature = make_signature(status=Status.DRAFT)
    sign_in(signature.preparer)
    path = f"/sign/{signature.reference}/commitments/{signature.commitments.get().pk}/title/"
    assert client.post(path, {"title": "x" * 1_100_000}).status_code in (400, 413)
    assert client.post(path, {f"field{number}": "" for number in range(1_001)}).status_code == 400


@pytest.mark.parametrize("text", NASTY)
def test_a_decline_may_have_any_reason(client, sign_in, text):
    mayor = make_person("The Mayor")
    signature = make_signature(status=Status.AWAITING_SIGN_OFF, signers=[mayor])
    sign_in(mayor)
    response = post(client, f"/account/sign/{signature.reference}/decline/", {"reason": text})
    assert response.status_code == 200


@EACH_NASTY
@pytest.mark.parametrize("parameter", ["next", "from", "page", "q"])
def test_any_query_is_answered(client, sign_in, parameter, texts):
    signature = make_signature(status=Status.DRAFT)
    sign_in(signature.preparer)
    commitment = signature.commitments.get().pk
    paths = (
        "/sign/email/", f"/sign/{signature.reference}/check/",
        f"/sign/{signature.reference}/commitments/{commitment}/title/",
    )  # fmt: skip
    for text, path in product([text for text in texts if text != "\ud800"], paths):
        assert client.get(path, {parameter: text[:2000]}).status_code == 200, (text, path)
