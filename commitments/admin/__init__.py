"""The delivery team's pages about commitments and what councils send in about them. They show and call; they decide
nothing."""

from . import approaches, commitments, email_texts, exporting, home, importing, pace, submissions  # noqa: F401
