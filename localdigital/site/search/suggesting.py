"""What the search field suggests: organisations of that name first, then titles that hold what is typed so far."""

from dataclasses import replace

from django.db.models import Case, F, Value, When

from commitments.matching import MOST_WORDS
from commitments.models import Commitment
from localdigital.site.search.finding import details_of, hits, type_and_region
from localdigital.site.search.kinds import KINDS, ORGANISATIONS
from localdigital.site.search.spelling import WORD
from programme.models import CaseStudy, Event, FundProject, Output
from programme.plain_words import holds

OF_EACH, OF_ALL = 4, 10
PUBLIC = {
    "commitments": (
        lambda: Commitment.objects.public().order_by(F("published_at").desc(nulls_last=True), "-pk"),
        "Commitment",
    ),
    "case-studies": (CaseStudy.objects.newest, "Case study"),
    "outputs": (Output.objects.newest, "Output to reuse"),
    "events": (lambda: Event.objects.published().order_by("-starts_at", "-pk"), "Event"),
    "projects": (lambda: FundProject.objects.public().order_by("title", "pk"), "Funded project"),
}


def suggestions_for(text):
    """Up to ten things that somebody may be about to type: name, hint and address of each. Two queries."""
    found = hits(text, [ORGANISATIONS, *TITLES], OF_EACH)
    rows, _ = details_of(found, {kind.name: kind for kind in [ORGANISATIONS, *TITLES]})
    ordered = [
        {"name": row.title, "hint": _hint(row), "url": kind.address(row)}
        for kind in [ORGANISATIONS, *TITLES]
        for row in (rows[kind.name, pk] for pk, *_ in found.get(kind.name, []))
    ]
    return ordered[:OF_ALL]


def _titled(public):
    def found(text):
        words = WORD.findall(text)[:MOST_WORDS]
        rows = public()
        for word in words:
            rows = rows.filter(holds("title", word))
        begins = Case(When(title__istartswith=text, then=Value(0)), default=Value(1))
        return rows.annotate(begins=begins).order_by("begins", *rows.query.order_by) if words else rows.none()

    return found


def _hint(row):
    if row.kind == ORGANISATIONS.name:
        return type_and_region(row)
    return PUBLIC[row.kind][1]


# The kinds of the search, of which only titles are looked through and shown
TITLES = [
    replace(
        kind,
        found=_titled(PUBLIC[kind.name][0]),
        names=None,
        columns={name: kind.columns[name] for name in ("title", "end") if name in kind.columns},
    )
    for kind in KINDS
    if kind.name in PUBLIC
]
