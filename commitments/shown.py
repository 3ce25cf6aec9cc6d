"""What the delivery team reads of something, in parts that can be kept and compared with what is sent in next.

A part has a `key` by which it is found again, a `label`, and either a `text` or `entries`.
"""

from commitments.models import Commitment, Revision
from localdigital.differences import ADDED, REMOVED, SAME, Difference, of_lists, of_texts, plain
from localdigital.govuk.writing import date

TEXTS = {
    "done": "What was done",
    "went_well": "What went well",
    "could_be_better": "What could have gone better",
    "next_step": "Next step",
}


def parts_of(thing):
    """The parts of what a council sent in after signing."""
    if isinstance(thing, Commitment):
        return parts_of_commitment(thing)
    return _of_revision(thing) if isinstance(thing, Revision) else _of_update(thing)


def text(key, label, written):
    """A part that is a text."""
    return {"key": key, "label": label, "text": written}


def entries(key, label, several):
    """A part that is a list of texts."""
    return {"key": key, "label": label, "entries": list(several)}


def parts_of_commitment(commitment, *, key="", of=""):
    """The parts of a commitment. Of several, each has a `key` of its own, and its labels begin with what it is `of`."""
    return [
        text(f"{key}title", f"{of}Title", commitment.title),
        text(f"{key}mission", f"{of}Mission", commitment.mission),
        entries(f"{key}deliverables", f"{of}Deliverables", [one.text for one in commitment.deliverables.all()]),
        text(f"{key}due_on", f"{of}Due date", date(commitment.due_on) or ""),
        entries(f"{key}partners", f"{of}Partners", [one.name for one in commitment.partners.all()]),
        text(f"{key}impact", f"{of}Expected impact", commitment.impact),
        entries(f"{key}principles", f"{of}Principles", [one.title for one in commitment.principles.all()]),
        text(f"{key}language", f"{of}Language", commitment.get_language_display()),
    ]


def _of_revision(revision):
    return [
        text("title", "Title", revision.title),
        text("mission", "Mission", revision.mission),
        text("impact", "Expected impact", revision.impact),
        text("due_on", "Due date", date(revision.due_on) or ""),
        entries("partners", "Partners", [one["name"] for one in revision.partners]),
        text("reason", "Why, for the public", revision.reason),
    ]


def _of_update(update):
    links = [f"{one.title} ({one.get_kind_display().lower()}): {one.url}" for one in update.evidence.all()]
    return [
        text("reported_on", "Date", date(update.reported_on)),
        text("stage", "Stage", update.get_stage_display()),
        *(text(name, label, getattr(update, name)) for name, label in TEXTS.items()),
        entries("delivered", "Delivered", [one.text for one in update.delivered.all()]),
        entries("evidence", "Evidence", links),
    ]


def what_changed(old, new):
    """What differs between two readings of one thing, as Differences: the parts that changed."""
    before, after = ({part["key"]: part for part in parts} for parts in (old, new))
    pairs = [(before.get(key), part) for key, part in after.items()]
    pairs += [(part, None) for key, part in before.items() if key not in after]
    return [one for one in (_difference(*pair) for pair in pairs) if any(kind != SAME for kind, _ in one.pieces)]


def _difference(old, new):
    part = new or old
    if "entries" not in part:
        before, after = (plain(one["text"]) if one else "" for one in (old, new))
        return Difference(part["label"], of_texts(before, after))
    before, after = (one["entries"] if one else [] for one in (old, new))
    pieces = of_lists(before, after)
    if not pieces and before != after:  # the same in another order
        pieces = [(REMOVED, one) for one in before] + [(ADDED, one) for one in after]
    return Difference(part["label"], pieces, is_list=True)
