"""How the network of partners is drawn: organisations on a circle by region on a screen, one below the other on a
phone. The same connections always make the same drawing.

While a name has the focus or the mouse is on it, site.css shows `app-network__own`: its connections again, stronger.
"""

import math
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import escape

from localdigital.charts.drawing import DEEP, GREY, MIDDLE, SMALL, TEXT, letters
from localdigital.govuk.writing import number, plural
from signatories.models.organisation import Region

TOGETHER, CONFIRMED, UNANSWERED = "together", "confirmed", "unanswered"
# What a line means, its colour and how it is broken
KINDS = {
    TOGETHER: ("Signed together", DEEP, None),
    CONFIRMED: ("Partner, confirmed", MIDDLE, None),
    UNANSWERED: ("Partner, not answered", GREY, "4 4"),
}
LEGEND, LINE = 26, 24  # how far lines of the legend and of the list are apart
SPACE = 17  # on the circle, from one name to the next
ROOM = 206  # for a name around the circle, or in the list
LEAST_RADIUS = 110
REGIONS = list(Region.labels)
NOWHERE = "Not in one region"
ROW, OWN = "app-network__row", "app-network__own"


@dataclass(frozen=True)
class Place:
    """A line around the circle or of the list: an organisation, or the name of the region above those in it."""

    words: str
    organisation: object = None


def draw_network(drawing, connections, fitting):
    """Draw Connections; organisations whose keys are not `fitting` are outside of the reader's filters, and hollow."""
    y = _draw_legend(drawing, connections, fitting)
    places = ordered(connections)
    if drawing.is_narrow:
        _draw_list(drawing, connections, fitting, places, y)
    elif places:
        _draw_circle(drawing, connections, fitting, places, y)


def ordered(connections):
    """The places around the circle: region by region, those that work together beside one another."""
    bodies = {body for one in connections for body in one.ends}
    first_of = _first_of_each_group(connections)
    region_of = {body: body.get_region_display() or NOWHERE for body in bodies}
    in_order = sorted(bodies, key=lambda body: (region_of[body], first_of[body], body.sort_name, body.pk))
    places = []
    for region, those in groupby(in_order, key=region_of.get):
        places += [Place(region), *(Place(body.name, body) for body in those)]
    return places


def _first_of_each_group(connections):
    """For each organisation, the first by name of all that hang together with it, through any number of others."""
    leads_to = {}

    def first_of(body):
        while leads_to[body] is not body:
            body = leads_to[body]
        return body

    for one in connections:
        for body in one.ends:
            leads_to.setdefault(body, body)
        ends = sorted(map(first_of, one.ends), key=lambda body: (body.sort_name, body.pk))
        leads_to[ends[1]] = ends[0]
    return {body: (first_of(body).sort_name, first_of(body).pk) for body in leads_to}


# ---- What lines mean


def _draw_legend(drawing, connections, fitting):
    """Each kind of line and how many there are of it; gives where the next thing begins."""
    counts = dict.fromkeys(KINDS, 0)
    for one in connections:
        counts[one.kind] += 1
    x, y = 0, TEXT
    for kind, (words, _, _) in KINDS.items():
        _draw_line(drawing, f"M{x} {y - 5}h44", kind, 1)
        x, y = _beside(drawing, x, y, 52, f"{words}: {number(counts[kind])}")
    outside = {body.pk for one in connections for body in one.ends} - fitting
    if outside:
        _draw_dot(drawing, x + 8, y - 5, False)
        x, y = _beside(drawing, x, y, 22, f"Not in your filters: {number(len(outside))}")
    drawing.grow(y + LEGEND)
    return y + (LEGEND if x else 0)


def _beside(drawing, x, y, after, words):
    """Words after a sample; gives where the next one stands: beside it, or below it on a phone."""
    drawing.text(x + after, y, words)
    if drawing.is_narrow:
        return 0, y + LEGEND
    return x + after + round(letters(words)) + 20, y


def _draw_line(drawing, path, kind, strength, **attributes):
    _, colour, broken = KINDS[kind]
    look = {"fill": "none", "stroke": colour, "stroke_width": thickness(strength, kind), "stroke_dasharray": broken}
    drawing.shape("path", d=path, **look, **attributes)


def thickness(strength, kind):
    """How thick the line is of two that work together on so many things."""
    return (1.4 if kind == TOGETHER else 0.6) + 1.1 * math.sqrt(min(strength, 16))


def _draw_dot(drawing, x, y, fits):
    drawing.circle(x, y, 4, "deep" if fits else "paper")


