"""On which topics an organisation can help others and on which it wants help, as one of its people says."""

from collections import Counter

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from localdigital.models import AuditEvent, RegisterVersion
from programme import topics
from programme.models import SupportOffer
from signatories.models import Organisation


class Gone(Exception):
    """The register does not have that organisation any more: it was merged into another one."""


@transaction.atomic
def say(organisation, answers, *, by, now=None):
    """Keep what it says of each topic ({id of the topic: "can-help", "wants-help" or ""}), for anyone to read at once.

    A topic that is not among the answers stays as it was; of one that the delivery team deleted meanwhile nothing is
    said. Returns whether anything changed. Raises Gone.
    """
    now = now or timezone.now()
    said = _said_by(organisation)
    new = {topic: way for topic, way in answers.items() if way and said.get(topic) != way}
    if new:
        new = {topic: new[topic] for topic in topics.hold(new)}
    over = [topic for topic, way in answers.items() if not way and topic in said]
    if not new and not over:
        return False
    about = {"organisation": organisation, "said_by_id": by.pk, "said_at": now}
    # Two of its people at once: what was said last of a topic stands.
    SupportOffer.objects.bulk_create(
        [SupportOffer(topic_id=topic, way=way, **about) for topic, way in new.items()],
        update_conflicts=True,
        unique_fields=["organisation", "topic"],
        update_fields=["way", "said_by", "said_at"],
    )
    if over:
        SupportOffer.objects.filter(organisation=organisation, topic__in=over).delete()
    count = Counter({topic: way for topic, way in (said | new).items() if topic not in over}.values())
    numbers = {way.name.lower(): count[way] for way in SupportOffer.Way}
    AuditEvent.record("support_offer.change", organisation, by=by, at=now, **numbers)
    RegisterVersion.bump(now)
    return True


def _said_by(organisation):
    """What it says of each topic. Who merges the organisation into another one waits until the transaction ends."""
    held = Organisation.objects.select_for_update(of=("self",), no_key=True).filter(pk=organisation.pk).only("pk")
    rows = list(held.annotate(topic=F("support__topic"), way=F("support__way")))  # one for each topic, or one without
    if not rows:
        raise Gone
    return {one.topic: one.way for one in rows if one.topic}


@transaction.atomic
def remove(offer, *, by, now=None):
    """The delivery team takes one thing away that an organisation said. Returns whether that is new."""
    now = now or timezone.now()
    deleted, _ = SupportOffer.objects.filter(pk=offer.pk).delete()
    if deleted:
        details = {"topic": offer.topic_id, "way": offer.way}
        AuditEvent.record("support_offer.remove", offer.organisation, by=by, at=now, **details)
        RegisterVersion.bump(now)
    return bool(deleted)
