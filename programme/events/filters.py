"""What a reader may ask of the list of events: words, and one choice of each filter."""

from django import forms
from django.db.models import CharField, Count, Exists, OuterRef, Q, Value
from django_filters import CharFilter, ChoiceFilter, FilterSet

from programme.models import Event, Topic
from programme.plain_words import offered_by, with_words

WHEN = [("upcoming", "Upcoming"), ("past", "Past")]
WHERE = [("online", "Online"), ("place", "In person")]
TEXTS = ("title", "description", "audience", "place", "outcome")


class EventFilter(FilterSet):
    """The public events that fit what was asked. Not valid when a choice is none of those offered."""

    q = CharFilter(label="Search", max_length=200, method="with_words")
    when = ChoiceFilter(label="When", choices=WHEN, method="in_time")
    kind = ChoiceFilter(label="Kind of event", choices=Event.Kind.choices)
    where = ChoiceFilter(label="Online or in person", choices=WHERE, method="at")
    topic = CharFilter(label="Topic", max_length=80, method="on_topic")

    class Meta:
        model = Event
        fields = ["q", "when", "kind", "where", "topic"]
        form = forms.Form

    def __init__(self, data, *, now):
        self.now = now
        super().__init__(data, Event.objects.upcoming_then_past(now))

    @property
    def asked(self):
        """What was asked for, by name; call `is_valid` first."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def counted(self):
        """How many events fit, and (slug, title, how many public events are about it) of every topic: one query."""
        text = CharField()
        total = self.qs.order_by().values(nothing=Value("", text)).annotate(title=Value("", text), count=Count("pk"))
        public = Event.objects.published().values("pk")
        count = Count("events", filter=Q(events__in=public), distinct=True)
        topics = Topic.objects.order_by().values("slug", "title").annotate(count=count)
        rows = list(
            total.values_list("nothing", "title", "count").union(topics.values_list("slug", "title", "count"), all=True)
        )
        found = sum(count for slug, _, count in rows if not slug)
        return found, sorted((row for row in rows if row[0]), key=lambda row: row[1].lower())

    # ---- What each filter leaves

    def with_words(self, events, _name, text):
        """Those that have all of these words, in what they say or in the name of who holds them."""
        return with_words(events, text, TEXTS, offered_by(Event))

    def in_time(self, events, _name, when):
        """Those that are not over yet, or those that are."""
        return events.filter(ends_at__gt=self.now) if when == "upcoming" else events.filter(ends_at__lte=self.now)

    def at(self, events, _name, where):
        """Those that one can join online, or those at a place: some are both."""
        return events.filter(is_online=True) if where == "online" else events.exclude(place="")

    def on_topic(self, events, _name, slug):
        """Those about that topic."""
        through = Event.topics.through.objects.filter(event=OuterRef("pk"), topic__slug=slug)
        return events.filter(Exists(through))
