"""A drawing for the demo's case study: one week of a calendar, in which some evenings are taken."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from programme.case_studies.pictures import remade

SAYS = "A calendar of one week with three rooms, drawn: eight of the twenty-one evenings are taken"
TAKEN = {(0, 0), (0, 3), (1, 1), (1, 4), (1, 6), (2, 0), (2, 2), (2, 5)}
PAPER, LINE, FREE, BOOKED = "#ffffff", "#b9c7c5", "#eef2f1", "#17424b"


def drawn():
    """The drawing, made anew like any image that is uploaded."""
    image = Image.new("RGB", (1120, 520), PAPER)
    pen = ImageDraw.Draw(image)
    for room in range(3):
        for day in range(7):
            left, top = 20 + day * 155, 20 + room * 165
            colour = BOOKED if (room, day) in TAKEN else FREE
            pen.rounded_rectangle((left, top, left + 145, top + 150), 12, fill=colour, outline=LINE, width=3)
    into = BytesIO()
    image.save(into, "PNG")
    return remade(ContentFile(into.getvalue()))
