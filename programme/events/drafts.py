"""What an officer writes of an event before they send it in."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from programme.models import Event
from programme.topics import hold as hold_topics
from signatories.models import Access, Organisation, Person, Signatory

MOST_UNFINISHED = 30
FIELDS = (
    "title", "kind", "description", "audience", "starts_at", "ends_at", "is_online", "place", "booking_url",
)  # fmt: skip


class TooMany(Exception):
    """This Person has begun as many events as anybody would."""


def may_hold(person, on, event=None):
    """The organisations that a Person may say hold an event: they report for them, and they have signed; and those
    that hold it already, which `is_chosen` tells."""
    mine = Access.objects.organisations_of(person, on)
    signed = Signatory.objects.standing().filter(organisation=OuterRef("pk"))
    holds = Event.organisations.through.objects.filter(event=event and event.pk, organisation=OuterRef("pk"))
    found = Organisation.objects.filter(Q(Exists(signed), pk__in=mine) | Q(Exists(holds)))
    return found.annotate(is_chosen=Exists(holds)).order_by("sort_name", "pk")


@transaction.atomic
def begin(answers, *, organisations, topics, by, now=None):
    """A draft with these answers. The same title and time again, as from a double click, is the same draft.

    Raises TooMany.
    """
    now = now or timezone.now()
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # two clicks at once take turns
    unfinished = list(Event.objects.editable_by(by).offered_by(by, timezone.localdate(now))[:MOST_UNFINISHED])
    for one in unfinished:
        if (one.title, one.starts_at) == (answers["title"], answers["starts_at"]):
            return change(one, answers, organisations=organisations, topics=topics, now=now)
    if len(unfinished) >= MOST_UNFINISHED:
        raise TooMany
    event = Event(proposer_id=by.pk, changed_at=now, **_fields(answers))
    event.skip_history_when_saving = True  # the history is of what the delivery team edits
    event.save()
    event.organisations.add(*organisations)
    event.topics.add(*hold_topics(topics))
    return event


@transaction.atomic
def change(event, answers, *, organisations, topics, now=None):
    """Keep other answers, but for a topic that the delivery team deleted meanwhile. Raises MoveRefused when it was sent
    in meanwhile."""
    event.hold(now, **_fields(answers))
    event.organisations.set(organisations)
    event.topics.set(hold_topics(topics))
    return event


def _fields(answers):
    return {name: answers[name] for name in FIELDS}
