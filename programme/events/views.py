"""The public pages of events: what is coming up, what was, and each of them."""

from django.core.exceptions import BadRequest
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from localdigital.caching import public_page_by_the_minute
from localdigital.paging import link_with, one_page
from programme.events.filters import EventFilter
from programme.events.linked_data import event_page
from programme.models import Event, Topic
from programme.models.contribution import Status
from signatories.models import Organisation

HOLDERS = Organisation.objects.order_by("sort_name", "pk")


@public_page_by_the_minute
def events(request):
    """Every public event that fits what was asked: what is not over yet, the next first; then the past ones."""
    now = timezone.now()
    asked = EventFilter(request.GET, now=now)
    if not asked.is_valid():
        raise BadRequest("that is none of the choices")
    total, topics = asked.counted()
    titles = {slug: title for slug, title, _ in topics}
    if "topic" in asked.asked and asked.asked["topic"] not in titles:
        raise BadRequest("there is no such topic")
    rows = asked.qs.prefetch_related(Prefetch("organisations", queryset=HOLDERS))
    page = one_page(request, rows, total=total)
    context = {
        "page": page,
        "upcoming": [event for event in page.object_list if event.ends_at > now],
        "past": [event for event in page.object_list if event.ends_at <= now],
        "form": None,
        "asked": asked.asked,
        "choices": list(_choices(asked, topics)),
        "tags": list(_tags(request, asked, titles)),
    }
    return render(request, "programme/events/list.html", context)


def _choices(asked, topics):
    """The filters with what they offer: (name, label, [(value, words)])."""
    for name in ("when", "kind", "where"):
        field = asked.form.fields[name]
        yield name, field.label, [(value, words) for value, words in field.choices if value]
    used = [(slug, title) for slug, title, count in topics if count or slug == asked.asked.get("topic")]
    if used:
        yield "topic", asked.form.fields["topic"].label, used


def _tags(request, asked, titles):
    """What leaves events out, each with its label, its words and the address without it."""
    for name, value in asked.asked.items():
        field = asked.form.fields[name]
        words = titles[value] if name == "topic" else dict(getattr(field, "choices", {})).get(value, value)
        yield field.label, words, link_with(request, **{name: None})


def in_full(events):
    """Events with all that a page shows of one."""
    return events.prefetch_related(
        Prefetch("organisations", queryset=HOLDERS),
        Prefetch("topics", queryset=Topic.objects.order_by("title")),
        "materials",
    )


@public_page_by_the_minute
def event(request, pk, slug):
    """One event. Its slug is told only to who may read it, so the status is looked at first."""
    found = get_object_or_404(in_full(Event.objects), pk=pk)
    if found.status == Status.REMOVED:
        return render(request, "pages/410.html", status=410)
    if not found.is_public:
        raise Http404("not published")
    if slug != found.slug:
        return redirect(found, permanent=True)
    context = page_of(found, timezone.now()) | {"linked_data": event_page(found)}
    return render(request, "programme/events/event.html", context)


def page_of(event, now):
    """What the page of an event shows; it is loaded in full."""
    return {"event": event, "is_over": event.ends_at <= now, "is_on": event.starts_at <= now < event.ends_at}
