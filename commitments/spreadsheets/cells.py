"""What stands in one cell: lists with semicolons, dates of which perhaps only the year is known.

Each reader takes what somebody typed and gives it in the one form that exports write. ValueError says what is wrong.
"""

import re
from datetime import date, datetime

from localdigital.forms import MONTHS, tidy
from signatories.models.partial_date import Precision
from signatories.signup.forms import lines

UNKNOWN = "unknown"
# Nobody could sign before the year of the Declaration.
FIRST_YEAR = 2018


def clean(text):
    """What is in a cell, without what cannot be seen or stored, and without blanks around it."""
    return tidy(text).strip()


def one_line(text):
    """The same on one line, each run of blanks as one."""
    return " ".join(clean(text).split())


def split(text):
    """The parts between semicolons; a semicolon of a part has a backslash before it."""
    return [one_line(re.sub(r"\\([;\\])", r"\1", part)) for part in _parts(clean(text))]


def _parts(text):
    parts, start, escaped = [], 0, False
    for place, letter in enumerate(text):
        if letter == ";" and not escaped:
            parts.append(text[start:place])
            start = place + 1
        escaped = letter == "\\" and not escaped
    return [*parts, text[start:]]


def join(parts):
    """Parts with semicolons between them."""
    return "; ".join(re.sub(r"([;\\])", r"\\\1", part) for part in parts).strip()


def join_same(parts):
    """The same; one that holds for all is written once."""
    return join(parts[:1] if len(set(parts)) == 1 else parts)


def list_of(text):
    """The parts that are not blank, each once; a new line parts them too."""
    parts = (part for line in clean(text).split("\n") for part in split(line))
    return list(dict.fromkeys(part for part in parts if part))


def lines_of(text):
    """The lines, without bullets and blank ones, each once."""
    return lines(clean(text))


# ---- Dates


def read_partial(text):
    """A date as "2018-11-09", "2018-11", "2018" or "unknown"."""
    text = one_line(text)
    if not text:
        return ""
    if text.lower() in (UNKNOWN, "not known", "date not known", "undated"):
        return UNKNOWN
    if matched := re.fullmatch(r"(\d{4})", text, re.ASCII):
        written = (int(matched[1]), None, None)
    elif matched := re.fullmatch(r"(\d{4})-(\d{1,2})", text, re.ASCII):
        written = (int(matched[1]), int(matched[2]), None)
    elif (matched := re.fullmatch(r"([a-z]+)\.? (\d{4})", text.lower(), re.ASCII)) and matched[1] in MONTHS:
        written = (int(matched[2]), MONTHS[matched[1]], None)
    elif matched := re.fullmatch(r"(\d{1,2})/(\d{4})", text, re.ASCII):
        written = (int(matched[2]), int(matched[1]), None)
    else:
        return read_day(text)
    return _real(*written)


def read_day(text):
    """A whole date as "2018-11-09"."""
    text = one_line(text)
    if not text:
        return ""
    if matched := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+)?", text, re.ASCII):
        return _real(int(matched[1]), int(matched[2]), int(matched[3]))
    if matched := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text, re.ASCII):
        return _real(int(matched[3]), int(matched[2]), int(matched[1]))
    matched = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)\.?,? (\d{4})", text.lower(), re.ASCII)
    if matched and matched[2] in MONTHS:
        return _real(int(matched[3]), MONTHS[matched[2]], int(matched[1]))
    raise ValueError(f"‘{text[:40]}’ is not a date: write it like 9 November 2018 or 2018-11-09")


def _real(year, month, day):
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise ValueError("The date must be a real date") from None
    return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part)])


def write_partial(day, precision):
    """A date of the register in the form that `read_partial` gives."""
    if precision == Precision.UNKNOWN or day is None:
        return UNKNOWN
    return day.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[precision]]


def partial_of(text):
    """The date and the precision that such a form means."""
    if text in ("", UNKNOWN):
        return None, Precision.UNKNOWN
    precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(text)]
    return date.fromisoformat(text + "2018-01-01"[len(text) :]), precision


def from_spreadsheet(value, number_format=""):
    """The text of a cell of an XLSX file. A date shown without its day is a month."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        shows_no_day = "d" not in number_format.lower() and "m" in number_format.lower()
        return value.isoformat()[: 7 if shows_no_day else 10]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
