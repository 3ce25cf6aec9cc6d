"""Who follows what by email: asked for, confirmed by the link in an email, stopped by the link in every other one.

Nothing but the question is sent to an address that has not confirmed, whoever typed it. The log knows nothing of
readers: whoever stops is forgotten.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from localdigital import mail
from localdigital.models import QueuedEmail
from programme import emails
from programme.models import Follow, Follower

CONFIRMED_WITHIN = timedelta(days=7)
ERASED = "(erased: its reader does not follow this any more)"


@transaction.atomic
def ask(address, subject, *, now=None):
    """Somebody typed this address to follow a Subject: ask its owner. Once more for who follows it already."""
    now = now or timezone.now()
    follower = Follower.objects.get_or_create(email=address.strip().lower(), defaults={"asked_at": now})[0]
    follow, is_new = Follow.objects.get_or_create(follower=follower, **subject.keys, defaults={"made_at": now})
    if not is_new:
        Follow.objects.unconfirmed().filter(pk=follow.pk).update(made_at=now)
    mail.queue(emails.confirm_following(follower, subject), about=follow, now=now)


@transaction.atomic
def confirm(follow, *, now=None):
    """The owner of the address wants it. Twice changes nothing."""
    now = now or timezone.now()
    Follow.objects.unconfirmed().filter(pk=follow.pk).update(confirmed_at=now)
    Follower.objects.filter(pk=follow.follower_id, confirmed_at=None).update(confirmed_at=now, told_until=now)


@transaction.atomic
def stop(follower, *, only=None, now=None):
    """They follow nothing any more, or not `only` this Follow; with the last one their address is forgotten."""
    now = now or timezone.now()
    if only is not None:
        _forget_follows(Follow.objects.filter(pk=only.pk, follower=follower), now)
        if follower.follows.confirmed().exists():
            return
    _forget(Follower.objects.filter(pk=follower.pk), now)


@transaction.atomic
def forget_address(address, *, now=None):
    """Whoever has this address follows nothing, and we do not know it any more. Returns whether anybody did."""
    return _forget(Follower.objects.at(address), now or timezone.now()) > 0


@transaction.atomic
def forget_unconfirmed(now):
    """Forget what was asked for 7 days ago and nobody confirmed. Returns how many addresses that were."""
    old = Follow.objects.unconfirmed().filter(made_at__lt=now - CONFIRMED_WITHIN)
    _forget_follows(old, now)
    return _forget(Follower.objects.filter(follows=None, asked_at__lt=now - CONFIRMED_WITHIN), now)


def _forget_follows(follows, now):
    ids = list(follows.values_list("pk", flat=True))
    _emails_about(Follow, ids).erase(ERASED, now)
    Follow.objects.filter(pk__in=ids).delete()


def _forget(followers, now):
    ids = list(followers.values_list("pk", flat=True))
    _forget_follows(Follow.objects.filter(follower__in=ids), now)
    _emails_about(Follower, ids).erase(ERASED, now)
    Follower.objects.filter(pk__in=ids).delete()
    return len(ids)


def _emails_about(model, ids):
    return QueuedEmail.objects.filter(about_type=model._meta.label_lower, about_id__in=ids)
