"""The delivery team's pages about the fund, case studies, outputs, events, support and announcements. They show and
call; they decide nothing."""

from . import announcements, case_studies, events, example_letters, fund, home, outputs, support, topics, uses  # noqa: F401
