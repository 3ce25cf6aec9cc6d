"""What becomes of an image that somebody uploads: checked by its content, and made anew without anything else."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from localdigital.uploads import LARGEST_UPLOAD
from programme.case_studies.pictures import LARGEST_FILE, LARGEST_PNG, Refused, remade

NORTH_OF = {0x8825: {1: "N", 2: (52.0, 20.0, 1.0)}, 0x010F: "A camera", 0x0112: 6}


def made(kind="JPEG", mode="RGB", size=(60, 40), colour="red", **options):
    """An image in a file of that kind."""
    into = BytesIO()
    Image.new(mode, size, colour).save(into, kind, **options)
    return into.getvalue()


def uploaded(content, name="picture.jpg"):
    return SimpleUploadedFile(name, content)


def shown(picture):
    """The image that a browser would show."""
    return Image.open(BytesIO(picture.content))


@pytest.mark.parametrize(
    ("kind", "mode", "becomes"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg"),
        ("PNG", "RGB", "image/png"),
        ("PNG", "1", "image/png"),
        ("PNG", "I;16", "image/png"),
    ],
)
def test_an_image_of_every_usual_kind_becomes_one_of_two(kind, mode, becomes):
    colour = 65535 if mode == "I;16" else 255 if mode in ("L", "1") else (255, 0, 0, 0)[: len(mode)]
    picture = remade(uploaded(made(kind, mode, colour=colour)))
    assert (picture.content_type, picture.width, picture.height) == (becomes, 60, 40)
    image = shown(picture)
    assert Image.MIME[image.format] == becomes
    assert image.convert("RGB").getpixel((5, 5)) != (0, 0, 0)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_shows_through_goes_on_doing_so(kind):
    half = made(kind, "RGBA", colour=(255, 0, 0, 128))
    assert shown(remade(uploaded(half))).convert("RGBA").getpixel((5, 5))[3] == 128
    assert shown(remade(uploaded(made(kind, "RGBA", colour=(255, 0, 0, 255))))).mode == "RGB"


def test_a_large_image_becomes_one_that_pages_need_and_a_small_one_keeps_its_size():
    picture = remade(uploaded(made(size=(4000, 1000))))
    assert (picture.width, picture.height) == shown(picture).size == (1600, 400)
    assert remade(uploaded(made("PNG", size=(90, 4000)))).height == 1600
    assert remade(uploaded(made(size=(3, 2)))).width == 3


def test_a_photo_that_came_as_png_becomes_a_jpeg():
    noise = Image.effect_noise((1200, 1000), 90).convert("RGB")
    into = BytesIO()
    noise.save(into, "PNG")
    assert len(into.getvalue()) > LARGEST_PNG
    assert remade(uploaded(into.getvalue())).content_type == "image/jpeg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_stays_of_where_by_what_and_how_it_was_taken_but_the_way_up(kind):
    exif = Image.Exif()
    exif.update(NORTH_OF)
    options = {"exif": exif.tobytes(), "icc_profile": b"secret profile" * 20, "dpi": (300, 300)}
    if kind == "JPEG":
        options["comment"] = b"secret comment"
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Author", "secret author")
    content = made(kind, size=(60, 40), **options) + b"secret at the end"
    assert b"A camera" in content
    assert b"secret" in content
    picture = remade(uploaded(content))
    assert (picture.width, picture.height) == (40, 60)
    for told in (b"A camera", b"secret", b"Exif", b"ICC", b"eXIf", b"tEXt", b"pHYs"):
        assert told not in picture.content, told
    assert not shown(picture).getexif()


def test_the_same_file_becomes_the_same_image():
    content = made()
    assert remade(uploaded(content)).digest == remade(uploaded(content)).digest
    assert remade(uploaded(content)).digest != remade(uploaded(made(colour="blue"))).digest


def png_that_claims(width, height):
    """A PNG of a few bytes that says it has so many pixels."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NOT_AN_IMAGE = "The selected file must be a JPG, PNG or WebP"
DAMAGED = "The selected file is damaged. Save the image again, or select another"
MOVES = "The selected image must not be animated"


