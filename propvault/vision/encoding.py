"""The best encoding within a number of bytes: quality is searched first, then size.

A large picture is not encoded again and again: thin strips of it, one row of blocks in sixteen,
tell how many bytes the whole takes at each quality.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

LOWEST_QUALITY = 70
"""Below it 8x8 blocks show on plain walls; fewer pixels then look better than fewer bits."""
_STRIP = 16
"""Rows of a strip: a row of 4:2:0 blocks."""
_SPARSE = 16
"""One strip in so many is looked at."""
_SAMPLED_FROM = 2_000_000
"""Pixels from which strips are searched instead of the picture."""
_MARGIN = 0.985
"""What is aimed at, for a guess from strips errs by about 1 %."""
_TRIES = 4


@dataclass(frozen=True)
class Encoded:
    """An encoded picture."""

    data: bytes
    """The file."""
    how: str
    """``encode jpeg q92 4:4:4``."""


@dataclass(frozen=True)
class Encoding:
    """How a picture is encoded."""

    format: str = "jpeg"
    """``jpeg`` or ``png``."""
    quality: int = 92
    """JPEG quality to start from, 1 to 95."""
    max_bytes: int | None = None
    """Largest file."""
    exif: bytes = b""
    """EXIF block."""
    xmp: bytes = b""
    """XMP packet."""


def encode(image: Image.Image, how: Encoding) -> Encoded | int:
    """Encode within the bytes allowed; the bytes it would take at least when they do not do."""
    most = how.max_bytes
    if how.format == "png":
        data = _png(image, how)
        return Encoded(data, "encode png") if most is None or len(data) <= most else len(data)
    if most is None:
        return _jpeg(image, how, how.quality, "4:4:4")
    guess = _Guess(image, how)
    if guess.size(how.quality, "4:4:4") <= most * 1.02:
        full = _jpeg(image, how, how.quality, "4:4:4")
        if len(full.data) <= most:
            return full
    return _searched(image, how, guess, most)


def _searched(image: Image.Image, how: Encoding, guess: _Guess, most: int) -> Encoded | int:
    """Find the highest 4:2:0 quality that fits."""
    best: Encoded | None = None
    tried: dict[int, int] = {}
    lowest = min(LOWEST_QUALITY, how.quality)
    for _ in range(_TRIES):
        quality = guess.quality_for(most, lowest, how.quality)
        if best is not None:  # a try that was too large bounds what is worth trying
            quality = min(quality, *(q - 1 for q, size in tried.items() if size > most), 95)
        if quality in tried or (best is not None and quality <= max(q for q in tried)):
            break
        made = _jpeg(image, how, quality, "4:2:0")
        tried[quality] = len(made.data)
        guess.learn(quality, len(made.data))
        if len(made.data) <= most:
            if best is None or len(made.data) > len(best.data):
                best = made
            if len(made.data) >= most * 0.96 or quality == how.quality:
                break
    if best is not None:
        return best
    if lowest not in tried:
        made = _jpeg(image, how, lowest, "4:2:0")
        if len(made.data) <= most:
            return made
        tried[lowest] = len(made.data)
    return tried[lowest]


class _Guess:
    """Tells how many bytes a picture takes, from strips of it."""

    def __init__(self, image: Image.Image, how: Encoding) -> None:
        self._head = len(how.exif) + len(how.xmp) + 700
        self._image, self._share = _strips(image)
        self._ratio = 1.0
        self._known: dict[tuple[int, str], int] = {}

    def size(self, quality: int, subsampling: str) -> float:
        """Return the bytes at a quality."""
        key = quality, subsampling
        if key not in self._known:
            data = _jpeg(self._image, Encoding(), quality, subsampling).data
            self._known[key] = len(data)
        return self._head + max(0, self._known[key] - 650) * self._share * self._ratio

    def learn(self, quality: int, size: int) -> None:
        """Take in how large the whole really came out."""
        self._ratio *= (size - self._head) / max(1.0, self.size(quality, "4:2:0") - self._head)

    def quality_for(self, most: int, lowest: int, highest: int) -> int:
        """Return the highest quality that should fit, the lowest when none should."""
        aim = most * (_MARGIN if self._share > 1 else 1.0)
        low, high = lowest, highest
        while low < high:
            middle = (low + high + 1) // 2
            if self.size(middle, "4:2:0") <= aim:
                low = middle
            else:
                high = middle - 1
        return low


def smaller_by(size: int, most: int) -> float:
    """Return the factor for both sides that should bring ``size`` bytes below ``most``."""
    return min(0.95, math.sqrt(most / size) * 0.98)


def _strips(image: Image.Image) -> tuple[Image.Image, float]:
    width, height = image.size
    if width * height < _SAMPLED_FROM:
        return image, 1.0
    tops = range(0, height - _STRIP + 1, _STRIP * _SPARSE)
    sample = Image.new(image.mode, (width, _STRIP * len(tops)))
    for place, top in enumerate(tops):
        sample.paste(image.crop((0, top, width, top + _STRIP)), (0, place * _STRIP))
    return sample, height / sample.height


def _jpeg(image: Image.Image, how: Encoding, quality: int, subsampling: str) -> Encoded:
    def save(stream: io.BytesIO) -> None:
        options = {"exif": how.exif, "xmp": how.xmp}
        image.save(
            stream, "JPEG", quality=quality, subsampling=subsampling,
            **{k: v for k, v in options.items() if v},
        )  # fmt: skip

    return Encoded(_saved(save), f"encode jpeg q{quality} {subsampling}")


def _png(image: Image.Image, how: Encoding) -> bytes:
    info = PngImagePlugin.PngInfo()
    if how.xmp:
        info.add_itxt("XML:com.adobe.xmp", how.xmp.decode())

    def save(stream: io.BytesIO) -> None:
        image.save(stream, "PNG", pnginfo=info, **({"exif": how.exif} if how.exif else {}))

    return _saved(save)


def _saved(save: Callable[[io.BytesIO], None]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()
