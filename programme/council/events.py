"""The page on which an officer proposes an event, and changes what they have begun."""

from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from programme.council.offers import while_unfinished
from programme.events import drafts
from programme.events.forms import EventForm, as_kept
from programme.models import Event, Topic
from signatories.access import for_person_by_id

TOO_MANY = f"You have begun {drafts.MOST_UNFINISHED} events. Delete one that you will not send in first"


@for_person_by_id
def begin(request):
    """Propose an event of an organisation that has signed and that this Person reports for."""
    now = timezone.now()
    mine = list(drafts.may_hold(request.person, timezone.localdate(now)))
    if not mine:
        return render(request, "account/event_nobody.html", status=403)
    topics = list(Topic.objects.all())
    form = EventForm(request.POST or None, organisations=mine, topics=topics, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            event = drafts.begin(form.cleaned_data, **_chosen(form, mine), by=request.person, now=now)
            return redirect("council_offer_check", "event", event.pk)
        except drafts.TooMany:
            form.add_error(None, TOO_MANY)
    page = {"form": form, "event": None, "mine": mine, "back": reverse("account")}
    return render(request, "account/event.html", page)


@while_unfinished
def edit(request, event):
    """Change an event that is not sent in."""
    now = timezone.now()
    about = Event.topics.through.objects.filter(event=event, topic=OuterRef("pk"))
    mine = list(drafts.may_hold(request.person, timezone.localdate(now), event))
    topics = list(Topic.objects.annotate(is_chosen=Exists(about)))
    first = as_kept(event) | {
        name: [one.pk for one in rows if one.is_chosen] for name, rows in (("organisations", mine), ("topics", topics))
    }
    asked = {"organisations": mine, "topics": topics, "now": now, "kept": event.starts_at}
    form = EventForm(request.POST or None, initial=first, **asked)
    if request.method == "POST" and form.is_valid():
        drafts.change(event, form.cleaned_data, **_chosen(form, mine), now=now)
        return redirect("council_offer_check", "event", event.pk)
    back = reverse("council_offer_check", args=["event", event.pk])
    return render(request, "account/event.html", {"form": form, "event": event, "mine": mine, "back": back})


def _chosen(form, mine):
    answers = form.cleaned_data
    return {
        "organisations": answers.get("organisations", [one.pk for one in mine]),
        "topics": answers.get("topics", []),
    }
