"""The delivery team's pages about commitments and what councils send in about them. They show and call; they decide
nothing."""

from . import (  # noqa: F401
    approaches,
    commitments,
    email_texts,
    exporting,
    home,
    import_mending,
    importing,
    pace,
    submissions,
)
