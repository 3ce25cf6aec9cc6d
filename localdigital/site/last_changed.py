"""What has a page of its own, in sections of the sitemap, and when each of these pages last changed.

A page changes when what it tells does: what was published, changed, ended or taken away. What time alone changes (a
date falls due, an event is over) is not counted. An organisation's history is counted whole, so correcting what is
not public of it counts too.
"""

from dataclasses import dataclass

from django.db.models import BigIntegerField, DateTimeField, ExpressionWrapper, F, Max, QuerySet, Value
from django.db.models.functions import Cast

from commitments.models import Adoption, Commitment, Partner, ProgressUpdate, Revision
from programme.models import Announcement, CaseStudy, Event, FundProject, FundRound, Output
from signatories.models import Declaration, Organisation, Principle, Signatory, Signature

# A file holds the pages of so many keys: so each page stays in its file, and only files with news are read again.
# The protocol allows 50,000 addresses, but making so many would hold a thread for seconds.
KEYS_PER_FILE = 10_000
NEVER = Cast(Value(None), DateTimeField())


@dataclass(frozen=True)
class Section:
    """Some public pages: their rows, and the changes of each as (rows, the way to the page's key, when it changed)."""

    name: str
    rows: QuerySet
    changes: list

    def newest(self, *, of, within=None):
        """The last change by `of`, one of its own keys or files: a list of queries, to be united."""
        for rows, key, moment in [(self.rows, "pk", NEVER), *self.changes]:
            changes = rows.order_by().annotate(row=ExpressionWrapper(F(key), BigIntegerField()))
            changes = changes.filter(row__in=self.rows.order_by().values("pk"), **within or {})
            yield changes.values(by=of).annotate(at=Max(moment))


def by_file():
    """By which file of its section a page is in, from 1."""
    return ExpressionWrapper(F("row") / KEYS_PER_FILE + 1, BigIntegerField())


def files_of(sections):
    """The files of all sections in order, each as (section, number, last change): one query."""
    queries = [
        query.annotate(section=Value(number)).values_list("section", "by", "at")
        for number, section in enumerate(sections)
        for query in section.newest(of=by_file())
    ]
    found = _newest(((number, file), at) for number, file, at in queries[0].union(*queries[1:], all=True))
    return [(sections[number], file, found[number, file]) for number, file in sorted(found)]


def pages_of(section, file):
    """The pages of one file, each as (row, last change): two queries."""
    first, end = (file - 1) * KEYS_PER_FILE, file * KEYS_PER_FILE
    rows = list(section.rows.order_by("pk").filter(pk__gte=first, pk__lt=end))
    queries = [query.values_list("by", "at") for query in section.newest(of=F("row"), within=_between(first, end))]
    found = _newest(queries[0].union(*queries[1:], all=True)) if rows else {}
    return [(row, found.get(row.pk)) for row in rows]


def _between(first, end):
    return {"row__gte": first, "row__lt": end}


def _newest(changes):
    found = {}
    for key, at in changes:
        found[key] = max(filter(None, [found.get(key), at]), default=None)
    return found


def sections():
    """All of them. What was public once counts too, where a page changed when it was taken away."""
    made = Commitment.objects.exclude(published_at=None)
    reports = ProgressUpdate.objects.exclude(published_at=None)
    texts = Revision.objects.published()
    parts = Signatory.objects.exclude(signature__published_at=None)
    adoptions = Adoption.objects.all()
    of_parts = "commitment__signature__signatories__organisation"
    return [
        Section(
            "declarations",
            Declaration.objects.published().only("version"),
            [(Declaration.objects.all(), "pk", "published_at")],
        ),
        Section(
            "principles",
            Principle.objects.only("slug"),
            [
                (Principle.history.all(), "id", "history_date"),
                (made, "principles", "changed_at"),
                (reports, "commitment__principles", "changed_at"),
                (texts, "commitment__principles", "published_at"),
            ],
        ),
        Section(
            "organisations",
            Organisation.objects.checked().only("slug"),
            [
                (Organisation.objects.all(), "pk", "checked_at"),
                (Organisation.history.all(), "id", "history_date"),
                (parts, "organisation", "signature__changed_at"),
                (parts, "organisation", "withdrawn_at"),
                (made, "signature__signatories__organisation", "changed_at"),
                (reports, of_parts, "changed_at"),
                (texts, of_parts, "published_at"),
                (adoptions, "organisation", "adopted_at"),
                (reports, "commitment__adoptions__organisation", "changed_at"),
                (Partner.objects.exclude(commitment__published_at=None), "organisation", "commitment__published_at"),
                *(_offered(model) for model in (CaseStudy, Output, Event)),
            ],
        ),
        Section(
            "signatures",
            Signature.objects.public().only("reference"),
            [
                (Signature.objects.all(), "pk", "changed_at"),
                (parts, "signature", "withdrawn_at"),
                (made, "signature", "changed_at"),
                (reports, "commitment__signature", "changed_at"),
                (texts, "commitment__signature", "published_at"),
            ],
        ),
        Section(
            "commitments",
            Commitment.objects.public().only("title"),
            [
                (Commitment.objects.all(), "pk", "changed_at"),
                (Commitment.objects.all(), "pk", "signature__changed_at"),
                (reports, "commitment", "changed_at"),
                (texts, "commitment", "published_at"),
                (adoptions, "commitment", "adopted_at"),
                (Partner.objects.all(), "commitment", "answered_at"),
            ],
        ),
        *(
            Section(name, model.objects.published().only("title"), [(model.objects.all(), "pk", "changed_at")])
            for name, model in (("case-studies", CaseStudy), ("events", Event))
        ),
        Section(
            "announcements",
            Announcement.objects.published().only("slug"),
            [(Announcement.objects.all(), "pk", "published_at"), (Announcement.history.all(), "id", "history_date")],
        ),
        *(
            Section(name, model.objects.public().only("slug"), [(model.history.all(), "id", "history_date")])
            for name, model in (("rounds", FundRound), ("projects", FundProject))
        ),
    ]


def _offered(model):
    name = model._meta.model_name
    once_public = model.organisations.through.objects.exclude(**{f"{name}__published_at": None})
    return once_public, "organisation", f"{name}__changed_at"
