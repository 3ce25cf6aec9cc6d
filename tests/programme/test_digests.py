"""The weekly email to followers: what is new, once, and none when there is nothing."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from localdigital import mail
from localdigital.models import QueuedEmail
from programme.follow.digests import SETTLED, WEEK, send_digests
from programme.follow.subjects import EVERYTHING, Subject
from programme.models import Announcement, Follow, Follower
from tests.factories import make_organisation, make_signature, make_update
from tests.programme.followers import READER, make_follower

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def ago(**span):
    return NOW - timedelta(**span)


@pytest.fixture
def promise():
    """Of Trumpton, published a month ago."""
    return make_signature("Trumpton", published_at=ago(days=30)).commitments.get()


@pytest.fixture
def trumpton():
    return Subject(organisation=make_organisation("Trumpton"))


def body():
    return QueuedEmail.objects.get().body


def test_everything_new_is_told_once_even_to_who_follows_it_twice(promise, trumpton):
    make_update(promise, published_at=ago(days=2))
    make_signature("Chigley", published_at=ago(days=1))
    make_follower(EVERYTHING, trumpton, Subject(commitment=promise))
    assert send_digests(NOW) == 1
    email = QueuedEmail.objects.get()
    assert email.subject == "2 new things in what you follow"
    assert email.body.count("Progress update: Promise 1") == 1
    own, register = email.body.split("The whole register")
    assert "\nTrumpton Borough Council\n" in own
    assert f"http://testserver{promise.get_absolute_url()}" in own
    assert "Chigley Borough Council signed" in register
    assert "signed the Local Digital Declaration" not in own, "that was told a month ago"


def test_it_comes_once_a_week_at_the_most_and_moves_on(promise, trumpton):
    make_update(promise, published_at=ago(days=2))
    follower = make_follower(trumpton)
    assert [send_digests(NOW), send_digests(NOW), send_digests(NOW + timedelta(days=6))] == [1, 0, 0]
    follower.refresh_from_db()
    assert follower.told_until == NOW - SETTLED
    make_update(promise, published_at=NOW + timedelta(days=1))
    assert send_digests(NOW + WEEK) == 1


def test_without_news_there_is_no_email_and_they_are_looked_at_again_in_a_week(promise, trumpton):
    follower = make_follower(trumpton)
    assert send_digests(NOW) == 0
    follower.refresh_from_db()
    assert follower.told_until == NOW - SETTLED
    assert not QueuedEmail.objects.exists()


def test_nothing_falls_between_two_digests(promise, trumpton):
    """What is decided while one is made is told in the next."""
    make_follower(trumpton)
    make_update(promise, published_at=ago(minutes=1))
    assert [send_digests(NOW), send_digests(NOW + WEEK)] == [0, 1]


def test_who_has_not_confirmed_gets_nothing(promise, trumpton):
    make_update(promise)
    follower = make_follower(trumpton)
    Follow.objects.update(confirmed_at=None)
    assert send_digests(NOW + timedelta(hours=1)) == 0
    Follower.objects.filter(pk=follower.pk).update(confirmed_at=None, told_until=None)
    assert send_digests(NOW + timedelta(hours=1)) == 0


def test_what_was_there_before_they_followed_it_is_not_new(promise, trumpton):
    make_update(promise, published_at=ago(days=3))
    make_follower(trumpton)
    Follow.objects.update(confirmed_at=ago(days=2))
    assert send_digests(NOW) == 0


def test_what_was_announced_reaches_who_follows_the_register(promise, trumpton):
    Announcement.objects.create(title="Round 9 opens", slug="r", summary="S", body="B", published_at=ago(days=1))
    make_follower(EVERYTHING)
    make_follower(trumpton, email="other@example.com")
    assert send_digests(NOW) == 1
    email = QueuedEmail.objects.get()
    assert (email.to_address, email.subject) == (READER, "Round 9 opens")


def test_two_processes_send_one(promise, trumpton, monkeypatch):
    make_update(promise, published_at=ago(days=2))
    make_follower(trumpton)
    from programme.follow import digests

    def while_another_sends(*args, _news=digests.news, **limits):
        monkeypatch.setattr(digests, "news", _news)
        assert send_digests(NOW) == 1
        return _news(*args, **limits)

    monkeypatch.setattr(digests, "news", while_another_sends)
    assert send_digests(NOW) == 0
    assert QueuedEmail.objects.count() == 1


def test_it_can_be_stopped_from_the_mail_program(client, promise, trumpton):
    make_update(promise, published_at=ago(days=2))
    make_follower(trumpton)
    send_digests(NOW)
    assert mail.deliver(NOW) == 1
    [message] = django_mail.outbox
    raw = message.message()
    address = raw["List-Unsubscribe"]
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.startswith("<http://testserver/follow/yours/")
    assert address in message.message().as_string(), "it stands on one line as it is"
    assert address.strip("<>") in message.body
    assert address.strip("<>") not in body()
    client.post(address.strip("<>"), {"List-Unsubscribe": "One-Click"})
    assert not Follower.objects.exists()


def test_other_emails_say_nothing_of_unsubscribing():
    mail.queue(mail.Draft("sign-in", to=READER, link="x"))
    mail.deliver()
    assert django_mail.outbox[0].message()["List-Unsubscribe"] is None


def test_news_is_looked_up_once_however_many_follow_it(promise, trumpton):
    def cost(followers):
        for number in range(followers):
            make_follower(trumpton, email=f"{followers}-{number}@example.com")
        with CaptureQueriesContext(connection) as queries:
            assert send_digests(NOW) == followers
        return len(queries)

    make_update(promise, published_at=ago(days=2))
    one, four = cost(1), cost(4)
    assert four - one <= 3 * 4, "savepoint, guarded update, email, release for each"
