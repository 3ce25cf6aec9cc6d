"""Many messages between councils at once: five a day are sent and not one more, and two clicks send one."""

import pytest

from commitments.collaboration import Hindered, ask_to_work_together
from commitments.models import Approach
from localdigital.models import QueuedEmail
from tests.factories import make_access, make_person, make_signature
from tests.faults.test_races import ROUNDS, fresh, refusals

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


@pytest.fixture
def pugh(db):
    person = make_person()
    make_access(person, "Trumpton")
    return person


@pytest.fixture
def promises(db):
    brackett = make_person("Mr Brackett", "chigley.example.gov.uk")
    make_access(brackett, "Chigley")
    return list(make_signature("Chigley", preparer=brackett, commitments=8).commitments.all())


def ask(promise, person):
    return lambda: ask_to_work_together(fresh(promise), by=fresh(person), message="Let us work together")


def test_of_eight_sent_at_once_five_go_out(at_once, attempt, pugh, promises):
    answers = at_once(*(ask(promise, pugh) for promise in promises))
    assert refusals(answers, Hindered) == 3
    assert Approach.objects.count() == QueuedEmail.objects.filter(template="approach").count() == 5


def test_one_message_sent_twice_at_once_goes_out_once(at_once, attempt, pugh, promises):
    one, other = at_once(*[ask(promises[0], pugh)] * 2)
    assert one == other
    assert QueuedEmail.objects.filter(template="approach").count() == 1
