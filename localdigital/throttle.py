"""How often one address, network or person may do something. Keys are kept hashed, for a day at the most."""

import ipaddress
import re
from contextlib import contextmanager
from datetime import UTC, timedelta
from functools import wraps

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from localdigital.site.errors import too_many_requests

HOUR = timedelta(hours=1)
MOMENT = 100  # milliseconds
# Some proxies write "192.0.2.1:5678" or "[2001:db8::1]:443".
WITH_A_PORT = re.compile(r"^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$")
# One statement, so that two hits at once are counted as two. Columns: key, count, ends_at.
HIT = """
    INSERT INTO localdigital_ratelimit (key, count, ends_at) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN localdigital_ratelimit.ends_at <= %s THEN 1 ELSE localdigital_ratelimit.count + 1 END,
        ends_at = CASE WHEN localdigital_ratelimit.ends_at <= %s THEN excluded.ends_at
                       ELSE localdigital_ratelimit.ends_at END
    RETURNING count, ends_at
"""


def within_limit(what, key, *, limit, per=HOUR, now=None):
    """Count one more of `what` by `key`, and say whether that is still within `limit` in that span of time."""
    return hits(what, key, per=per, now=now)[0] <= limit


def hits(what, key, *, per=HOUR, now=None):
    """Count one more of `what` by `key`: how many there are in this span of time, and when it ends."""
    now = now or timezone.now()
    hashed = salted_hmac("throttle", f"{what}\n{key}", algorithm="sha256").hexdigest()
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(HIT, [hashed, adapt(now + per), adapt(now), adapt(now)])
        count, ends_at = cursor.fetchone()
    # SQLite keeps moments in UTC, and does not say so.
    return count, ends_at if timezone.is_aware(ends_at) else ends_at.replace(tzinfo=UTC)


@contextmanager
def hardly_waiting():
    """In here SQLite waits a moment for another writer, not as long as elsewhere: then it raises OperationalError."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    sqlite = connection.connection
    [usually] = sqlite.execute("PRAGMA busy_timeout").fetchone()
    sqlite.execute(f"PRAGMA busy_timeout = {MOMENT}")
    try:
        yield
    finally:
        sqlite.execute(f"PRAGMA busy_timeout = {usually}")


def network_of(request):
    """The reader's network: their IPv4 address, or the /64 of their IPv6 one; behind our proxies, as those say."""
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXIES
    address = forwarded[-trusted] if 0 < trusted <= len(forwarded) else request.META.get("REMOTE_ADDR", "")
    try:
        parsed = ipaddress.ip_address(WITH_A_PORT.sub(r"\1\2", address))
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    if parsed.version == 6 and not mapped:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(mapped or parsed)


def network_as_pseudonym(request):
    """The reader's network for the log of failed sign-ins: a private IPv6 address made from its hash."""
    digest = salted_hmac("sign-in network", network_of(request), algorithm="sha256").digest()
    return str(ipaddress.IPv6Address(b"\xfd" + digest[:15]))


def throttled(what, *, limit, per=HOUR):
    """Allow `limit` POSTs of one form from one network in that span; more get a 429 page.

    A whole council may sit behind one address: limits are for machines, not for offices.
    """

    def decorator(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            if request.method == "POST" and not within_limit(what, network_of(request), limit=limit, per=per):
                return too_many_requests(request)
            return view(request, *args, **kwargs)

        return answer

    return decorator
