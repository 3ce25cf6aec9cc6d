"""Addresses of the API. They have no slash at their end: with one, they lead to that without."""

from django.http import HttpResponsePermanentRedirect
from django.urls import URLPattern, include, path, re_path, resolve
from django.urls.exceptions import Resolver404
from django.utils.encoding import escape_uri_path
from django.views.generic import RedirectView

from localdigital.site.api.answering import as_a_page_of_the_api, as_the_api_answers
from localdigital.site.api.documentation import docs, openapi_json
from localdigital.site.api.problems import Problem
from localdigital.site.api.version_1 import api


@as_the_api_answers
def nothing_here(request):
    """An unknown address: the one without its slash where there is one, else a Problem."""
    without = request.path_info.rstrip("/")
    if without != request.path_info and _is_known(without):
        query, address = request.META.get("QUERY_STRING"), escape_uri_path(without)
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address, preserve_request=True)
    raise Problem("not-found")


def _is_known(address):
    try:
        return resolve(address).func is not nothing_here
    except Resolver404:
        return False


def _addresses():
    """Ninja's own, but for its root, each with what every answer has."""
    patterns = [one for one in api.urls[0] if isinstance(one, URLPattern) and str(one.pattern)]
    for pattern in patterns:
        pattern.callback = as_the_api_answers(pattern.callback)
        pattern.name = None
    return patterns


urlpatterns = [
    path("v1", as_a_page_of_the_api(RedirectView.as_view(pattern_name="api_docs")), name="api"),
    path("v1/openapi.json", openapi_json, name="api_openapi"),
    path("v1/docs", docs, name="api_docs"),
    path("v1/", include(_addresses())),
    re_path("", nothing_here),
]
