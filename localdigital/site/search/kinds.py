"""What /search/ looks through: for each kind which rows have the words, in the order of its own list, and what is
shown of one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Case, F, OuterRef, Q, When
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from commitments import matching
from commitments.models import Commitment
from programme.case_studies import search as case_studies
from programme.events.filters import TEXTS as OF_EVENTS
from programme.models import Announcement, CaseStudy, Event, FundProject, FundRound, Output, ProjectPart
from programme.plain_words import best_first, offered_by, with_words
from programme.reuse.filters import TEXTS as OF_OUTPUTS
from signatories.filters import OrganisationFilter
from signatories.models import Declaration, Organisation, Principle, Signatory, Signature
from signatories.models.names import fold
from signatories.models.reference import read_reference

# The texts in which words are looked for
OF_PROJECTS, OF_ROUNDS = ("title", "notes"), ("name", "summary", "how_to_apply")
OF_ANNOUNCEMENTS = OF_PRINCIPLES = ("title", "summary", "body")
OF_DECLARATIONS = ("title",)


@dataclass(frozen=True)
class Kind:
    """One kind of thing. `columns` names what is shown of one; `page` is its own list, where that takes words too, with
    what else it `asks` of that list; `group` is the group of several kinds that it is shown in."""

    name: str
    many: str
    model: type
    found: Callable
    address: Callable
    columns: dict
    names: Callable | None = None
    page: str = ""
    group: str = ""
    asks: dict = field(default_factory=dict)

    def everything(self, text):
        """The address of all that has these words: the kind's own list, or the search narrowed to it."""
        if not self.page:
            return search_address(text, self.name)
        return f"{reverse(self.page)}?{urlencode({'q': text, **self.asks})}"


def search_address(text, only):
    """The address of the search for these words in one group."""
    return f"{reverse('search')}?{urlencode({'q': text, 'kind': only})}"


# ---- Which have the words


def _organisations(text):
    asks = QueryDict(mutable=True)
    asks.update({"q": text, "signed": "all"})
    asked = OrganisationFilter(asks, Organisation.objects.checked())
    return asked.qs if asked.is_valid() else Organisation.objects.none()


def organisations_called_so(text):
    """The organisations of exactly this name or code, also those that have ended: `gone` says which."""
    known = Organisation.objects.checked()
    exact = known.called(text).order_by().filter(nearness=0).values("pk") if fold(text) else []
    gone = Case(When(ends_on__lt=timezone.localdate(), then=1), default=0)
    found = known.filter(Q(pk__in=exact) | Q(code=text.replace(" ", "").upper()))
    return found.annotate(gone=gone).order_by("gone", "sort_name", "pk")


def signatures_of_that_reference(text):
    """The document of this reference, however it is typed."""
    return Signature.objects.public().filter(reference=read_reference(text) or "").order_by("pk")


def _commitments(text):
    words = matching.words_of(text)
    return matching.by_relevance(matching.matching(Commitment.objects.public().order_by(), words), words)


def _case_studies(text):
    words = matching.words_of(text)
    return case_studies.by_relevance(case_studies.matching(CaseStudy.objects.published().order_by(), words), words)


def _outputs(text):
    return best_first(with_words(Output.objects.newest(), text, OF_OUTPUTS, offered_by(Output)), text)


def _events(text):
    events = Event.objects.upcoming_then_past(timezone.now())
    return best_first(with_words(events, text, OF_EVENTS, offered_by(Event)), text)


def _projects(text):
    newest = FundProject.objects.public().order_by(F("round__position").desc(nulls_last=True), "title", "pk")
    return best_first(with_words(newest, text, OF_PROJECTS, _taking_part), text)


def _taking_part(word):
    named = Q(name__icontains=word) | Q(organisation__official_name__icontains=word)
    return ProjectPart.objects.filter(named, project=OuterRef("pk"))


def _rounds(text):
    rounds = with_words(FundRound.objects.public().order_by("-position"), text, OF_ROUNDS)
    return best_first(rounds, text, title="name")


