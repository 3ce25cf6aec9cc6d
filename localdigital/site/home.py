"""The first page: what the register is, how many have signed, the newest signatures, how to sign."""

from collections import namedtuple
from datetime import datetime, time
from itertools import groupby

from django.db.models import DateTimeField, Exists, OuterRef, PositiveSmallIntegerField, Value
from django.shortcuts import render
from django.utils import timezone

from localdigital.caching import public_page
from programme.follow.announcement_pages import NEW_FOR, ON_THE_HOME_PAGE
from programme.models import Announcement
from signatories.models import Principle, Signatory, Signature
from signatories.totals import how_many, of_the_current_version

NEWEST = 5
Told = namedtuple("Told", ["slug", "title", "summary", "number", "published_at"])


def newest_parts():
    """The parts in the newest standing documents, each with the register's totals: one query."""
    someone_stays = Exists(Signatory.objects.standing().filter(signature=OuterRef("pk")))
    newest = Signature.objects.standing().filter(someone_stays).order_by("-published_at", "-pk")
    return (
        Signatory.objects.standing()
        .filter(signature__in=newest.values("pk")[:NEWEST])
        .select_related("signature", "organisation")
        .annotate(organisations=how_many("organisation_id"), declarations=how_many("signature_id"))
        .annotate(**of_the_current_version())
        .order_by("-signature__published_at", "-signature_id", "position", "pk")
    )


def principles_and_announcements(today):
    """The principles in their order, and the newest announcements of the last 90 days: one query."""
    nothing = {"number": Value(None, PositiveSmallIntegerField()), "published_at": Value(None, DateTimeField())}
    since = timezone.make_aware(datetime.combine(today - NEW_FOR, time.min))
    newest = Announcement.objects.published().filter(published_at__gte=since).values("pk")[:ON_THE_HOME_PAGE]
    announced = Announcement.objects.filter(pk__in=newest).order_by().annotate(number=nothing["number"])
    principles = Principle.objects.order_by().annotate(published_at=nothing["published_at"])
    told = [Told(*row) for row in principles.values_list(*Told._fields).union(announced.values_list(*Told._fields))]
    return (
        sorted((one for one in told if one.number is not None), key=lambda one: one.number),
        sorted((one for one in told if one.number is None), key=lambda one: one.published_at, reverse=True),
    )


@public_page
def home(request):
    """What this is, in figures and names."""
    parts = list(newest_parts())
    principles, announcements = principles_and_announcements(timezone.localdate())
    context = {
        "organisations": parts[0].organisations if parts else 0,
        "declarations": parts[0].declarations if parts else 0,
        "signed_current": parts[0].signed_current if parts else None,
        "newest": [(signature, list(those)) for signature, those in groupby(parts, key=lambda part: part.signature)],
        "principles": principles,
        "announcements": announcements,
    }
    return render(request, "pages/home.html", context)
