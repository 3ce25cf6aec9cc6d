"""Typst, which makes files of ours for readers: called in one place, a few at once, and once for the same content.

A compile takes a second of a processor and hundreds of megabytes where somebody published much.
"""

from functools import cache, lru_cache, wraps
from threading import BoundedSemaphore, Lock
from weakref import WeakValueDictionary

import typst

MOST_AT_ONCE = 2
_room = BoundedSemaphore(MOST_AT_ONCE)


class FailedWithin(typst.TypstError):
    """It could not even say what is wrong."""

    message = diagnostic = "typst failed within"


def compiled(source, **options):
    """What typst makes of it; it may wait for others. TypstError where it makes nothing."""
    with _room:
        try:
            return typst.compile(source, font_paths=_fonts(), **options)
        except BaseException as error:
            # Some letters beside others make it fail within: not as an Exception, and it would end the whole thread.
            if type(error).__name__ != "PanicException":
                raise
            raise FailedWithin from error


def once(kept):
    """Decorator of what makes something of its arguments and nothing else: as many results are kept, and who asks for
    one that is being made waits for it."""

    def decorate(make):
        remembered = lru_cache(maxsize=kept)(make)
        guard, being_made = Lock(), WeakValueDictionary()

        @wraps(make)
        def asked(*arguments):
            with guard:
                turn = being_made.setdefault(arguments, Lock())
            with turn:
                return remembered(*arguments)

        asked.cache_clear, asked.cache_info = remembered.cache_clear, remembered.cache_info
        return asked

    return decorate


@cache
def _fonts():
    """Those that typst brings, and the computer's own for letters that they have not."""
    return typst.Fonts(include_system_fonts=True)
