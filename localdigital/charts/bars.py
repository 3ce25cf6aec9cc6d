"""Charts of horizontal bars, each made of parts one after another, with its label, its figures in words, and a link."""

from dataclasses import dataclass

from localdigital.charts.drawing import GREY, NARROW, RULE, TEXT, WIDE, Drawing, letters, wrapped

LABELS, WORDS, GAP = 250, 190, 16  # how wide the labels and the words beside a bar are, where it is wide
THICK, LINE = 22, 20


@dataclass(frozen=True)
class Bar:
    """One bar: `parts` are (paint, how much) of each, in the units of the others. `href` is where it leads to. With an
    `outline` it stands within that much, of which it is a part: what was announced, of which the parts are known."""

    label: str
    words: str
    parts: tuple
    href: str = ""
    outline: float | None = None

    @property
    def whole(self):
        """How long it is: all its parts, or its outline."""
        return max(sum(amount for _, amount in self.parts), self.outline or 0)


def draw_key(drawing, entries, y=0, sample=None):
    """What the paints mean, in as many lines as they need: (paint, words) of each. Gives where it ends.

    `sample(x, y, paint)` draws one before words that stand on y; else it is a piece of a bar.
    """
    sample = sample or drawing.sample
    x, y = 0, y + LINE
    for paint, words in entries:
        width = 30 + letters(words)
        if x and x + width > drawing.width:
            x, y = 0, y + LINE + 6
        sample(x, y, paint)
        drawing.text(x + 30, y, words)
        x += width + 14
    y += 18
    drawing.grow(y)
    return y


def draw_bars(drawing, bars, *, most=None, key=(), y=0):
    """The bars under each other, the longest as long as there is room, or `most` as long."""
    most = most or max((bar.whole for bar in bars), default=0) or 1
    if key:
        y = draw_key(drawing, key, y)
    for bar in bars:
        if bar.href:
            with drawing.link(bar.href, f"{bar.label}: {bar.words}"):
                y = _draw(drawing, bar, most, y)
        else:
            y = _draw(drawing, bar, most, y)
    drawing.grow(y)


def pictures(title, summary, bars, *, ids, key=()):
    """Bars for a page that has no Chart: wide, and for a phone."""
    drawn = []
    for width, name in ((WIDE, "wide"), (NARROW, "narrow")):
        drawing = Drawing(width, ids=f"{ids}-{name}")
        draw_bars(drawing, bars, key=key)
        drawn.append(drawing.svg(title, summary, focusable="false"))
    return drawn


def _draw(drawing, bar, most, y):
    return (_draw_under if drawing.is_narrow else _draw_beside)(drawing, bar, most, y)


def _draw_beside(drawing, bar, most, y):
    """Its label on its left, its words on its right; gives where the next one begins."""
    labels, words = wrapped(bar.label, LABELS - GAP, bold=True), wrapped(bar.words, WORDS - GAP)
    height = max(THICK, LINE * max(len(labels), len(words)))
    middle = y + height / 2
    for x, lines, bold in ((0, labels, True), (drawing.width - WORDS + GAP, words, False)):
        top = middle - LINE * len(lines) / 2
        for number, line in enumerate(lines):
            drawing.text(x, top + LINE * number + 15, line, bold=bold)
    _draw_parts(drawing, bar, most, LABELS, middle - THICK / 2, drawing.width - LABELS - WORDS)
    return y + height + 12


def _draw_under(drawing, bar, most, y):
    """Its label and its words above it."""
    together = letters(bar.label, bold=True) + letters(bar.words) + GAP <= drawing.width
    y = drawing.paragraph(0, y + TEXT, bar.label, drawing.width, bold=True)
    if together:
        drawing.text(drawing.width, y - 21, bar.words, anchor="end")
    else:
        y = drawing.paragraph(0, y, bar.words, drawing.width)
    _draw_parts(drawing, bar, most, 0, y - 14, drawing.width)
    return y + 20


def _draw_parts(drawing, bar, most, x, y, width):
    if not bar.whole:
        drawing.line([(x + 0.5, y), (x + 0.5, y + THICK)], GREY)
        drawing.line([(x, y + THICK / 2), (x + width, y + THICK / 2)], RULE, stroke_dasharray="2 4")
    inset = 6 if bar.outline else 0
    if bar.outline:
        drawing.rect(x + 0.5, y + 0.5, max(width * bar.outline / most - 1, 1), THICK - 1, "missing")
    for paint, amount in bar.parts:
        length = width * amount / most
        if length:
            drawing.rect(x + 0.5, y + inset + 0.5, max(length - 1, 1), THICK - 2 * inset - 1, paint)
        x += length
