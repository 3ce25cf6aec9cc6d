"""What a document of a spreadsheet would do: the same for both kinds, and what is shown of it before it is done."""

import hashlib
import json
from dataclasses import dataclass, field

from commitments.models import Verdict
from signatories.models.names import fold
from signatories.models.partial_date import PartialDate

from .cells import clean, partial_of
from .columns import COLUMNS, heading_of, read_cells

# What the preview of a new row keeps folded away
DETAILS = {
    "mission", "deliverables", "partners", "impact", "principles", "due_on", "language", "source_note",
    "went_well", "could_be_better", "next_step", "evidence", "delivered",
}  # fmt: skip


@dataclass
class Line:
    """One row that takes part: what it says in its right form, what it would do, and what is wrong with it."""

    row: object
    said: dict
    verdict: str = Verdict.SAME
    problems: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    commitment: object = None
    meant: list = field(default_factory=list)

    def object(self, column, text):
        """Say what is wrong, in a column or ("") in the row as a whole."""
        self.problems.append({"column": column, "text": text})

    def ask(self, column, name):
        """Say that somebody has to confirm which organisation a name is."""
        text = f"Confirm which organisation “{name}” is"
        self.problems.append({"column": column, "text": text, "name": fold(name)})

    def objects_to(self, *columns):
        """Whether something is wrong in one of these columns."""
        return any(one["column"] in columns for one in self.problems)

    def change(self, sheet, column, before, after):
        """Say that a value would change."""
        self.verdict = Verdict.CHANGE
        self.changes.append({"heading": heading_of(sheet, column), "before": before, "after": after})


@dataclass
class Plan:
    """What the rows of one document would do together. With a problem in one of them none does anything."""

    lines: list
    signature: object = None
    thing: object = None
    parts: list = field(default_factory=list)
    declaration: object = None
    source_note: str = ""
    edits: dict = field(default_factory=dict)

    @property
    def has_problems(self):
        return any(line.problems for line in self.lines)

    def settle(self):
        """Problems of one row hold the others of its document back; with nothing but names to confirm they wait."""
        bad = [line for line in self.lines if line.problems]
        waits = all("name" in one for line in bad for one in line.problems)
        for line in self.lines:
            if bad and not line.problems:
                what = "confirm its name" if waits else "mend that one"
                line.object("", f"Row {bad[0].row.number} is part of the same document: {what}")
            if bad:
                line.verdict = Verdict.NAME if waits else Verdict.PROBLEM
        return self

    def note_on(self, line):
        """What the page shows of a row, as it is kept with it."""
        new = (
            []
            if self.signature or self.has_problems or line is not self.lines[0]
            else [part.shown for part in self.parts]
        )
        return {"says": line.notes, "changes": line.changes, "makes": new}

    def fingerprint(self, line):
        """Of everything that was shown: what would do something else than that is not done."""
        target = [self.signature and self.signature.pk, line.commitment and line.commitment.pk]
        target += [self.thing and self.thing.pk, line.verdict, line.said, self.note_on(line)]
        return hashlib.sha256(json.dumps(target, sort_keys=True).encode()).hexdigest()


def read_rows(sheet, rows):
    """The rows of one document as Lines."""
    lines = []
    for row in rows:
        said, problems = read_cells(sheet, row.cells)
        line = Line(row, said)
        for column, text in problems:
            line.object(column, text)
        lines.append(line)
    return lines


def details_of(sheet, cells):
    """What a new row would make besides its names, dates and title, as it was read: [(heading, text)]."""
    said, _ = read_cells(sheet, cells)
    if said.get("due_on"):
        said["due_on"] = str(PartialDate(*partial_of(said["due_on"])))
    shown = (column for column in COLUMNS[sheet] if column.name in DETAILS)
    return [(column.heading, said[column.name]) for column in shown if said[column.name]]


def differing(sheet, said, cells, columns):
    """The columns in which a row says something else than the register: {name: (before, after)}. Empty is as it is."""
    now, _ = read_cells(sheet, cells)
    return {name: (now[name], said[name]) for name in columns if said[name] and said[name] != now[name]}


def forgive(line, cells):
    """What the register itself says is not wrong because it is longer than an import may make it."""
    line.problems = [
        one
        for one in line.problems
        if clean(line.row.cells.get(one["column"], "")) != clean(cells.get(one["column"], ""))
    ]
