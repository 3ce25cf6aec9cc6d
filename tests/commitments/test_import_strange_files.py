"""Whatever a file holds: it is read, or refused in plain words; what an export writes is read as it was."""

import csv
import io
import re
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from commitments.models import Import, ImportRow, Sheet
from commitments.spreadsheets import importing, reading
from commitments.spreadsheets.cells import clean, join, split
from commitments.spreadsheets.columns import COLUMNS, read_cells
from commitments.spreadsheets.importing import PLANS
from commitments.spreadsheets.reading import Unreadable, rows_of
from commitments.spreadsheets.writing import csv_lines, xlsx_file
from localdigital.tables import guarded, unguarded
from tests.factories import make_declaration, make_signature

NAMES = {sheet: [column.name for column in columns] for sheet, columns in COLUMNS.items()}
TRICKY = st.sampled_from(
    ["=1+1", "+2", "-3", "@x", "\t=1", "\r=1", "'=1", "''", "'", "2018-02-30", "31/12/2018", "2018-11", "9 Nov 2018",
     "\\;", "a;;b", ";", "\\", "1e400", "NaN", "\0", "\ufeff", "١٢", "2018-1-١", "9" * 400, "Blog post | a | http://[",
     "| | |", "x" * 6000, "\u202e", "\ufffe", "_x0041_", "#N/A", "TRUE", "Trumpton Borough Council", "Welsh", "unknown",
     "1;2;3"]
)  # fmt: skip
CELL = TRICKY | st.text(max_size=30)
ROW = st.dictionaries(st.sampled_from(sorted({*NAMES["signatures"], *NAMES["progress"]})), CELL)


def uploaded(data, name="a.xlsx"):
    return SimpleUploadedFile(name, data)


def read(data, sheet="signatures"):
    """The rows of a file, or the words with which it is refused."""
    try:
        _, rows = rows_of(uploaded(data), sheet)
        return list(rows)
    except Unreadable as unreadable:
        return str(unreadable)


