"""An import from its upload to its report: rows are checked, looked at, confirmed, and only then written.

Checking and writing go in steps, each one short transaction that begins with `Import.take`: whoever goes on with it
does the next step, after a crash too, and of two at once one does it.
"""

from collections import defaultdict
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils import timezone

from commitments.models import Import, ImportRow, Outcome, Phase, Sheet, Verdict
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import MoveRefused
from signatories.models.names import fold
from signatories.models.signature import AlreadySigned

from . import progress_writing, signature_writing
from .cells import clean
from .columns import read_cells
from .progress_plan import plan_progress
from .reading import Unreadable, rows_of
from .signature_plan import plan_signatures

ROWS_A_STEP = 100
ROWS_OF_A_DOCUMENT = 50
ROWS_AT_ONCE = 500
PLANS = {Sheet.SIGNATURES: plan_signatures, Sheet.PROGRESS: plan_progress}
WRITERS = {Sheet.SIGNATURES: signature_writing.Writer, Sheet.PROGRESS: progress_writing.Writer}
DONE = {Verdict.MAKE: Outcome.MADE, Verdict.CHANGE: Outcome.CHANGED, Verdict.SAME: Outcome.SAME}


class NotNow(Exception):
    """Somebody else did something with this import first, or it is not at the point at which this can be done."""


def begin(file, sheet, *, by, now=None):
    """Keep the rows of an uploaded file, to be checked. Returns the Import; raises Unreadable.

    The file is read before the transaction begins, which on SQLite lets nobody else write.
    """
    unknown, rows = rows_of(file, sheet)
    rows = list(rows)
    if not rows:
        raise Unreadable("The file has no rows below its headings")
    return _keep(file, sheet, unknown, rows, by, now or timezone.now())


@transaction.atomic
def _keep(file, sheet, unknown, rows, by, now):
    source = Import.objects.create(
        sheet=sheet,
        file_name=clean(file.name or "")[-200:],
        unread_columns=unknown,
        made_by=by,
        made_at=now,
        changed_at=now,
    )
    documents = defaultdict(lambda: [0, 0])
    kept = (_row(source, number, cells, documents) for number, cells in rows)
    while chunk := list(islice(kept, ROWS_AT_ONCE)):
        ImportRow.objects.bulk_create(chunk)
    AuditEvent.record("import.upload", source, by=by, at=now, sheet=source.sheet, rows=len(rows))
    return source


def _row(source, number, cells, documents):
    key = key_of(source, number, cells)
    document = documents[key] if not key.startswith("row:") else [0, 0]
    document[0], document[1] = document[0] or number, document[1] + 1
    if document[1] > ROWS_OF_A_DOCUMENT:
        raise Unreadable(f"Row {number}: a document must have {ROWS_OF_A_DOCUMENT} rows or fewer")
    return ImportRow(source=source, number=number, first=document[0], key=key, cells=cells)


def key_of(source, number, cells):
    """What rows of one document have in common."""
    said, _ = read_cells(source.sheet, {name: cells.get(name, "") for name in ("reference", "document")})
    if source.sheet == Sheet.SIGNATURES and said["reference"]:
        return f"reference:{said['reference']}"
    if source.sheet == Sheet.SIGNATURES and fold(said["document"]):
        return f"document:{fold(said['document'])[:100]}"
    return f"row:{number}"


# ---- Going on with it


def go_on(source, *, now=None):
    """Do the next step of checking or writing. Returns whether there was one for us to do.

    Whoever looks at it may go on with it: what is written is the doing of whoever confirmed it.
    """
    now = now or timezone.now()
    if source.phase == Phase.CHECKING:
        return _check_a_step(source, now)
    if source.phase == Phase.WRITING:
        return _write_a_step(source, now)
    return False


@transaction.atomic
def _check_a_step(source, now):
    if not source.take(Phase.CHECKING, now=now):
        return False
    rows = _whole_documents(source, source.rows.filter(verdict=Verdict.UNCHECKED, is_left_out=False))
    check(source, rows, now=now)
    if not rows:
        change_phase(source, Phase.PREVIEW)
    return True


def check(source, rows, *, now=None):
    """Say of rows, of whole documents, what they would do."""
    for plan in PLANS[source.sheet](_documents(rows), source, now=now):
        for line in plan.lines:
            row = line.row
            row.verdict, row.problems, row.notes = line.verdict, line.problems, plan.note_on(line)
            row.fingerprint = plan.fingerprint(line)
            row.signature = plan.signature or (line.commitment and line.commitment.signature)
            row.commitment = line.commitment
    fields = ["verdict", "problems", "notes", "fingerprint", "signature", "commitment"]
    ImportRow.objects.bulk_update(rows, fields, batch_size=50)


