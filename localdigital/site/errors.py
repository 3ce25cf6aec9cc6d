"""The pages shown when something is not there, not allowed or broken."""

from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from localdigital.site.api.problems import Problem

# What is wrong before an address of the API is reached is told to programs too.
API = "/api/"


def bad_request(request, exception=None):
    """400: the address or what was sent cannot be understood."""
    if request.path.startswith(API):
        return Problem("bad-request").answer()
    return render(request, "pages/400.html", status=400)


def forbidden(request, exception=None):
    """403: not for this reader."""
    return render(request, "pages/403.html", status=403)


def page_not_found(request, exception=None):
    """404: no such page, or none for the Person signed in, who is told who they are here."""
    person = getattr(request, "person", None)
    response = render(request, "pages/404.html", {"signed_in": person}, status=404)
    if person:
        add_never_cache_headers(response)
    return response


def server_error(request):
    """500: our fault."""
    if request.path.startswith(API):
        return Problem("server-error").answer()
    return render(request, "pages/500.html", status=500)


def csrf_failure(request, reason=""):
    """403: the form was open for too long, or cookies are off."""
    return render(request, "pages/403_csrf.html", status=403)


def too_many_requests(request):
    """429: this form was sent too often from one network or by one person."""
    return render(request, "pages/429.html", status=429)
