"""Hexagons in rows, standing on a corner, every odd row shifted right by half of one: where they are, and what goes
around several of them.

Corners are whole numbers on a lattice (half a hexagon across, half a side down), so that two hexagons side by side have
exactly the same ones.
"""

import csv
import math
from functools import cache
from pathlib import Path

from django.conf import settings

OUR_LAYOUT = Path(settings.BASE_DIR) / "signatories" / "data" / "hex_map.csv"
# From the middle of a hexagon to its corners, clockwise from the top
CORNERS = ((0, -2), (1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1))
HALF_SIDE = 1 / (2 * math.sqrt(3))  # in widths of a hexagon


@cache
def layout():
    """Where each council is in our own layout: {its code: (column, row)}."""
    with OUR_LAYOUT.open(encoding="utf-8", newline="") as table:
        return {row["code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(table)}


def middle(cell):
    """The middle of a hexagon, on the lattice."""
    column, row = cell
    return 2 * column + 1 + row % 2, 3 * row + 2


def corners(cell):
    """Its six corners on the lattice, clockwise from the top."""
    across, down = middle(cell)
    return [(across + x, down + y) for x, y in CORNERS]


def outline(cells):
    """The lines around these hexagons, as corners on the lattice: one ring for each piece and for each hole in one.

    They are the sides that belong to one of them only. At a corner three hexagons meet, so no two rings touch.
    """
    sides = set()
    for cell in cells:
        around = corners(cell)
        sides |= set(zip(around, around[1:] + around[:1], strict=True))
    after = {start: end for start, end in sorted(sides) if (end, start) not in sides}
    rings = []
    while after:
        first, corner = min(after), None
        ring = [first]
        while (corner := after.pop(ring[-1])) != first:
            ring.append(corner)
        rings.append(ring)
    return rings


def placed(point, width):
    """A point of the lattice on a drawing whose hexagons are that wide."""
    return point[0] * width / 2, point[1] * width * HALF_SIDE


def hexagon(cell, width, size=1.0):
    """The corners of a hexagon on such a drawing; `size` below 1 leaves a gap between it and those beside it."""
    x, y = placed(middle(cell), width)
    return [(x + size * dx, y + size * dy) for dx, dy in (placed(corner, width) for corner in CORNERS)]


def path(rings, width):
    """Rings of the lattice as the path of such a drawing."""
    drawn = []
    for ring in rings:
        points = (placed(point, width) for point in ring)
        drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(drawn)
