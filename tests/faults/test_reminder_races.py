"""Cron and a serving process run the reminders at the same moment: real threads, real connections, one email.

REGISTER_FAULT_ROUNDS says how often each race is run: few by default, hundreds before a release.
"""

import os

import pytest
from django.utils import timezone

from commitments.models import Reminder
from commitments.reminders import send_reminders
from localdigital.models import EmailedLink, QueuedEmail
from signatories.models import AskedToSign
from signatories.new_version import ask_to_sign
from tests.factories import make_access, make_commitment, make_declaration, make_person, make_signature, make_user

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "5"))

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]

COUNCILS = ["Trumpton", "Camberwick Green", "Chigley", "Pippin Fort"]


def promise_all():
    """Each council has somebody who reports, and a commitment that is due today."""
    for number, council in enumerate(COUNCILS):
        signature = make_signature(council, commitments=0)
        make_access(make_person(f"Officer {number}"), council)
        make_commitment(signature, due_on=timezone.localdate())


def test_of_several_runs_at_once_one_mails_each_organisation(at_once, attempt):
    promise_all()
    answers = at_once(*[send_reminders] * 4)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sorted(letter.organisation.name for letters in answers for letter in letters) == sorted(COUNCILS)
    assert Reminder.objects.count() == QueuedEmail.objects.count() == EmailedLink.objects.count() == 4


def test_two_of_the_team_who_ask_at_once_ask_each_organisation_once(at_once, attempt):
    promise_all()
    newer = make_declaration("2026", dated_on=timezone.localdate())
    user = make_user()
    answers = at_once(*[lambda: ask_to_sign(newer, by=user, limit=3)] * 3)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sorted(answers) == [0, 1, 3]
    assert AskedToSign.objects.count() == QueuedEmail.objects.count() == EmailedLink.objects.count() == 4
