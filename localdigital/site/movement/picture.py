"""A chart as a picture for slides: typst turns its SVG into a PNG."""

from localdigital.compiling import compiled, once

DOTS_PER_INCH = 192  # two for each unit of a drawing
KEPT = 64  # of about 150 kB each
PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'


@once(KEPT)
def png(svg):
    """The picture of an SVG. What was drawn last is kept: the same chart is the same text."""
    return compiled(PAGE, format="png", ppi=DOTS_PER_INCH, sys_inputs={"svg": svg})
