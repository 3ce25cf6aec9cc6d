"""What rows about progress would do: report on a commitment, correct what the team itself imported, or nothing."""

from django.utils import timezone

from commitments.council.forms import FIRST_DAY
from commitments.models import Commitment, ProgressUpdate, Sheet, Verdict

from .cells import lines_of, partial_of
from .exporting import progress_cells, whole_updates
from .planning import Plan, differing, forgive, read_rows

TEXTS = ("stage", "done", "went_well", "could_be_better", "next_step", "evidence", "delivered")
COLUMNS = ("reported_on", *TEXTS)


def plan_progress(groups, source, *, now=None):
    """A Plan for each row."""
    today = timezone.localdate(now)
    plans = [Plan(read_rows(Sheet.PROGRESS, rows)) for rows in groups]
    lines = [plan.lines[0] for plan in plans]
    commitments = _commitments(lines)
    updates = _updates(lines, commitments)
    claimed = {}
    for plan, line in zip(plans, lines, strict=True):
        plan.thing = _meant(line, commitments, updates)
        if plan.thing:
            _compare(line, plan.thing)
        else:
            _check_new(line, today, claimed)
        line.commitment = commitments.get(line.said["commitment"]) or (plan.thing and plan.thing.commitment)
        _check_commitment(line)
        plan.settle()
    return plans


def _commitments(lines):
    ids = {int(line.said["commitment"]) for line in lines if line.said["commitment"]}
    public = Commitment.objects.public().filter(pk__in=ids).select_related("signature")
    return {str(one.pk): one for one in public.prefetch_related("deliverables")}


def _updates(lines, commitments):
    """The published reports that rows name by their number, and those on the commitments that they are about."""
    ids = {int(line.said["update"]) for line in lines if line.said["update"]}
    dates = {partial_of(line.said["reported_on"])[0] for line in lines} - {None}
    reports = ProgressUpdate.objects.published().filter(kind=ProgressUpdate.Kind.REPORT)
    named = reports.filter(pk__in=ids)
    same_day = reports.filter(commitment__in=[one.pk for one in commitments.values()], reported_on__in=dates)
    both = whole_updates(named | same_day).prefetch_related("commitment__deliverables")
    return {str(one.pk): one for one in both.order_by("pk")}


def was_sent_in(update):
    """Whether a council sent it in on the web: then an import never changes it."""
    return update.submitted_at is not None or update.proposer_id is not None


def _meant(line, commitments, updates):
    """The update that a row is about: by its number, or one of that date that the team imported or says the same."""
    if number := line.said["update"]:
        found = updates.get(number)
        if not found:
            line.object("update", "There is no published update of this number. Leave it blank for a new one")
        elif line.said["commitment"] not in ("", str(found.commitment_id)):
            line.object("commitment", f"Update {number} is about commitment {found.commitment_id}")
        return found
    if line.said["commitment"] and line.said["commitment"] not in commitments:
        line.object("commitment", "There is no public commitment of this number")
    same_day = [
        one
        for one in updates.values()
        if (str(one.commitment_id), one.reported_on.isoformat()) == (line.said["commitment"], line.said["reported_on"])
    ]
    same = [one for one in same_day if not differing(Sheet.PROGRESS, line.said, progress_cells(one), COLUMNS)]
    imported = [one for one in same_day if not was_sent_in(one)]
    return next(iter([*same, *imported]), None)


def _compare(line, update):
    cells = progress_cells(update)
    forgive(line, cells)
    for column, (before, after) in differing(Sheet.PROGRESS, line.said, cells, COLUMNS).items():
        line.change(Sheet.PROGRESS, column, before, after)
    if line.changes and was_sent_in(update):
        line.object("", "The council sent this update in on the web: an import never changes its words")
    elif line.changes:
        _check_texts(line, timezone.localdate())


def _check_new(line, today, claimed):
    line.verdict = Verdict.MAKE
    for column, words in (
        ("commitment", "Enter the number of the commitment"),
        ("reported_on", "Enter the date of the update"),
        ("stage", "Enter what stage it is at"),
        ("done", "Enter what has been done"),
    ):
        if not line.said[column] and not line.objects_to(column):
            line.object(column, words)
    _check_texts(line, today)
    key = (line.said["commitment"], line.said["reported_on"])
    if all(key) and claimed.setdefault(key, line.row.number) != line.row.number:
        line.object("reported_on", f"Row {claimed[key]} is about this commitment and this date too")


def _check_texts(line, today):
    day, _ = partial_of(line.said["reported_on"])
    if day and day > today:
        line.object("reported_on", "The date of the update must be today or in the past")
    elif day and day < FIRST_DAY:
        line.object("reported_on", "The date of the update must be on or after 4 July 2018")


def _check_commitment(line):
    if not (commitment := line.commitment):
        return
    if line.said["reference"] not in ("", commitment.signature.reference):
        line.object("reference", f"Commitment {commitment.pk} is in declaration {commitment.signature.reference}")
    if line.verdict == Verdict.SAME:
        return
    line.notes.append(f"“{commitment.title}”, {commitment.signature.reference}")
    if not commitment.is_standing:
        line.object("commitment", "This commitment does not stand any more: nothing is reported on it")
    known = {one.text.strip() for one in commitment.deliverables.all()}
    if strangers := [one for one in lines_of(line.said["delivered"]) if one not in known]:
        line.object("delivered", f"This commitment has no deliverable “{strangers[0][:100]}”: word it as there")
