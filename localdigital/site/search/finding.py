"""What /search/ finds: which rows by one query over all kinds, and what is shown of them by another."""

from collections import defaultdict, namedtuple
from dataclasses import dataclass, field

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateTimeField,
    F,
    IntegerField,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, RowNumber
from django.utils.text import Truncator

from commitments.marking import EXTRACT, SENTENCE, extract, marked
from commitments.matching import words_of
from commitments.search import stems
from localdigital.site.search.kinds import CALLED_SO, EXACT, KINDS, OF_THAT_REFERENCE, ORGANISATIONS, search_address
from localdigital.site.search.pages import pages_with
from programme.models import CaseStudy, Event, OutputKind
from signatories.models.organisation import OrganisationType, Region

FEW, MANY = 5, 100
BY_NAME = {kind.name: kind for kind in [*KINDS, *EXACT]}
INFORMATION = "pages"
ENGLISH = "en"
Row = namedtuple("Row", ["kind", "pk", "title", "end", "text", "more", "detail", "moment", "place"])
# How much a word counts by where it stands, and an organisation by how near its name is
IN_TITLE, IN_NAMES, IN_TEXT, THE_WHOLE_TITLE = 10, 4, 1, 10
NEAR = {0: 30, 1: 12, 2: 9, 3: 6}
TYPES, REGIONS = dict(OrganisationType.choices), dict(Region.choices)
DETAILS = {
    "case-studies": dict(CaseStudy.Kind.choices),
    "outputs": dict(OutputKind.choices),
    "events": dict(Event.Kind.choices),
}


@dataclass
class Result:
    """One thing found, as it is shown: `title` and `extract` are HTML with the words marked."""

    kind: str
    title: str
    address: str
    score: float = 0
    extract: str = ""
    names: list = field(default_factory=list)
    detail: str = ""
    moment: object = None
    lang: str = ""


@dataclass
class Group:
    """What was found of one kind: the best of it, how many there are, and where they all are."""

    name: str
    heading: str
    results: list
    total: int
    everything: str = ""

    @property
    def score(self):
        """How good its best is."""
        return max(result.score for result in self.results)


@dataclass
class Found:
    """All that was found: what was meant exactly, and groups, the best first."""

    exact: list
    groups: list

    @property
    def total(self):
        """How many things, all groups together; where there are none, those meant exactly."""
        return sum(group.total for group in self.groups) or len(self.exact)


def find(text, only=""):
    """What has these words, in every group or in one: two queries."""
    words = words_of(text)
    kinds = [kind for kind in KINDS if only in ("", kind.group or kind.name)]
    found = hits(text, kinds if only else [*kinds, *EXACT], MANY if only else FEW)
    rows, names = details_of(found, BY_NAME)
    groups = [_group(kind, found[kind.name], rows, names, words, text) for kind in kinds if kind.name in found]
    groups = [group for group in groups if not BY_NAME[group.name].group] + _information(groups, words, only, text)
    return Found(_exact(found, rows), sorted(groups, key=lambda group: -group.score))


# ---- Which


def hits(text, kinds, most):
    """For each kind (the key, how near, how many there are) of its best, in their order: one query."""
    branches = [_numbered(kind.found(text), kind.name, most) for kind in kinds]
    found = defaultdict(list)
    if branches:
        for kind, pk, number, total, near in branches[0].union(*branches[1:], all=True):
            found[kind].append((number, pk, near, total))
    return {kind: [rest for _, *rest in sorted(rows)] for kind, rows in found.items()}


def _numbered(rows, kind, most):
    near = next((F(name) for name in ("nearness", "gone") if name in rows.query.annotations), Value(0))
    numbered = rows.annotate(
        found_kind=Value(kind, CharField()),
        found_pk=Cast("pk", BigIntegerField()),
        found_number=Window(RowNumber(), order_by=list(rows.query.order_by)),
        found_total=Window(Count("*")),
        found_near=Cast(near, IntegerField()),
    )
    columns = ("found_kind", "found_pk", "found_number", "found_total", "found_near")
    return numbered.order_by().filter(found_number__lte=most).values_list(*columns)


# ---- What is shown of them


