"""Nobody's inbox is filled, and nothing can be signed when nothing is published."""

import pytest

from signatories.models import Declaration, Signature
from tests.factories import make_declaration, make_organisation, make_person, make_principles
from tests.journeys.client_signup import Walk

pytestmark = pytest.mark.django_db


def test_without_a_published_version_the_start_page_says_so_and_no_draft_is_made(client, sign_in):
    sign_in(make_person())
    assert Declaration.objects.current() is None
    response = client.post("/sign/new/", follow=True)
    assert "no version of the Declaration to sign" in response.content.decode()
    assert Signature.objects.count() == 0


def test_submitting_and_taking_back_mails_a_signer_ten_times_an_hour_at_the_most(client, sign_in, outbox_text):
    make_declaration()
    make_principles()
    make_organisation("Trumpton")
    sign_in(make_person())
    walk = Walk(client).begin().organisations("Trumpton")
    walk.signs("Trumpton Borough Council", "The Mayor", "Leader", "mayor@trumpton.example.gov.uk").commitment()
    answers = []
    for _ in range(12):
        answers.append(client.post(f"{walk.base}check/").status_code)
        client.post(f"{walk.base}recall/")
    assert answers == [302] * 10 + [429] * 2
    assert len(outbox_text("mayor@trumpton.example.gov.uk")) == 10


@pytest.mark.parametrize("name", ["Win now at www.prize.example", "Click https://x.test", "see evil-site.com today"])
def test_a_name_cannot_carry_an_address_into_an_email(client, sign_in, name):
    make_declaration()
    make_organisation("Trumpton")
    sign_in(make_person())
    walk = Walk(client).begin().organisations("Trumpton")
    path = f"{walk.base}signers/{walk.signature.signatories.get().pk}/"
    answers = {"who": "someone", "their_name": name, "their_job_title": "Leader", "their_email": "a@example.gov.uk"}
    response = client.post(path, answers)
    assert response.status_code == 200
    assert "must not include a web or email address" in response.content.decode()
    assert name in response.content.decode()


@pytest.mark.parametrize("name", ["Dr. Mopp", "J.R. Hartley", "Siân O’Brien-Jones", "Cllr. A. N. Other (Leader)"])
def test_ordinary_names_are_taken(client, sign_in, name):
    make_declaration()
    make_organisation("Trumpton")
    sign_in(make_person())
    Walk(client).begin().organisations("Trumpton").signs_myself(name=name)