@transaction.atomic
def _write_a_step(source, now):
    if not source.take(Phase.WRITING, now=now):
        return False
    rows = _whole_documents(source, source.rows.filter(outcome=Outcome.NONE, is_left_out=False))
    if not rows:
        _finish(source, now)
        return True
    shown = {row.number: row.fingerprint for row in rows}
    plans = PLANS[source.sheet](_documents(rows), source, now=now)
    writer = WRITERS[source.sheet](source, plans, by=source.confirmed_by, now=now)
    for plan in plans:
        _write(plan, writer, shown)
    writer.finish()
    RegisterVersion.bump(now)
    ImportRow.objects.bulk_update(rows, ["outcome", "problems", "signature", "commitment"], batch_size=50)
    return True


def _write(plan, writer, shown):
    """Do what was shown of a document, and nothing else."""
    problem = _why_not(plan, shown)
    if not problem:
        try:
            with transaction.atomic():
                writer.write(plan)
        except (AlreadySigned, MoveRefused, IntegrityError):
            problem = "Somebody changed this in the register at the same moment. Import it again to see how it stands"
    for line in plan.lines:
        row = line.row
        row.outcome = Outcome.NOT_DONE if problem else DONE[line.verdict]
        row.problems = [{"column": "", "text": problem}] if problem else []
        if not problem:
            row.signature = plan.signature or (line.commitment and line.commitment.signature)
            row.commitment = line.commitment


def _why_not(plan, shown):
    if plan.has_problems:
        return next(line.problems for line in plan.lines if line.problems)[0]["text"]
    nothing_to_do = all(line.verdict == Verdict.SAME for line in plan.lines)
    if nothing_to_do or all(plan.fingerprint(line) == shown[line.row.number] for line in plan.lines):
        return ""
    return "The register has changed since this was checked. Import it again to see what it would do now"


def _whole_documents(source, rows):
    """The next rows in the order of their documents: not many more than a step takes, and none half."""
    firsts = list(rows.order_by("first", "number").values_list("first", flat=True)[:ROWS_A_STEP])
    if not firsts:
        return []
    found = source.rows.filter(first__gte=firsts[0], first__lte=firsts[-1], is_left_out=False, outcome=Outcome.NONE)
    return list(found.filter(first__in=set(firsts)).order_by("first", "number"))


def _documents(rows):
    documents = defaultdict(list)
    for row in rows:
        documents[row.first].append(row)
    return list(documents.values())


def change_phase(source, phase, **changes):
    """Say how far an import is that was taken in this transaction."""
    Import.objects.filter(pk=source.pk).update(phase=phase, **changes)
    for field, value in (changes | {"phase": phase}).items():
        setattr(source, field, value)


def _finish(source, now):
    source.rows.filter(is_left_out=True).update(outcome=Outcome.LEFT_OUT)
    change_phase(source, Phase.FINISHED, finished_at=now)
    counted = {outcome.value: source.rows.filter(outcome=outcome).count() for outcome in Outcome if outcome}
    AuditEvent.record("import.finish", source, by=source.confirmed_by, at=now, **counted)


# ---- What the team decides


@transaction.atomic
def confirm(source, *, by, now=None):
    """Begin to write what was looked at. Raises NotNow when somebody went on before, or a row is still to be mended."""
    now = now or timezone.now()
    waiting = source.rows.filter(is_left_out=False)
    not_yet = [Verdict.PROBLEM, Verdict.NAME, Verdict.UNCHECKED]
    if waiting.filter(verdict__in=not_yet).exists() or not waiting.exists():
        raise NotNow
    if not source.take(Phase.PREVIEW, now=now, phase=Phase.WRITING, confirmed_by=by, confirmed_at=now):
        raise NotNow
    AuditEvent.record("import.confirm", source, by=by, at=now)


@transaction.atomic
def give_up(source, *, by, now=None):
    """Throw the rows away: nothing was written, and nothing will be. Names that were confirmed are remembered, for the
    file that is uploaded in its place."""
    now = now or timezone.now()
    if not source.take(Phase.PREVIEW, Phase.CHECKING, now=now, phase=Phase.GIVEN_UP, finished_at=now):
        raise NotNow
    source.rows.all().delete()
    source.names.filter(organisation=None).delete()
    AuditEvent.record("import.give_up", source, by=by, at=now)


# ---- As days go by


def erase_old(now, *, kept):
    """Erase what was in the rows of imports that nobody touched for so long. Returns how many imports."""
    return sum(_erase(source, now) for source in Import.objects.to_be_erased(now - kept))


@transaction.atomic
def _erase(source, now):
    source.rows.all().update(cells={}, problems=[], notes={}, key="", fingerprint="")
    source.names.all().delete()
    return Import.objects.filter(pk=source.pk, erased_at=None).update(
        erased_at=now, file_name="", unread_columns=[], phase=source.phase if source.finished_at else Phase.GIVEN_UP
    )
