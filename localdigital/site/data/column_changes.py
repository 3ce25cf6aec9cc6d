"""What changed in the columns since they were first published: a test holds this against the columns themselves.

`first_columns.json` says what was published first, and never changes. Whoever adds, removes, renames or retypes a
column writes a line into CHANGES.
"""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

FIRST_PUBLISHED_ON = date(2026, 11, 22)
FIRST = Path(__file__).with_name("first_columns.json")


class Kind(StrEnum):
    """What can happen to a column."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    RETYPED = "retyped"


@dataclass(frozen=True)
class Change:
    """One change: `now` is the new type of a column that was added or retyped, or the new name of one renamed."""

    on: date
    dataset: str
    column: str
    kind: Kind
    now: str = ""
    why: str = ""


# The oldest first, like: Change(date(2027, 3, 1), "commitments", "budget", Kind.ADDED, "integer", "Asked for by many.")
CHANGES = ()


@cache
def first_columns():
    """What was published first: by dataset, the type of each column by its name."""
    return json.loads(FIRST.read_text())


def version(changes=CHANGES):
    """The version of the columns: its first number grows when a program that reads them may break."""
    breaking, added = 1, 0
    for change in changes:
        breaks = change.kind != Kind.ADDED
        breaking, added = (breaking + 1, 0) if breaks else (breaking, added + 1)
    return f"{breaking}.{added}.0"


def columns_of(datasets):
    """The columns of these datasets, in the same shape."""
    return {name: {one.name: one.type.value for one in dataset.columns} for name, dataset in datasets.items()}


def replayed(changes=CHANGES):
    """What was published first, with all that changed since."""
    columns = {name: dict(types) for name, types in first_columns().items()}
    for change in changes:
        types = columns.setdefault(change.dataset, {})
        if change.kind == Kind.REMOVED:
            types.pop(change.column, None)
        elif change.kind == Kind.RENAMED:
            types[change.now] = types.pop(change.column, "")
        else:
            types[change.column] = change.now
    return columns


def untold(datasets, changes=CHANGES):
    """What no change tells though it is so, in sentences; nothing where the changes tell everything."""
    told, actual = replayed(changes), columns_of(datasets)
    for name in sorted({*told, *actual}):
        before, now = told.get(name, {}), actual.get(name, {})
        yield from (f"{name}.{one} is new: add a Change of kind ADDED" for one in now if one not in before)
        yield from (f"{name}.{one} is gone: add a Change, REMOVED or RENAMED" for one in before if one not in now)
        yield from (
            f"{name}.{one} was {before[one]} and is {now[one]}: add a Change of kind RETYPED"
            for one in now
            if one in before and before[one] != now[one]
        )
    days = {(one.dataset, one.now if one.kind == Kind.RENAMED else one.column): one.on for one in changes}
    for name, dataset in datasets.items():
        for column in dataset.columns:
            on = days.get((name, column.name), FIRST_PUBLISHED_ON)
            if column.since > on or column.since < FIRST_PUBLISHED_ON:
                yield f"{name}.{column.name} says that it is published since {column.since}, the changes say {on}"