# ---- On a circle


def _draw_circle(drawing, connections, fitting, places, y):
    radius = max(LEAST_RADIUS, len(places) * SPACE / math.tau)
    room = min(ROOM, 12 + max(letters(place.words, SMALL, bold=not place.organisation) for place in places))
    middle = drawing.width / 2, y + room + radius
    angles = {place.organisation or place.words: math.tau * n / len(places) for n, place in enumerate(places)}

    def point(angle, away):
        return middle[0] + away * math.sin(angle), middle[1] - away * math.cos(angle)

    paths = []
    for one in connections:
        first, second = (angles[body] for body in one.ends)
        apart = abs(first - second)
        apart = min(apart, math.tau - apart) / math.pi
        # Those far from each other meet near the middle, those side by side keep to the rim
        turn = (first + second) / 2 + (math.pi if abs(first - second) > math.pi else 0)
        (x1, y1), (x, y), (x2, y2) = (
            point(first, radius),
            point(turn, radius * (0.9 - 0.9 * apart)),
            point(second, radius),
        )
        paths.append(f"M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2:.1f} {y2:.1f}")
    _draw_lines(drawing, connections, paths)
    for place in places:
        angle = angles[place.organisation or place.words]
        x, y = point(angle, radius)
        if place.organisation:
            _draw_dot(drawing, x, y, place.organisation.pk in fitting)
    for place in places:
        angle = angles[place.organisation or place.words]
        x, y = point(angle, radius + 9)
        degrees = math.degrees(angle) - 90
        leftwards = math.pi < angle
        turned = {"transform": f"rotate({degrees + (180 if leftwards else 0):.1f} {x:.1f} {y:.1f})"}
        long = 6 + letters(place.words, SMALL)
        row = {"x": x - long + 3 if leftwards else x - 3, "y": y - SPACE / 2, "width": long, "height": SPACE, **turned}
        words = {"x": x, "y": y + 5, "anchor": "end" if leftwards else None, **turned}
        _draw_place(drawing, connections, paths, place, row, words)
    drawing.grow(middle[1] + radius + room)


# ---- As a list


def _draw_list(drawing, connections, fitting, places, y):
    level = {place.organisation: y + LINE * n for n, place in enumerate(places) if place.organisation}
    x, room = ROOM + 12, drawing.width - ROOM - 20
    paths = []
    for one in connections:
        top, bottom = sorted(level[body] for body in one.ends)
        # Of a curve, the middle is three quarters of the way to its two handles
        reach = x + room * 4 / 3 * (1 - math.exp(-(bottom - top) / 300))
        paths.append(f"M{x} {top - 5:.0f}C{reach:.0f} {top - 5:.0f} {reach:.0f} {bottom - 5:.0f} {x} {bottom - 5:.0f}")
    _draw_lines(drawing, connections, paths)
    for n, place in enumerate(places):
        on = y + LINE * n
        if place.organisation:
            _draw_dot(drawing, x, on - 5, place.organisation.pk in fitting)
        row = {"x": 0, "y": on - LINE + 7, "width": ROOM, "height": LINE}
        _draw_place(drawing, connections, paths, place, row, {"x": 0, "y": on})
    drawing.grow(y + LINE * len(places))


# ---- On both


def _draw_lines(drawing, connections, paths):
    # The strongest on top
    for n, one in reversed(list(enumerate(connections))):
        _draw_line(drawing, paths[n], one.kind, one.strength)


def _draw_place(drawing, connections, paths, place, row, words):
    if place.organisation is None:
        drawing.text(words=shortened(place.words, ROOM - 12, bold=True), size=SMALL, bold=True, **words)
        return
    own = [n for n, one in enumerate(connections) if place.organisation in one.ends]
    label = f"{place.organisation.official_name}: works with {number(len(own))} {plural(len(own), 'organisation')}"
    with drawing.link(place.organisation.get_absolute_url(), label):
        if drawing.links:
            drawing.shape("title", inside=escape(label))
        else:
            drawing.shape("path", d="".join(paths[n] for n in own), fill="none", display="none", class_=OWN)
            drawing.shape("rect", fill="#ffffff", fill_opacity=0, class_=ROW, **row)
        drawing.text(words=shortened(place.words, ROOM - 12), size=SMALL, **words)


def shortened(words, width, *, bold=False):
    """The words, or as many of their letters as fit that width, and three dots."""
    fit = int(width / letters("a", SMALL, bold=bold)) + 2
    return words if len(words) <= fit else f"{words[: fit - 1].rstrip()}…"