def _announcements(text):
    return best_first(with_words(Announcement.objects.published(), text, OF_ANNOUNCEMENTS), text)


def _principles(text):
    return best_first(with_words(Principle.objects.order_by("number"), text, OF_PRINCIPLES), text)


def _declarations(text):
    return best_first(with_words(Declaration.objects.published(), text, OF_DECLARATIONS), text)


# ---- Whose they are: (rows, and what in them says which, the name, and its place among the names)


def _signatories(ids):
    parts = Signatory.objects.filter(signature__commitments__in=ids)
    return parts, "signature__commitments", "organisation__official_name", "position"


def _offering(model):
    through, row = model.organisations.through.objects, model._meta.model_name
    return lambda ids: (through.filter(**{f"{row}__in": ids}), row, "organisation__official_name", "pk")


def _leading(ids):
    return ProjectPart.objects.filter(project__in=ids, leads=True), "project", "name", "position"


# ---- The kinds, in the order that equally good groups have

ORGANISATIONS = Kind(
    "organisations", "Organisations", Organisation, _organisations,
    lambda row: reverse("organisation", args=[row.end]),
    {"title": "official_name", "end": "slug", "detail": "type", "more": "region"},
    page="signatories", asks={"signed": "all"},
)  # fmt: skip
KINDS = [
    ORGANISATIONS,
    Kind(
        "commitments", "Commitments", Commitment, _commitments,
        lambda row: Commitment(pk=row.pk, title=row.title).get_absolute_url(),
        {"title": "title", "text": "mission", "more": "impact", "detail": "language"},
        names=_signatories, page="commitments",
    ),
    Kind(
        "case-studies", "Case studies and business cases", CaseStudy, _case_studies,
        lambda row: CaseStudy(pk=row.pk, title=row.title).get_absolute_url(),
        {"title": "title", "text": "summary", "more": "done", "detail": "kind"},
        names=_offering(CaseStudy), page="case_studies",
    ),
    Kind(
        "outputs", "Outputs to reuse", Output, _outputs,
        lambda row: Output(pk=row.pk).get_absolute_url(),
        {"title": "title", "text": "description", "detail": "kind"},
        names=_offering(Output), page="reuse",
    ),
    Kind(
        "events", "Events", Event, _events,
        lambda row: Event(pk=row.pk, title=row.title).get_absolute_url(),
        {"title": "title", "text": "description", "more": "outcome", "detail": "kind", "moment": "starts_at"},
        names=_offering(Event), page="events",
    ),
    Kind(
        "projects", "Funded projects", FundProject, _projects,
        lambda row: reverse("fund_project", args=[row.end]),
        {"title": "title", "end": "slug", "text": "notes", "detail": "round__name"},
        names=_leading,
    ),
    Kind(
        "rounds", "Rounds of the fund", FundRound, _rounds,
        lambda row: reverse("fund_round", args=[row.end]),
        {"title": "name", "end": "slug", "text": "summary"},
    ),
    Kind(
        "announcements", "Announcements", Announcement, _announcements,
        lambda row: reverse("announcement", args=[row.end]),
        {"title": "title", "end": "slug", "text": "summary", "moment": "published_at"},
    ),
    Kind(
        "principles", "Principles", Principle, _principles,
        lambda row: reverse("principle", args=[row.end]),
        {"title": "title", "end": "slug", "text": "summary"},
        group="pages",
    ),
    Kind(
        "declarations", "Versions of the Declaration", Declaration, _declarations,
        lambda row: reverse("declaration", args=[row.end]),
        {"title": "title", "end": "version"},
        group="pages",
    ),
]  # fmt: skip
CALLED_SO = Kind(
    "called-so", "", Organisation, organisations_called_so, ORGANISATIONS.address, ORGANISATIONS.columns,
)  # fmt: skip
OF_THAT_REFERENCE = Kind(
    "of-that-reference", "", Signature, signatures_of_that_reference,
    lambda row: reverse("signature", args=[row.end]), {"title": "reference", "end": "reference"},
)  # fmt: skip
EXACT = [CALLED_SO, OF_THAT_REFERENCE]
