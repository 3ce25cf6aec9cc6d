"""How many commitments each choice of each filter would leave, given the search and the other filters: in one query."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat, ExtractYear

from commitments.answering import existed, nobody_answers
from commitments.filters import ENDED, LATENESS, NO_UPDATE, CommitmentFilter, late
from commitments.matching import holding
from commitments.models import Adoption, Commitment, Evidence, ProgressUpdate
from signatories.filters import UNKNOWN_YEAR
from signatories.models import Principle, Signatory

PART = "signature__signatories__"
ALWAYS_SHOWN = ("stage", "state", "principle")
FACETS = ("stage", "state", "principle", "region", "nation", "type", "year", "evidence")


@dataclass(frozen=True)
class Option:
    """One choice of a filter: how many commitments it would leave."""

    value: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A filter with the choices worth showing."""

    name: str
    label: str
    options: list

    @property
    def chosen(self):
        """The choices that were made."""
        return [option for option in self.options if option.chosen]


class Counts:
    """What the one query counted: `total` that fit, `with_every_word`, and the `facets`."""

    def __init__(self, asked: CommitmentFilter):
        self.asked = asked
        self.found, numbered = defaultdict(Counter), {}
        first, *others = _branches(asked)
        for facet, value, words, count in first.union(*others, all=True):
            self.found[facet][value] += count
            if facet == "principle":
                number, _, title = words.partition(" ")
                numbered[int(number)] = value, title
        self.principles = dict(principle for _, principle in sorted(numbered.items()))
        self.total = self.found["total"].get("", 0)
        self.with_every_word = self.found["every"].get("", 0)

    @property
    def facets(self):
        """The filters in the order of the page, without those that have nothing to offer."""
        facets = [Facet(name, self.asked.form.fields[name].label, self._options(name)) for name in FACETS]
        return [facet for facet in facets if facet.options]

    def words_for(self, name, value):
        """A choice of a filter in words."""
        return self.principles.get(value) if name == "principle" else dict(self._choices(name))[value]

    def _choices(self, name):
        if name == "principle":
            return list(self.principles.items())
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
        yield _counted(Commitment.objects.public().filter(pk__in=holding(asked.words)), "every", Value(""))
    any_stage, any_state = asked.narrowed(without="stage"), asked.narrowed(without="state")
    stage = Case(When(stage="", then=Value(NO_UPDATE)), default=F("stage"))
    yield _counted(any_stage.standing(), "stage", stage)
    yield _counted(any_stage.ended(), "stage", Value(ENDED))
    for how, _ in LATENESS:
        yield _counted(late(any_state, how, asked.on), "state", Value(how))
    for name in ("region", "nation", "type"):
        yield _signed(asked.narrowed(without=name), name, asked.on)
        yield _adopted(asked.narrowed(without=name), name, asked.on)
    year = _text(ExtractYear(F(f"{PART}signed_on")))
    year = Case(When(**{f"{PART}signed_on": None, "then": Value(UNKNOWN_YEAR)}), default=year)
    yield _counted(asked.narrowed(without="year"), "year", year)
    yield _principles(asked.narrowed(without="principle"))
    yield _evidence(asked.narrowed(without="evidence"))


def _text(expression):
    return Cast(expression, CharField())


def _columns(rows, facet, value, words, count):
    named = rows.order_by().annotate(facet=Value(facet), choice=_text(value), words=_text(words))
    return (
        named.values("facet", "choice", "words").annotate(count=count).values_list("facet", "choice", "words", "count")
    )


def _counted(commitments, facet, value):
    return _columns(commitments, facet, value, Value(""), Count("pk", distinct=True))


def _signed(commitments, name, on):
    """Those that organisations of that kind signed for and answer for; those that nobody answers for, as they were."""
    answers = existed(on, f"{PART}organisation__") | nobody_answers(on)
    theirs = commitments.filter(answers, **{f"{PART}withdrawn_at": None})
    return _counted(theirs, name, F(f"{PART}organisation__{name}"))


def _adopted(commitments, name, on):
    """Those that organisations of that kind took on, without those that one of the same kind signed for."""
    kind = f"organisation__{name}"
    of_signature = Signatory.objects.filter(signature=OuterRef("commitment__signature"), withdrawn_at=None)
    counted = of_signature.filter(existed(on), **{kind: OuterRef(kind)})
    adoptions = Adoption.objects.filter(existed(on), ~Exists(counted), commitment__in=commitments.values("pk"))
    return _columns(adoptions, name, F(kind), Value(""), Count("commitment", distinct=True))


def _principles(commitments):
    """All principles with their numbers, those that no commitment serves too."""
    words = Concat(_text(F("number")), Value(" "), F("title"))
    count = Count("commitments", filter=Q(commitments__in=commitments.values("pk")), distinct=True)
    return _columns(Principle.objects.all(), "principle", F("slug"), words, count)


def _evidence(commitments):
    updates = ProgressUpdate.objects.published().filter(commitment__in=commitments.values("pk"))
    evidence = Evidence.objects.filter(update__in=updates.values("pk"))
    return _columns(evidence, "evidence", F("kind"), Value(""), Count("update__commitment", distinct=True))
