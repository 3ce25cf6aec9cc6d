"""Who follows what by email: asked for, confirmed by the link in an email, stopped by the link in every other one.

Nothing but the question is sent to an address that has not confirmed, whoever typed it. The log knows nothing of
readers: whoever stops is forgotten.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from localdigital import mail
from localdigital.models import QueuedEmail
from programme import emails
from programme.models import Follow, Follower
from signatories.reorganising import hold

CONFIRMED_WITHIN = timedelta(days=7)
ERASED = "(erased: its reader does not follow this any more)"


@transaction.atomic
def ask(address, subject, *, now=None):
    """Somebody typed this address to follow a Subject: ask its owner, unless they follow it already.

    Raises Refused when the register does not have that organisation any more.
    """
    now = now or timezone.now()
    if subject.organisation:
        hold([subject.organisation])  # who merges it into another one waits
    # One statement makes the row or locks the one that there is, so that who stops at this moment waits.
    one = Follower(email=address.strip().lower(), asked_at=now)
    same = {"update_conflicts": True, "unique_fields": ["email"], "update_fields": ["email"]}
    [follower] = Follower.objects.bulk_create([one], **same)
    follow, is_new = Follow.objects.get_or_create(follower=follower, **subject.keys, defaults={"made_at": now})
    if follow.confirmed_at:
        return
    if not is_new:
        Follow.objects.filter(pk=follow.pk).update(made_at=now)
    mail.queue(emails.confirm_following(follower, subject), about=follow, now=now)


@transaction.atomic
def confirm(follow, *, now=None):
    """The owner of the address wants it. Twice changes nothing."""
    now = now or timezone.now()
    _held(Follower.objects.filter(pk=follow.follower_id))
    Follow.objects.unconfirmed().filter(pk=follow.pk).update(confirmed_at=now)
    Follower.objects.filter(pk=follow.follower_id, confirmed_at=None).update(confirmed_at=now, told_until=now)


@transaction.atomic
def stop(follower, *, only=None, now=None):
    """They follow nothing any more, or not `only` this Follow; with the last one their address is forgotten."""
    now = now or timezone.now()
    held = _held(Follower.objects.filter(pk=follower.pk))
    if only is not None:
        _forget_follows(Follow.objects.filter(pk=only.pk, follower__in=held), now)
        if follower.follows.confirmed().exists():
            return
    _forget(held, now)


@transaction.atomic
def forget_address(address, *, now=None):
    """Whoever has this address follows nothing, and we do not know it any more. Returns whether anybody did."""
    return _forget(_held(Follower.objects.at(address)), now or timezone.now()) > 0


@transaction.atomic
def forget_unconfirmed(now):
    """Forget what was asked for 7 days ago and nobody confirmed. Returns how many addresses that were."""
    last = now - CONFIRMED_WITHIN
    old = Follow.objects.unconfirmed().filter(made_at__lt=last)
    idle = Q(follows=None, asked_at__lt=last)
    held = _held(Follower.objects.filter(Q(pk__in=old.values("follower")) | idle))
    _forget_follows(old.filter(follower__in=held), now)
    return _forget(list(Follower.objects.filter(idle, pk__in=held).values_list("pk", flat=True)), now)


def _held(followers):
    """The keys of these. Nobody asks, confirms or stops for one of them until the transaction ends: no email is
    written to an address that is being forgotten."""
    return [one.pk for one in followers.order_by("pk").select_for_update(of=["self"])]


def _forget_follows(follows, now):
    ids = list(follows.values_list("pk", flat=True))
    _emails_about(Follow, ids).erase(ERASED, now)
    Follow.objects.filter(pk__in=ids).delete()


def _forget(held, now):
    _forget_follows(Follow.objects.filter(follower__in=held), now)
    _emails_about(Follower, held).erase(ERASED, now)
    Follower.objects.filter(pk__in=held).delete()
    return len(held)


def _emails_about(model, ids):
    return QueuedEmail.objects.filter(about_type=model._meta.label_lower, about_id__in=ids)