def written(sheet, rows):
    book = openpyxl.Workbook()
    for row in [[column.heading for column in COLUMNS[sheet]], *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data, **parts):
    """An XLSX file with other parts in place of its own, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


PLAIN = written("signatures", [["", "", "", "Trumpton"]])
SHEET = "xl/worksheets/sheet1.xml"
HEADING = '<c r="D1" t="inlineStr"><is><t>Organisations</t></is></c>'


def with_sheet(xml):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return repacked(PLAIN, **{SHEET: f'<worksheet xmlns="{space}">{xml}</worksheet>'})


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda junk: b"PK\x03\x04" + junk))
def test_any_bytes_are_read_or_refused(junk):
    assert isinstance(read(junk), str)


@settings(max_examples=60)
@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_spreadsheet_is_read_or_refused(place, junk):
    assert isinstance(read(PLAIN[:place] + junk + PLAIN[place + len(junk) :]), str | list)


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(zipfile.ZipFile(io.BytesIO(PLAIN)).namelist())),
    st.sampled_from([b"", b"<a/>", b"<a", b"\xff"]),
)
def test_a_spreadsheet_with_another_part_is_read_or_refused(name, part):
    assert isinstance(read(repacked(PLAIN, **{name: part})), str | list)


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_below_the_headings_is_read_or_refused(junk, encoding):
    found = read(f"Organisations;Signed on\n{junk}".encode(encoding, "replace"))
    assert isinstance(found, str | list)
    assert "\0" not in str(found)


def test_what_would_fill_the_memory_is_refused(monkeypatch):
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'
    assert "damaged" in read(repacked(PLAIN, **{SHEET: f"{laughs}<worksheet>&c;</worksheet>"}))
    head = f'<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{HEADING}</row>'
    far = f'{head}<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
    assert "among the first" in read(with_sheet(far))
    wide = f'{head}<row r="2"><c r="D2"><v>1</v></c><c r="XFD2"><v>2</v></c></row></sheetData>'
    assert read(with_sheet(wide)) == [(2, {"organisations": "1"})]
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert "must have 3 rows or fewer" in read(b"Organisations\n" + b"Trumpton\n" * 4)
    assert "smaller than 5 MB" in read(b"Organisations\n" + b"x" * 5_000_000)


SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = "[Content_Types].xml"
SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
OVERRIDE = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED}"/></Types>'.encode()
TYPES_WITH_TEXTS = zipfile.ZipFile(io.BytesIO(PLAIN)).read(TYPES).replace(b"</Types>", OVERRIDE)
WITH_TEXTS = repacked(PLAIN, **{TYPES: TYPES_WITH_TEXTS, "xl/sharedStrings.xml": "<sst/>"})
MANY = {
    "xl/styles.xml": f"<styleSheet {SPACE}><cellXfs>{'<xf/>' * 100_000}</cellXfs></styleSheet>",
    "xl/workbook.xml": f"<workbook {SPACE}><sheets>{'<sheet/>' * 100_000}</sheets></workbook>",
    "[Content_Types].xml": f"<Types>{'<Override/>' * 80_000}</Types>",
    "xl/_rels/workbook.xml.rels": f"<Relationships>{'<Relationship/>' * 60_000}</Relationships>",
    "xl/sharedStrings.xml": f"<sst {SPACE}>{'<si/>' * 1_500_000}</sst>",
    SHEET: f"<worksheet {SPACE}><sheetData><row>{'<c/>' * 250_000}</row></sheetData></worksheet>",
}


def test_a_part_with_more_elements_than_a_person_makes_is_refused_whatever_it_is():
    for name, part in MANY.items():
        bomb = repacked(WITH_TEXTS, **{name: part})
        assert len(bomb) < 50_000
        assert re.search("more formats and texts|cells or fewer|too large", str(read(bomb))), name


def test_a_part_that_is_larger_unpacked_than_it_may_be_is_refused_and_one_that_nobody_needs_is_not_read():
    for name in MANY:
        assert "too large when it is unpacked" in read(repacked(WITH_TEXTS, **{name: b"<a>" + b" " * 1_500_000})), name
    assert read(repacked(PLAIN, **{"xl/media/image1.png": b" " * 3_000_000, "xl/theme/theme1.xml": b"<a>"})) == read(
        PLAIN
    )


@pytest.mark.parametrize(
    "xml",
    [
        f'<sheetData><row r="1">{HEADING}</row>' + '<row r="1"/>' * 60_000 + "</sheetData>",
        f"<cols>{'<col/>' * 20_000}</cols><sheetData/>",
        f"<sheetData>{'<a>' * 20_000}{'</a>' * 20_000}</sheetData>",
    ],
)
def test_a_sheet_of_which_no_row_comes_is_refused(xml):
    assert re.search("among the first|sheet is too large", read(with_sheet(xml)))


def test_the_file_is_read_before_anybody_is_kept_from_writing(monkeypatch):
    def read_meanwhile(file, sheet):
        def rows():
            assert not transaction.get_connection().in_atomic_block
            yield from ()

        return [], rows()

    monkeypatch.setattr(importing, "rows_of", read_meanwhile)
    with pytest.raises(Unreadable, match="no rows"):
        importing.begin(uploaded(PLAIN), "signatures", by=None)


def test_the_texts_that_cells_share_are_read_with_all_their_pieces():
    pieces = "<si><t>Organisations</t></si><si><r><t>Trump</t></r><r><t>ton</t></r><rPh><t>no</t></rPh></si>"
    rows = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>'
    texts = {"xl/sharedStrings.xml": f"<sst {SPACE}>{pieces}</sst>"}
    sheet = {SHEET: f"<worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>"}
    assert read(repacked(WITH_TEXTS, **texts, **sheet)) == [(2, {"organisations": "Trumpton"})]


def test_a_long_spreadsheet_is_read_from_another_program_and_from_our_export():
    rows = [["", "", "", f"Town {number}", "Answer the phone " * 20] for number in range(1_000)]
    found = read(written("signatures", rows))
    assert (len(found), found[-1][0], found[-1][1]["organisations"]) == (1_000, 1_001, "Town 999")
    with xlsx_file("signatures", ({"organisations": row[3], "mission": row[4] * 5} for row in rows)) as file:
        assert [row["organisations"] for _, row in read(file.read())] == [row[3] for row in rows]


def test_macros_and_old_files_are_refused_and_the_content_counts_not_the_name():
    assert "holds macros" in read(repacked(PLAIN, **{"xl/vbaProject.bin": b"x"}))
    assert "of an old kind" in read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100)
    assert "not a spreadsheet" in read(b"\x89PNG\r\n\x1a\n\0\0")
    assert read(PLAIN) == [(2, {"organisations": "Trumpton"})]
    assert read("Organisations,Mission\nTrumpton,caf\xe9 – tea\n".encode("cp1252"))[0][1]["mission"] == "café – tea"
    assert "no “Organisations”" in read(b"Council\nTrumpton")
    assert "Two columns are called" in read(b"Organisations,organisations\nTrumpton,Chigley")


@given(st.text() | TRICKY)
def test_what_guards_a_cell_is_taken_off_again(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.lists((TRICKY | st.text(alphabet="a;\\ \n", max_size=8)).map(lambda text: " ".join(clean(text).split()))))
def test_a_list_in_a_cell_is_read_as_it_was_written(parts):
    assert split(join(parts)) == (parts or [""])


@settings(max_examples=50)
@given(st.sampled_from(Sheet.values), st.lists(ROW, min_size=1, max_size=3), st.sampled_from(["csv", "xlsx"]))
def test_an_exported_file_is_read_as_it_was_written(sheet, rows, file_format):
    if file_format == "csv":
        data = "".join(csv_lines(sheet, rows)).encode()
    else:
        with xlsx_file(sheet, rows) as file:
            data = file.read()
    kept = [{name: clean(row[name]) for name in NAMES[sheet] if name in row} for row in rows]
    kept = [{name: text for name, text in row.items() if text} for row in kept]
    found = read(data, sheet)
    assert [row for _, row in found] == [row for row in kept if row]


@given(ROW)
def test_the_right_form_of_a_cell_is_its_own_right_form(cells):
    for sheet in Sheet.values:
        said, _ = read_cells(sheet, cells)
        assert read_cells(sheet, said) == (said, [])


@pytest.mark.django_db
@settings(max_examples=30)
@given(st.lists(ROW, min_size=1, max_size=3))
def test_whatever_stands_in_its_cells_a_row_is_planned_or_objected_to(rows):
    make_declaration()
    reference = make_signature("Trumpton").reference if not Import.objects.exists() else "2222-2222"
    source = Import.objects.get_or_create(sheet="signatures")[0]
    rows = [ImportRow(source=source, number=n, first=1, cells=row) for n, row in enumerate(rows, start=2)]
    rows[0].cells.setdefault("reference", reference)
    for sheet in Sheet.values:
        groups = [rows] if sheet == Sheet.SIGNATURES else [[row] for row in rows]
        for plan in PLANS[sheet](groups, source):
            assert all(line.problems or line.verdict for line in plan.lines)


def test_csv_reader_limit_is_no_error():
    assert isinstance(read(b'Organisations\n"' + b"x" * (csv.field_size_limit() + 10) + b'"\n'), str)
