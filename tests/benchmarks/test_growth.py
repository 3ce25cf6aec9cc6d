"""A page for a few organisations and for two thousand times as many: ratios within one run, never seconds.

The limits are wide, as machines are shared; a page that read every row would take hundreds of times as long.
"""

import statistics
from time import perf_counter

import pytest
from django.db import connection
from django.utils import timezone

from signatories.models import Organisation, OrganisationName, Signatory
from signatories.models.names import core, fold
from tests.factories import make_declaration, make_organisation, make_signature

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MANY = 5_000
ROUNDS = 7


def seconds(client, path):
    """The median time of one page, after one that warms it up."""
    times = []
    for _ in range(ROUNDS + 1):
        begun = perf_counter()
        assert client.get(path).status_code == 200
        times.append(perf_counter() - begun)
    return statistics.median(times[1:])


def add_organisations(number):
    now = timezone.now()
    organisations = Organisation.objects.bulk_create(
        Organisation(
            code=f"Y{index:08}",
            scheme="gss",
            name=f"Greendale {index}",
            official_name=f"Greendale {index} Council",
            sort_name=f"greendale {index}",
            slug=f"greendale-{index}",
            type="district",
            nation="england",
            region="north-west",
            checked_at=now,
        )
        for index in range(number)
    )
    OrganisationName.objects.bulk_create(
        OrganisationName(organisation=one, name=one.name, folded=fold(one.name), core=core(one.name))
        for one in organisations
    )
    return organisations


def add_signatories(organisations):
    declaration = make_declaration()
    signature = make_signature("Chigley")
    Signatory.objects.bulk_create(
        Signatory(signature=signature, declaration=declaration, organisation=one, position=position, live=True)
        for position, one in enumerate(organisations, start=2)
    )


@pytest.mark.parametrize(
    ("path", "times"),
    [("/", 15), ("/organisations/trumpton/", 6), ("/signatories/", 15), ("/organisations.json?q=tru", 30)],
)
def test_a_page_takes_no_more_than_a_few_times_as_long_with_thousands_of_organisations(client, path, times):
    make_signature("Trumpton")
    make_organisation("Camberwick Green")
    few = seconds(client, path)
    organisations = add_organisations(MANY)
    add_signatories(organisations[: MANY // 10])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself, a while after so many rows
    assert seconds(client, path) < few * times
