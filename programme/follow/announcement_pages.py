"""What the delivery team announces, for anyone to read."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, render

from localdigital.caching import public_page
from localdigital.paging import one_page
from programme.models import Announcement

NEW_FOR = timedelta(days=90)
ON_THE_HOME_PAGE = 3


@public_page
def announcements(request):
    """All of them, the newest first."""
    page = one_page(request, Announcement.objects.published().defer("body"))
    return render(request, "programme/follow/announcements.html", {"page": page})


@public_page
def announcement(request, slug):
    """One of them."""
    found = get_object_or_404(Announcement.objects.published(), slug=slug)
    return render(request, "programme/follow/announcement.html", {"announcement": found})
