"""A reader who asks, confirms and stops at the same moment: whoever is forgotten leaves no email behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from localdigital.models import QueuedEmail
from programme.follow.digests import send_digests
from programme.follow.following import ask, confirm, forget_unconfirmed, stop
from programme.follow.subjects import EVERYTHING, Subject
from programme.models import Follow, Follower
from tests.factories import make_organisation
from tests.faults.test_races import ROUNDS, fresh, refusals
from tests.programme.factories import make_case_study
from tests.programme.followers import READER, make_follower

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


class NeverRefused(Exception):
    """No refusal is expected."""


def test_who_stops_while_their_address_is_typed_once_more_is_sent_no_link_that_leads_nowhere(at_once, attempt):
    follower, council = make_follower(), make_organisation()
    answers = at_once(lambda: ask(READER, Subject(organisation=council)), lambda: stop(fresh(follower)))
    assert refusals(answers, NeverRefused) == 0
    for email in QueuedEmail.objects.exclude(to_address=""):
        assert Follow.objects.filter(pk=email.about_id, follower__email=READER).exists()
    assert not Follow.objects.confirmed().exists()


def test_an_address_typed_three_times_at_once_follows_once(at_once, attempt):
    answers = at_once(*[lambda: ask(READER, EVERYTHING)] * 3)
    assert refusals(answers, NeverRefused) == 0
    assert Follow.objects.count() == 1


def test_who_confirms_on_the_last_day_follows_or_is_forgotten(at_once, attempt):
    now = timezone.now()
    ask(READER, EVERYTHING, now=now - timedelta(days=8))
    follow = Follow.objects.get()
    answers = at_once(lambda: confirm(follow), lambda: forget_unconfirmed(now))
    assert refusals(answers, NeverRefused) == 0
    assert Follower.objects.confirmed().count() == Follow.objects.confirmed().count() == Follow.objects.count()


def test_who_stops_while_the_news_is_sent_is_not_sent_it(at_once, attempt):
    follower, now = make_follower(), timezone.now() + timedelta(days=1)
    make_case_study("Drains", "Trumpton")
    answers = at_once(lambda: send_digests(now), lambda: stop(fresh(follower)))
    assert refusals(answers, NeverRefused) == 0
    assert not QueuedEmail.objects.exclude(to_address="").exists()
