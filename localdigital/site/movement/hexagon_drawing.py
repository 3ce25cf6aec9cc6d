"""How the map of hexagons is drawn: the map, what its patterns mean, and who stands beside it.

What a hexagon says is shown where there is only sea, while it has the focus or the mouse is on it: site.css shows
`app-hexagons__said`, and makes the line around a county stronger while its name has the focus. A file has titles in
place of that.
"""

from collections import Counter

from django.utils.html import escape

from localdigital.charts.drawing import GREY, INK, ORANGE, RULE, SMALL, TEXT, letters, wrapped
from localdigital.govuk.writing import number
from localdigital.site.movement.hexagon_geometry import hexagon, layout, outline, path, placed
from signatories.models.organisation import OrganisationType as Type

ROW, CELL = "app-hexagons__row", "app-hexagons__cell"  # what the focus colours
BOLD = ' font-weight="bold"'
GAP = 26  # between the map and what is beside it
SIZE = 0.88  # of a hexagon, so that lines fit between two
KEY = 20  # how wide the hexagons beside the map are
LINE = 25  # from one name beside it to the next, so that each can be touched
SEA = 10.6, 13.5  # from this column on there is nothing but sea at the top, and so many columns of it
BESIDE_WIDTH = 280
OTHERS = 40  # councils without a hexagon that are named
BESIDE = (
    # the heading, which types, and the line around what each covers
    ("Counties", (Type.COUNTY,), {"stroke": INK, "stroke_width": 1.4}),
    (
        "Combined authorities and Greater London",
        (Type.COMBINED_AUTHORITY, Type.STRATEGIC_REGIONAL_AUTHORITY),
        {"stroke": ORANGE, "stroke_width": 2.4, "stroke_dasharray": "5 2"},
    ),
)


def draw_map(drawing, councils, by, states):
    """Draw Councils by what they say: one of the `states` each. What is beside the map stands below it on a phone."""
    across = drawing.width if drawing.is_narrow else 0.67 * drawing.width
    width = across / (1.5 + max(column for column, _ in layout().values()))
    for one in sorted((one for one in councils if one.cell), key=lambda one: one.cell[::-1]):
        _draw_hexagon(drawing, one, width, by, states)
    drawing.grow(placed((0, 3 * max(row for _, row in layout().values()) + 4), width)[1])
    x, y = (0, drawing.height + GAP) if drawing.is_narrow else (across + GAP, 2 * TEXT)
    y = _draw_legend(drawing, Counter(one.state(by) if one.fits else None for one in councils), states, x, y)
    beside = [one for one in councils if one.fits and not one.cell]
    for heading, types, line in BESIDE:
        those = [one for one in beside if one.organisation.type in types]
        y = _draw_beside(drawing, heading, those, (by, states), (x, y), width, line)
    uppers = {kind for _, types, _ in BESIDE for kind in types}
    others = [one for one in beside if one.organisation.type not in uppers]
    y = _draw_beside(drawing, "Not on the map yet", others[:OTHERS], (by, states), (x, y), width)
    if others[OTHERS:]:
        drawing.text(x, y, f"and {number(len(others) - OTHERS)} more", SMALL)
        drawing.grow(y + SMALL)


def _draw_hexagon(drawing, one, width, by, states):
    points = hexagon(one.cell, width, SIZE)
    if not one.fits:
        drawing.polygon(points, "paper", stroke=RULE, stroke_width=0.5)
        return
    with drawing.link(one.organisation.get_absolute_url(), one.label):
        _draw_state(drawing, points, states[one.state(by)][1], class_=CELL)
        _say(drawing, one, width)


def _draw_state(drawing, points, paint, **attributes):
    # Thin around empty ones, so that the lines around counties can be seen between them
    thin = {"stroke": GREY, "stroke_width": 0.6} if paint == "paper" else {}
    drawing.polygon(points, paint, **thin, **attributes)


def _say(drawing, one, width):
    """All that is said of it, in the sea."""
    if drawing.links:
        drawing.shape("title", inside=escape(one.label))
        return
    if drawing.is_narrow:
        return  # the sea is too narrow for names
    x, room = round(SEA[0] * width), SEA[1] * width
    lines = [(line, BOLD) for line in wrapped(one.name, room, bold=True)]
    lines += [(line, "") for fact in one.facts for line in wrapped(fact, room)]
    words = "".join(f'<tspan x="{x}" dy="21"{bold}>{escape(line)}</tspan>' for line, bold in lines)
    drawing.shape("text", inside=words, y=2, font_size=TEXT, display="none", class_="app-hexagons__said")


def _draw_legend(drawing, counts, states, x, y):
    """What each pattern means, and how many councils it stands for; gives where the next thing begins."""
    for state, (words, paint) in states.items():
        _draw_state(drawing, _key(x, y), paint)
        drawing.text(x + KEY + 8, y, f"{words}: {number(counts[state])}")
        y += LINE
    if counts[None]:
        drawing.polygon(_key(x, y), "paper", stroke=RULE, stroke_width=0.6)
        drawing.text(x + KEY + 8, y, f"Not in your filters: {number(counts[None])}")
        y += LINE
    drawing.grow(y)
    return y + GAP / 2


def _draw_beside(drawing, heading, those, shown, where, width, line=None):
    """Councils that have no hexagon on the map, each with what it covers there; gives where the next thing begins."""
    (by, states), (x, y) = shown, where
    if not those:
        return y
    last = wrapped(heading, BESIDE_WIDTH - 70, bold=True)[-1]
    y = drawing.paragraph(x, y, heading, BESIDE_WIDTH - 70, bold=True) - round(1.3 * TEXT)
    if line:
        drawing.shape("path", d=f"M{x + letters(last, bold=True) + 20:.0f} {y - 5}h40", **line)
    for one in those:
        y += LINE
        with drawing.link(one.organisation.get_absolute_url(), one.label):
            if line and one.area:
                around = path(outline(one.area), width)
                thinner = {"stroke_width": line["stroke_width"] * 0.75} if drawing.is_narrow else {}
                drawing.shape("path", d=around, fill="none", class_="app-hexagons__around", **line | thinner)
            # What can be touched is as high as its line
            drawing.shape(
                "rect", x=x, y=y - LINE + 6, width=BESIDE_WIDTH, height=LINE, fill="#ffffff", fill_opacity=0, class_=ROW
            )
            _draw_state(drawing, _key(x, y), states[one.state(by)][1])
            drawing.text(x + KEY + 8, y, one.organisation.name, SMALL)
            _say(drawing, one, width)
    drawing.grow(y + SMALL)
    return y + 1.5 * GAP


def _key(x, y):
    """A hexagon before words that stand on y."""
    return [(x + dx, y - 16 + dy) for dx, dy in hexagon((0, 0), KEY, SIZE)]
