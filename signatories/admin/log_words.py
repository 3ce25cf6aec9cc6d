"""What the log calls the details of its events, and the fields and columns that they name, in words."""

import datetime as dt
import re

from commitments.spreadsheets.columns import COLUMNS
from localdigital.govuk.writing import date

# Those that do not read well with a capital letter and spaces alone
CALLED = {
    "asked": "What was asked for",
    "by_words": "Asked for words",
    "changed": "Before and after",
    "columns": "Columns that were corrected",
    "copublisher_set": "Co-publishers",
    "dated_on": "Date",
    "document": "SHA-256 of the document",
    "domains": "Email domains",
    "duplicate": "Number of the duplicate",
    "emails": "Emails",
    "ends_on": "Last day",
    "fields": "What was changed",
    "import": "Number of the import",
    "is_active": "Offered to moderators",
    "kind_of_event": "Kind of event",
    "left-out": "Left out",
    "names": "Names that people call it by",
    "not-done": "Not done",
    "notice_ends_at": "When the notice ends",
    "of": "Person or colleague",
    "official_url": "Official web address",
    "position": "Order",
    "publishes_at_once": "Is public at once",
    "renamed_on": "First day of the new name",
    "repeats": "Number of the email that it repeats",
    "rows": "Rows",
    "sheet": "Spreadsheet",
    "sign_up_closed_message": "Message while the sign-up is closed",
    "sign_up_is_open": "The sign-up is open",
    "slug": "Public address",
    "starts_on": "First day",
    "successions": "Organisations that took over",
    "team_note": "Number of the note",
}
# Details that are names of fields or columns
NAMES_FIELDS = {"fields", "columns"}
A_DAY = re.compile(r"\d{4}-\d\d-\d\d")
HEADINGS = {column.name: column.heading for columns in reversed(COLUMNS.values()) for column in columns}


def called(key):
    """The name of a detail or a field as a person reads it."""
    if key in CALLED:
        return CALLED[key]
    text = key.removesuffix("_set").replace("_", " ").replace("-", " ")
    return f"{text[:1].upper()}{text[1:]}"


def said(key, value):
    """What a detail says, as a person reads it."""
    if key in NAMES_FIELDS and isinstance(value, list):
        names = {"columns": HEADINGS}.get(key, {})
        return ", ".join(names.get(one) or called(str(one)) for one in value) or "Nothing"
    if isinstance(value, bool) or value is None:
        return {True: "Yes", False: "No", None: "Nothing"}[value]
    if isinstance(value, dict):
        return "; ".join(f"{called(str(one))}: {said(one, inner)}" for one, inner in value.items()) or "Nothing"
    if isinstance(value, list):
        return _before_and_after(value) if key in ("name", "official_name", "slug") else _each(value)
    if isinstance(value, str) and A_DAY.fullmatch(value):
        return _day(value)
    return str(value)


def _each(value):
    return ", ".join(said("", one) for one in value) or "Nothing"


def _before_and_after(value):
    return " → ".join(said("", one) for one in value)


def _day(text):
    try:
        return date(dt.date.fromisoformat(text))
    except ValueError:
        return text
