"""An XLSX file as rows of cells. Only what they need is read of it, and no part of a file may cost more than it is
worth: a few kilobytes can hold a hundred million characters, or elements that take a minute to understand."""

import io
import zipfile
from types import SimpleNamespace

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import CELL_TAG, DATA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

MOST_PARTS = 500
LARGEST_PART, LARGEST_STRINGS, LARGEST_SHEET = 1_000_000, 20_000_000, 40_000_000
HIGHEST_RATIO = 200
# Elements, in a part that is small and in the texts; of one row, and of what stands between two
MOST_ELEMENTS, MOST_OF_TEXTS, MOST_OF_A_ROW = 20_000, 1_000_000, 10_000
MOST_CELLS = 200
TEXT, RUN, ITEM = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("t", "r", "si"))


class Unreadable(Exception):
    """The file cannot be imported: why, in words for whoever uploaded it."""


class Package(zipfile.ZipFile):
    """A zipped file whose parts are opened only when they are no larger than what they may be."""

    def __init__(self, file):
        super().__init__(file)
        parts = self.infolist()
        if len(parts) > MOST_PARTS or sum(part.compress_size for part in parts) > file.size:
            raise Unreadable("The file is too large when it is unpacked: split it into several")
        if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
            raise Unreadable("The file holds macros: save it as .xlsx without them")

    def open_large(self, name, largest):
        """One of the parts that may be large: the texts, a sheet."""
        part = self.getinfo(name)
        squeezed = part.file_size > LARGEST_PART and part.file_size > HIGHEST_RATIO * part.compress_size
        if part.file_size > largest or squeezed:
            raise Unreadable("The file is too large when it is unpacked: split it into several")
        return super().open(name)

    def open(self, name, *args, **kwargs):
        """One of the parts that are small in a spreadsheet that a person made: all of it is held at once."""
        with self.open_large(name, LARGEST_PART) as part:
            data = part.read()
        for _ in _elements(io.BytesIO(data), MOST_ELEMENTS):
            pass
        return io.BytesIO(data)


def _elements(source, most):
    """Elements at their ends, none of which holds more than `most`."""
    count = 0
    for event, element in iterparse(source, ("start", "end")):
        count += event == "start"
        if count > most:
            raise Unreadable("The file holds more formats and texts than an import reads: save it as CSV")
        if event == "end":
            yield element


class _Reader(ExcelReader):
    """What openpyxl makes of a file, without all that has nothing to do with cells."""

    def __init__(self, file):
        self.archive = Package(file)
        self.valid_files = self.archive.namelist()
        self.read_only = self.data_only = True
        self.keep_vba = self.keep_links = self.rich_text = False
        self.shared_strings = []

    def read_strings(self):
        if (part := self.package.find(SHARED_STRINGS)) is None:
            return
        with self.archive.open_large(part.PartName[1:], LARGEST_STRINGS) as source:
            for element in _elements(source, MOST_OF_TEXTS):
                if element.tag == ITEM:
                    self.shared_strings.append(_text(element))
                    element.clear()

    def read(self):
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)


def _text(item):
    """The text of a cell, its differently formatted pieces together."""
    pieces = [item.findtext(TEXT) or "", *(run.findtext(TEXT) or "" for run in item.iterfind(RUN))]
    return "".join(pieces).replace("x005F_", "")


class _Rows(WorkSheetParser):
    """The rows of a sheet, one at a time; what stands above and below them is passed over."""

    def parse(self):
        count = cells = 0
        for event, element in iterparse(self.source, ("start", "end")):
            if event == "start":
                count, cells = count + 1, cells + (element.tag == CELL_TAG)
                if cells > MOST_CELLS:
                    raise Unreadable(f"A row must have {MOST_CELLS} cells or fewer: delete the columns on the right")
                if count > MOST_OF_A_ROW:
                    raise Unreadable("The sheet is too large: copy its rows into a new one")
            elif element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()
                count = cells = 0
            elif element.tag == DATA_TAG:
                return


def rows_of_sheet(file, name, last):
    """The rows of the sheet of that name, or of the first: (number, cells). Raises Unreadable after row `last`."""
    reader = _Reader(file)
    with reader.archive:
        reader.read()
        sheets = [(one.name, rel) for one, rel in reader.parser.find_sheets() if rel.target in reader.valid_files]
        rel = next((rel for called, rel in sheets if called.strip().lower() == name), None) or sheets[0][1]
        if "chartsheet" in rel.Type:
            raise Unreadable("The first sheet of the file is a chart: the rows must be on the first sheet")
        book = reader.wb
        with reader.archive.open_large(rel.target, LARGEST_SHEET) as source:
            parser = _Rows(
                source,
                reader.shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            page, before = SimpleNamespace(parent=book), 0
            for count, (number, cells) in enumerate(parser.parse(), start=1):
                # Rows that a file skips or repeats count, so that it does not keep us for a million.
                if number > last or count > last:
                    raise Unreadable(f"The rows must be among the first {last:,} of the sheet")
                if number > before:
                    before = number
                    yield number, [ReadOnlyCell(page, **cell) for cell in cells]
