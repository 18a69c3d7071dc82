"""Images that arrive from anywhere: their size read from the header, previews drawn anew."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from core.refusals import RefusedFile

MAX_PIXELS = 50_000_000
"""Width times height of a JPEG, which shrinks while it is decoded. Others take eight to sixteen
bytes of memory a pixel on their way, so half as many are allowed."""
THUMBNAIL_EDGE = 480
_SHRINKING = frozenset({"JPEG", "MPO"})
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# What Pillow raises for files that are broken or made to break it.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)


def image_size(file: IO[bytes]) -> tuple[int, int]:
    """Width and height in pixels as the header states them; nothing is decoded.

    Raises RefusedFile for images too large to be decoded safely and for broken ones.
    """
    with _opened(file) as image:
        return image.size


def make_thumbnail(file: IO[bytes], edge: int = THUMBNAIL_EDGE) -> bytes:
    """A preview as JPEG, no side longer than `edge` pixels, upright and drawn anew.

    Nothing of the original but its pixels gets in: no place, camera, comment or colour profile.
    Transparency becomes white. Raises RefusedFile as `image_size` does.
    """
    with _opened(file) as image:
        # Lets the JPEG decoder shrink while it reads: an eighth of each side is all it keeps.
        image.draft("RGB", (edge, edge))
        smooth = image if image.mode in {"L", "RGB", "RGBA", "CMYK"} else image.convert("RGBA")
        smooth.thumbnail((edge, edge), reducing_gap=2.0)
        upright = ImageOps.exif_transpose(smooth).convert("RGBA")
    drawn = Image.new("RGB", upright.size, "white")
    drawn.paste(upright, mask=upright)
    out = BytesIO()
    drawn.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[Image.Image]:
    file.seek(0)
    try:
        with Image.open(file, formats=_FORMATS) as image:
            width, height = image.size
            limit = getattr(settings, "CLAIMS_MAX_IMAGE_PIXELS", MAX_PIXELS)
            if width * height > (limit if image.format in _SHRINKING else limit // 2):
                raise _too_many_pixels(width, height)
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _BROKEN as error:
        raise RefusedFile(
            "damaged_image",
            _("The image is damaged. Open it, save it again, and send that."),
        ) from error


def _too_many_pixels(width: int = 0, height: int = 0) -> RefusedFile:
    size = f"{width} × {height}" if width else "> 100 MP"
    return RefusedFile(
        "too_many_pixels",
        _("The image has too many pixels (%(size)s). Make it smaller and send it again.")
        % {"size": size},
    )
