"""An event in the words of schema.org."""

from django.utils import timezone

from localdigital.addresses import page_of
from localdigital.linked_data import breadcrumbs, publisher
from programme.models import Event
from signatories.linked_data import organisation_in_brief


def event_page(event):
    """An event, and where its page is. Its moments are in UK time, with their offset."""
    whole = {
        "@type": "EducationEvent" if event.kind == Event.Kind.TRAINING else "Event",
        "@id": page_of(event),
        "name": event.title,
        "description": event.description,
        "url": page_of(event),
        "startDate": timezone.localtime(event.starts_at).isoformat(timespec="seconds"),
        "endDate": timezone.localtime(event.ends_at).isoformat(timespec="seconds"),
        "eventStatus": f"https://schema.org/{'EventCancelled' if event.cancelled_at else 'EventScheduled'}",
        "eventAttendanceMode": f"https://schema.org/{_attendance(event)}EventAttendanceMode",
        "location": _places(event),
        "organizer": [organisation_in_brief(body) for body in event.organisations.all()] or publisher(),
        "audience": {"@type": "Audience", "audienceType": event.audience} if event.audience else None,
        "keywords": [topic.title for topic in event.topics.all()],
    }
    return [whole, breadcrumbs(("Events and training", "events"), (event.title, None))]


def _attendance(event):
    if event.is_online:
        return "Mixed" if event.place else "Online"
    return "Offline"


def _places(event):
    online = {"@type": "VirtualLocation", "url": event.booking_url or page_of(event)}
    there = {"@type": "Place", "name": event.place, "address": event.place}
    return [*([online] if event.is_online else []), *([there] if event.place else [])]
