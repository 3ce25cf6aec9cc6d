"""A chart as a picture for slides: typst turns its SVG into a PNG."""

from functools import cache, lru_cache

import typst

DOTS_PER_INCH = 192  # two for each unit of a drawing
KEPT = 64  # of about 150 kB each
PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'


@lru_cache(maxsize=KEPT)
def png(svg):
    """The picture of an SVG. What was drawn last is kept: the same chart is the same text."""
    return typst.compile(PAGE, format="png", ppi=DOTS_PER_INCH, sys_inputs={"svg": svg}, font_paths=_fonts())


@cache
def _fonts():
    """The computer's own before those that typst brings: the words of a chart are in a plain one."""
    return typst.Fonts(include_system_fonts=True)
