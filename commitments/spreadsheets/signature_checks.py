"""What holds for a row about a document, whether it is new or in the register already."""

from signatories.models.names import fold

from .cells import list_of, partial_of, split

PART_COLUMNS = ("signer_names", "signer_job_titles", "signed_on")
COMMITMENT_COLUMNS = (
    "title", "language", "mission", "deliverables", "partners", "impact", "principles", "due_on",
)  # fmt: skip


def has_commitment(line):
    """Whether a row says anything of a commitment."""
    return any(line.said[name] for name in COMMITMENT_COLUMNS)


def spread(line, column, how_many):
    """What a column says for each organisation; nothing, and a problem, when that does not come out even."""
    values = split(line.said[column])
    if len(values) == 1:
        return values * how_many
    if len(values) != how_many:
        several = f"Enter one for all organisations, or {how_many} with ; between them: there are {len(values)}"
        line.object(column, several if how_many > 1 else f"There is one organisation, and there are {len(values)}")
        return [""] * how_many
    return values


def check_date(line, value, known):
    """A date on a document is not in the future."""
    day, _ = partial_of(value)
    if day and day > known.today:
        line.object("signed_on", "The date on the document must not be in the future")


def check_new_commitment(line, titles):
    """A commitment that is not in the register yet has a title of its own in its document, and a mission."""
    for column, words in (("title", "Enter the title of the commitment"), ("mission", "Enter what they will do")):
        if not line.said[column] and not line.objects_to(column):
            line.object(column, words)
    title = fold(line.said["title"])
    if title and titles.setdefault(title, line.row.number) != line.row.number:
        line.object("title", f"Row {titles[title]} of the same document has this title too")


def check_principles(line, known):
    """Principles are named by numbers that they have."""
    unknown = [one for one in list_of(line.said["principles"]) if int(one) not in known.principles]
    if unknown:
        line.object("principles", f"There is no principle {unknown[0]}")
