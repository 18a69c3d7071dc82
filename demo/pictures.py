"""Pictures that people attach: a few photos, the rest drawn here. The same content serves often."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter

from demo.content import FOLDER

SIZE = (640, 480)
SCALE = 2  # drawn larger and reduced, so that edges are smooth
TABLE, SHADOW, PART, EDGE, LIGHT = "#b9bcc0", "#8d9196", "#3a3d42", "#24262a", "#e9e7e1"
MARK = "#c8322b"
Pen = ImageDraw.ImageDraw
Box = tuple[float, float, float, float]


def upload_of(name: str) -> SimpleUploadedFile:
    """The picture of that name as a browser would send it."""
    return SimpleUploadedFile(f"{name}.jpg", content_of(name), content_type="image/jpeg")


@cache
def content_of(name: str) -> bytes:
    """The JPEG: the photo of that name, or the drawing."""
    photo = FOLDER / "photos" / f"{name}.jpg"
    return photo.read_bytes() if photo.is_file() else _drawn(DRAWINGS[name])


def _drawn(draw: Callable[[Pen], None]) -> bytes:
    image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), TABLE)
    pen = ImageDraw.Draw(image)
    for y in range(image.height):  # light falls from above
        shade = 205 - round(60 * y / image.height)
        pen.line((0, y, image.width, y), fill=(shade, shade, shade + 3))
    draw(pen)
    image = image.filter(ImageFilter.GaussianBlur(1.2)).resize(SIZE, Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "JPEG", quality=70, optimize=True)
    return out.getvalue()


def _at(*box: float) -> list[float]:
    return [value * SCALE for value in box]


def _disc(pen: Pen, x: float, y: float, r: float, fill: str, edge: str = EDGE) -> None:
    pen.ellipse(_at(x - r, y - r, x + r, y + r), fill=fill, outline=edge, width=3 * SCALE)


def _block(pen: Pen, box: Box, fill: str = PART, radius: int = 14) -> None:
    x0, y0, x1, y1 = box
    pen.rounded_rectangle(_at(x0 + 8, y0 + 12, x1 + 8, y1 + 12), radius * SCALE, fill=SHADOW)
    pen.rounded_rectangle(_at(*box), radius * SCALE, fill=fill, outline=EDGE, width=3 * SCALE)


def _point_out(pen: Pen, x: float, y: float, r: float) -> None:
    """The red ring that somebody drew around the defect."""
    pen.ellipse(_at(x - r, y - r, x + r, y + r), outline=MARK, width=4 * SCALE)


def _zigzag(pen: Pen, x: float, y: float, steps: int, colour: str = LIGHT) -> None:
    points = [
        ((x + 13 * n) * SCALE, (y + (9 if n % 2 else -7) + 5 * n) * SCALE) for n in range(steps)
    ]
    pen.line(points, fill=colour, width=3 * SCALE)


def _crack(pen: Pen) -> None:
    _block(pen, (130, 120, 510, 360))
    _disc(pen, 240, 240, 62, "#55595f")
    _disc(pen, 240, 240, 30, TABLE)
    _zigzag(pen, 292, 218, 11)
    _point_out(pen, 362, 250, 88)


def _specks(pen: Pen) -> None:
    _block(pen, (110, 90, 530, 390), LIGHT)
    for n in range(19):
        x, y = 150 + (n * 137) % 350, 120 + (n * n * 53) % 240
        _disc(pen, x, y, 2 + n % 4, EDGE)
    _point_out(pen, 300, 230, 70)


def _colour(pen: Pen) -> None:
    _block(pen, (70, 110, 310, 380), "#ece9e2")
    _block(pen, (330, 110, 570, 380), "#e5dcc3")
    for x in (110, 370):
        for y in (160, 230, 300):
            _block(pen, (x, y, x + 60, y + 36), "#d8d5cd", 8)


def _cover(pen: Pen) -> None:
    outline = _at(80, 330, 320, 255, 565, 318, 560, 352, 320, 300, 84, 366)
    pen.polygon(outline, fill=PART, outline=EDGE)
    pen.line(_at(60, 372, 590, 372), fill=LIGHT, width=5 * SCALE)
    _point_out(pen, 320, 330, 60)


def _gear(pen: Pen) -> None:
    teeth = 28
    points = []
    for n in range(teeth * 4):
        r = 170 if n % 4 in (1, 2) else 146
        angle = 2 * math.pi * n / (teeth * 4)
        points.append(((320 + r * math.cos(angle)) * SCALE, (240 + r * math.sin(angle)) * SCALE))
    pen.polygon(points, fill=LIGHT, outline=EDGE, width=3 * SCALE)
    _disc(pen, 320, 240, 96, "#dcd9d0")
    _disc(pen, 320, 240, 34, TABLE)
    _point_out(pen, 320, 240, 52)


def _impeller(pen: Pen) -> None:
    _disc(pen, 320, 240, 190, PART)
    for n in range(9):
        angle = 2 * math.pi * n / 9
        x, y = 320 + 160 * math.cos(angle), 240 + 160 * math.sin(angle)
        pen.line(_at(320, 240, x, y), fill="#6b7077", width=16 * SCALE)
    _disc(pen, 320, 240, 56, "#55595f")
    _zigzag(pen, 372, 214, 5)
    _point_out(pen, 405, 222, 44)


def _insert(pen: Pen) -> None:
    _block(pen, (120, 100, 520, 380), "#cfd2d6")
    for x, y in ((180, 160), (460, 160), (180, 320), (460, 320)):
        _disc(pen, x, y, 30, "#b48a3c" if (x, y) != (460, 320) else TABLE)
        _disc(pen, x, y, 13, EDGE)
    _point_out(pen, 460, 320, 58)


def _pipe(pen: Pen) -> None:
    _disc(pen, 320, 240, 160, PART)
    _disc(pen, 320, 240, 120, TABLE)
    for n in range(14):
        angle = 0.4 + n * 0.07
        x, y = 320 + 160 * math.cos(angle), 240 + 160 * math.sin(angle)
        pen.line(_at(x, y, x + 9, y + 14 - n), fill=EDGE, width=3 * SCALE)
    _point_out(pen, 425, 345, 56)


def _print(pen: Pen) -> None:
    _block(pen, (90, 120, 550, 360), "#2b2d31")
    for n, x in enumerate((160, 270, 380, 490)):
        _disc(pen, x, 240, 38, "#3f4248")
        pen.line(_at(x - 14, 240, x + (14 if n != 2 else -4), 240), fill=LIGHT, width=5 * SCALE)
    _point_out(pen, 380, 240, 56)


def _seal(pen: Pen) -> None:
    pen.rounded_rectangle(_at(90, 90, 550, 390), 90 * SCALE, outline=EDGE, width=16 * SCALE)
    pen.arc(_at(250, 340, 400, 440), 180, 360, fill=EDGE, width=16 * SCALE)
    _point_out(pen, 325, 372, 72)


def _short(pen: Pen) -> None:
    _block(pen, (110, 130, 530, 350), LIGHT)
    for x in range(150, 500, 44):
        bottom = 325 if x < 380 else 325 - (x - 360)
        pen.line(_at(x, 160, x, max(bottom, 190)), fill=EDGE, width=8 * SCALE)
    _point_out(pen, 455, 270, 70)


def _tank(pen: Pen) -> None:
    _block(pen, (150, 150, 490, 400), "#e4e2da", 50)
    _block(pen, (270, 80, 370, 160), PART)
    pen.line(_at(150, 275, 490, 275), fill="#9b988f", width=7 * SCALE)
    for n in range(4):
        _disc(pen, 392 + 6 * n, 292 + 24 * n, 8 - n, "#7fa6c9", "#5d87ad")
    _point_out(pen, 400, 285, 58)


def _box(pen: Pen) -> None:
    pen.polygon(_at(120, 170, 330, 110, 540, 190, 520, 400, 310, 430, 140, 370), fill="#b58a5a",
                outline=EDGE)  # fmt: skip
    pen.line(_at(330, 110, 318, 430), fill="#8f6a41", width=4 * SCALE)
    pen.polygon(_at(400, 240, 500, 215, 470, 330, 415, 350), fill="#7d5c37")
    _zigzag(pen, 400, 250, 8, EDGE)


def _document(pen: Pen) -> None:
    pen.rectangle(_at(170, 40, 480, 445), fill="#fbfaf6", outline="#c9c6bd", width=2 * SCALE)
    for n in range(15):
        width = 230 if n % 4 else 150
        pen.rectangle(_at(205, 95 + n * 21, 205 + width, 101 + n * 21), fill="#8a8c90")
    pen.rectangle(_at(205, 60, 360, 74), fill=EDGE)
    _point_out(pen, 300, 255, 46)


def _measurement(pen: Pen) -> None:
    """A chart: values against their limits."""
    pen.rectangle(_at(50, 50, 590, 430), fill="#fdfdfb", outline="#c9c6bd", width=2 * SCALE)
    for y, colour in ((130, MARK), (240, "#9a9ca0"), (350, MARK)):
        pen.line(_at(80, y, 560, y), fill=colour, width=2 * SCALE)
    values = [236, 250, 222, 244, 210, 196, 188, 160, 142, 118, 96, 104]
    points = [((100 + n * 40) * SCALE, y * SCALE) for n, y in enumerate(values)]
    pen.line(points, fill="#1d5bb8", width=3 * SCALE)
    for x, y in points:
        outside = y < 130 * SCALE
        _disc(pen, x / SCALE, y / SCALE, 6, MARK if outside else "#1d5bb8", "#ffffff")


DRAWINGS: dict[str, Callable[[Pen], None]] = {
    "box-damage": _box,
    "colour": _colour,
    "cover": _cover,
    "crack": _crack,
    "document": _document,
    "gear": _gear,
    "impeller": _impeller,
    "insert": _insert,
    "measurement": _measurement,
    "pipe": _pipe,
    "print": _print,
    "seal": _seal,
    "short": _short,
    "specks": _specks,
    "tank": _tank,
}
