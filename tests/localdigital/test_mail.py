"""The outbox: written with what it announces, sent at least once, tried again for so long, and no secret kept."""

import smtplib
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from localdigital import links, mail
from localdigital.models import EmailedLink, QueuedEmail
from signatories import emails
from signatories.document import signatories_of
from signatories.models.signature import Status
from signatories.signup import submission
from tests.factories import make_person, make_signature

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def server(monkeypatch):
    """The mail server's answer to everybody: an exception to raise, or None."""
    answer = {"raises": None}

    def send_messages(self, messages):
        if answer["raises"]:
            raise answer["raises"]
        return EmailBackend._send(self, messages)

    monkeypatch.setattr(EmailBackend, "_send", EmailBackend.send_messages, raising=False)
    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return answer


def queue_sign_in(now=NOW):
    return emails.sign_in(make_person(), now=now)


def queue_plain(now=NOW, **names):
    signature = make_signature(status=Status.AWAITING_REVIEW)
    [draft] = emails.received(signature)
    return mail.queue(draft, about=signature, now=now)


def refused(code, text=b"No such user"):
    return smtplib.SMTPRecipientsRefused({"pugh.barney@trumpton.example.gov.uk": (code, text)})


# ---- Written with what it announces


def test_an_email_that_announces_what_was_rolled_back_is_never_sent():
    signature = make_signature(status=Status.DRAFT, signers=[make_person("The Mayor")])

    with transaction.atomic():
        submission.submit(signature, by=signature.preparer)
        assert QueuedEmail.objects.count() == 2
        transaction.set_rollback(True)
    assert QueuedEmail.objects.count() == EmailedLink.objects.count() == 0
    assert mail.deliver() == 0


