"""How many case studies each choice of a filter would leave, given the search and the other filters: in one query."""

from collections import Counter, defaultdict

from django.db.models import CharField, Count, F, Q, Value
from django.db.models.functions import Cast, Concat, LPad

from commitments.facets import Facet, Option
from programme.case_studies.search import with_every
from programme.models import Topic
from signatories.models import Principle

FACETS = ("kind", "figures", "topic", "principle", "type", "region", "nation")
ALWAYS_SHOWN = ("kind", "figures", "principle")
SUBJECTS = {"principle": (Principle, "number"), "topic": (Topic, "position")}


class Counts:
    """What the one query counted: `total` that fit, `with_every_word`, and the `facets`."""

    def __init__(self, asked):
        self.asked = asked
        self.found, words_of = defaultdict(Counter), defaultdict(dict)
        first, *others = _branches(asked)
        for facet, value, words, count in first.union(*others, all=True):
            self.found[facet][value] += count
            words_of[facet][words] = value
        # Principles and topics in their order, which stands before their titles
        self.subjects = {
            name: {value: words.partition(" ")[2] for words, value in sorted(words_of[name].items())}
            for name in SUBJECTS
        }
        self.total = self.found["total"].get("", 0)
        self.with_every_word = self.found["every"].get("", 0)

    @property
    def facets(self):
        """The filters in the order of the page, without those that have nothing to offer."""
        facets = [Facet(name, self.asked.form.fields[name].label, self._options(name)) for name in FACETS]
        return [facet for facet in facets if facet.options]

    def knows(self, name, values):
        """Whether there are such principles, or such topics."""
        return set(values) <= set(self.subjects[name])

    def words_for(self, name, value):
        """A choice of a filter in words."""
        return dict(self._choices(name))[value]

    def _choices(self, name):
        if name in SUBJECTS:
            return list(self.subjects[name].items())
        return [(value, words) for value, words in self.asked.form.fields[name].choices if value]

    def _options(self, name):
        chosen, found = self.asked.asked.get(name, []), self.found[name]
        return [
            Option(value, words, found.get(value, 0), value in chosen)
            for value, words in self._choices(name)
            if found.get(value) or value in chosen or name in ALWAYS_SHOWN
        ]


def _branches(asked):
    """One query for each filter, all of the same four columns."""
    yield _counted(asked.narrowed(), "total", Value(""))
    if len(asked.words) > 1:
        yield _counted(with_every(asked.words), "every", Value(""))
    yield _counted(asked.narrowed(without="kind"), "kind", F("kind"))
    yield _counted(asked.narrowed(without="figures").filter(figures__isnull=False), "figures", F("figures__kind"))
    for name in ("type", "region", "nation"):
        theirs = asked.narrowed(without=name).filter(organisations__isnull=False)
        yield _counted(theirs, name, F(f"organisations__{name}"))
    for name, (model, order) in SUBJECTS.items():
        yield _subjects(asked.narrowed(without=name), name, model, order)


def _counted(studies, facet, value):
    return _columns(studies, facet, value, Value(""), Count("pk", distinct=True))


def _subjects(studies, name, model, order):
    """All principles, or all topics, those of no case study too: in their order."""
    number = LPad(_text(F(order)), 5, Value("0"))
    words = Concat(number, Value(" "), F("title"))
    count = Count("case_studies", filter=Q(case_studies__in=studies.values("pk")), distinct=True)
    return _columns(model.objects.all(), name, F("slug"), words, count)


def _text(expression):
    return Cast(expression, CharField())


def _columns(rows, facet, value, words, count):
    named = rows.order_by().annotate(facet=Value(facet), choice=_text(value), words=_text(words))
    counted = named.values("facet", "choice", "words").annotate(count=count)
    return counted.values_list("facet", "choice", "words", "count")
