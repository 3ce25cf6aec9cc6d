"""A public page costs the same number of queries for 20 organisations as for 2,000, and no more than was promised."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Adoption, Commitment, Deliverable, Partner
from localdigital.models import RegisterVersion
from signatories.models import Organisation, OrganisationName, Signatory, Signature, Succession
from signatories.models.names import core, fold
from signatories.models.signature import Status
from tests.factories import make_declaration, make_person, make_principles

PAGES = {
    "/": 3,
    "/signatories/": 4,
    "/signatories/?page=1&q=place&type=district&nation=england&region=west-midlands&year=2018&sort=newest": 4,
    "/signatories/?signed=no": 4,
    "/signatories/?signed=all&sort=newest": 4,
    "/organisations/place-1/": 10,
    "/organisations/place-2/": 10,
    "/organisations/place-3/": 10,
    "/organisations.json?q=place": 2,
    "/signatures/{reference}/": 8,
    "/commitments/": 4,
    "/commitments/{commitment}/share/": 10,
}

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def fill(count):
    """That many organisations; the first half have signed, two to a document, and name others as partners."""
    declaration, person, principles = make_declaration(), make_person(), make_principles()
    bodies = Organisation.objects.bulk_create(
        Organisation(
            code=f"P{number}", scheme="gss", name=f"Place {number}", official_name=f"Place {number} Council",
            sort_name=f"place {number}", slug=f"place-{number}", type="district", nation="england",
            region="west-midlands", checked_at=timezone.now(),
        )
        for number in range(count)
    )  # fmt: skip
    OrganisationName.objects.bulk_create(
        OrganisationName(organisation=body, name=body.name, folded=fold(body.name), core=core(body.name))
        for body in bodies
    )
    Organisation.objects.filter(slug="place-1").update(county=bodies[-1], combined_authority=bodies[-2])
    Succession.objects.create(predecessor=bodies[-3], successor=bodies[1])
    signatures = Signature.objects.bulk_create(
        Signature(declaration=declaration, preparer=person) for _ in range(count // 4)
    )
    Signatory.objects.bulk_create(
        Signatory(
            signature=signatures[number // 2], organisation=bodies[number], declaration=declaration, live=True,
            signer=person, signer_name="Nobby Nutter", signer_job_title="Mayor", signed_at=timezone.now(),
            signed_by=person, signed_hash="0" * 64, signed_on=date(2018, 11, 9), signed_on_precision="day",
        )
        for number in range(count // 4 * 2)
    )  # fmt: skip
    promises = Commitment.objects.bulk_create(
        Commitment(
            signature=signature, position=position, title="Share", mission="Do.", impact="Good.",
            status="published", published_at=timezone.now(),
        )
        for signature in signatures
        for position in (1, 2)
    )  # fmt: skip
    through = Commitment.principles.through
    through.objects.bulk_create(
        through(commitment=promise, principle=principle) for promise in promises for principle in principles
    )
    Deliverable.objects.bulk_create(
        Deliverable(commitment=promise, position=number, text="A clock") for promise in promises for number in (1, 2)
    )
    # Two that signed and two that did not: the more there are, the more name them.
    Partner.objects.bulk_create(
        Partner(commitment=promise, position=position, name="Other", organisation=bodies[number])
        for promise in promises
        for position, number in enumerate((1, 3, -1, -2))
    )
    # One that ended, and one that took over its commitments
    Organisation.objects.filter(slug="place-2").update(ends_on=date(2023, 3, 31))
    Succession.objects.create(predecessor=bodies[2], successor=bodies[1])
    Adoption.objects.bulk_create(
        Adoption(commitment=promise, organisation=bodies[1])
        for promise in promises
        if promise.signature == signatures[1]
    )
    Signature.objects.update(status=Status.PUBLISHED, submitted_at=timezone.now(), published_at=timezone.now())
    with connection.cursor() as cursor:
        # The database does this by itself, but not inside a test: without it, it takes 2,000 rows for one.
        cursor.execute("ANALYZE")
    RegisterVersion.current()


def cost(client, address):
    """How many queries a page costs that nobody has read before."""
    newest = Signature.objects.public().order_by("pk").first()
    address = address.format(reference=newest.reference, commitment=newest.commitments.order_by("pk").first().pk)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(queries)


def test_a_page_costs_the_same_for_20_and_for_2000_organisations(client):
    fill(20)
    small = {address: cost(client, address) for address in PAGES}
    empty_the_register()
    fill(2000)
    large = {address: cost(client, address) for address in PAGES}
    assert large == small
    assert {address: number for address, number in large.items() if number > PAGES[address]} == {}


def empty_the_register():
    """Take everything away that `fill` made (the documents go back to draft first, or the database refuses)."""
    Signature.objects.update(status=Status.DRAFT)
    for model in (Signature, Succession):
        model.objects.all().delete()
    Organisation.objects.update(county=None, combined_authority=None)
    Organisation.objects.all().delete()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_has_not_changed_costs_one_query(client, address):
    fill(20)
    newest = Signature.objects.public().order_by("pk").first()
    address = address.format(reference=newest.reference, commitment=newest.commitments.order_by("pk").first().pk)
    etag = client.get(address)["ETag"]
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert len(queries) == 1
