"""Nothing that is not published can be read by anyone: not by a link, not by guessing, not in a title."""

import re
from datetime import date

import pytest

from signatories.models import Organisation, Signatory, Signature
from tests.factories import make_commitment, make_declaration, make_organisation, make_person, make_signature
from tests.pages import NOT_PUBLIC, listed

pytestmark = pytest.mark.django_db


CANARY = "Zanzibarcanary"


def make_canaries():
    """In every status that is not public a document whose every word is a canary; one public document beside them."""
    public = make_signature("Trumpton", "Camberwick")
    make_commitment(public, title="A public promise", partners=[make_organisation("Chigley")])
    hidden = []
    for status in NOT_PUBLIC:
        person = make_person(f"{CANARY} {status}", job_title=CANARY)
        # The public organisations are in it too, under another version: what is theirs must not bring it along.
        version = make_declaration(f"v-{status}", title=f"Version {status}")
        signature = make_signature(
            "Trumpton", make_organisation(f"{CANARY} {status}", checked_at=None), status=status, preparer=person,
            signers=[person, person], commitments=0, declaration=version, source_note=CANARY,
            message_to_preparer=CANARY,
        )  # fmt: skip
        text = {"title": CANARY, "mission": CANARY, "impact": CANARY, "deliverables": [CANARY]}
        make_commitment(signature, partners=[CANARY, make_organisation("Chigley")], **text)
        hidden.append(signature)
    return hidden


def test_nothing_unpublished_is_on_any_page_that_a_reader_can_reach_or_guess(client):
    hidden = make_canaries()
    guesses = [
        "/",
        "/signatories/?signed=all",
        "/signatories/?signed=no",
        f"/signatories/?signed=all&year={date.today().year}",
    ]
    guesses += ["/commitments/", "/declaration/", "/sitemap.xml", "/robots.txt", "/data/"]
    guesses += [f"/sitemap-{name}-1.xml" for name in ("declarations", "organisations", "signatures", "commitments")]
    guesses += [f"/organisations.json?q={CANARY[:4]}", "/organisations.json?q=trum"]
    guesses += [f"/organisations/{body.slug}/" for body in Organisation.objects.all()]
    for signature in hidden:
        guesses += [f"/signatures/{signature.reference}/", f"/signatures/{signature.reference.lower()}/"]
        for commitment in signature.commitments.all():
            guesses += [f"/commitments/{commitment.pk}/x/", f"/commitments/{commitment.pk}/{commitment.slug}/"]
    seen = set()
    while guesses:
        address = guesses.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        content = response.getvalue().decode(errors="replace")
        told = f"{response.headers} {content}"
        # Its own address may stand in the canonical link of the page that says it is not there.
        assert CANARY.lower() not in told.replace(address, "").lower(), address
        if "html" in response.get("Content-Type", ""):
            links = re.findall(r'href="(/[^"#]*)"', content)
            guesses += [link.replace("&amp;", "&") for link in links if not link.startswith(("/static/", "/sign/"))]
    assert len(seen) > 30
    assert any("/commitments/" in address and address.endswith("/a-public-promise/") for address in seen)


def test_a_search_does_not_find_an_organisation_by_the_name_of_a_hidden_one(client):
    make_canaries()
    response = client.get("/signatories/", {"q": CANARY, "signed": "all"})
    assert listed(response) == []


def test_the_database_holds_what_these_tests_believe():
    signature = make_signature("Trumpton", "Camberwick")
    assert Signature.objects.public().get() == signature
    assert Signatory.objects.standing().count() == 2
