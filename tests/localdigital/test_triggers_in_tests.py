"""Tests with real commits run beside the database's refusals."""

import pytest

from localdigital.constraints import REFUSALS, triggers_present
from tests.factories import make_signature


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "again"])
def test_the_refusals_are_there_in_every_test_with_real_commits(time):
    make_signature("Trumpton")
    assert {refusal.name for refusal in REFUSALS} <= triggers_present()
