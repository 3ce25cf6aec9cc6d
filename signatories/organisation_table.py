"""A table of organisations as CSV: its columns, what each cell may hold, and reading it whole with every problem.

A table that reads well is brought into the register by signatories/organisation_import.py.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from signatories.models import EmailDomain, Organisation
from signatories.models.names import fold
from signatories.models.organisation import Nation, OrganisationType, Region

OUR_TABLE = Path(__file__).resolve().parent / "data" / "organisations.csv"

CODE = re.compile(r"[A-Z][0-9]{8}|LDD[0-9A-Z-]{1,17}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
LARGEST_WHOLE_NUMBER = 2_147_483_647
SMALLEST_DEGREE = Decimal("0.000001")


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong with one line of the file."""

    line: int
    reason: str

    def __str__(self):
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Row:
    """One organisation of the table: the values of its filled cells, by column. Empty cells are not there."""

    line: int
    code: str
    values: dict


@dataclass
class Table:
    """All that could be read of a file: its good rows, the codes that any row has, and every problem."""

    rows: list[Row] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


class BadCell(Exception):
    """A cell that does not hold what its column asks for; the message is the reason."""


# ---- What a cell may hold: each takes the cell's text, gives its value or says what is wrong
def _short_enough(model, name):
    longest = model._meta.get_field(name).max_length

    def read_text(text):
        if len(text) > longest:
            raise BadCell(f"is {len(text)} characters long and may be {longest}")
        return text

    return read_text


def _name(text):
    if not fold(text):
        raise BadCell("has no letter from A to Z and no digit to find it by")
    return _short_enough(Organisation, "name")(text)


def _code(text):
    if not CODE.fullmatch(text):
        raise BadCell(f"{text!r} is not a code: a letter and 8 digits, or LDD and a number")
    return _short_enough(Organisation, "code")(text)


def _slug(text):
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise BadCell(f"{text!r} is not an address: small letters, digits and single hyphens")
    return _short_enough(Organisation, "slug")(text)


def _one_of(choices):
    def read_choice(text):
        if text not in choices.values:
            raise BadCell(f"{text!r} is not one of {', '.join(choices.values)}")
        return text

    return read_choice


def _date(text):
    try:
        return date.fromisoformat(DATE.fullmatch(text)[0])
    except (TypeError, ValueError):
        raise BadCell(f"{text!r} is not a date like 2019-04-01") from None


def _population(text):
    if not re.fullmatch("[0-9]{1,10}", text) or int(text) > LARGEST_WHOLE_NUMBER:
        raise BadCell(f"{text!r} is not a number of people")
    return int(text)


def _degrees(largest):
    def read_degrees(text):
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", text) or abs(Decimal(text)) > largest:
            raise BadCell(f"{text!r} is not a number of degrees from -{largest} to {largest}")
        return Decimal(text).quantize(SMALLEST_DEGREE)

    return read_degrees


def _website(text):
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        raise BadCell(f"{text!r} is not the address of a website") from None
    return _short_enough(Organisation, "website")(text)


def _domain(text):
    if not DOMAIN.fullmatch(text.lower()):
        raise BadCell(f"{text!r} is not a domain like trumpton.gov.uk")
    return _short_enough(EmailDomain, "domain")(text.lower())


def _several(read_one):
    """Values parted by semicolons."""

    def read_several(text):
        return [read_one(part.strip()) for part in text.split(";") if part.strip()]

    return read_several


COLUMNS = {
    "code": _code,
    "scheme": _one_of(Organisation.Scheme),
    "name": _name,
    "official_name": _name,
    "slug": _slug,
    "other_names": _several(_name),
    "type": _one_of(OrganisationType),
    "nation": _one_of(Nation),
    "region": _one_of(Region),
    "email_domains": _several(_domain),
    "starts_on": _date,
    "ends_on": _date,
    "successor_codes": _several(_code),
    "county_code": _code,
    "combined_authority_code": _code,
    "population_2020": _population,
    "latitude": _degrees(90),
    "longitude": _degrees(180),
    "website": _website,
}


# ---- Reading the file
def read(file):
    """Read a table from a file opened as bytes. Whatever it holds, the answer is a Table with every problem in it."""
    table = Table()
    content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        table.problems.append(Problem(line, "is not UTF-8: save the file as “CSV UTF-8”"))
        return table
    lines = _numbered_lines(text, table)
    first_line, header = next(lines, (1, []))
    table.problems += [Problem(first_line, reason) for reason in _header_problems(header)]
    if not table.problems:
        for line, cells in lines:
            _read_row(table, line, header, cells)
        table.problems += _repeated(table.rows, "code")
        table.problems += _repeated(table.rows, "slug")
    return table


def _numbered_lines(text, table):
    """Each row that is not blank, its cells tidied, with the number of the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            tidy = [" ".join(cell.split()) for cell in cells]
            if any(tidy):
                yield line, tidy
            line = reader.line_num + 1
    except csv.Error as error:
        table.problems.append(Problem(line, f"cannot be read as a table: {error}"))


def _header_problems(header):
    if not header:
        yield "the file is empty"
        return
    for name in COLUMNS:
        if name not in header:
            yield f"there is no column {name!r}"
        elif header.count(name) > 1:
            yield f"there are {header.count(name)} columns {name!r}"
    for name in header:
        if name not in COLUMNS:
            yield f"{name!r} is not a column of this table"


def _read_row(table, line, header, cells):
    if len(cells) != len(header):
        table.problems.append(Problem(line, f"has {len(cells)} cells, the first line has {len(header)}"))
        table.codes.update(cells[: header.index("code") + 1][-1:])
        return
    values, reasons = {}, []
    for column, text in zip(header, cells, strict=True):
        try:
            if text and not text.isprintable():
                raise BadCell("has a character that cannot be shown")
            if text:
                values[column] = COLUMNS[column](text)
        except BadCell as bad:
            reasons.append(f"{column}: {bad}")
    if not cells[header.index("code")]:
        reasons.append("code: is empty")
    table.codes.add(values.get("code", ""))
    table.problems += [Problem(line, reason) for reason in reasons]
    if "code" in values and not reasons:
        table.rows.append(Row(line, values["code"], values))


def _repeated(rows, column):
    """A problem for each row whose value stands in an earlier row too."""
    first = {}
    for row in rows:
        value = row.values.get(column)
        if value in first:
            yield Problem(row.line, f"{column}: {value!r} is on line {first[value]} too")
        elif value:
            first[value] = row.line
