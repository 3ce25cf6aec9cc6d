"""Who can help with which topic, and who wants help with it: of each side the first few, and how many there are."""

from dataclasses import dataclass, field

from django import forms
from django.db.models import Count, Exists, F, OuterRef, Window
from django.db.models.functions import RowNumber

from commitments.answering import reachable
from programme.models import SupportOffer, Topic
from signatories.models import Organisation
from signatories.models.organisation import Region

FEW = 5  # of each side, unless one topic was asked for

CAN_HELP, WANTS_HELP = SupportOffer.Way.CAN_HELP, SupportOffer.Way.WANTS_HELP


class SupportForm(forms.Form):
    """The filters of the page. Whether there is such a topic is seen when the topics are read."""

    topic = forms.SlugField(label="Topic", max_length=80, required=False)
    region = forms.ChoiceField(label="Region", choices=[("", "All"), *Region.choices], required=False)

    @property
    def asked(self):
        """What was asked for, by name; call `is_valid` first."""
        return {name: value for name, value in self.cleaned_data.items() if value}


@dataclass
class Side:
    """Those who can help with a topic, or those who want help: what the first few said, and the number of all."""

    offers: list = field(default_factory=list)
    count: int = 0

    @property
    def others(self):
        """How many are not among the first few."""
        return self.count - len(self.offers)


@dataclass
class Sides:
    """Both sides of one topic."""

    topic: Topic
    can_help: Side = field(default_factory=Side)
    wants_help: Side = field(default_factory=Side)

    @property
    def is_match(self):
        """Whether somebody can give what somebody else wants."""
        return bool(self.can_help.count and self.wants_help.count)

    @property
    def is_empty(self):
        """Whether nobody said anything of it."""
        return not (self.can_help.count or self.wants_help.count)


def offers_on(day):
    """What organisations of the register that exist on that day say, and whether anybody there `can_be_asked`."""
    said = SupportOffer.objects.filter(organisation__in=Organisation.objects.checked().existing(day).order_by())
    people = reachable(day).filter(organisation=OuterRef("organisation")).order_by()
    return said.annotate(can_be_asked=Exists(people))


def sides_of(topics, asked, on):
    """Both sides of each of these topics, or of the one asked for, those with a match first: one query."""
    offers = offers_on(on).select_related("organisation").order_by("organisation__sort_name", "organisation")
    if "region" in asked:
        offers = offers.filter(organisation__region=asked["region"])
    parts = [F("topic"), F("way")]
    place = Window(RowNumber(), partition_by=parts, order_by=[F("organisation__sort_name"), F("organisation")])
    offers = offers.annotate(place=place, number=Window(Count("pk"), partition_by=parts))
    one = "topic" in asked
    offers = offers.filter(topic__slug=asked["topic"]) if one else offers.filter(place__lte=FEW)
    found = {topic.pk: Sides(topic) for topic in topics if not one or topic.slug == asked["topic"]}
    for offer in offers:
        if offer.topic_id in found:
            side = getattr(found[offer.topic_id], "can_help" if offer.way == CAN_HELP else "wants_help")
            side.offers.append(offer)
            side.count = offer.number
    return sorted(found.values(), key=lambda sides: not sides.is_match)
