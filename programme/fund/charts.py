"""Bars for the charts of the fund: how long each is, in hundredths of the longest. The pages draw them as SVG."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One line of a chart. `length` is of what is known; `outline` of what was announced, None where that is not
    known."""

    label: str
    words: str
    length: float
    outline: float | None = None


def bars(rows):
    """The bars of (label, words beside it, known sum, announced sum or None), in their order."""
    rows = list(rows)
    longest = max((max(known, announced or 0) for _, _, known, announced in rows), default=0) or 1
    return [
        Bar(
            label,
            words,
            round(100 * known / longest, 1),
            None if announced is None else round(100 * announced / longest, 1),
        )
        for label, words, known, announced in rows
    ]
