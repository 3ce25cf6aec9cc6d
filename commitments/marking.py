"""Found words marked in a text, and the part of a long text that has most of them. Compared by stems, as the search."""

import re
from functools import lru_cache

from django.utils.html import escape
from markupsafe import Markup

from commitments.search import stems

WORD = re.compile(r"[^\W_]+")
EXTRACT = 180  # letters
SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\s*\n\s*(?:[-•*]\s+)?")


@lru_cache(maxsize=4096)
def _stems_of(word):
    return frozenset(stems(word))


def found_in(text, wanted):
    """The words of a text whose stems are wanted, as matches of a regular expression."""
    wanted = frozenset(wanted)
    return [match for match in WORD.finditer(text) if not wanted.isdisjoint(_stems_of(match[0]))] if wanted else []


def marked(text, wanted):
    """The text as HTML with the wanted words in `mark`."""
    parts, end = [], 0
    for match in found_in(text, wanted):
        parts += [escape(text[end : match.start()]), "<mark>", escape(match[0]), "</mark>"]
        end = match.end()
    return Markup("".join([*parts, escape(text[end:])]))


def extract(texts, wanted):
    """The sentence with most of the wanted words, shortened, as HTML with them marked; nothing where none is found."""
    best, most = "", 0
    for sentence in (part for text in texts for part in SENTENCE.split(text)):
        stems_found = {stem for match in found_in(sentence, wanted) for stem in _stems_of(match[0])} & set(wanted)
        if len(stems_found) > most:
            best, most = sentence.strip(), len(stems_found)
    return marked(_shortened(best, wanted), wanted) if best else Markup("")


def _shortened(sentence, wanted):
    """Not much more than EXTRACT letters of a sentence, from a little before its first wanted word."""
    if len(sentence) <= EXTRACT:
        return sentence
    first = found_in(sentence, wanted)[0].start()
    start = max(0, min(first - EXTRACT // 3, len(sentence) - EXTRACT))
    start = 0 if start == 0 else sentence.find(" ", start, first) + 1 or first
    end = start + EXTRACT
    end = len(sentence) if end >= len(sentence) else max(sentence.rfind(" ", first, end), first + 1)
    if end <= first + 1:
        end = start + EXTRACT
    return ("… " if start else "") + sentence[start:end].strip() + (" …" if end < len(sentence) else "")
