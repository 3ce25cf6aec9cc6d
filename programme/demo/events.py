"""What the demo adds of events: invented ones of the delivery team and of Pippin Fort, coming up, over, cancelled and
waiting for review. They are made by the decisions that people make."""

from datetime import time, timedelta

from django.db import transaction
from django.utils import timezone

from programme import contributions
from programme.events import cancelling, drafts, times
from programme.models import Event, Material, Topic
from signatories.models import Organisation, Person

PIPPIN_FORT, CAPTAIN_SNORT = "LDD-DEMO-4", "captain.snort@pippin-fort.example.gov.uk"
FIRST = "Training for Trumptonshire: talk to the people who use your service"
TEAMS = [
    {
        "title": FIRST, "kind": "training", "days": 23, "starts": time(10), "ends": time(12), "is_online": True,
        "description": "Two hours on how to find people to talk to, what to ask them and how to listen.\n\n"
        "- 10 minutes of theory\n- a long exercise in pairs\n- questions",
        "audience": "Anyone who works on a service, also beginners",
        "booking_url": "https://www.example.gov.uk/trumptonshire/training",
    },
    {
        "title": "Roadshow through Trumptonshire", "kind": "roadshow", "days": 65, "starts": time(9, 30),
        "ends": time(16), "and_days": 1, "place": "The bandstand, Trumpton Park",
        "description": "Two days with the delivery team: what the Declaration asks for, who has signed near you, and "
        "what they learned. The fire brigade plays at the end.",
        "audience": "Councils in and around Trumptonshire",
    },
    {
        "title": "Show and tell: one form for blocked drains", "kind": "show-and-tell", "days": -33, "starts": time(14),
        "ends": time(15, 30), "is_online": True,
        "description": "Trumpton and Camberwick Green show the prototype of their form.",
        "outcome": "Eleven councils came. Most wanted the pattern for choosing a place on a map, which both towns will "
        "now publish first.",
        "materials": [("Slides", "https://www.example.gov.uk/drains/slides")],
    },
    {
        "title": "Meeting of the Chigley branch line timetable group", "kind": "meeting", "days": 16,
        "starts": time(18), "ends": time(19), "place": "Wharf 2, Treddle’s Wharf",
        "description": "How timetables are published as open data.", "cancelled": "The train does not run.",
    },
]  # fmt: skip
OFFICERS = [
    {
        "title": "Show and tell: book a room at the fort", "kind": "show-and-tell", "days": 37, "starts": time(11),
        "ends": time(12), "is_online": True, "place": "Guard room, Pippin Fort",
        "description": "The shared calendar of the fort’s rooms, what clubs say about it, and its code.",
        "audience": "Councils that let rooms", "booking_url": "https://www.example.gov.uk/pippin-fort/show",
    },
    {
        "title": "Training: put away the paper diary", "kind": "training", "days": 44, "starts": time(15),
        "ends": time(16, 30), "is_online": True,
        "description": "How to move from paper to one calendar without a double booking.", "waits": True,
    },
]  # fmt: skip


@transaction.atomic
def load(now=None):
    """Make them, where they are not there yet. Returns how many."""
    now = now or timezone.now()
    if Event.objects.filter(title=FIRST).exists():
        return 0
    topics = list(Topic.objects.filter(slug="user-research"))
    for one in TEAMS:
        _teams(one, topics, now)
    fort = Organisation.objects.filter(code=PIPPIN_FORT).first()
    captain = Person.objects.filter(email=CAPTAIN_SNORT).first()
    if fort is None or captain is None:
        return len(TEAMS)
    for one in OFFICERS:
        chosen = [topic.pk for topic in topics]
        event = drafts.begin(_answers(one, now), organisations=[fort], topics=chosen, by=captain, now=now)
        contributions.send_in(event, by=captain, now=now)
        if not one.get("waits"):
            contributions.publish(event, by=None, now=now)
    return len(TEAMS) + len(OFFICERS)


def _teams(one, topics, now):
    event = Event.objects.create(outcome=one.get("outcome", ""), changed_at=now, **_answers(one, now))
    event.topics.set(topics)
    for position, (title, url) in enumerate(one.get("materials", ())):
        Material.objects.create(event=event, position=position, title=title, url=url)
    contributions.publish_own(event, by=None, now=now)
    if "cancelled" in one:
        cancelling.cancel(event, by=None, note=one["cancelled"], now=now)


def _answers(one, now):
    """What is told of it, with its moments: on a weekday, and so never on the day on which the clocks change."""
    on = timezone.localdate(now) + timedelta(days=one["days"])
    on -= timedelta(days=max(0, on.weekday() - (3 if "and_days" in one else 4)))
    told = {name: one.get(name, "") for name in ("title", "kind", "description", "audience", "place", "booking_url")}
    return told | {
        "is_online": one.get("is_online", False),
        "starts_at": times.moment(on, one["starts"]),
        "ends_at": times.moment(on + timedelta(days=one.get("and_days", 0)), one["ends"]),
    }
