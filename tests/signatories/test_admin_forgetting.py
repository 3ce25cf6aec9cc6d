"""The delivery team's page of the right to be forgotten: find, hand out, erase; for administrators alone."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from localdigital.models import AuditEvent
from signatories import emails
from signatories.models import Person, Signature
from signatories.models.signature import Status
from tests.factories import make_access, make_person, make_signature

pytestmark = pytest.mark.django_db

ADDRESS = "pugh.barney@trumpton.example.gov.uk"


@pytest.fixture
def page():
    return reverse("admin:forget_person")


def ask(client, page, do, email=ADDRESS, **more):
    return client.post(page, {"email": email, "do": do, **more}, follow=True)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_nobody_without_the_permission_sees_the_page(admin_client, moderator, page):
    moderator.is_superuser = False
    moderator.save()
    for response in (admin_client.get(page), ask(admin_client, page, "find"), ask(admin_client, page, "export")):
        assert response.status_code == 403


def test_what_is_held_is_found_by_an_address_that_stands_in_no_web_address(admin_client, page):
    make_signature("Trumpton")
    response = ask(admin_client, page, "find", ADDRESS.upper())
    assert response.redirect_chain == []
    assert "Digital officer" in text(response)
    assert "Signs or signed (1)" in text(response)
    assert re.search(r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d", text(response))
    assert "+00:00" not in text(response)
    assert f"{page}?" not in response.content.decode()
    assert "Enter an email address" in text(ask(admin_client, page, "find", ""))
    assert "Nothing is held about nobody@example.gov.uk" in text(
        ask(admin_client, page, "find", "nobody@example.gov.uk")
    )


def test_the_list_of_people_leads_there(admin_client, page):
    assert f'href="{page}"' in admin_client.get(reverse("admin:signatories_person_changelist")).content.decode()


def test_an_address_in_the_web_address_finds_nothing(admin_client, page):
    make_signature("Trumpton")
    assert "Digital officer" not in text(admin_client.get(page, {"email": ADDRESS, "do": "export"}))


def test_all_of_it_can_be_handed_out_as_a_file_and_the_log_says_so(admin_client, page):
    signature = make_signature("Trumpton")
    response = ask(admin_client, page, "export")
    assert response["Content-Disposition"].startswith("attachment")
    held = {one["what"]: one["rows"] for one in json.loads(response.content)["held"]}
    assert held["Person"][0]["Address"] == ADDRESS
    assert held["Signs or signed"][0]["Declaration"] == signature.reference
    event = AuditEvent.objects.get(kind="person.export")
    assert (event.object_type, event.object_id) == ("signatories.person", signature.preparer_id)
    assert (event.note, event.details) == ("", {})


def test_erasing_asks_for_the_address_again(admin_client, page):
    make_signature("Trumpton")
    preview = ask(admin_client, page, "preview")
    assert "What is public shows their job title in place of the name" in text(preview)
    for again, said in [("", "Enter the address again"), ("other@example.gov.uk", "Enter the same address as the one")]:
        response = ask(admin_client, page, "erase", again=again)
        assert said in text(response)
        assert "<title>Error: " in response.content.decode()
        assert Person.objects.get().email == ADDRESS
    response = ask(admin_client, page, "erase", again=f" {ADDRESS.upper()} ")
    assert "was erased" in text(response)
    assert ADDRESS not in text(response)
    assert Person.objects.get().erased_at
    assert "Nothing is held" in text(ask(admin_client, page, "find"))


def test_what_others_wait_for_is_settled_first(admin_client, page):
    sign_off = make_signature("Trumpton", status=Status.AWAITING_SIGN_OFF)
    review = make_signature("Chigley", status=Status.AWAITING_REVIEW)
    response = ask(admin_client, page, "erase", again=ADDRESS)
    for said in (sign_off.reference, review.reference, "Settle these first"):
        assert said in text(response)
    assert reverse("admin:signatories_signature_change", args=[review.pk]) in response.content.decode()
    assert "Erase this person" not in text(response)
    assert Person.objects.get().email == ADDRESS
    response = ask(admin_client, page, "take-back", signature=sign_off.pk)
    assert f"{sign_off.reference} is a draft again" in text(response)
    assert Signature.objects.get(pk=sign_off.pk).status == Status.DRAFT
    assert "does not wait for a signer any more" in text(ask(admin_client, page, "take-back", signature=review.pk))


@pytest.mark.parametrize(
    "posted",
    [{"do": "take-back", "signature": "x"}, {"do": "take-back", "signature": "9" * 30}, {"do": "none"}, {"do": "\0"}],
)
def test_strange_input_is_no_error_of_ours(admin_client, page, posted):
    make_signature("Trumpton")
    assert admin_client.post(page, {"email": ADDRESS, **posted}).status_code in (200, 404)
    assert admin_client.post(page, {"email": "a\0b@example.gov.uk"}).status_code == 200


def test_it_costs_the_same_for_little_and_for_much(admin_client, page):
    costs = []
    for names in (["Trumpton"], ["Chigley", "Camberwick Green", "Pippin Fort"]):
        for name in names:
            make_signature(name)
            make_access(make_person(), name)
            emails.sign_in(make_person())
        with CaptureQueriesContext(connection) as queries:
            ask(admin_client, page, "find")
        costs.append(len(queries))
    assert costs[0] == costs[1]
