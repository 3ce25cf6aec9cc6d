"""What the pages of an organisation and of a commitment cost when there is everything to tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from localdigital.models import RegisterVersion
from programme.models import SupportOffer, Use
from tests.factories import make_organisation, make_signature, make_update
from tests.programme.factories import (
    make_case_study,
    make_event,
    make_output,
    make_project,
    make_round,
    make_topic,
)

pytestmark = pytest.mark.django_db


def fill(council, commitment, number):
    """One more of everything about that council and its commitment."""
    project = make_project(f"Drains {number}", make_round(f"Round {90 + number}"), lead=council)
    project.commitments.add(commitment)
    make_case_study(f"Drains {number}", council, commitment=commitment)
    make_output(f"Drains {number}", council, commitment=commitment)
    make_event(f"Drains {number}", council)
    make_update(commitment)
    other = make_output(f"Roads {number}", "Chigley")
    Use.objects.create(output=other, organisation=council)
    SupportOffer.objects.create(organisation=council, topic=make_topic(f"Topic {number}"), way="can-help")


@pytest.mark.parametrize(("whose", "most"), [("organisation", 13), ("commitment", 13)])
def test_a_page_with_everything_costs_the_same_for_few_and_for_many(client, whose, most):
    council = make_organisation("Trumpton")
    commitment = make_signature(council).commitments.get()
    RegisterVersion.current()
    costs = []
    for many in (1, 5):
        for number in range(many):
            fill(council, commitment, 10 * many + number)
        address = council.get_absolute_url() if whose == "organisation" else commitment.get_absolute_url()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= most, "\n".join(one["sql"][:200] for one in queries)
