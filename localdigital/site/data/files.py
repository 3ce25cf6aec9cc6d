"""A dataset as a file, some rows at a time: CSV for spreadsheets, JSON for programs.

CSV is that of RFC 4180: UTF-8, one header, lines that end with CR LF, and nothing that a spreadsheet would run. Several
values in one cell have a ; between them. Within one of them a ; is \\u003b and a \\ is \\\\, so that whoever splits the
cell at each ; always gets the right values, and can have each back as it was.
"""

import json

from localdigital.open_data import Type
from localdigital.tables import MARK, guarded, row_writer, unguarded

CSV, JSON = "csv", "json"
BETWEEN = ";"


def csv_of(dataset, pieces, *, mark=False):
    """The file as CSV: its header with the first of the pieces, then one piece after the other.

    `mark` begins it with what tells a spreadsheet that it is UTF-8.
    """
    line = row_writer(lineterminator="\r\n")
    text = (MARK if mark else "") + line([column.name for column in dataset.columns])
    for piece in pieces:
        yield text + "".join([line([cell(value) for value in record.values()]) for record in piece])
        text = ""
    if text:
        yield text


def json_of(_dataset, pieces):
    """The file as JSON: an array with an object for each row, on a line of its own."""
    between = "["
    for piece in pieces:
        for_all = [f"{between if not number else ','}\n{_one(record)}" for number, record in enumerate(piece)]
        yield "".join(for_all)
        between = ","
    yield "\n]\n" if between == "," else "[]\n"


def _one(record):
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def cell(value):
    """A value as one cell of a table. Only texts are guarded: a negative number stays one."""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, list):
        return guarded(joined(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def joined(values):
    """Several values as one text."""
    return BETWEEN.join([value.replace("\\", r"\\").replace(BETWEEN, r"\u003b") for value in values])


def split(text):
    """What was joined, as it was."""
    return [
        value.replace(r"\\", "\0").replace(r"\u003b", BETWEEN).replace("\0", "\\")
        for value in text.split(BETWEEN)
        if text
    ]


def read_cell(text, kind):
    """What a cell says, as the register knows it: the way back, for whoever writes a program."""
    if kind == Type.LIST:
        return split(unguarded(text))
    if text == "":
        return None
    if kind == Type.BOOLEAN:
        return text == "true"
    if kind in (Type.INTEGER, Type.NUMBER):
        return int(text) if kind == Type.INTEGER else float(text)
    return unguarded(text)
