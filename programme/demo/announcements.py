"""What the demo announces: two pieces of invented news, and one that is not published yet."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from localdigital.models import RegisterVersion
from programme.models import Announcement

NEWS = [
    {
        "slug": "demo-trumptonshire-round",
        "title": "The Trumptonshire round is open",
        "summary": "Invented news: councils of Trumptonshire can apply for invented money. Nobody is paid.",
        "body": "## Who can apply\n\nA council of England that leads, with 2 others or more. All of them need to have "
        "signed the Declaration by the day on which the round closes.\n\n"
        "Read [what the round asks for](/fund/demo-round/), or [check whether you could apply](/fund/eligibility/).",
        "days_ago": 6,
    },
    {
        "slug": "demo-what-councils-learned",
        "title": "What 3 councils learned from one form",
        "summary": "Invented news: Trumpton, Camberwick Green and Chigley made one form for blocked drains.",
        "body": "They found that:\n\n- residents do not know which council a drain belongs to\n"
        "- a map helps less than a street name\n- one form for three towns costs less than three\n\n"
        "[Case studies](/case-studies/) tell more.",
        "days_ago": 33,
    },
    {
        "slug": "demo-roadshow",
        "title": "Meet us on the roadshow",
        "summary": "Invented news: a draft, to try reading it as the public will and publishing it.",
        "body": "We come to the bandstand in Trumpton Park. Bring your questions.",
        "days_ago": None,
    },
]


@transaction.atomic
def load(now=None):
    """Make what is not there yet. Returns how many there are."""
    now = now or timezone.now()
    for one in NEWS:
        texts = {name: one[name] for name in ("title", "summary", "body")}
        published_at = None if one["days_ago"] is None else now - timedelta(days=one["days_ago"])
        Announcement.objects.get_or_create(slug=one["slug"], defaults={**texts, "published_at": published_at})
    RegisterVersion.bump(now)
    return len(NEWS)
