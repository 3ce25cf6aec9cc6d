"""Where the next page of a list begins, as a text that means nothing to its readers and may be made otherwise one day.

A cursor belongs to one dataset. It is no secret and is not signed: whoever makes one up gets a page or is refused.
"""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta

from localdigital.site.api.problems import invalid

LONGEST = 200
LARGEST = 2**63 - 1  # that a key of the database can be
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def cursor_after(dataset, number):
    """The cursor of the page that begins after the row with that number."""
    return _written(f"{dataset.name} {number}")


def read_cursor(dataset, text):
    """The number of the row after which that page begins; a Problem where it cannot be one."""
    return _read(dataset, text, 1)[0]


def cursor_after_note(dataset, note):
    """The cursor of the page of changes that begins after that note."""
    return _written(f"{dataset.name} {(note.changed_at - BEGINNING) // TICK} {note.pk}")


def read_note_cursor(dataset, text):
    """The moment and the number of the note after which that page of changes begins; or a Problem."""
    microseconds, number = _read(dataset, text, 2)
    try:
        return BEGINNING + microseconds * TICK, number
    except OverflowError:
        raise _refused() from None


def _written(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(dataset, text, count):
    try:
        plain = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = re.fullmatch(rf"{dataset.name}((?: [0-9]{{1,19}}){{{count}}})", plain.decode("ascii"))
    except (ValueError, binascii.Error):
        found = None
    numbers = [int(number) for number in found[1].split()] if found else []
    if not numbers or max(numbers) > LARGEST:
        raise _refused()
    return numbers


def _refused():
    return invalid("cursor", "Use the address in “next” of the page before, as it is")
