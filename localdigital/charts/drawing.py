"""Drawing charts as SVG: shapes, words and patterns with their own attributes, so that a file looks right by itself.

A Drawing has its width from outside and grows downwards; its unit is a CSS pixel at full size. Every chart is drawn
twice: WIDE for a screen or a slide, NARROW for a phone, so that its words can be read on both.
"""

from contextlib import contextmanager
from functools import cache

from markupsafe import Markup, escape

from localdigital.characters import writable_in_xml

WIDE, NARROW = 930, 340

INK, GREY, RULE, PAPER = "#0b0c0c", "#484949", "#b9c7c5", "#ffffff"
DEEP, MIDDLE, PALE = "#17424b", "#3f8a8c", "#d5e4e3"
ORANGE, RED, GOLD = "#b4491f", "#9c1c3c", "#e0a526"
FONT = "Arial, 'Liberation Sans', Helvetica, 'DejaVu Sans', sans-serif"
TEXT, SMALL = 16, 14  # how large words are, and how small they may be
LETTER, BOLD_LETTER = 0.54, 0.59  # how wide a letter is on average, in sizes of the text; rather too much

# What an area is filled with: a colour, and the lines or dots on it, so that black and white tell it too.
_STRIPES = '<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="{line}" stroke-width="{width}"/>'
_BACK_STRIPES = '<path d="M-2 6L2 10M0 0L8 8M6 -2L10 2" stroke="{line}" stroke-width="{width}"/>'
_DOTS = '<circle cx="2" cy="2" r="1.3" fill="{line}"/><circle cx="6" cy="6" r="1.3" fill="{line}"/>'
_LEVEL = '<path d="M0 2H8M0 6H8" stroke="{line}" stroke-width="{width}"/>'
_UPRIGHT = '<path d="M2 0V8M6 0V8" stroke="{line}" stroke-width="{width}"/>'
_GRID = '<path d="M0 4H8M4 0V8" stroke="{line}" stroke-width="{width}"/>'
PAINTS = {
    # name: (colour, pattern or None, colour of its lines, their width, colour of the outline)
    "deep": (DEEP, None, "", 0, DEEP),
    "middle": (MIDDLE, _STRIPES, PAPER, 1.6, DEEP),
    "pale": (PALE, _DOTS, DEEP, 0, DEEP),
    "plain": (PALE, None, "", 0, PALE),
    "paper": (PAPER, None, "", 0, DEEP),
    "missing": (PAPER, _STRIPES, "#8fa5a3", 0.9, "#71807e"),
    "orange": (ORANGE, _BACK_STRIPES, PAPER, 1.6, ORANGE),
    "red": (RED, _GRID, PAPER, 1.2, RED),
    "gold": (GOLD, _LEVEL, INK, 0.9, INK),
    "grey": ("#c6cfce", _UPRIGHT, GREY, 0.9, GREY),
}


def letters(words, size=TEXT, *, bold=False):
    """About how wide these words are."""
    return len(words) * size * (BOLD_LETTER if bold else LETTER)


def wrapped(words, width, size=TEXT, *, bold=False):
    """The words in lines that are about no wider than that."""
    lines, line = [], ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and letters(longer, size, bold=bold) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines


def _attributes(values):
    written = [f' {_name(name)}="{_value(value)}"' for name, value in values.items() if value is not None]
    return "".join(written)


@cache
def _name(name):
    return name.rstrip("_").replace("_", "-")


def _value(value):
    if isinstance(value, str):
        return escape(value)
    return _short(value)


def _short(value):
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


