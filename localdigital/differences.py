"""What changed between two texts, word by word, and between two lists.

A difference is read without colour: what went is struck through, what came is underlined, and both are said in words
to those who hear the page.
"""

import re
from dataclasses import dataclass
from difflib import Match, SequenceMatcher

from django.utils.html import format_html, format_html_join

from localdigital.forms import tidy

SAME, ADDED, REMOVED = "same", "added", "removed"
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
# With the blank lines below it
PARAGRAPH = re.compile(r"(?s).+?(?:\n[^\S\n]*\n\s*|\Z)")
TOKEN = re.compile(r"\n|[^\S\n]+|\S+")
# How many pairs of words a comparison may look at: half a second. Two different texts of 5,000 characters need a tenth.
MOST_STEPS = 2_000_000


@dataclass(frozen=True)
class Difference:
    """One field that changed, as (kind, text) pieces: of a list, one piece an entry."""

    label: str
    pieces: list
    is_list: bool = False

    @property
    def html(self):
        """The pieces as safe HTML."""
        if not self.is_list:
            return format_html('<div class="app-difference">{}</div>', marked(self.pieces))
        entries = format_html_join("", "<li>{}</li>", ((marked([piece]),) for piece in self.pieces))
        return format_html('<ul class="app-difference app-difference--list">{}</ul>', entries)


# ---- Two texts


def of_texts(old, new):
    """The pieces that make both texts: the same and removed ones the old, the same and added ones the new.

    Of a text of several paragraphs that was rewritten, whole paragraphs: nobody reads two woven into one.
    """
    pieces = _word_by_word(old, new)
    return _by_paragraph(old, new) if _is_rewritten(old, new, pieces) else pieces


def _is_rewritten(old, new, pieces):
    """Whether less than half of the words of the longer one are in both."""
    if not (BLANK_LINE.search(old) and BLANK_LINE.search(new)):
        return False
    same = sum(len(text.split()) for kind, text in pieces if kind == SAME)
    return 2 * same < max(len(old.split()), len(new.split()))


def _by_paragraph(old, new):
    before, after = PARAGRAPH.findall(old), PARAGRAPH.findall(new)
    return _joined(_pieces(Patient(None, before, after, autojunk=False)))


def _word_by_word(old, new):
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    start = _how_many_alike(before, after)
    end = _how_many_alike(before[start:][::-1], after[start:][::-1])
    head, tail = before[:start], before[len(before) - end :]
    middle = _compared(before[start : len(before) - end], after[start : len(after) - end])
    return _joined([(SAME, "".join(head)), *middle, (SAME, "".join(tail))])


def _how_many_alike(before, after):
    for place, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return place
    return min(len(before), len(after))


class Patient(SequenceMatcher):
    """Compares until it took MOST_STEPS: what is left then counts as wholly different, as it nearly is."""

    steps_left = MOST_STEPS

    def find_longest_match(self, alo=0, ahi=None, blo=0, bhi=None):
        """The longest run of words that both have; none when too much time went by."""
        words = self.a[alo:ahi]
        self.steps_left -= len(words) + sum(len(self.b2j.get(word, ())) for word in words)
        if self.steps_left < 0:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def _compared(before, after):
    # White space alone is no place where two texts meet: else each word of a new sentence would stand on its own.
    return _pieces(Patient(str.isspace, before, after, autojunk=False))


def _pieces(matcher):
    pieces = []
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        gone, come = "".join(matcher.a[i1:i2]), "".join(matcher.b[j1:j2])
        pieces += [(SAME, gone)] if gone == come else [(REMOVED, gone), (ADDED, come)]
    return pieces


def _joined(pieces):
    """Neighbours of one kind as one piece, and between two that are the same what went before what came."""
    joined, gone, come = [], "", ""

    def finish():
        nonlocal gone, come
        joined.extend(piece for piece in ((REMOVED, gone), (ADDED, come)) if piece[1])
        gone = come = ""

    for place, (kind, text) in enumerate(pieces):
        if kind == REMOVED:
            gone += text
        elif kind == ADDED:
            come += text
        elif (gone or come) and text.isspace() and "\n" not in text and any(k != SAME for k, _ in pieces[place + 1 :]):
            # A space between two changes belongs to both, so that a phrase is changed as a whole.
            gone, come = gone + text, come + text
        elif text:
            finish()
            joined.append((SAME, text))
    finish()
    return joined


def plain(text):
    """A text as it is compared: the same line breaks everywhere, none around it."""
    return tidy(text).strip()


def of_lists(old, new):
    """The pieces that are only in one of two lists."""
    return [(REMOVED, one) for one in old if one not in new] + [(ADDED, one) for one in new if one not in old]


# ---- As HTML


def marked(pieces):
    """Pieces as safe HTML: <del> and <ins>, each said in words too. Everything in them is escaped."""
    return format_html_join("", "{}", ((_marked(kind, text),) for kind, text in pieces))


def _marked(kind, text):
    if kind == SAME:
        return text
    tag, word = ("ins", "added") if kind == ADDED else ("del", "removed")
    shown = text
    if text.isspace():
        # Nobody sees a blank that is struck through.
        blank = "line break" if "\n" in text else "space"
        shown = format_html('<span class="app-difference__blank" lang="en">({})</span>{}', blank, text)
    opening, closing = (
        format_html('<span class="app-difference__word" lang="en">{}</span>', one) for one in (f"[{word}: ", "]")
    )
    return format_html("<{tag}>{}{}{}</{tag}>", opening, shown, closing, tag=tag)
