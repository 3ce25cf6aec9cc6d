"""The drawing of signatories over time: a line with the area under it, and published counts as points."""

from localdigital.charts.bars import draw_key
from localdigital.charts.drawing import DEEP, GREY, ORANGE, PAPER, RULE, SMALL, TEXT

LEFT, BELOW = 44, 30
POINT, APART = 7, 20
MOST_TICKS = 6


def draw_over_time(drawing, months, points):
    """The months from left to right, the numbers from the bottom up."""
    y = _draw_key(drawing, any(one.signed != one.at_most for one in months), bool(points))
    high = 300 if drawing.is_narrow else 400
    most = max([1, *(one.at_most for one in months), *(one.number for one in points)])
    step = _step(most)
    top = step * -(-most // step)
    scale = _Scale(drawing, months, y + 8, high, top)
    _draw_axes(drawing, scale, step, top, months)
    _draw_line(drawing, scale, months)
    _draw_points(drawing, scale, points)
    drawing.grow(y + 8 + high + BELOW)


class _Scale:
    """Where a month and a number are."""

    def __init__(self, drawing, months, y, high, top):
        self.left, self.right, self.bottom = LEFT, drawing.width - 12, y + high
        self.first, self.count = months[0].year * 12 + months[0].month, len(months)
        self.high, self.top = high, top

    def x(self, year, month, part=0.0):
        months = year * 12 + month - self.first + part
        return self.left + (self.right - self.left) * months / self.count

    def y(self, number):
        return self.bottom - self.high * number / self.top


def _step(most):
    """How far the lines across are from each other: 1, 2 or 5, or ten or a hundred times that."""
    step, wider = 1, (2, 2.5, 2)
    turn = 0
    while most / step > MOST_TICKS:
        step, turn = int(step * wider[turn % 3]), turn + 1
    return step


def _draw_key(drawing, has_range, has_points):
    entries = [("plain", "Signed, in this register")]
    if has_range:
        entries.append(("missing", "Signed in that year, month not known"))
    if has_points:
        entries += [("diamond", "Published count of signatories"), ("circle", "Other published count")]

    def sample(x, y, paint):
        if paint in ("diamond", "circle"):
            _mark(drawing, x + 11, y - 6, paint == "diamond")
        else:
            drawing.sample(x, y, paint)
        if paint == "plain":
            drawing.line([(x, y - 14), (x + 23, y - 14)], DEEP, 3)

    return draw_key(drawing, entries, sample=sample)


def _draw_axes(drawing, scale, step, top, months):
    for number in range(0, top + 1, step):
        y = scale.y(number)
        drawing.line([(scale.left, y), (scale.right, y)], GREY if number == 0 else RULE)
        drawing.text(scale.left - 8, y + 5, f"{number:,}", anchor="end", colour=GREY)
    years = [one.year for one in months if one.month == 1]
    every = max(1, -(-len(years) * 50 // (scale.right - scale.left)))
    for place, year in enumerate(years):
        x = scale.x(year, 1)
        drawing.line([(x, scale.bottom), (x, scale.bottom + 6)], GREY)
        if place % every == 0:
            drawing.text(x, scale.bottom + 24, str(year), anchor="middle", colour=GREY)


def _draw_line(drawing, scale, months):
    def steps(name):
        points = [(scale.x(months[0].year, months[0].month), scale.y(0))]
        for one in months:
            x, y = scale.x(one.year, one.month, 1), scale.y(getattr(one, name))
            points += [(points[-1][0], y), (x, y)]
        return points

    signed, at_most = steps("signed"), steps("at_most")
    if signed != at_most:
        drawing.polygon([*at_most, *reversed(signed)], "missing", stroke_width=0.5)
    drawing.polygon([*signed, (signed[-1][0], scale.y(0))], "plain", stroke="none")
    drawing.line(signed[1:], DEEP, 3)
    last = months[-1].at_most
    x, y = signed[-1]
    drawing.text(x, y - 10, f"{last:,} in this register", bold=True, anchor="end", colour=DEEP, **_halo())


def _draw_points(drawing, scale, points):
    """Each at its date and number, with its number beside it; words that would meet are moved apart upwards."""
    above = {}
    for one in sorted(points, key=lambda one: one.number):
        day = one.when.day
        part = 0.5 if one.when.precision == "month" else (day.day - 1) / 31
        x, y = scale.x(day.year, day.month, part), scale.y(one.number)
        _mark(drawing, x, y, one.is_of_signatories)
        near = round(x / 60)
        words_y = min([y + 5, *(above[place] - APART for place in (near - 1, near, near + 1) if place in above)])
        above[near] = words_y
        said = one.in_words if drawing.is_narrow else f"{one.in_words} {one.of}"
        drawing.text(x + 12, words_y, said, SMALL if drawing.is_narrow else TEXT,
                     bold=one.is_of_signatories, **_halo())  # fmt: skip


def _mark(drawing, x, y, is_of_signatories):
    if is_of_signatories:
        around = [(x, y - POINT), (x + POINT, y), (x, y + POINT), (x - POINT, y)]
        where = " ".join(f"{a:.1f},{b:.1f}" for a, b in around)
        drawing.shape("polygon", points=where, fill=ORANGE, stroke=PAPER, stroke_width=1)
    else:
        drawing.shape("circle", cx=x, cy=y, r=POINT - 2, fill=PAPER, stroke=ORANGE, stroke_width=2.5)


def _halo():
    """White around words, so that a line behind them does not spoil them."""
    return {"stroke": PAPER, "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}