def animated(kind):
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    into = BytesIO()
    frames[0].save(into, kind, save_all=True, append_images=frames[1:])
    return into.getvalue()


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"hello", NOT_AN_IMAGE),
        (SVG, NOT_AN_IMAGE),
        (b"%PDF-1.7\n", NOT_AN_IMAGE),
        (made("GIF"), NOT_AN_IMAGE),
        (made("TIFF"), NOT_AN_IMAGE),
        (b"\xff\xd8\xff\xe0" + SVG, DAMAGED),
        (made(size=(3000, 3000))[:-4000], DAMAGED),
        (made("PNG", size=(300, 300))[:-40], DAMAGED),
        (made("WEBP", size=(300, 300))[:60], DAMAGED),
        (animated("PNG"), MOVES),
        (animated("WEBP"), MOVES),
        (b"\xff" * (LARGEST_FILE + 1), "The selected file must be smaller than 10MB"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_to_do(content, refused):
    with pytest.raises(Refused, match=refused):
        remade(uploaded(content))


@pytest.mark.parametrize("size", [(60_000, 60_000), (2_147_483_647, 1), (50_001, 1000), (10_000, 10_000)])
def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(size, monkeypatch):
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", lambda image: pytest.fail("it was decoded"))
    with pytest.raises(Refused, match="50 million pixels or fewer"):
        remade(uploaded(png_that_claims(*size)))


@pytest.mark.parametrize("size", [(1, 30_001), (30_001, 1)])
def test_a_very_long_image_is_refused_before_it_is_decoded(size, monkeypatch):
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", lambda image: pytest.fail("it was decoded"))
    with pytest.raises(Refused, match="30,000 pixels or fewer on each side"):
        remade(uploaded(png_that_claims(*size)))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("broken", [b"garbage", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\x05\0\x12\x01"])
def test_a_photo_whose_notes_are_broken_is_a_photo(broken):
    picture = remade(uploaded(made(exif=b"Exif\0\0" + broken)))
    assert (picture.content_type, picture.width) == ("image/jpeg", 60)


def test_nothing_stays_of_what_lies_under_a_part_that_shows_nothing():
    image = Image.new("RGBA", (80, 60), "white")
    image.paste((200, 10, 10, 0), (10, 10, 40, 40))
    into = BytesIO()
    image.save(into, "PNG")
    kept = shown(remade(uploaded(into.getvalue())))
    assert kept.getpixel((20, 20)) == (0, 0, 0, 0)
    assert kept.getpixel((60, 50)) == (255, 255, 255, 255)


def test_a_large_image_that_shows_through_is_kept_small_on_white():
    noise = [Image.effect_noise((700, 700), 90) for _ in range(3)]
    into = BytesIO()
    Image.merge("RGBA", [*noise, Image.new("L", (700, 700), 0)]).save(into, "PNG")
    clear = remade(uploaded(into.getvalue()))
    assert clear.content_type == "image/png", "where nothing shows, nothing is large"
    into = BytesIO()
    Image.merge("RGBA", [*noise, Image.linear_gradient("L").resize((700, 700))]).save(into, "PNG")
    picture = remade(uploaded(into.getvalue()))
    assert picture.content_type == "image/jpeg"
    assert len(picture.content) < LARGEST_PNG
    assert min(shown(picture).getpixel((350, 0))) > 200


def test_a_photo_with_a_second_one_in_it_as_phones_make_them_is_a_photo():
    into = BytesIO()
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    frames[0].save(into, "MPO", save_all=True, append_images=frames[1:])
    picture = remade(uploaded(into.getvalue()))
    assert shown(picture).format == "JPEG"
    assert shown(picture).getpixel((5, 5))[0] > 200


def test_of_a_huge_file_no_more_is_kept_than_any_form_takes(rf):
    huge = uploaded(b"\xff" * (LARGEST_UPLOAD + 4_000_000))
    request = rf.post("/", {"alternative_text": "A form", "image": huge, "then": "add"})
    assert LARGEST_FILE < request.FILES["image"].size < LARGEST_UPLOAD + 100_000
    assert request.POST["then"] == "add"
    request.FILES["image"].close()