def test_nothing_is_announced_when_its_email_cannot_be_written(monkeypatch):
    signature = make_signature(status=Status.DRAFT, signers=[make_person("The Mayor")])
    monkeypatch.setattr(QueuedEmail.objects, "bulk_create", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        submission.submit(signature, by=signature.preparer)
    signature.refresh_from_db()
    assert signature.status == Status.DRAFT


def test_queueing_sends_nothing_by_itself():
    queue_plain()
    assert django_mail.outbox == []


# ---- Sent


def test_what_is_queued_is_sent_once_with_its_own_message_id():
    email = queue_plain()
    assert mail.deliver() == 1
    assert mail.deliver() == 0
    [message] = django_mail.outbox
    assert message.to == ["pugh.barney@trumpton.example.gov.uk"]
    assert message.message()["Message-ID"] == email.message_id
    assert email.message_id.endswith("@testserver>")
    assert message.message()["Auto-Submitted"] == "auto-generated"
    email.refresh_from_db()
    assert email.sent_at
    assert (email.attempts, email.leased_until, email.failed_at) == (1, None, None)


def test_the_oldest_goes_first_and_a_batch_is_bounded():
    for minutes in (3, 1, 2):
        mail.queue(
            mail.Draft("sign-in", to=f"{minutes}@example.gov.uk", link="x"), now=NOW - timedelta(minutes=minutes)
        )
    assert mail.deliver(limit=2) == 2
    assert [message.to for message in django_mail.outbox] == [["3@example.gov.uk"], ["2@example.gov.uk"]]


def test_cron_can_send_all_of_it(capsys):
    for number in range(mail.BATCH + 3):
        mail.queue(mail.Draft("sign-in", to=f"{number}@example.gov.uk", link="x"))
    call_command("send_queued_email")
    assert len(django_mail.outbox) == mail.BATCH + 3
    assert capsys.readouterr().out == f"{mail.BATCH + 3} sent\n"


def test_one_that_another_sender_holds_is_left_to_it_until_its_lease_ends():
    email = queue_plain()
    QueuedEmail.objects.update(leased_until=NOW + mail.LEASE)
    assert mail.deliver(now=NOW + timedelta(seconds=1)) == 0
    assert mail.deliver(now=NOW + mail.LEASE + timedelta(seconds=1)) == 1
    assert django_mail.outbox[0].message()["Message-ID"] == email.message_id


# ---- Tried again


@pytest.mark.parametrize(
    "trouble",
    [
        ConnectionRefusedError("nobody there"),
        TimeoutError("too slow"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPConnectError(421, b"busy"),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPSenderRefused(550, b"not you", "no-reply@example.gov.uk"),
        smtplib.SMTPDataError(451, b"later"),
        refused(450, b"greylisted"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_trouble_that_may_pass_is_tried_again(server, trouble):
    email = queue_plain()
    server["raises"] = trouble
    assert mail.deliver(now=NOW) == 0
    email.refresh_from_db()
    assert (email.failed_at, email.sent_at, email.leased_until, email.attempts) == (None, None, None, 1)
    assert email.failure
    server["raises"] = None
    assert mail.deliver(now=NOW + timedelta(seconds=59)) == 0
    assert mail.deliver(now=NOW + timedelta(seconds=61)) == 1


@pytest.mark.parametrize(
    "trouble",
    [refused(550), smtplib.SMTPDataError(554, b"spam"), ValueError("bad header")],
    ids=lambda t: type(t).__name__,
)
def test_what_is_refused_for_good_is_not_tried_again(server, trouble):
    email = queue_plain()
    server["raises"] = trouble
    mail.deliver(now=NOW)
    email.refresh_from_db()
    assert email.failed_at == NOW
    server["raises"] = None
    assert mail.deliver(now=NOW + timedelta(days=1)) == 0


def test_the_failure_is_kept_in_the_servers_words_without_the_address(server):
    email = queue_plain()
    server["raises"] = refused(550, b"5.1.1 <pugh.barney@trumpton.example.gov.uk>: unknown")
    mail.deliver(now=NOW)
    email.refresh_from_db()
    assert email.failure == "550 5.1.1 <(address)>: unknown"


def attempts_until_it_is_given_up(email):
    """When each attempt was made, with a sender that looks every minute, for five days."""
    made, now = [], NOW
    while now < NOW + timedelta(days=5):
        mail.deliver(now=now)
        before, email.attempts = email.attempts, QueuedEmail.objects.get(pk=email.pk).attempts
        if email.attempts > before:
            made.append(now - NOW)
        now = max(now + timedelta(minutes=1), QueuedEmail.objects.get(pk=email.pk).next_attempt_at)
        if QueuedEmail.objects.get(pk=email.pk).failed_at:
            break
    return made


def test_it_is_tried_with_growing_pauses_for_72_hours_and_then_given_up(server):
    email = queue_plain()
    server["raises"] = TimeoutError()
    made = attempts_until_it_is_given_up(email)
    pauses = [int((after - before).total_seconds() / 60) for before, after in pairwise(made)]
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 64, 120]
    assert set(pauses[7:]) == {120}
    assert timedelta(hours=69) < made[-1] <= timedelta(hours=72)
    assert QueuedEmail.objects.get().failed_at


def test_a_sign_in_email_is_not_tried_past_the_life_of_its_link(server):
    email = queue_sign_in()
    server["raises"] = TimeoutError()
    made = attempts_until_it_is_given_up(email)
    assert made[-1] <= timedelta(minutes=30)
    email.refresh_from_db()
    assert email.failed_at < NOW + timedelta(minutes=30)


def test_an_email_that_nobody_could_send_in_time_is_not_sent_late():
    email = queue_sign_in()
    assert mail.deliver(now=NOW + timedelta(minutes=31)) == 0
    assert django_mail.outbox == []
    email.refresh_from_db()
    assert email.failed_at


def test_one_bad_email_keeps_no_other_from_going_out(monkeypatch):
    queue_sign_in()
    queue_plain()
    whole = mail.body_with_links

    def breaks(email):
        return 1 / 0 if email.template == "sign-in" else whole(email)

    monkeypatch.setattr(mail, "body_with_links", breaks)
    assert mail.deliver(now=NOW) == 1
    assert [message.subject.split()[0] for message in django_mail.outbox] == ["We"]


def test_a_sender_slower_than_its_lease_does_not_undo_what_another_sent(server):
    email = queue_plain()
    QueuedEmail.objects.update(sent_at=NOW)
    mail._put_off(email, TimeoutError(), NOW)
    email.refresh_from_db()
    assert (email.sent_at, email.failed_at, email.attempts) == (NOW, None, 0)


# ---- No secret in what is kept


def test_the_stored_body_holds_no_secret_and_what_goes_out_does():
    email = queue_sign_in()
    link = email.links.get()
    assert links.token(link) not in email.body
    assert "/link/" not in email.body
    assert f"[link {link.pk}]" in email.body
    mail.deliver()
    assert links.address(link) in django_mail.outbox[0].body


def test_text_that_looks_like_anothers_link_shows_no_secret():
    secret = queue_sign_in().links.get()
    signature = make_signature(status=Status.AWAITING_REVIEW)
    signature.signatories.update(signer_name=f"[link {secret.pk}]", signer_job_title=f"[link {secret.pk}]")
    mayor = make_person("The Mayor")
    signature.signatories.update(signer=mayor)
    email = emails.ask_for_sign_off(signature, mayor)
    own = email.links.get()
    text = mail.body_with_links(email)
    assert f"Dear [link {secret.pk}]" in text
    assert links.token(secret) not in text
    assert links.token(own) in text


def test_a_link_that_is_text_in_its_own_email_tells_no_one_else():
    """Whoever guesses the next number gets that link only into the email of the one it is for."""
    signature = make_signature(status=Status.AWAITING_REVIEW, signers=[make_person("The Mayor")])
    following = links.make("sign-in", person_id=1).pk + 1
    signature.signatories.update(signer_name=f"[link {following}]")
    email = emails.ask_for_sign_off(signature, make_person("The Mayor"))
    assert email.links.get().pk == following
    everyone = signatories_of(signature)
    drafts = emails.submitted(signature, everyone)
    drafts += emails.sign_off_progress(signature, f"[link {following}]", everyone)
    for draft in drafts:
        other = mail.queue(draft, about=signature)
        assert links.token(EmailedLink.objects.get(pk=following)) not in mail.body_with_links(other)


def test_a_retry_sends_the_same_link_and_the_same_message_id(server):
    email = queue_sign_in()
    first = mail.body_with_links(email)
    server["raises"] = TimeoutError()
    mail.deliver(now=NOW)
    server["raises"] = None
    mail.deliver(now=NOW + timedelta(minutes=2))
    [message] = django_mail.outbox
    assert message.body == first
    assert message.message()["Message-ID"] == email.message_id


# ---- Headers


@pytest.mark.parametrize(
    "nasty", ["A\nBcc: all@example.com", "A\r\nBcc: all@example.com", "A\u2028Bcc: x@y", "A\x0bB", "\x85B"]
)
def test_a_name_adds_no_header(nasty):
    signature = make_signature(status=Status.AWAITING_SIGN_OFF)
    [draft] = emails.declined(signature, nasty, "Because")
    assert len(draft.subject.splitlines()) == 1
    mail.queue(draft)
    mail.deliver()
    for message in django_mail.outbox:
        assert message.message()["Bcc"] is None
        assert message.recipients() == ["pugh.barney@trumpton.example.gov.uk"]


def test_a_very_long_subject_is_cut_to_what_fits():
    signature = make_signature(status=Status.AWAITING_SIGN_OFF)
    [draft] = emails.declined(signature, "N" * 400, "Because")
    assert len(draft.subject) == 250
    mail.queue(draft)
    assert mail.deliver() == 1


def test_a_name_in_an_email_is_plain_text_as_it_was_typed():
    signature = make_signature(status=Status.AWAITING_SIGN_OFF)
    [draft] = emails.declined(signature, "Siân O’Neil & <Sons>", "1 < 2 {{ 7*7 }}")
    assert draft.subject.startswith("Siân O’Neil & <Sons> declined")
    assert "1 < 2 {{ 7*7 }}" in draft.body


def test_a_link_is_filled_in_only_where_it_stands_alone():
    """Somebody may write its placeholder into an address of theirs, to be told the link."""
    person = make_person()
    link = links.make("sign-in", person_id=person.pk)
    draft = mail.Draft("sign-in", to=person.email, link=link.placeholder)
    draft.body += f"See https://evil.example/?t={link.placeholder} now"
    body = mail.body_with_links(mail.queue(draft, links=[link]))
    assert body.count(links.address(link)) == 1
    assert f"?t={link.placeholder}" in body
