"""What the team changes in an import before it is written: cells, names, which rows are left out."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from commitments.models import ImportName, Phase, Verdict
from signatories.models import Organisation

from .importing import ROWS_OF_A_DOCUMENT, NotNow, change_phase, check, key_of
from .reading import Unreadable


@transaction.atomic
def mend(source, number, cells, *, by, now=None):
    """Put other cells in a row, and check its document again. Returns the row.

    Raises NotNow, and Unreadable for a row too many of one document.
    """
    now = now or timezone.now()
    _take(source, now)
    row = source.rows.get(number=number)
    keys = {row.key, key_of(source, number, cells)}
    row.cells = {name: text for name, text in cells.items() if text}
    row.key = key_of(source, number, cells)
    row.is_left_out = False
    if source.rows.filter(key=row.key).exclude(pk=row.pk).count() >= ROWS_OF_A_DOCUMENT:
        raise Unreadable(f"A document must have {ROWS_OF_A_DOCUMENT} rows or fewer")
    row.save(update_fields=["cells", "key", "is_left_out"])
    for key in keys:
        document = source.rows.filter(key=key)
        if first := document.order_by("number").values_list("number", flat=True).first():
            document.update(first=first)
    _check_again(source, source.rows.filter(key__in=keys), now)
    return source.rows.get(number=number)


@transaction.atomic
def leave_out(source, number, *, by, leave=True, now=None):
    """Leave a row out, or take it in again, and check the rest of its document. Raises NotNow."""
    now = now or timezone.now()
    _take(source, now)
    row = source.rows.get(number=number)
    source.rows.filter(pk=row.pk).update(is_left_out=leave, verdict=Verdict.UNCHECKED, problems=[], notes={})
    _check_again(source, source.rows.filter(key=row.key), now)


@transaction.atomic
def leave_problems_out(source, *, by, now=None):
    """Leave out every row that is not mended, but for those that only wait for a name. Raises NotNow."""
    _take(source, now or timezone.now())
    source.rows.filter(verdict=Verdict.PROBLEM).update(
        is_left_out=True, verdict=Verdict.UNCHECKED, problems=[], notes={}
    )


@transaction.atomic
def choose_names(source, chosen, *, by, now=None):
    """Say which organisation names mean: {id of the ImportName: Organisation}. Rows with problems are checked again."""
    _take(source, now or timezone.now())
    for pk, organisation in chosen.items():
        ImportName.objects.filter(source=source, pk=pk).update(organisation=organisation)
    source.rows.filter(verdict__in=[Verdict.PROBLEM, Verdict.NAME]).update(verdict=Verdict.UNCHECKED)
    change_phase(source, Phase.CHECKING)


@transaction.atomic
def ask_again(source, pk, *, by, now=None):
    """A name that was confirmed, here or before, is to be confirmed anew: every row is checked again. Raises NotNow."""
    _take(source, now or timezone.now())
    source.names.filter(pk=pk).update(organisation=None)
    source.rows.filter(is_left_out=False).update(verdict=Verdict.UNCHECKED)
    change_phase(source, Phase.CHECKING)


@transaction.atomic
def check_everything_again(source, *, by, now=None):
    """Compare with the register as it is now: an organisation was added, say. Raises NotNow."""
    _take(source, now or timezone.now())
    source.rows.filter(is_left_out=False).update(verdict=Verdict.UNCHECKED)
    change_phase(source, Phase.CHECKING)


def names_to_confirm(source):
    """The names that rows wait for, in the order of their rows: what is left out, or has another name now, does not."""
    first = {}
    rows = source.rows.filter(verdict__in=[Verdict.PROBLEM, Verdict.NAME], is_left_out=False).order_by("number")
    for number, problems in rows.values_list("number", "problems"):
        for problem in problems:
            first.setdefault(problem.get("name"), number)
    names = [name for name in source.names.filter(organisation=None) if name.folded in first]
    for name in names:
        name.row = first[name.folded]
    return sorted(names, key=lambda name: (name.row, name.pk))


def confirmed_names(source):
    """The names that were confirmed, each with `was_before`: whether an earlier import said the same."""
    earlier = ImportName.objects.filter(
        folded=OuterRef("folded"), organisation=OuterRef("organisation"), source__lt=OuterRef("source")
    )
    confirmed = source.names.filter(organisation__isnull=False).select_related("organisation")
    return confirmed.annotate(was_before=Exists(earlier)).order_by("-was_before", "row", "pk")


def with_candidates(names):
    """Each of these names with the organisations that it may mean."""
    found = Organisation.objects.in_bulk({pk for name in names for pk in name.candidates})
    return [(name, [found[pk] for pk in name.candidates if pk in found]) for name in names]


def _take(source, now):
    if not source.take(Phase.PREVIEW, now=now):
        raise NotNow


def _check_again(source, rows, now):
    check(source, list(rows.filter(is_left_out=False).order_by("first", "number")), now=now)
