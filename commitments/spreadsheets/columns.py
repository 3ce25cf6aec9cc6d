"""The columns of the spreadsheets: one list for the template, the import, the export and the page that explains it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from commitments.council.forms import MOST_EVIDENCE, EvidenceForm
from commitments.models import EvidenceKind, Language, Sheet, Stage
from signatories.models.reference import read_reference
from signatories.signup.forms import MOST_DELIVERABLES, MOST_ORGANISATIONS, MOST_PARTNERS

from .cells import FIRST_YEAR, UNKNOWN, clean, join, lines_of, list_of, one_line, read_day, read_partial, split

LONGEST_TEXT = 5000


@dataclass(frozen=True)
class Column:
    """One column. `read` gives what is written in a cell in its one right form, or raises ValueError in plain words."""

    name: str
    heading: str
    help: str
    example: str
    read: Callable[[str], str]
    is_long: bool = False


def _line(what, length=200):
    def read(text):
        if len(one_line(text)) > length:
            raise ValueError(f"{what} must be {length} characters or fewer")
        return one_line(text)

    return read


def _text(what):
    def read(text):
        if len(clean(text)) > LONGEST_TEXT:
            raise ValueError(f"{what} must be {LONGEST_TEXT:,} characters or fewer")
        return clean(text)

    return read


def _number(what):
    def read(text):
        number = one_line(text)
        if number and not (number.isascii() and number.isdecimal() and len(number) < 16):
            raise ValueError(f"{what} must be a number, as the export writes it")
        return str(int(number)) if number else ""

    return read


def _each(what, most=MOST_ORGANISATIONS, length=200):
    """Several with semicolons between them, of which some may be blank."""

    def read(text):
        parts = split(text)
        if len(parts) > most:
            raise ValueError(f"Enter {most} {what} or fewer")
        if any(len(part) > length for part in parts):
            raise ValueError(f"Each of the {what} must be {length} characters or fewer")
        return join(parts)

    return read


def _organisations(text):
    return join(list_of(_each("organisations")(text)))


def _partners(text):
    parts = list_of(text)
    if len(parts) > MOST_PARTNERS:
        raise ValueError(f"Enter {MOST_PARTNERS} partners or fewer")
    if any(len(part) > 200 for part in parts):
        raise ValueError("Each partner’s name must be 200 characters or fewer")
    return join(parts)


def _deliverables(text):
    lines = lines_of(text)
    if len(lines) > MOST_DELIVERABLES:
        raise ValueError(f"Enter {MOST_DELIVERABLES} deliverables or fewer, one on each line")
    if any(len(line) > 500 for line in lines):
        raise ValueError("Each deliverable must be 500 characters or fewer")
    return "\n".join(lines)


def _reference(text):
    if not one_line(text):
        return ""
    if not (reference := read_reference(one_line(text)[:40])):
        raise ValueError("This is not a reference: it looks like 4H7K-2QXT. Leave it blank for a new declaration")
    return reference


def _dates(text):
    dates = [read_partial(part) for part in split(text)]
    if any(one[:4] < str(FIRST_YEAR) for one in dates if one not in ("", UNKNOWN)):
        raise ValueError(f"The date on the document must be in {FIRST_YEAR} or later")
    return join(dates)


def _one_of(choices, what):
    words = {word.lower(): label for value, label in choices for word in (value, label)}

    def read(text):
        if not one_line(text):
            return ""
        if one_line(text).lower() not in words:
            raise ValueError(f"Enter {what}: {' or '.join(label for _, label in choices)}")
        return words[one_line(text).lower()]

    return read


def _principles(text):
    parts = one_line(text).replace(";", " ").replace(",", " ").split()
    if any(not (part.isascii() and part.isdecimal() and len(part) < 4) for part in parts):
        raise ValueError("Enter the numbers of the principles, like 1; 4")
    return "; ".join(map(str, sorted({int(part) for part in parts})))


def _evidence(text):
    found = []
    for line in filter(None, (line.strip() for line in clean(text).split("\n"))):
        parts = [one_line(part) for part in line.split("|")]
        if len(parts) < 3:
            raise ValueError("Write each link on a line of its own, like: Blog post | What we learned | https://…")
        kind = _one_of(EvidenceKind.choices, "the kind of evidence")(parts[0])
        value = next((value for value, label in EvidenceKind.choices if label == kind), "")
        form = EvidenceForm({"kind": value, "title": "|".join(parts[1:-1]).strip(), "url": parts[-1]})
        if not form.is_valid():
            raise ValueError(next(iter(form.errors.values()))[0])
        found.append(f"{kind} | {form.cleaned_data['title']} | {form.cleaned_data['url']}")
    if len(found) > MOST_EVIDENCE:
        raise ValueError(f"Enter {MOST_EVIDENCE} links or fewer")
    return "\n".join(found)


NEW = "Leave it blank for a new one."
FOR_EACH = "One for all organisations, or one for each in the same order with ; between them."

SIGNATURES = [
    Column("reference", "Reference", f"The declaration’s reference in the register. {NEW}", "", _reference),
    Column(
        "document",
        "Document",
        "Your own number or word for a signed paper. Rows with the same one are one document with several commitments.",
        "Box 3, form 17",
        _line("The word for a document", 100),
    ),
    Column(
        "declaration",
        "Declaration version",
        "Which version was signed. May be blank while there is only one.",
        "2018",
        _line("The version", 30),
    ),
    Column(
        "organisations",
        "Organisations",
        "Who signed: several with ; between them. A name that could mean several is asked about.",
        "Trumpton Borough Council; Chigley District Council",
        _organisations,
    ),
    Column("signer_names", "Signer names", f"{FOR_EACH} May be blank.", "Mr Troop; Lord Belborough", _each("names")),
    Column(
        "signer_job_titles",
        "Signer job titles",
        f"{FOR_EACH} May be blank.",
        "Town clerk; Leader of the council",
        _each("job titles"),
    ),
    Column(
        "signed_on",
        "Signed on",
        f"As far as it is known: 2018-11-09 or 9 November 2018, 2018-11, 2018, or {UNKNOWN}. {FOR_EACH}",
        "2018-11-09",
        _dates,
    ),
    Column(
        "source_note",
        "Source note",
        "Where it comes from, shown to the public. Blank means “Signed paper form”.",
        "Scan of the signed form, sent by the council on 3 May 2019",
        _line("The source note", 500),
        is_long=True,
    ),
    Column("commitment", "Commitment number", f"As the export writes it. {NEW}", "", _number("The commitment number")),
    Column(
        "title",
        "Commitment title",
        "Blank when the document has no commitment, or none is known.",
        "One way to report a blocked drain",
        _line("The title"),
    ),
    Column("language", "Language", "English or Welsh.", "English", _one_of(Language.choices, "the language")),
    Column(
        "mission",
        "Mission",
        "What they will do. Blank lines make paragraphs, lines that start with - make a list.",
        "We will make one form for both towns to report a blocked drain.",
        _text("The mission"),
        is_long=True,
    ),
    Column(
        "deliverables",
        "Deliverables",
        "What it will produce, one on each line.",
        "User research with 20 residents\nAn open pattern for reporting a fault",
        _deliverables,
        is_long=True,
    ),
    Column(
        "partners",
        "Partners",
        "Several with ; between them, as written on the document.",
        "Pippin Fort Town Council; Pippin Fort Volunteers",
        _partners,
        is_long=True,
    ),
    Column(
        "impact",
        "Impact",
        "What it changes, and for whom.",
        "Residents report a drain in two minutes.",
        _text("The impact"),
        is_long=True,
    ),
    Column("principles", "Principles", "The numbers of the principles it serves.", "1; 4", _principles),
    Column("due_on", "Due on", "A whole date.", "2019-11-09", read_day),
]

PROGRESS = [
    Column("update", "Update number", f"As the export writes it. {NEW}", "", _number("The update number")),
    Column(
        "commitment",
        "Commitment number",
        "Which commitment it is about, as the export of signatures writes it.",
        "1",
        _number("The commitment number"),
    ),
    Column("reference", "Reference", "Of its declaration: for reading, and checked when filled in.", "", _reference),
    Column(
        "title", "Commitment title", "For reading only.", "One way to report a blocked drain", _line("The title")
    ),
    Column("reported_on", "Date", "The day on which things stood like this.", "2019-03-27", read_day),
    Column("stage", "Stage", "Not started, In progress, Delivered or Stopped.", "In progress",
           _one_of(Stage.choices, "the stage")),
    Column("done", "Done", "What has been done.", "We met nine clubs.", _text("What was done"), is_long=True),
    Column("went_well", "Went well", "What went well.", "", _text("What went well"), is_long=True),
    Column("could_be_better", "Could have gone better", "What others can learn from it.", "",
           _text("What could have gone better"), is_long=True),
    Column("next_step", "Next step", "What comes next.", "A prototype in the library.", _text("The next step"),
           is_long=True),
    Column(
        "evidence",
        "Evidence",
        "One link on each line: kind | title | address. Kinds: "
        + ", ".join(label for _, label in EvidenceKind.choices)
        + ".",
        "Blog post | What nine clubs told us | https://www.example.gov.uk/clubs",
        _evidence,
        is_long=True,
    ),
    Column(
        "delivered",
        "Deliverables delivered",
        "Everything that is delivered by then, one on each line, worded as in the commitment.",
        "User research with 20 residents",
        _deliverables,
        is_long=True,
    ),
]  # fmt: skip

COLUMNS = {Sheet.SIGNATURES: SIGNATURES, Sheet.PROGRESS: PROGRESS}
# Without these columns a file is about something else.
NEEDED = {Sheet.SIGNATURES: {"organisations"}, Sheet.PROGRESS: {"commitment", "reported_on"}}


def read_cells(sheet, cells):
    """What a row says in its right form, and what is wrong with it: ({name: text}, [(name, problem)])."""
    said, problems = {}, []
    for column in COLUMNS[sheet]:
        try:
            said[column.name] = column.read(cells.get(column.name, ""))
        except (ValueError, ValidationError) as error:
            said[column.name] = ""
            problems.append((column.name, str(error)))
    return said, problems


def heading_of(sheet, name):
    """What a column is called; nothing for a problem of the whole row."""
    return next((column.heading for column in COLUMNS[sheet] if column.name == name), "")