def details_of(found, kinds):
    """{(kind, key): Row} of what was found, and {(kind, key): names of whose it is}: one query."""
    branches = []
    for name, best in found.items():
        kind, ids = kinds[name], [pk for pk, *_ in best]
        branches.append(_columns(kind.model.objects.filter(pk__in=ids), name, "pk", **kind.columns))
        if kind.names:
            theirs, key, title, place = kind.names(ids)
            branches.append(_columns(theirs, f"of {name}", key, title=title, place=place))
    rows, names = {}, defaultdict(list)
    if branches:
        for row in map(Row._make, branches[0].union(*branches[1:], all=True)):
            if row.kind.startswith("of "):
                names[row.kind[3:], row.pk].append((row.place, row.title))
            else:
                rows[row.kind, row.pk] = row
    return rows, {key: [name for _, name in sorted(each)] for key, each in names.items()}


def _columns(rows, kind, key, **shown):
    text = {
        name: Cast(F(shown[name]) if name in shown else Value(""), TextField())
        for name in ("title", "end", "text", "more", "detail")
    }
    moment = Cast(F(shown["moment"]) if "moment" in shown else Value(None), DateTimeField())
    place = Cast(F(shown["place"]) if "place" in shown else Value(0), BigIntegerField())
    return rows.order_by().values_list(
        Value(kind, CharField()), Cast(F(key), BigIntegerField()), *text.values(), moment, place
    )


# ---- As it is shown


def _group(kind, found, rows, names, words, text):
    """The group of one kind, its best first, with the address of the rest where there is more."""
    results = [_result(kind, rows[kind.name, pk], near, names.get((kind.name, pk), []), words) for pk, near, _ in found]
    total = found[0][2]
    return Group(kind.name, kind.many, results, total, kind.everything(text) if total > len(results) else "")


def _result(kind, row, near, names, words):
    result = Result(kind.name, marked(row.title, words), kind.address(row), names=names, moment=row.moment)
    if kind is ORGANISATIONS:
        result.score = NEAR[near]
        result.detail = type_and_region(row)
        return result
    result.score = _score(words, row.title, names, [row.text, row.more])
    result.extract = extract([row.text, row.more], words) or _beginning(row.text)
    if kind.name == "commitments":
        result.lang = row.detail if row.detail != ENGLISH else ""
    else:
        result.detail = DETAILS.get(kind.name, {}).get(row.detail, row.detail) or ""
    return result


def type_and_region(row):
    """What kind of body an organisation is, and where."""
    return ", ".join(filter(None, [TYPES[row.detail], REGIONS.get(row.more)]))


def _score(words, title, names, texts):
    """How well it fits, whatever its kind: by the best place of each word."""
    places = [(IN_TITLE, stems(title)), (IN_NAMES, stems(" ".join(names))), (IN_TEXT, stems(" ".join(texts)))]
    each = [next((worth for worth, there in places if word in there), IN_TEXT / 2) for word in words]
    whole = THE_WHOLE_TITLE if set(words) == set(words_of(title)) else 0
    return whole + sum(each) / max(1, len(each))


def _beginning(text):
    """How a text begins, where none of its sentences holds a word that was looked for."""
    return Truncator(SENTENCE.split(text.strip())[0]).chars(EXTRACT)


def _information(groups, words, only, text):
    """The group of pages that say how something is done: principles, versions of the Declaration, and PAGES."""
    if only not in ("", INFORMATION):
        return []
    of_rows = [group for group in groups if BY_NAME[group.name].group]
    pages = [
        Result(
            INFORMATION,
            marked(page.title, words),
            page.address,
            _score(words, page.title, [page.also], [page.summary]),
            page.summary,
        )
        for page in pages_with(words)
    ]
    results = sorted([*pages, *(one for group in of_rows for one in group.results)], key=lambda one: -one.score)
    total = len(pages) + sum(group.total for group in of_rows)
    shown = results[: MANY if only else FEW]
    everything = search_address(text, INFORMATION) if total > len(shown) else ""
    return [Group(INFORMATION, "Information", shown, total, everything)] if shown else []


def _exact(found, rows):
    """Where somebody who typed this surely wants to go: the organisation of that name, or the document."""
    called_so = found.get(CALLED_SO.name, [])
    nearest = [(CALLED_SO, pk) for pk, gone, _ in called_so if gone == called_so[0][1]]
    references = [(OF_THAT_REFERENCE, pk) for pk, *_ in found.get(OF_THAT_REFERENCE.name, [])]
    meant = [(kind, rows[kind.name, pk]) for kind, pk in [*references, *nearest]]
    return [Result(kind.name, row.title, kind.address(row)) for kind, row in meant]
