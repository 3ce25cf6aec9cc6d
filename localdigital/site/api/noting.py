"""Noting which public records changed: by whoever asks, and by the thread that sends the outbox, so that few wait."""

from localdigital import changes
from localdigital.site.data.datasets import DATASETS

# A round of the fund opens and closes within a day, without anybody's doing.
BY_THE_CLOCK = {"fund-rounds"}


def note_when_due(now=None):
    """Compare what may have changed; returns the Noting, which says up to when all is told."""
    return changes.note_when_due(DATASETS.values(), BY_THE_CLOCK, now)
