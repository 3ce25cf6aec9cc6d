"""Whatever is typed into a report, a link or a withdrawal is answered: taken, or told what is wrong."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from localdigital import links
from tests.factories import make_access, make_commitment, make_person, make_signature, make_update
from tests.signatories.test_strange_input import EACH_NASTY, MANY, TEXT, post

pytestmark = pytest.mark.django_db

FORMS = {
    "commitments/{promise}/report/": [
        *("stage", "delivered", "reported_on-day", "reported_on-month", "reported_on-year"),
        *("done", "went_well", "could_be_better", "next_step"),
    ],
    "updates/{update}/evidence/": ["title", "url", "kind", "then"],
    "commitments/{promise}/withdraw/": ["reason"],
    "commitments/{promise}/no-change/": ["from"],
    "updates/{update}/check/": ["x"],
}
# One good answer to each form, in which one field at a time is made strange
GOOD = {
    **{"stage": "in-progress", "done": "Bells.", "went_well": "", "could_be_better": "", "next_step": ""},
    **{"reported_on-day": "4", "reported_on-month": "7", "reported_on-year": "2018"},
    **{"title": "Research", "url": "https://example.gov.uk", "kind": "code", "then": "continue", "reason": "Bells."},
}


@pytest.fixture
def send():
    """A browser of somebody with a report and a withdrawal under way: `send(address, data)`."""
    pugh = make_person()
    make_access(pugh, "Trumpton")
    promise = make_commitment(make_signature("Trumpton", commitments=0))
    update = make_update(promise, status="draft", proposer=pugh)
    client = Client(raise_request_exception=True)
    client.post(f"/link/{links.token(links.make('sign-in', person_id=pugh.pk))}/")
    return lambda address, data: post(
        client, "/account/" + address.format(promise=promise.pk, update=update.pk), data
    )  # fmt: skip


@EACH_NASTY
@pytest.mark.parametrize("address", FORMS)
def test_each_nasty_text_in_each_field_is_answered(send, address, texts):
    for text in texts:
        for field in FORMS[address]:
            good = {name: GOOD[name] for name in FORMS[address] if name in GOOD}
            assert send(address, good | {field: text}).status_code in (200, 302), (field, text)


@pytest.mark.parametrize("address", FORMS)
@MANY
@given(data=st.data())
def test_any_text_in_any_field_is_answered(send, address, data):
    sent = {field: data.draw(TEXT) for field in FORMS[address]}
    assert send(address, sent).status_code in (200, 302)


@MANY
@given(text=TEXT)
def test_what_is_typed_is_shown_again_as_text(send, text):
    response = send("commitments/{promise}/report/", {"done": text, "went_well": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
