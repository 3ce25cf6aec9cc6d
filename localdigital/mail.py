"""The outbox: emails are written in the transaction of what they announce, and sent afterwards, at least once.

`queue` renders a template and writes the row; `repeat` writes one again. `deliver` takes what is due by lease and
sends it; it is called by a daemon thread under gunicorn (`start_sender`) and by `manage.py send_queued_email`. A failed
attempt is tried again with growing pauses for 72 hours, or until the link in it has expired.
"""

import logging
import re
import threading
import uuid
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import close_old_connections
from django.template.loader import render_to_string
from django.utils import timezone

from localdigital.addresses import absolute
from localdigital.links import STANDING, STOPPED_BY_ONE_CLICK, address, make_again, standing_address
from localdigital.models import EmailedLink, QueuedEmail

logger = logging.getLogger("localdigital.mail")

HOUR = 60 * 60  # seconds
GIVE_UP_AFTER = timedelta(hours=72)
LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=2)
BATCH = 20


class Draft:
    """An email as it would be sent: what `queue` writes, and what the admin shows before a decision.

    The text is `templates/emails/<template>.txt`, whose first line is the subject.
    """

    def __init__(self, template, *, to, **context):
        self.template, self.to = template, to
        context |= {"service_name": settings.SERVICE_NAME, "contact_email": settings.CONTACT_EMAIL}
        context |= {"absolute": absolute, "site_url": settings.SITE_URL}
        text = render_to_string(f"emails/{template}.txt", context)
        subject, _, body = text.strip().partition("\n")
        self.subject, self.body = " ".join(subject.split())[:250], body.strip() + "\n"


def queue(draft, *, about=None, links=(), now=None):
    """Write one Draft into the outbox, in the transaction of what it announces.

    `about` is the object that the email belongs to; `links` the EmailedLinks whose placeholders the draft holds.
    """
    return queue_each([(draft, links)], about=about, now=now)[0]


def queue_all(drafts, *, about=None, now=None):
    """Write several Drafts about one object, none of which holds a link."""
    return queue_each([(draft, ()) for draft in drafts], about=about, now=now)


def queue_each(pairs, *, about=None, now=None):
    """Write several Drafts about one object, each with its links, by two queries."""
    now = now or timezone.now()
    emails = QueuedEmail.objects.bulk_create(_row(draft, about, links, now) for draft, links in pairs)
    for email, (_, links) in zip(emails, pairs, strict=True):
        for link in links:
            link.email = email
    EmailedLink.objects.bulk_update([link for _, links in pairs for link in links], ["email"])
    return emails


def repeat(email, *, to, now=None):
    """Write an email into the outbox once more, to that address, with new links in place of its own, which stay."""
    now, body = now or timezone.now(), email.body
    old_links = list(email.links.order_by("pk"))
    new_links = make_again(old_links, now=now)
    for old, new in zip(old_links, new_links, strict=True):
        body = body.replace(old.placeholder, new.placeholder)
    again = QueuedEmail.objects.create(
        message_id=_message_id(),
        template=email.template,
        to_address=to,
        subject=email.subject,
        body=body,
        about_type=email.about_type,
        about_id=email.about_id,
        queued_at=now,
        next_attempt_at=now,
        give_up_at=_give_up_at(new_links, now),
        repeats_id=email.repeats_id or email.pk,
    )
    EmailedLink.objects.filter(pk__in=[link.pk for link in new_links]).update(email=again)
    return again


def _message_id():
    return f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}>"


def _give_up_at(links, now):
    return min([now + GIVE_UP_AFTER, *(link.expires_at for link in links)])


def _row(draft, about, links, now):
    return QueuedEmail(
        message_id=_message_id(),
        template=draft.template,
        to_address=draft.to,
        subject=draft.subject,
        body=draft.body,
        about_type=about._meta.label_lower if about else "",
        about_id=about.pk if about else None,
        queued_at=now,
        next_attempt_at=now,
        give_up_at=_give_up_at(links, now),
    )


def body_with_links(email):
    """The text as it goes out: each placeholder replaced by the address of this email's own link.

    Only where it stands alone: somebody may have written it into an address of theirs, to be told the link.
    """
    addresses = {link.placeholder: address(link) for link in email.links.all()}
    if email.about_type in STANDING:
        addresses[STANDING[email.about_type][0]] = standing_address(email.about_type, email.about_id)
    body = email.body
    for placeholder, whole in addresses.items():
        body = re.sub(rf"(?<!\S){re.escape(placeholder)}(?!\S)", whole, body)
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
    if now > email.give_up_at:  # nothing was sent for so long that its link is over
        _finish(email, failed_at=now, failure="Nobody could send it in time")
        return 0
    try:
        message = EmailMessage(
            subject=email.subject,
            body=body_with_links(email),
            to=[email.to_address],
            headers=_headers(email),
            connection=connection,
        )
        message.send()
    except Exception as error:  # whatever is wrong with one email, the others go out
        _put_off(email, error, now)
        return 0
    _finish(email, sent_at=now, attempts=email.attempts + 1)
    return 1


def _headers(email):
    headers = {"Message-ID": email.message_id, "Auto-Submitted": "auto-generated"}
    if email.about_type in STOPPED_BY_ONE_CLICK:
        headers["List-Unsubscribe"] = f"<{standing_address(email.about_type, email.about_id)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _finish(email, **changes):
    # Only while unsent: a sender that was slower than its lease changes nothing of what another one sent.
    QueuedEmail.objects.unsent().filter(pk=email.pk).update(leased_until=None, **changes)


def _put_off(email, error, now):
    """Try again after a pause that doubles from one minute to two hours; give up when refused for good or too late."""
    pause = min(timedelta(minutes=2 ** min(email.attempts, 10)), LONGEST_PAUSE)
    refused = _refused_by_the_server(error)
    over = refused or isinstance(error, ValueError) or now + pause > email.give_up_at  # a header that cannot be sent
    logger.warning("email %s (%s) was not sent: %s", email.pk, email.template, type(error).__name__)
    _finish(
        email,
        attempts=email.attempts + 1,
        next_attempt_at=now + pause,
        failed_at=now if over else None,
        refused=refused,
        failure=_reason(error).replace(email.to_address, "(address)")[:1000],
    )


def _refused_by_the_server(error):
    """Whether the mail server will never take this very email: not when it refuses us, which may pass."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return 500 <= error.smtp_code < 600
    return False


def _reason(error):
    """Why it failed, in the mail server's words."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
    return f"{type(error).__name__}: {error}"


def start_sender(pause=5, also=()):
    """Send from this process: a daemon thread that looks into the outbox every few seconds, for as long as it lives.

    It also runs what is done as days go by, for deployments without cron, and calls each of `also`, which know
    themselves when they are due.
    """
    from localdigital.daily import run_when_due

    wake = threading.Event()

    def run():
        look_at = 0
        while True:
            try:
                while deliver():
                    pass
                for one in also:
                    one()
                if monotonic() > look_at:
                    look_at = monotonic() + HOUR
                    run_when_due()
            except Exception:
                # A database that is away must not end the thread: it looks again after the pause.
                logger.exception("the outbox could not be read, or what is done beside it failed")
            finally:
                close_old_connections()
            wake.wait(pause)

    thread = threading.Thread(target=run, name="outbox", daemon=True)
    thread.start()
    return thread
