"""The delivery team's pages about signatures, organisations and the Declaration. They show and call; they decide
nothing."""

from localdigital import team_notes  # noqa: F401

from . import access, declarations, home, log, organisations, people, signatures, unreachable  # noqa: F401
