"""Emailed links that let one Person in, once. A GET shows a button; only its POST claims: mail scanners follow links.

The token is made from the row's id and the secret key, the same on every retry, and stored nowhere.

Standing links, to one thing of a kind, let nobody in and do not end: their tokens are made alike, and have no row.
"""

import base64
import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from localdigital.addresses import absolute
from localdigital.models import EmailedLink

LIFETIMES = {
    "sign-in": timedelta(minutes=30),
    "sign-off": timedelta(days=30),
    "invitation": timedelta(days=7),
    "partner": timedelta(days=30),
    "report": timedelta(days=30),
    "new-version": timedelta(days=30),
    "team": timedelta(days=7),
}
# Where a link of that purpose is opened, when it lets in no Person
ROUTES = {"team": "admin:welcome"}
# The standing link that emails about a thing of that kind have: what stands for it in the stored text, and where it is
# opened. Emails about anything else have none, so nobody is sent another's by writing down what stands for it.
STANDING = {
    "programme.follow": ("[confirmation link]", "follow_confirm"),
    "programme.follower": ("[link to what you follow]", "following"),
}
# The kinds whose standing link also stops these emails, by one click in the reader's mail program (RFC 8058)
STOPPED_BY_ONE_CLICK = {"programme.follower"}


def _seal(pk, secret, what="emailed link"):
    mac = hmac.new(f"{what}\n{secret}".encode(), str(pk).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _new(purpose, person_id, object_id, now):
    expires_at = now + LIFETIMES[purpose]
    return EmailedLink(purpose=purpose, person_id=person_id, object_id=object_id, made_at=now, expires_at=expires_at)


def make(purpose, *, person_id, object_id=None, now=None):
    """A new link of that purpose for one Person; not yet in any email."""
    link = _new(purpose, person_id, object_id, now or timezone.now())
    link.save(force_insert=True)
    return link


def make_each(purpose, pairs, *, now=None):
    """New links of that purpose, for pairs of a Person's id and an object's, by one query."""
    now = now or timezone.now()
    return EmailedLink.objects.bulk_create(_new(purpose, person, thing, now) for person, thing in pairs)


def make_again(old_links, *, now=None):
    """New links for the same people, each of the purpose and about the object of an old one, by one query."""
    now = now or timezone.now()
    return EmailedLink.objects.bulk_create(
        _new(link.purpose, link.person_id, link.object_id, now) for link in old_links
    )


def token(link):
    """The secret of a link: its id, and 256 bits that only we can make from it."""
    return f"{link.pk}-{_seal(link.pk, settings.SECRET_KEY)}"


def address(link):
    """The whole address of a link, to be put into the email at sending."""
    return absolute(ROUTES.get(link.purpose, "link"), token(link))


def find(text):
    """The link of that token, used or expired or not; None when the token is not one of ours."""
    pk = _opened(text)
    return EmailedLink.objects.filter(pk=pk).first() if pk is not None else None


def _opened(text, *what):
    """The number in a token; None when we did not make it."""
    pk, _, seal = text.partition("-")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ours = any(hmac.compare_digest(seal.encode(), _seal(int(pk), secret, *what).encode()) for secret in secrets)
    return int(pk) if ours else None


def is_open(link, now=None):
    """Whether it can still be claimed."""
    return link.used_at is None and link.expires_at > (now or timezone.now())


def claim(link, now=None):
    """Use the link up. True for the one who did; False when it was used or has expired."""
    now = now or timezone.now()
    return EmailedLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now) == 1


def retire(purpose, *, object_id, person_id, now=None):
    """End the open links of one Person about one object, since a newer one takes their place."""
    retire_each(purpose, object_id=object_id, person_ids=[person_id], now=now)


def retire_each(purpose, *, object_id, person_ids, now=None):
    """The same for several people, by one query."""
    now = now or timezone.now()
    EmailedLink.objects.filter(
        purpose=purpose, object_id=object_id, person_id__in=person_ids, used_at=None, expires_at__gt=now
    ).update(expires_at=now)


# ---- Standing links


def standing_token(label, pk):
    """The secret of the standing link to one thing of a kind ("programme.follower")."""
    return f"{pk}-{_seal(pk, settings.SECRET_KEY, label)}"


def standing_address(label, pk):
    """The whole address of a standing link, to be put into an email at sending."""
    return absolute(STANDING[label][1], standing_token(label, pk))


def find_standing(label, text):
    """The key of the thing of that kind to which a token leads; None when the token is not one of ours."""
    return _opened(text, label)
