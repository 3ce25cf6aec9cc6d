"""Public pages carry no cookie and can be kept: an ETag made of the register version, and how long to trust it."""

import hashlib
from datetime import datetime, time
from functools import wraps

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition, require_safe

from localdigital.models import RegisterVersion, ServiceSettings
from localdigital.site.errors import page_not_found

CACHE_CONTROL = "public, max-age=30, stale-while-revalidate=30, stale-if-error=86400"


def settings_of(request):
    """What the team says and switches for the whole site, from the row that every public page loads anyway."""
    return ServiceSettings.of(_version(request))


def notice_on(request):
    """The team's settings when a page of this request shows their notice: on what has loaded them, and in its time."""
    if not hasattr(request, "register_version"):
        return None
    said = settings_of(request)
    return said if said.has_notice(timezone.now()) else None


def _version(request):
    if not hasattr(request, "register_version"):
        request.register_version = RegisterVersion.current()
    return request.register_version


def _etag_by_the_minute(request, *args, **kwargs):
    return f'{_etag(request)[:-1]}-{int(timezone.now().timestamp()) // 60}"'


def _last_minute(request, *args, **kwargs):
    return timezone.now().replace(second=0, microsecond=0)


def etag_of(request, *more):
    """The ETag of this address while the register is as it is; `more` is what else makes the answer another one.

    The day is part of it, since at midnight time alone can change a page: an organisation ended, a date fell due.
    """
    parts = [_version(request).number, settings.RELEASE, settings.MODE, timezone.localdate(), request.get_full_path()]
    return '"' + hashlib.sha256("\n".join(map(str, [*parts, *more])).encode()).hexdigest()[:32] + '"'


def _etag(request, *args, **kwargs):
    _version(request)  # the notice is shown on what has loaded it, and ends at a moment
    return etag_of(request, notice_on(request) is not None)


def _last_modified(request, *args, **kwargs):
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    ended = settings_of(request).notice_ends_at
    moments = [_version(request).changed_at, midnight]
    return max([*moments, ended] if ended and ended <= timezone.now() else moments)


def match_no_star(request):
    """Take `If-None-Match: *` for a tag that nothing has: a 304 is for who has this very answer, and `*` has none.

    Without it Django would answer 304 before anything was looked up, also for what is not there.
    """
    if request.META.get("HTTP_IF_NONE_MATCH", "").strip() == "*":
        request.META["HTTP_IF_NONE_MATCH"] = '""'


def public_page(view, etag=_etag, last_modified=_last_modified):
    """A page that anyone may read and keep: answers 304 for one query when nothing changed since.

    Only GET and HEAD. The answer carries no cookie; one that is not 200 is not to be kept as long.
    """

    @require_safe
    @wraps(view)
    def answer(request, *args, **kwargs):
        request.is_public_page = True
        match_no_star(request)
        try:
            response = condition(etag_func=etag, last_modified_func=last_modified)(view)(request, *args, **kwargs)
        except Http404 as error:
            response = page_not_found(request, error)
        if response.status_code in (200, 304):
            response["Cache-Control"] = CACHE_CONTROL
        else:
            del response["ETag"], response["Last-Modified"]
            response["Cache-Control"] = "public, max-age=30" if response.status_code in (404, 410) else "no-cache"
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    return answer


def public_page_by_the_minute(view):
    """The same, for a page that the clock changes within a day: a round of the fund closes, an event is over."""
    return public_page(view, etag=_etag_by_the_minute, last_modified=_last_minute)


def private_page(view):
    """A page for one person: nobody keeps it. Its address goes to no other site (SECURE_REFERRER_POLICY)."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:
            response = page_not_found(request, error)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer
