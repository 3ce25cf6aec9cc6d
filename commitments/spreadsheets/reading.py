"""An uploaded file as rows of text. What it is, its content tells and not its name; what is too large is refused."""

import codecs
import csv
import io
import re
import warnings

from commitments.models import Sheet
from localdigital.forms import tidy
from localdigital.tables import unguarded

from .cells import clean, from_spreadsheet
from .columns import COLUMNS, NEEDED
from .packages import Unreadable, rows_of_sheet

LARGEST_FILE = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 32_767
LONGEST_TEXT = 20_000_000
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def rows_of(file, sheet):
    """The columns that nobody knows, and the rows: (headings, iterator of (number, {column: text})).

    Raises Unreadable, also while the rows are read.
    """
    if file.size > LARGEST_FILE:
        raise Unreadable(f"The file must be smaller than {LARGEST_FILE // 1_000_000} MB")
    start = file.read(8)
    file.seek(0)
    if start.startswith(OLD_OFFICE):
        raise Unreadable("The file is protected by a password or of an old kind: save it as .xlsx or as CSV")
    rows = _guarded(_xlsx_rows(file, sheet) if start.startswith(ZIP) else _csv_rows(file.read(), sheet))
    number, headings = next(((n, row) for n, row in rows if any(row)), (0, []))
    places, unknown = _places(headings, sheet)
    return unknown, _named(rows, places, number)


def _guarded(rows):
    """What strangers' files make the libraries raise is as many kinds as there are files."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what a sheet holds besides cells
            yield from rows
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("The file is damaged or not a spreadsheet: save it again as .xlsx or as CSV") from error


def _folded(heading):
    return re.sub(r"[^a-z0-9]", "", unguarded(heading).lower())


def _places(headings, sheet):
    """Which column stands where, and the headings that are none of ours."""
    known = {_folded(word): column.name for column in COLUMNS[sheet] for word in (column.heading, column.name)}
    places, unknown = {}, []
    for place, heading in enumerate(headings):
        name = known.get(_folded(heading))
        if name in places:
            raise Unreadable(f"Two columns are called “{clean(heading)[:60]}”")
        if name:
            places[name] = place
        elif clean(heading):
            unknown.append(clean(heading)[:60])
    if missing := NEEDED[sheet] - places.keys():
        called = [column.heading for column in COLUMNS[sheet] if column.name in missing]
        raise Unreadable(f"The first row must hold the headings of the columns: there is no “{'”, no “'.join(called)}”")
    return places, unknown


def _named(rows, places, heading_row):
    count = length = 0
    for number, row in rows:
        if number == heading_row or not any(cell.strip() for cell in row):
            continue
        if (count := count + 1) > MOST_ROWS:
            raise Unreadable(f"The file must have {MOST_ROWS:,} rows or fewer")
        cells = {name: tidy(unguarded(row[place])) for name, place in places.items() if place < len(row)}
        if any(len(cell) > LONGEST_CELL for cell in cells.values()):
            raise Unreadable(f"Row {number} has a cell of more than {LONGEST_CELL:,} characters")
        # One text of a spreadsheet may stand in every cell
        if (length := length + sum(map(len, cells.values()))) > LONGEST_TEXT:
            raise Unreadable(f"The file must have {LONGEST_TEXT // 1_000_000} million characters or fewer")
        if any(cells.values()):
            yield number, {name: cell for name, cell in cells.items() if cell}


# ---- CSV


def _csv_rows(data, sheet):
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, sheet), strict=False)
    for number, row in enumerate(reader, start=1):
        yield number, row[:MOST_COLUMNS]


def _decoded(data):
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if b"\0" in data:
        raise Unreadable("The file is not a spreadsheet: save it as .xlsx or as CSV")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _delimiter(text, sheet):
    """What parts the cells: whatever lets most of the headings be known."""
    known = {_folded(column.heading) for column in COLUMNS[sheet]} | {_folded(one.name) for one in COLUMNS[sheet]}
    head = text.lstrip()[:10_000]

    def found(delimiter):
        first = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
        return sum(_folded(cell) in known for cell in first)

    return max(",;\t", key=found)


# ---- XLSX


def _xlsx_rows(file, sheet):
    for number, cells in rows_of_sheet(file, Sheet(sheet).value, 2 * MOST_ROWS):
        row = [""] * MOST_COLUMNS
        for cell in cells:
            if 1 <= cell.column <= MOST_COLUMNS:
                row[cell.column - 1] = from_spreadsheet(cell.value, cell.number_format or "")
        yield number, row
