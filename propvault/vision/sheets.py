"""Small pictures for contact sheets, and the sheet as one picture with nothing but numbers on it.

The numbers are drawn with Pillow's built-in bitmap letters, so no font is needed and the bytes
are the same everywhere.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

THUMBNAIL_EDGE = 480
"""Long edge of a small picture on the page, pixels."""
_QUALITY = 80
_LARGE, _SMALL = (320, 240), (192, 144)
"""Cells of a sheet; small ones where there are many."""
_MANY = 40
_GAP, _LABEL = 16, 36
_PAPER, _INK, _FRAME = (250, 250, 248), (30, 30, 30), (232, 232, 228)
_SCALE = 2
"""The built-in letters are 11 pixels high."""
_COMPRESSION = 3
"""Level 6 takes twice as long for 4 % fewer bytes of photographs."""


def thumbnail(image: Image.Image) -> bytes:
    """Return a small JPEG of a picture."""
    scale = min(1.0, THUMBNAIL_EDGE / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    stream = io.BytesIO()
    _on_white(small).save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def thumbnail_of(data: bytes) -> bytes:
    """Return a small JPEG of a picture file.

    Raises:
        OSError: the file is damaged.
    """
    with Image.open(io.BytesIO(data)) as image:
        image.draft("RGB", (THUMBNAIL_EDGE, THUMBNAIL_EDGE))
        return thumbnail(_on_white(image))


def sheet_png(thumbnails: Sequence[tuple[int, bytes]]) -> bytes:
    """Return a sheet of small pictures with their numbers."""
    count = len(thumbnails)
    cell, most = (_SMALL, 8) if count > _MANY else (_LARGE, 5)
    columns = min(most, max(1, round(count**0.5)))
    rows = -(-count // columns)
    step = cell[0] + _GAP, cell[1] + _LABEL + _GAP
    sheet = Image.new("RGB", (columns * step[0] + _GAP, rows * step[1] + _GAP), _PAPER)
    for place, (number, data) in enumerate(thumbnails):
        left = _GAP + place % columns * step[0]
        top = _GAP + place // columns * step[1]
        _draw(sheet, (left, top, left + cell[0], top + cell[1]), data)
        _write(sheet, (left, top + cell[1] + 6), str(number))
    stream = io.BytesIO()
    sheet.save(stream, "PNG", compress_level=_COMPRESSION)
    return stream.getvalue()


def _draw(sheet: Image.Image, box: tuple[int, int, int, int], data: bytes) -> None:
    sheet.paste(_FRAME, box)
    size = box[2] - box[0], box[3] - box[1]
    with Image.open(io.BytesIO(data)) as image:
        small = image.convert("RGB")
    small.thumbnail(size, Image.Resampling.LANCZOS)
    at = box[0] + (size[0] - small.width) // 2, box[1] + (size[1] - small.height) // 2
    sheet.paste(small, at)


def _write(sheet: Image.Image, at: tuple[int, int], text: str) -> None:
    font = ImageFont.load_default_imagefont()
    box = font.getbbox(text)
    size = int(box[2]), int(box[3])
    letters = Image.new("L", size, 0)
    ImageDraw.Draw(letters).text((0, 0), text, fill=255, font=font)
    large = letters.resize((size[0] * _SCALE, size[1] * _SCALE), Image.Resampling.NEAREST)
    sheet.paste(Image.new("RGB", large.size, _INK), at, large)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")
