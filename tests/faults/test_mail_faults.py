"""The outbox against a real mail server on this machine: senders that race, and one that is killed while it sends.

REGISTER_FAULT_ROUNDS says how often: few by default, hundreds before a release.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.utils import timezone

from localdigital import mail
from localdigital.models import QueuedEmail
from tests.localdigital.smtp_server import mail_server

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "2"))
SMTP = "django.core.mail.backends.smtp.EmailBackend"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", running.port
        yield running


def queue(count):
    return [
        mail.queue(mail.Draft("sign-in", to=f"officer{number}@example.gov.uk", link="x")) for number in range(count)
    ]


def test_two_senders_at_once_send_each_email_once(server, at_once, attempt):
    queued = queue(12)
    answers = at_once(mail.deliver, mail.deliver, mail.deliver)
    assert sum(answers) == 12
    assert Counter(server.message_ids()) == Counter({email.message_id: 1 for email in queued})
    assert not QueuedEmail.objects.unsent().exists()


SENDER = """
import os, django
django.setup()
from django.conf import settings
from localdigital import mail
settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
settings.EMAIL_PORT = int(os.environ["SMTP_PORT"])
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
from django.db import connection
connection.settings_dict["NAME"] = os.environ["TEST_DATABASE"]
print(mail.deliver(), flush=True)
"""


def start_sender(server):
    environment = os.environ | {
        "SMTP_PORT": str(server.port),
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    return subprocess.Popen([sys.executable, "-c", SENDER], env=environment, cwd=settings.BASE_DIR)


def test_an_email_whose_sender_was_killed_is_sent_again_after_the_lease_with_the_same_message_id(server, attempt):
    [email] = queue(1)
    server.pause = 30  # the server has it, but has not said so when the sender dies
    sender = start_sender(server)
    try:
        assert server.arrived.wait(timeout=60)
    finally:
        sender.send_signal(signal.SIGKILL)
        sender.wait(timeout=10)
    server.pause = 0

    email.refresh_from_db()
    assert email.sent_at is None
    assert email.leased_until > timezone.now()
    assert mail.deliver() == 0
    assert mail.deliver(now=email.leased_until + timedelta(seconds=1)) == 1
    assert server.message_ids() == [email.message_id] * 2
    assert mail.deliver(now=timezone.now() + timedelta(hours=1)) == 0
    email.refresh_from_db()
    assert email.sent_at


def test_senders_killed_at_any_moment_lose_nothing(server, attempt):
    queued = queue(20)
    server.pause = 0.05
    for _ in range(3):
        server.arrived.clear()
        sender = start_sender(server)
        server.arrived.wait(timeout=60)
        time.sleep(0.07 * (attempt % 5 + 1))
        sender.kill()
        sender.wait(timeout=10)
    server.pause = 0
    later = timezone.now() + mail.LEASE + timedelta(seconds=1)
    while mail.deliver(now=later):
        pass
    times = Counter(server.message_ids())
    assert set(times) == {email.message_id for email in queued}
    # Each kill can have cut off one email after the server had it.
    assert sum(times.values()) <= len(queued) + 3
    assert not QueuedEmail.objects.unsent().exists()


def test_a_mail_server_that_is_away_and_comes_back_gets_everything(server, settings, attempt):
    queue(3)
    settings.EMAIL_PORT = 1  # nobody listens there
    assert mail.deliver() == 0
    assert QueuedEmail.objects.unsent().count() == 3
    settings.EMAIL_PORT = server.port
    assert mail.deliver(now=timezone.now() + timedelta(minutes=2)) == 3
    assert len(set(server.message_ids())) == 3


@pytest.mark.parametrize(("command", "answer", "for_good"), [
    ("RCPT", "550 5.1.1 no such user", True),
    ("RCPT", "450 4.2.0 greylisted", False),
    ("MAIL", "550 5.7.1 sender not allowed", False),
    ("END", "554 5.6.0 looks like spam", True),
    ("END", "451 4.3.0 later", False),
    ("DATA", "421 4.3.2 going down", False),
])  # fmt: skip
def test_a_servers_no_is_for_good_or_for_now_as_it_says(server, attempt, command, answer, for_good):
    [email] = queue(1)
    server.answers = {command: answer}
    assert mail.deliver() == 0
    email.refresh_from_db()
    assert (email.failed_at is not None) == for_good
    server.answers = {}
    assert mail.deliver(now=timezone.now() + timedelta(minutes=2)) == (0 if for_good else 1)


def test_the_backend_of_these_tests_is_the_real_one(server, attempt):
    assert isinstance(mail.get_connection(), EmailBackend)
