"""What rows with the reference of a declaration would correct in it. What a council signed or wrote on the web is never
changed here; of a paper one, what the team typed in."""

from commitments.models import Sheet, Status, Verdict
from signatories.models.names import fold
from signatories.models.signature import Status as Stands

from .cells import list_of, one_line, write_partial
from .exporting import commitment_cells, signature_cells
from .planning import differing, forgive
from .signature_checks import (
    COMMITMENT_COLUMNS,
    check_date,
    check_new_commitment,
    check_principles,
    has_commitment,
    spread,
)

FIELDS = {"signer_names": "signer_name", "signer_job_titles": "signer_job_title", "signed_on": "signed_on"}


def plan_edits(plan, known):
    """Compare the rows of one document with what the register holds of it."""
    signature, taken = plan.signature, {}
    plan.edits = {"parts": {}, "source_note": "", "commitments": []}
    cells = signature_cells(signature)
    for line in plan.lines:
        forgive(line, cells)
        _compare_document(plan, line, cells, known)
        _compare_commitment(plan, line, known, taken)
        if line.verdict != Verdict.SAME:
            _check_that_it_may_change(plan, line, known)


def _compare_document(plan, line, cells, known):
    differs = differing(Sheet.SIGNATURES, line.said, cells, ["declaration", "source_note"])
    if "declaration" in differs:
        line.object("declaration", "An import does not change which version was signed")
    if "source_note" in differs:
        before, after = differs["source_note"]
        if plan.edits["source_note"] not in ("", after):
            line.object("source_note", "Another row of the same document says something else")
        elif not plan.edits["source_note"]:
            line.change(Sheet.SIGNATURES, "source_note", before, after)
        plan.edits["source_note"] = after
    _compare_parts(plan, line, known)


def _compare_parts(plan, line, known):
    there = list(plan.signature.signatories.all())
    by_name = {fold(name): one for one in there for name in (one.organisation.name, one.organisation.official_name)}
    named = list_of(line.said["organisations"])
    if strangers := [name for name in named if fold(name) not in by_name]:
        line.object("organisations", f"“{strangers[0]}” is not in this declaration, and an import does not add it")
        return
    parts = [by_name[fold(name)] for name in named] or there
    for column in FIELDS:
        for part, value in zip(parts, spread(line, column, len(parts)), strict=True):
            _compare_part(plan, line, part, column, value, known)


def _compare_part(plan, line, part, column, value, known):
    if column == "signed_on":
        before = write_partial(part.signed_on, part.signed_on_precision)
        check_date(line, value, known)
    else:
        before = one_line(getattr(part, FIELDS[column]))
    if not value or value == before:
        return
    edits = plan.edits["parts"].setdefault(part, {})
    if edits.get(column, value) != value:
        line.object(column, f"Another row of the same document says “{edits[column]}”")
    elif column not in edits:
        line.change(Sheet.SIGNATURES, column, before, value)
    edits[column] = value


# ---- Commitments


def _compare_commitment(plan, line, known, taken):
    if not line.said["commitment"] and not has_commitment(line):
        return
    if not _find_commitment(plan, line):
        return
    if line.commitment:
        if taken.setdefault(line.commitment.pk, line.row.number) != line.row.number:
            line.object("commitment", f"Row {taken[line.commitment.pk]} is about this commitment too")
        cells = commitment_cells(line.commitment)
        forgive(line, cells)
        differs = differing(Sheet.SIGNATURES, line.said, cells, COMMITMENT_COLUMNS)
        for column, (before, after) in differs.items():
            line.change(Sheet.SIGNATURES, column, before, after)
        if differs:
            plan.edits["commitments"].append((line, differs))
            _check_deliverables(line, differs, known)
    else:
        line.verdict = Verdict.MAKE
        check_new_commitment(line, taken)
    check_principles(line, known)


def _find_commitment(plan, line):
    """Find the one that a row is about, by its number or else its title; False when that is not clear."""
    commitments = list(plan.signature.commitments.all())
    if number := line.said["commitment"]:
        line.commitment = next((one for one in commitments if str(one.pk) == number), None)
        if not line.commitment:
            line.object("commitment", "This declaration has no commitment of this number")
        return line.commitment is not None
    same = [one for one in commitments if line.said["title"] and fold(one.title) == fold(line.said["title"])]
    if len(same) > 1:
        line.object("commitment", "Two commitments have this title: enter the number of the one that is meant")
        return False
    line.commitment = same[0] if same else None
    return True


def _check_deliverables(line, differs, known):
    if "deliverables" in differs and line.commitment.pk in known.reported:
        before, after = (value.split("\n") for value in differs["deliverables"])
        if len(after) < len(before):
            line.object(
                "deliverables", "Progress was reported on these: they can be reworded or added to, not taken away"
            )


def _check_that_it_may_change(plan, line, known):
    signature, commitment = plan.signature, line.commitment
    signed_on_the_web = signature.preparer_id or any(one.signed_at for one in signature.signatories.all())
    if signed_on_the_web:
        line.object("", f"{signature.reference} was signed on the web: an import never changes its words")
    elif signature.status not in (Stands.DRAFT, Stands.PUBLISHED):
        line.object("", f"{signature.reference} does not stand any more, so nothing in it is changed")
    elif commitment and (
        commitment.pk in known.changed_since
        or commitment.added_at
        or commitment.status not in (Status.DRAFT, Status.PUBLISHED)
    ):
        line.object("", "The council has written about this commitment since: an import never changes its words")
