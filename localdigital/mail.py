"""The outbox: e-mails are written in the transaction of what they announce, and sent afterwards, at least once.

`queue` renders a template and writes the row. `deliver` takes what is due by lease and sends it; it is called by a
daemon thread under gunicorn (`start_sender`) and by `manage.py send_queued_email`. A failed attempt is tried again
with growing pauses for 72 hours, or until the link in it has expired.
"""

import logging
import threading
import uuid
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import close_old_connections
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from localdigital import links
from localdigital.models import EmailedLink, QueuedEmail

logger = logging.getLogger("localdigital.mail")

GIVE_UP_AFTER = timedelta(hours=72)
LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=2)
BATCH = 20


class Draft:
    """An e-mail as it would be sent: what `queue` writes, and what the admin shows before a decision.

    The text is `templates/emails/<template>.txt`, whose first line is the subject.
    """

    def __init__(self, template, *, to, **context):
        self.template, self.to = template, to
        context |= {"service_name": settings.SERVICE_NAME, "contact_email": settings.CONTACT_EMAIL}
        text = render_to_string(f"emails/{template}.txt", context | {"absolute": absolute})
        subject, _, body = text.strip().partition("\n")
        self.subject, self.body = " ".join(subject.split())[:250], body.strip() + "\n"


def absolute(name, *args):
    """The whole address of a page of ours, for an e-mail."""
    return settings.SITE_URL + reverse(name, args=args)


def queue(draft, *, about=None, link=None, now=None):
    """Write one Draft into the outbox, in the transaction of what it announces.

    `about` is the object that the e-mail belongs to; `link` the EmailedLink whose placeholder the draft holds.
    """
    now = now or timezone.now()
    give_up_at = now + GIVE_UP_AFTER
    email = QueuedEmail.objects.create(
        message_id=f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}>",
        template=draft.template,
        to_address=draft.to,
        subject=draft.subject,
        body=draft.body,
        about_type=about._meta.label_lower if about else "",
        about_id=about.pk if about else None,
        queued_at=now,
        next_attempt_at=now,
        give_up_at=min(give_up_at, link.expires_at) if link else give_up_at,
    )
    if link:
        EmailedLink.objects.filter(pk=link.pk).update(email=email)
    return email


def body_with_links(email):
    """The text as it goes out: each placeholder replaced by the address of this e-mail's own link."""
    body = email.body
    for link in email.links.all():
        body = body.replace(link.placeholder, links.address(link))
    return body


def deliver(now=None, limit=BATCH):
    """Send what is due, oldest first, `limit` at the most. Returns how many were sent."""
    now = now or timezone.now()
    sent = 0
    connection = get_connection()
    for pk in list(QueuedEmail.objects.due(now).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit]):
        # The lease: of two senders at once, one finds the row free.
        if QueuedEmail.objects.due(now).filter(pk=pk).update(leased_until=timezone.now() + LEASE) == 1:
            sent += _send(QueuedEmail.objects.get(pk=pk), connection, now)
    return sent


def _send(email, connection, now):
    message = EmailMessage(
        subject=email.subject,
        body=body_with_links(email),
        to=[email.to_address],
        headers={"Message-ID": email.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    try:
        message.send()
    except (SMTPException, OSError, ValueError) as error:
        _put_off(email, error, now)
        return 0
    QueuedEmail.objects.filter(pk=email.pk).update(sent_at=now, leased_until=None, attempts=email.attempts + 1)
    return 1


def _put_off(email, error, now):
    """Try again after a pause that doubles from one minute to two hours; give up when refused for good or too late."""
    pause = min(timedelta(minutes=2**email.attempts), LONGEST_PAUSE)
    refused = _refused_for_good(error) or now + pause > email.give_up_at
    logger.warning("e-mail %s (%s) was not sent: %s", email.pk, email.template, type(error).__name__)
    QueuedEmail.objects.filter(pk=email.pk).update(
        attempts=email.attempts + 1,
        leased_until=None,
        next_attempt_at=now + pause,
        failed_at=now if refused else None,
        failure=_reason(error),
    )


def _refused_for_good(error):
    codes = [code for code, _ in error.recipients.values()] if isinstance(error, SMTPRecipientsRefused) else []
    if isinstance(error, SMTPResponseException):
        codes = [error.smtp_code]
    return isinstance(error, ValueError) or any(500 <= code < 600 for code in codes)


def _reason(error):
    """Why it failed, in the mail server's words but without the address."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())[:1000]
    return f"{type(error).__name__}: {error}"[:1000]


def start_sender(pause=5):
    """Send from this process: a daemon thread that looks into the outbox every few seconds, for as long as it lives.

    It also runs what is done once a day, for deployments without cron.
    """
    from localdigital.daily import run_once_today

    wake = threading.Event()

    def run():
        while True:
            try:
                while deliver():
                    pass
                run_once_today()
            except Exception:
                # A database that is away must not end the thread: it looks again after the pause.
                logger.exception("the outbox could not be read")
            finally:
                close_old_connections()
            wake.wait(pause)

    thread = threading.Thread(target=run, name="outbox", daemon=True)
    thread.start()
    return thread
