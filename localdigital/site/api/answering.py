"""What every answer of the API has: anyone may read it from any website, may keep it and ask whether it changed, and
may ask so often. No cookie is read or set."""

import logging
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from localdigital.caching import CACHE_CONTROL, etag_of, match_no_star
from localdigital.site.api.noting import note_when_due
from localdigital.site.api.problems import Problem
from localdigital.throttle import hardly_waiting, hits, network_of

logger = logging.getLogger("localdigital.api")

METHODS = ["GET", "HEAD", "OPTIONS"]
SPAN = timedelta(minutes=1)
A_DAY = "86400"
EXPOSED = ["ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"]
# What the clock changes within a day
BY_THE_MINUTE = ("/api/v1/fund", "/api/v1/events")


def as_the_api_answers(view):
    """An address of the API, around what ninja answers there."""

    @csrf_exempt
    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = _answer(request, view, args, kwargs)
        except Problem as problem:
            response = problem.answer()
        except SuspiciousOperation:  # more parameters than anybody would send
            response = Problem("bad-request").answer()
        except Exception:
            logger.exception("%s", request.path)
            got_request_exception.send(sender=None, request=request)
            response = Problem("server-error").answer()
        for name, value in request.rate_headers.items() if hasattr(request, "rate_headers") else ():
            response[name] = value
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    return answer


def as_a_page_of_the_api(page):
    """A page for people among these addresses: whoever does not just read it is answered as everywhere in the API."""
    otherwise = as_the_api_answers(page)

    @csrf_exempt
    @wraps(page)
    def answer(request, *args, **kwargs):
        return (page if request.method in ("GET", "HEAD") else otherwise)(request, *args, **kwargs)

    return answer


def _answer(request, view, args, kwargs):
    if request.method == "OPTIONS":
        return _what_is_allowed()
    if request.method not in METHODS:
        raise Problem("not-allowed", headers={"Allow": ", ".join(METHODS)})
    _refuse_what_no_text_holds(request, kwargs)
    if "modified_since" in request.GET:
        request.noting = note_when_due()
    etag = _etag(request)
    match_no_star(request)
    if kept := _if_kept(request, etag):
        return kept
    _count(request)
    response = _as_get(request, view, args, kwargs)
    if response.status_code == 200:
        response["ETag"], response["Cache-Control"] = etag, CACHE_CONTROL
    return response


def _if_kept(request, etag):
    """The answer to somebody who has this one already; a Problem where they ask for another than there is."""
    kept = get_conditional_response(request, etag=etag)
    if kept is None:
        return None
    if kept.status_code == 412:
        raise Problem("precondition")
    kept["Cache-Control"] = CACHE_CONTROL
    return kept


def _what_is_allowed():
    """What a browser asks before it lets another website's script read an answer."""
    headers = {
        "Allow": ", ".join(METHODS),
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": "If-None-Match",
        "Access-Control-Max-Age": A_DAY,
    }
    return HttpResponse(status=204, headers=headers)


def _refuse_what_no_text_holds(request, kwargs):
    """A Problem for NUL, which PostgreSQL stores in no text."""
    given = [*kwargs.items(), *((name, value) for name, values in request.GET.lists() for value in values)]
    faults = [(name[:100], "This holds a NUL character") for name, value in given if "\0" in str(value)]
    if faults:
        raise Problem("invalid", errors=faults[:20])


def _etag(request):
    told_to = [request.noting.changed_at] if hasattr(request, "noting") else []
    minute = [int(timezone.now().timestamp()) // 60] if request.path.startswith(BY_THE_MINUTE) else []
    return etag_of(request, *told_to, *minute)


def _count(request):
    """Count one more of this network; a Problem where those are too many. An answer that has not changed is free, and
    so is one while the counter cannot be written: on SQLite another writer may hold the database."""
    limit, now = settings.API_REQUESTS_A_MINUTE, timezone.now()
    try:
        with hardly_waiting():
            count, ends_at = hits("api", network_of(request), per=SPAN, now=now)
    except OperationalError as error:
        logger.warning("not counted: %s", error)
        return
    left, seconds = max(0, limit - count), max(1, round((ends_at - now).total_seconds()))
    request.rate_headers = {
        "RateLimit-Policy": f'"default";q={limit};w={int(SPAN.total_seconds())}',
        "RateLimit": f'"default";r={left};t={seconds}',
    }
    if count > limit:
        raise Problem("too-many", headers={"Retry-After": str(seconds)})


def _as_get(request, view, args, kwargs):
    """What ninja answers to GET: whoever serves leaves the body out where it was HEAD."""
    method, request.method = request.method, "GET"
    try:
        return view(request, *args, **kwargs)
    finally:
        request.method = method