class Drawing:
    """What is drawn: its `width`, and its `height`, which whoever draws sets or lets grow.

    `ids` begins every id in it, so that several can stand on one page. `links` stands before every address that its
    parts lead to: nothing on a page, the website in a file.
    """

    def __init__(self, width=WIDE, *, ids="chart", links=""):
        self.width, self.height, self.ids, self.links = width, 0, ids, links
        self._parts, self._used = [], {}

    @property
    def is_narrow(self):
        """Whether it is for a phone: labels stand above what they name, not beside it."""
        return self.width < 600

    # ---- Shapes

    def shape(self, name, paint=None, inside="", **attributes):
        """Any element of SVG, in one of the PAINTS where that is said; `inside` is markup."""
        if paint is not None:
            attributes = {"fill": self._fill(paint), "stroke": PAINTS[paint][4], "stroke_width": 1} | attributes
        self._parts.append(f"<{name}{_attributes(attributes)}" + (f">{inside}</{name}>" if inside else "/>"))

    def rect(self, x, y, width, height, paint, **attributes):
        """A rectangle."""
        self.shape("rect", paint, x=x, y=y, width=width, height=height, **attributes)

    def sample(self, x, y, paint):
        """A piece of that paint before words that stand on y."""
        self.rect(x + 0.5, y - 14, 22, 16, paint)

    def polygon(self, points, paint, **attributes):
        """An area between points: (x, y) of each."""
        self.shape("polygon", paint, points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), **attributes)

    def circle(self, x, y, radius, paint, **attributes):
        """A disc."""
        self.shape("circle", paint, cx=x, cy=y, r=radius, **attributes)

    def line(self, points, colour=DEEP, thickness=1, **attributes):
        """A line through points: (x, y) of each."""
        where = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.shape("polyline", points=where, fill="none", stroke=colour, stroke_width=thickness, **attributes)

    def text(self, x, y, words, size=TEXT, *, bold=False, anchor=None, colour=INK, **attributes):
        """Words on one line; y is the line that they stand on. `anchor` is None, "middle" or "end"."""
        weight = "bold" if bold else None
        where = {"x": x, "y": y, "font_size": size, "fill": colour, "text_anchor": anchor, "font_weight": weight}
        self.shape("text", inside=escape(words), **where, **attributes)

    def paragraph(self, x, y, words, width, size=TEXT, *, bold=False, colour=INK):
        """Words in as many lines as they need, the first standing on y; gives the y of the next line."""
        for line in wrapped(words, width, size, bold=bold):
            self.text(x, y, line, size, bold=bold, colour=colour)
            y += round(size * 1.3)
        return y

    @contextmanager
    def link(self, href, label):
        """What is drawn within leads there, with the mouse and with the keyboard; `label` is what is heard of it.

        A chart with links says so (`Chart.has_links`)."""
        self._parts.append(f"<a{_attributes({'href': self.links + href, 'aria_label': label})}>")
        yield
        self._parts.append("</a>")

    @contextmanager
    def moved(self, x, y):
        """What is drawn within is moved by that much."""
        self._parts.append(f'<g transform="translate({_short(float(x))} {_short(float(y))})">')
        yield
        self._parts.append("</g>")

    def place(self, other, x, y):
        """Put another drawing here, moved by that much."""
        with self.moved(x, y):
            self._parts += other._parts
        self._used |= other._used
        self.grow(y + other.height)

    def grow(self, y):
        """Make it reach down to y at least."""
        self.height = max(self.height, y)

    def _fill(self, paint):
        colour, pattern, line, width, _ = PAINTS[paint]
        if pattern is None:
            return colour
        name = f"{self.ids}-{paint}"
        self._used[name] = (
            f'<pattern id="{escape(name)}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect width="8" height="8" fill="{colour}"/>{pattern.format(line=line, width=width)}</pattern>'
        )
        return f"url(#{name})"

    # ---- As SVG

    def svg(self, title, summary, *, has_links=False, background=None, **attributes):
        """The whole as one element, called by its title and described by its summary. With a `background` it has its
        own size, for a file; without, it is as wide as its place."""
        title_id, summary_id, height = f"{self.ids}-title", f"{self.ids}-summary", round(self.height)
        frame = {
            "viewBox": f"0 0 {self.width} {height}",
            "role": "group" if has_links else "img",
            "aria_labelledby": title_id,
            "aria_describedby": summary_id,
            "font_family": FONT,
        }
        paper = ""
        if background:
            frame |= {"width": self.width, "height": height}
            paper = f'<rect width="{self.width}" height="{height}" fill="{background}"/>'
        definitions = f"<defs>{''.join(self._used.values())}</defs>" if self._used else ""
        written = (
            f"<svg{_attributes(frame | attributes)}>"
            f'<title id="{title_id}">{escape(title)}</title><desc id="{summary_id}">{escape(summary)}</desc>'
            f"{definitions}{paper}{''.join(self._parts)}</svg>"
        )
        return Markup(writable_in_xml(written))  # names may be older than what forms leave out
