"""Spreadsheets that the register gives: templates to fill in, and exports in the same columns."""

import csv
import tempfile

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from commitments.models import Sheet
from localdigital.tables import MARK, guarded, row_writer

from .cells import clean
from .columns import COLUMNS

GUIDANCE = [
    "One row is one commitment. A declaration without commitments is one row too.",
    "An empty cell means “as it is”: it never clears anything.",
    "Do not change the headings. Their order is free, and columns that you do not need can be left out.",
    "Nothing is written to the register before you have looked at what would be made.",
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


def safe(text):
    """A text as it goes into a cell: nothing that a spreadsheet could run or a file could not hold."""
    return guarded(clean(text))


def csv_lines(sheet, rows):
    """The lines of a CSV file, one at a time, with the mark by which Excel knows UTF-8."""
    write, columns = row_writer(quoting=csv.QUOTE_ALL), COLUMNS[sheet]
    yield MARK + write([column.heading for column in columns])
    for row in rows:
        yield write([safe(row.get(column.name, "")) for column in columns])


def xlsx_file(sheet, rows):
    """An XLSX file with a sheet of these rows and one that explains the columns, open at its start.

    Rows go to the disk as they come.
    """
    book = openpyxl.Workbook(write_only=True)
    columns = COLUMNS[sheet]
    page = book.create_sheet(Sheet(sheet).value)
    page.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        dimension = page.column_dimensions[get_column_letter(place)]
        dimension.width = 40 if column.is_long else 22
        dimension.number_format = "@"  # or 2018-11 would become a day as soon as somebody typed it
    page.append([_heading(page, column.heading) for column in columns])
    for row in rows:
        page.append([_text(page, safe(row.get(column.name, ""))) for column in columns])
    _explain(book.create_sheet("guidance"), columns)
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file


def _explain(page, columns):
    for letter, width in zip("ABC", (26, 80, 50), strict=True):
        page.column_dimensions[letter].width = width
    for line in GUIDANCE:
        page.append([line])
    page.append([])
    page.append([_heading(page, words) for words in ("Column", "What it holds", "For example")])
    for column in columns:
        page.append([_text(page, words) for words in (column.heading, column.help, safe(column.example))])


def _heading(page, text):
    cell = WriteOnlyCell(page, text)
    cell.font = Font(bold=True)
    return cell


def _text(page, text):
    cell = WriteOnlyCell(page, text or None)
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
