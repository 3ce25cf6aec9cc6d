"""What the page of outputs shows beside the outputs themselves: the choices with their counts by one query, and who
made and uses each of them by another."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, CharField, Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from programme.models import Output, OutputKind, Topic, Use
from programme.reuse.filters import narrowed
from signatories.models import Organisation

SIZE = 50
FEW = 3  # names before the rest is counted


@dataclass(frozen=True)
class Choice:
    """One kind or topic: how many outputs it would leave."""

    value: str
    words: str
    count: int


class Counts:
    """How many outputs fit, in all and of each kind, and the topics: one query."""

    def __init__(self, asked):
        self.kinds, self.topics = [], []
        kinds = narrowed(Output.objects.published(), asked, without="kind").order_by().values("kind")
        rows = kinds.annotate(number=Count("pk")).values_list(_text("kind"), "kind", "kind", "number", _whole(Value(0)))
        about = narrowed(Output.objects.published(), asked, without="topic")
        through = Output.topics.through.objects.filter(topic=OuterRef("pk"), output__in=about.order_by().values("pk"))
        number = through.order_by().values("topic").annotate(number=Count("pk")).values("number")
        topics = Topic.objects.order_by().annotate(number=_whole(Coalesce(Subquery(number), 0)))
        rows = rows.union(
            topics.values_list(_text("topic"), "slug", "title", "number", _whole(F("position"))), all=True
        )
        found = sorted(rows, key=lambda row: (row[4], row[2]))
        words = dict(OutputKind.choices)
        by_kind = {value: number for what, value, _, number, _ in found if what == "kind"}
        self.kinds = [Choice(value, words[value], by_kind.get(value, 0)) for value in OutputKind.values]
        self.topics = [Choice(value, title, count) for what, value, title, count, _ in found if what == "topic"]
        self.total = by_kind.get(asked["kind"], 0) if "kind" in asked else sum(by_kind.values())

    def words_for(self, name, value):
        """What a choice is called: "Framework", "Planning"."""
        return next(one.words for one in getattr(self, f"{name}s") if one.value == value)


def _text(words):
    return Cast(Value(words), CharField())


def _whole(expression):
    return Cast(expression, BigIntegerField())


@dataclass
class About:
    """Whose an output is, who uses it too, and its topics: names with the end of their addresses."""

    makers: list = field(default_factory=list)
    users: list = field(default_factory=list)
    topics: list = field(default_factory=list)


def about_each(outputs, on):
    """{id of an output: About}, by one query. An organisation that has ended uses nothing any more."""
    ids = [one.pk for one in outputs]
    existing = Organisation.objects.checked().existing(on).order_by()
    name, slug, place = (f"organisation__{one}" for one in ("official_name", "slug", "sort_name"))
    made = Output.organisations.through.objects.filter(output__in=ids).order_by()
    used = Use.objects.filter(output__in=ids, organisation__in=existing.values("pk")).order_by()
    topics = Output.topics.through.objects.filter(output__in=ids).order_by()
    rows = made.values_list("output", _text("makers"), name, slug, place).union(
        used.values_list("output", _text("users"), name, slug, place),
        topics.values_list("output", _text("topics"), "topic__title", "topic__slug", "topic__title"),
        all=True,
    )
    found = defaultdict(About)
    for output, what, words, end, _ in sorted(rows, key=lambda row: row[4]):
        getattr(found[output], what).append((words, end))
    return found


def listed(outputs):
    """Outputs by kind, in each the newest first, with what they come from."""
    return outputs.order_by("kind", F("published_at").desc(), "-pk").select_related(
        "commitment__signature", "project__round", "case_study"
    )


def page_with(output):
    """The number of the page, without any filter, on which an output is: one query."""
    newer = Q(kind=output.kind, published_at__gt=output.published_at)
    newer |= Q(kind=output.kind, published_at=output.published_at, pk__gt=output.pk)
    return Output.objects.published().filter(Q(kind__lt=output.kind) | newer).count() // SIZE + 1
