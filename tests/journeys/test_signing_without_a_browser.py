"""The whole story on the test client: prepared, signed, moderated, published, read; one signer, and two."""

import functools
import re

import pytest

from localdigital import links
from localdigital.models import EmailedLink
from signatories import moderation
from signatories.models.signature import Status
from tests.factories import make_declaration, make_organisation, make_person, make_principles
from tests.journeys.client_signup import Walk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register():
    """Two councils, the Declaration, five principles."""
    make_declaration()
    make_principles()
    make_organisation("Trumpton")
    make_organisation("Camberwick Green")


def open_link(client, text):
    """Open the link of an email and press its button."""
    path = re.search(r"http://testserver(/link/\S+)", text)[1]
    assert client.get(path).status_code == 200
    response = client.post(path)
    assert response.status_code == 302
    return response.url


def test_one_signer_for_both_councils_from_the_first_page_to_the_published_one(client, outbox_text, moderator):
    response = client.post("/sign/email/", {"email": "Pugh.Barney@Trumpton.example.gov.uk"}, follow=True)
    assert "Check your email" in response.content.decode()
    [(to, _, text)] = outbox_text()
    assert to == "pugh.barney@trumpton.example.gov.uk"
    assert open_link(client, text) == "/account/"

    walk = Walk(client).begin().organisations("Trumpton", "Camberwick Green Borough Council").signs_myself()
    walk.commitment(partners={"partners": "Chigley; Trumpton Fire Brigade"})
    assert walk.submit() == f"/account/sign/{walk.signature.reference}/"
    assert walk.sign() == f"/sign/{walk.signature.reference}/submitted/"
    page = client.get(f"/sign/{walk.signature.reference}/submitted/").content.decode()
    assert walk.signature.reference in page

    walk.signature.refresh_from_db()
    assert walk.signature.status == Status.AWAITING_REVIEW
    moderation.publish(walk.signature, by=moderator, authority="Telephoned the switchboard")
    client.post("/account/leave/")
    page = client.get(f"/signatures/{walk.signature.reference}/").content.decode()
    for text in ("Trumpton Borough Council", "Camberwick Green Borough Council", "Pugh Barney", "Chigley"):
        assert text in page
    published = ("localdigital@example.gov.uk", walk.signature.declaration.official_url)
    assert "example.gov.uk" not in functools.reduce(lambda text, one: text.replace(one, ""), published, page)
    assert [subject for _, subject, _ in outbox_text(to)] == [
        "Sign in to the Local Digital Declaration register",
        f"You signed the Local Digital Declaration ({walk.signature.reference})",
        f"We have your declaration ({walk.signature.reference})",
        f"Your declaration is published ({walk.signature.reference})",
    ]


def test_two_signers_each_with_a_link_of_their_own(client, sign_in, outbox_text, moderator):
    sign_in(make_person())
    walk = Walk(client).begin().organisations("Trumpton", "Camberwick Green")
    walk.signs("Trumpton Borough Council", "The Mayor", "Leader", "mayor@trumpton.example.gov.uk")
    walk.signs(
        "Camberwick Green Borough Council", "Mrs Honeyman", "Chief executive", "h@camberwick-green.example.gov.uk"
    )
    walk.commitment()
    assert walk.submit() == f"/sign/{walk.signature.reference}/submitted/"

    for address in ("mayor@trumpton.example.gov.uk", "h@camberwick-green.example.gov.uk"):
        [(_, subject, text)] = outbox_text(address)
        assert subject.startswith("Sign the Local Digital Declaration for")
        client.post("/account/leave/")
        assert open_link(client, text) == f"/account/sign/{walk.signature.reference}/"
        assert walk.sign(expect="/signed/")

    walk.signature.refresh_from_db()
    assert walk.signature.status == Status.AWAITING_REVIEW
    moderation.publish(walk.signature, by=moderator)
    page = client.get("/organisations/camberwick-green/").content.decode()
    assert "Mrs Honeyman" in page


def test_a_link_lets_in_once_and_then_offers_a_fresh_one(client, outbox_text):
    person = make_person()
    link = links.make("sign-in", person_id=person.pk)
    path = f"/link/{links.token(link)}/"
    assert client.post(path).status_code == 302
    assert client.post(path).url == "/account/", "a double press leads on"
    client.post("/account/leave/")
    assert client.post(path).status_code == 410
    response = client.get(path)
    assert response.status_code == 410
    assert "Send me a new link" in response.content.decode()
    client.post(f"{path}fresh/")
    assert len(outbox_text(person.email)) == 1
    assert EmailedLink.objects.count() == 2
