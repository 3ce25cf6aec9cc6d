"""The declaration of Bromsgrove and Redditch goes through the pages: signed up, signed, moderated, published, read."""

import tomllib

import pytest
from django.core.management import call_command
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from signatories.first_signature import DOCUMENT
from signatories.models import Organisation, Principle, Signature
from signatories.models.signature import Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHRIS = "chris.forrester@bromsgroveandredditch.example.gov.uk"
PARTNERS = [
    "Oxford City Council",
    "Hertsmere Borough Council",
    "Cheltenham Borough Council",
    "City of Doncaster Council",
    "Preston City Council",
    "North East Derbyshire District Council",
    "Bolsover District Council",
    "Calderdale Metropolitan Borough Council",
    "Rotherham Metropolitan Borough Council",
]


@pytest.fixture
def real_councils(site):
    """The organisations and the Declaration that the register really holds."""
    call_command("import_organisations", verbosity=0)
    call_command("load_declaration", verbosity=0)


@pytest.fixture
def promised():
    """What the two councils signed."""
    return tomllib.loads(DOCUMENT.read_text(encoding="utf-8"))


def test_one_person_signs_for_both_councils_and_the_public_reads_it(visitor, real_councils, promised, moderator):
    chris = visitor()
    sign_up(chris, promised)
    reference = Signature.objects.get().reference
    publish(visitor(), moderator, reference)
    read_as_the_public(visitor(), promised, reference)


def sign_up(chris, promised):
    """Chris Forrester's way from the start page to the confirmation."""
    chris.sign_in(CHRIS).press("Prepare a declaration")
    chris.add_organisation("Bromsgrove").sees("1 organisation signs this declaration")
    chris.add_organisation("Redditch").sees("2 organisations sign this declaration")
    chris.press("Continue").sees("Who signs for Bromsgrove District Council?")
    chris.signs_myself(promised["signer_name"], promised["signer_job_title"])
    chris.sees("Who signs for Redditch Borough Council?").choose("I do").press("Save and continue")

    assert chris.heading == "What will you commit to?"
    commitment = promised["commitment"]
    chris.press("Add a commitment").answer(
        title=commitment["title"],
        principles=list(Principle.objects.values_list("title", flat=True)),
        mission=commitment["mission"],
        deliverables="\n".join(f"• {one}" for one in commitment["deliverables"]),
        partners="; ".join(commitment["partners"]),
        impact=commitment["impact"],
    )
    chris.sees("You have added 1 commitment").press("Continue")
    assert chris.heading == "Check your answers before you submit"
    chris.sees(*PARTNERS, *commitment["deliverables"], promised["signer_job_title"])

    chris.press("Submit and go on to sign")
    assert chris.heading == "Read and sign"
    chris.sees("on behalf of Bromsgrove District Council and Redditch Borough Council", *commitment["partners"])
    chris.press("Sign")
    signature = Signature.objects.get()
    chris.sees("Declaration submitted", signature.reference, "Everyone has signed")
    assert signature.status == Status.AWAITING_REVIEW


def publish(member, moderator, reference):
    """The delivery team signs in with the second factor, reads, asks how authority was checked, publishes."""
    device = TOTPDevice.objects.create(user=moderator, name="phone", confirmed=True)
    member.open("/admin/")
    member.type("Username:", moderator.username).type("Password:", "a long password for tests")
    member.type("Code:", f"{totp(device.bin_key):06}")
    with member.page.expect_navigation():
        member.page.get_by_role("button", name="Sign in").click()
    member.follow("1 declaration to review")
    member.follow(reference)
    member.sees(CHRIS, "Bromsgrove District Council", "What needs care")
    member.press("Preview: publish")
    member.sees("Say how the signer’s authority was checked")
    member.type("How was the signer’s authority checked?", "Telephoned the councils’ switchboard").press("Preview")
    member.sees("Check before you confirm", "Your declaration is published", CHRIS, "Telephoned the councils")
    member.press("Confirm: publish").follow(reference).sees("Published", "Telephoned the councils’ switchboard")
    assert Signature.objects.get().status == Status.PUBLISHED


def read_as_the_public(reader, promised, reference):
    """From the first page to the commitment, without a cookie and without an email address."""
    commitment = promised["commitment"]
    reader.open("/").sees("Redditch Borough Council")
    reader.open("/signatories/").sees("Bromsgrove District Council").follow("Redditch Borough Council")
    assert reader.path == "/organisations/redditch/"
    reader.sees("Chris Forrester", "Financial Services Manager", "Bromsgrove District Council")
    reader.open(f"/signatures/{reference}/").sees("Chris Forrester", *commitment["deliverables"])
    assert CHRIS not in reader.page.content()
    reader.follow(commitment["title"])
    assert reader.path.startswith("/commitments/")
    reader.sees(*commitment["deliverables"], *commitment["impact"].strip().splitlines())
    for typed, official in zip(commitment["partners"], PARTNERS, strict=True):
        link = reader.page.get_by_role("link", name=typed, exact=True)
        organisation = Organisation.objects.get(official_name=official)
        assert link.get_attribute("href") == f"/organisations/{organisation.slug}/"
    assert reader.page.context.cookies() == []
