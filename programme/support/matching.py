"""Who has what an organisation looks for, and who looks for what it has."""

from django.db.models import OuterRef, Q, Subquery

from programme.models import SupportOffer
from programme.support.listing import CAN_HELP, WANTS_HELP, offers_on

MOST = 20


def matches_of(organisation, on):
    """What others say of a topic that fits what this organisation says of it, who can help first: one query."""
    own = SupportOffer.objects.filter(organisation=organisation, topic=OuterRef("topic")).values("way")[:1]
    others = offers_on(on).exclude(organisation=organisation).annotate(own_way=Subquery(own))
    fits = Q(way=CAN_HELP, own_way=WANTS_HELP) | Q(way=WANTS_HELP, own_way=CAN_HELP)
    found = others.filter(fits).select_related("organisation", "topic")
    return list(found.order_by("way", "topic__position", "topic__title", "organisation__sort_name", "pk")[:MOST])
