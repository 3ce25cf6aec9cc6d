"""What changed between two versions of a commitment, field by field."""

from localdigital.differences import SAME, Difference, of_lists, of_texts, plain
from localdigital.govuk.writing import date

TEXTS = ("title", "mission", "impact")


def of_revisions(old, new, *, leaving_out=frozenset()):
    """What differs between two Revisions, as Differences: only the fields that changed.

    `leaving_out` are ids of organisations, and names, that no comparison of partners names: of those that said they
    are none.
    """
    texts = {name: of_texts(plain(getattr(old, name)), plain(getattr(new, name))) for name in TEXTS}
    differences = [
        Difference("Title", texts["title"]),
        Difference("Mission", texts["mission"]),
        Difference("Partners", of_lists(_names(old, leaving_out), _names(new, leaving_out)), is_list=True),
        Difference("Impact", texts["impact"]),
        Difference("Due date", of_lists([_day(old.due_on)], [_day(new.due_on)])),
    ]
    return [one for one in differences if any(kind != SAME for kind, _ in one.pieces)]


def _names(revision, leaving_out):
    return [one["name"] for one in revision.partners if not {one["organisation"], one["name"]} & leaving_out]


def _day(due_on):
    return date(due_on) or "No due date"
