"""Writers and those who compare at once: whoever keeps a copy by what is told misses nothing.

REGISTER_FAULT_ROUNDS says how often it is tried: few by default, hundreds before a release.
"""

import os
import random

import pytest
from django.test import Client
from django.utils import timezone

from localdigital import changes
from localdigital.models import Noting, RecordNote
from localdigital.site.data.datasets import DATASETS
from signatories.models import Organisation
from tests.factories import make_organisation

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "3"))
ORGANISATIONS = [DATASETS["organisations"]]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


def test_a_copy_kept_while_others_write_and_compare_misses_nothing(at_once, attempt, settings):
    settings.API_REQUESTS_A_MINUTE = 10**9
    bodies = [make_organisation(f"Place {number}").pk for number in range(12)]
    changes.note_changes(DATASETS.values(), version=0)  # the client's questions do not compare by themselves
    chance = random.Random(attempt)
    copy, since = {}, "2018-01-01T00:00:00Z"

    def write():
        for _ in range(8):
            if chance.random() < 0.2:
                Organisation.objects.filter(pk=chance.choice(bodies)).update(checked_at=None)
            else:
                changed = {"official_name": f"Name {chance.random()}", "checked_at": timezone.now()}
                Organisation.objects.filter(pk=chance.choice(bodies)).update(**changed)

    def compare():
        return [changes.note_changes(ORGANISATIONS) for _ in range(4)]

    def keep():
        nonlocal since
        client, address = Client(), f"/api/v1/organisations?modified_since={since}&limit=5"
        while address:
            page = client.get(address).json()
            copy.update({one["code"]: one for one in page["items"]})
            for one in page["gone"]:
                copy.pop(one["code"], None)
            address = page["next"]
        since = page["as_of"]

    def keep_several_times():
        for _ in range(3):
            keep()

    answers = at_once(write, write, compare, compare, keep_several_times)
    assert [one for one in answers if isinstance(one, Exception)] == []
    changes.note_changes(ORGANISATIONS)
    keep()
    assert copy == {one["code"]: one for one in ORGANISATIONS[0].records()}


def test_of_two_that_compare_at_once_one_does(at_once, attempt):
    for number in range(5):
        make_organisation(f"Place {number}")
    now = timezone.now()
    answers = at_once(*[lambda: changes.note_changes(ORGANISATIONS, now=now)] * 3)
    assert sorted(one for one in answers if one) == [5]
    assert RecordNote.objects.count() == 5
    assert Noting.objects.get().leased_until is None
