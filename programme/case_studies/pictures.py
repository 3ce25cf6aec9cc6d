"""What is made of an image that somebody uploads: checked by its content, and written anew without anything else.

Nothing of the file is kept but what can be seen: not its name, where it was taken, nor whatever hides in it.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

# What it must be to be looked at, and what is made of it
LARGEST_FILE = 10_000_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 30_000
LONGER_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
TOO_MANY_PIXELS = "The selected image must have 50 million pixels or fewer. Make it smaller and select it again"
TOO_LONG = "The selected image must be 30,000 pixels or fewer on each side. Make it smaller and select it again"
# A photo that came as PNG is many times larger than it need be.
LARGEST_PNG = 1_000_000
TRANSPARENT = ("RGBA", "LA", "PA", "La", "RGBa")
JPEG, PNG = "image/jpeg", "image/png"
ENDINGS = {JPEG: "jpg", PNG: "png"}
# An image of MOST_PIXELS takes 200 MB while it is decoded, and requests are answered in threads.
ONE_AT_A_TIME = Lock()


class Refused(Exception):
    """The file cannot be shown; the message says why, as the form tells it."""


@dataclass(frozen=True)
class Remade:
    """An image as we made it."""

    content: bytes
    content_type: str
    width: int
    height: int

    @property
    def digest(self):
        """The SHA-256 of its content, of which its address is made."""
        return hashlib.sha256(self.content).hexdigest()


def remade(file):
    """The image in an uploaded file, made anew. Raises Refused."""
    if file.size > LARGEST_FILE:
        raise Refused("The selected file must be smaller than 10MB")
    with ONE_AT_A_TIME:
        try:
            return _written(_read(file))
        except Refused:
            raise
        except Exception as error:  # decoders stumble over bad files in a dozen ways
            raise Refused("The selected file is damaged. Save the image again, or select another") from error


def _read(file):
    """The image as it is meant to be seen, of a size that pages need."""
    try:
        image = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise Refused("The selected file must be a JPG, PNG or WebP") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(TOO_MANY_PIXELS) from error
    # Before anything of it is decoded
    if image.width * image.height > MOST_PIXELS:
        raise Refused(TOO_MANY_PIXELS)
    if max(image.size) > LONGEST_SIDE:  # each of so many lines takes its time
        raise Refused(TOO_LONG)
    # Phones keep a second picture in a JPEG: only the others move.
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise Refused("The selected image must not be animated")
    image.draft("RGB", (LONGER_SIDE, LONGER_SIDE))
    image.load()
    is_transparent = image.mode in TRANSPARENT or "transparency" in image.info
    seen = _in_eight_bits(image).convert("RGBA" if is_transparent else "RGB")
    seen.thumbnail((LONGER_SIDE, LONGER_SIDE))
    return _turned(seen, image)


def _in_eight_bits(image):
    """An image of 16 bits a pixel, which are cut rather than made smaller otherwise."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image


def _turned(seen, image):
    """As the camera was held, with an alpha channel only where something shows through."""
    seen.info = {}
    seen.getexif()[0x0112] = _way_up(image)
    turned = ImageOps.exif_transpose(seen)
    if turned.mode == "RGBA":
        # By way of RGBa, which keeps no colour where nothing of it can be seen
        turned = turned.convert("RGB" if turned.getextrema()[3][0] == 255 else "RGBa")
    if turned.mode == "RGBa":
        turned = turned.convert("RGBA")
    was_png = image.format == "PNG"
    # A new image: whatever else came with the file stays behind.
    clean = Image.frombytes(turned.mode, turned.size, turned.tobytes())
    return clean, was_png


def _way_up(image):
    """How the camera was held, as the file says; upright where what it says is broken."""
    try:
        return image.getexif().get(0x0112, 1)
    except Exception:  # as many ways to be broken as there are cameras
        return 1


def _written(made):
    image, was_png = made
    if image.mode == "RGBA" or was_png:
        content = _saved(image, "PNG", optimize=True)
        if len(content) <= LARGEST_PNG:
            return Remade(content, PNG, *image.size)
    if image.mode == "RGBA":  # on white, as pages show it
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return Remade(_saved(image, "JPEG", quality=85, optimize=True, progressive=True), JPEG, *image.size)


def _saved(image, kind, **options):
    into = BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()
