from __future__ import annotations

import io

import pytest
from PIL import Image

from core.files import RefusedFile, make_thumbnail
from tests.core.samples import image, png_header


def thumbnail(content: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(make_thumbnail(io.BytesIO(content))))
    made.load()
    return made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_thumbnails_are_small_jpegs(kind):
    made = thumbnail(image(kind, (1200, 600)))
    assert (made.format, made.size) == ("JPEG", (480, 240))


def test_small_images_are_not_blown_up():
    assert thumbnail(image("PNG", (20, 10))).size == (20, 10)


def test_a_turned_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert thumbnail(image("JPEG", (1200, 600), exif=exif)).size == (240, 480)


def test_nothing_but_pixels_is_kept():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    gps = exif.get_ifd(0x8825)
    gps[1] = "N"
    content = image("JPEG", exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile")
    assert b"Secret" in content
    made = make_thumbnail(io.BytesIO(content))
    assert b"Secret" not in made
    assert not Image.open(io.BytesIO(made)).getexif()


def test_code_inside_an_image_is_not_carried_over():
    content = image("PNG") + b"<script>alert(1)</script>"
    assert b"script" not in make_thumbnail(io.BytesIO(content))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_transparency_becomes_white_and_every_mode_is_drawn(mode):
    made = thumbnail(image("PNG", mode=mode))
    assert made.mode == "RGB"
    if mode in {"LA", "RGBA"}:
        assert set(made.tobytes()) <= {253, 254, 255}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_pixel_bombs_are_refused_by_their_header():
    with pytest.raises(RefusedFile, match="13000 × 13000") as refusal:
        make_thumbnail(io.BytesIO(png_header(13_000, 13_000)))
    assert refusal.value.code == "too_many_pixels"


def test_the_limit_of_pixels_is_a_setting(settings):
    settings.CLAIMS_MAX_IMAGE_PIXELS = 40 * 30
    assert thumbnail(image("JPEG", (40, 30)))
    with pytest.raises(RefusedFile):
        make_thumbnail(io.BytesIO(image("PNG", (40, 30))))


@pytest.mark.parametrize("cut", [60, 100])
def test_broken_images_are_refused(cut):
    content = image("PNG", (400, 300))
    with pytest.raises(RefusedFile) as refusal:
        make_thumbnail(io.BytesIO(content[:-cut]))
    assert refusal.value.code == "damaged_image"
