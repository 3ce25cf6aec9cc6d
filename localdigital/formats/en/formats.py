"""Dates as GOV.UK writes them: 9 November 2018, 4:05pm."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = r"j F Y \a\t g:ia"
SHORT_DATE_FORMAT = "j M Y"
