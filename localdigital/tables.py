"""Tables that people take away: CSV that a spreadsheet reads as UTF-8, row by row, and of which it runs nothing."""

import csv

# By it a spreadsheet knows UTF-8, or it would spoil the letters of Welsh names
MARK = "\ufeff"
# What begins so a spreadsheet takes for a formula
GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def guarded(text):
    """A text as a spreadsheet shows it and never runs it: one that could be a formula has a ' before it."""
    return f"'{text}" if text.startswith(GUARDED) else text


def unguarded(text):
    """The same, taken off again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(GUARDED) else text


class _Line:
    """A file that gives back what is written to it: for a response that is sent row by row."""

    def write(self, text):
        return text


def row_writer(**options):
    """A function that makes a line of CSV of a row; `options` are csv.writer's."""
    return csv.writer(_Line(), **options).writerow
