"""What every chart of the movement is: a title, one sentence, the figures, and how they are drawn.

A module with charts has `KEYS`, what they are called in their addresses, and `charts(asked)`, which makes them all of
a Filter by as few queries as it can. /movement/ shows them; /movement/<key>.svg, .png and .csv are one each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from localdigital.charts.drawing import GREY, NARROW, PAPER, SMALL, WIDE, Drawing

MARGIN, TITLE = 30, 26
XMLNS = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Linked:
    """A cell of a table that leads somewhere."""

    words: str
    href: str

    def __str__(self):
        return self.words


@dataclass(frozen=True)
class Chart:
    """One chart. `summary` is one sentence with its main figure, `columns` and `rows` its figures as a table.

    A cell is words, a number, None for what is not known, or a Linked. `draw` draws it on a Drawing, from 0 downwards,
    and sets how high it is; it looks at the drawing's width, or at `is_narrow`. `notes` say what the figures leave out.
    `has_links` says that parts of the drawing are links. `headline` is a number and what it counts, for the page's top.
    A chart that can be drawn in several ways offers them as `ways`: (words, {parameter: value}, whether it is this).
    """

    key: str
    title: str
    summary: str
    columns: list
    rows: list
    draw: Callable[[Drawing], None] = field(repr=False)
    notes: tuple = ()
    has_links: bool = False
    headline: tuple | None = None
    ways: tuple = ()

    @property
    def parameters(self):
        """What its address says of the way in which it is drawn."""
        return next((parameters for _, parameters, is_so in self.ways if is_so), {})

    def drawn(self, width, name):
        """It as an SVG element for a page, that wide; `name` tells it from the same one in another width."""
        drawing = Drawing(width, ids=f"{self.key}-{name}")
        self.draw(drawing)
        return drawing.svg(self.title, self.summary, has_links=self.has_links, focusable="false")

    @property
    def wide(self):
        """It for a screen or paper."""
        return self.drawn(WIDE, "wide")

    @property
    def narrow(self):
        """It for a phone."""
        return self.drawn(NARROW, "narrow")

    def file(self, source, site):
        """It as a file of its own, for a slide: on white, with its title, its summary, and where it comes from."""
        drawing, page = Drawing(WIDE, ids=self.key, links=site), Drawing(WIDE + 2 * MARGIN, ids=self.key)
        self.draw(drawing)
        y = page.paragraph(MARGIN, MARGIN + TITLE, self.title, WIDE, TITLE, bold=True)
        y = page.paragraph(MARGIN, y, self.summary, WIDE)
        page.place(drawing, MARGIN, y)
        for words in (*self.notes, source):
            y = page.paragraph(MARGIN, max(y, page.height + MARGIN), words, WIDE, SMALL, colour=GREY)
        page.grow(y)
        return page.svg(self.title, self.summary, has_links=self.has_links, background=PAPER, xmlns=XMLNS)
