"""The pages that say how the register works: privacy, cookies, accessibility, contact."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control

from localdigital.caching import public_page


@public_page
def privacy(request):
    """What the register knows about people, why, and for how long."""
    return render(request, "pages/privacy.html")


@public_page
def cookies(request):
    """The two strictly necessary cookies, by the names they have here."""
    context = {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }
    return render(request, "pages/cookies.html", context)


@public_page
def accessibility(request):
    """The accessibility statement that the Regulations of 2018 ask for."""
    return render(request, "pages/accessibility.html")


@public_page
def contact(request):
    """How to reach the delivery team, and what about."""
    return render(request, "pages/contact.html")


@cache_control(public=True, max_age=86400)
def favicon(request):
    """Where browsers look for an icon on pages that name none, such as the admin's."""
    return redirect(static("favicon.svg"))
