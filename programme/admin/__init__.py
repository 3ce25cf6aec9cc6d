"""The delivery team's pages about the fund, case studies, outputs, events, support and announcements. They show and
call; they decide nothing."""

from . import example_letters  # noqa: F401
