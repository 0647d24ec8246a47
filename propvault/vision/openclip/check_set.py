"""The pictures and sentences on which an installed model is compared with open_clip."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from propvault.errors import LibraryError
from propvault.resources import seeds_folder

_RENDERS = 12
"""Pictures of the sample camera folder that take part."""
_EDGE = 512
_SIZES = (
    (512, 384), (384, 512), (512, 512), (511, 383), (512, 97), (101, 512),
    (33, 40), (224, 224), (256, 256), (300, 257), (512, 341), (9, 9),
)  # fmt: skip
"""Shapes of the made pictures: what rounding in resize and crop could treat otherwise."""

SENTENCES = (
    "a wooden door",
    "an old bamboo chair in front of a mottled wall",
    "Mosaic wall losing its TILES, 1970s, late afternoon light",
    "a photo of a narrow lane after rain, seen from a low angle; puddles mirror the signs",
    "people",
    "a red-and-white enamel basin (chipped), don't touch: it's the director's!",
    "window grille; wrought iron; close-up",
    "no people, no cars, no sky",
    "3 stools, 12 bowls & 1 thermos flask",
    "斑驳的墙",
    "一把旧竹椅",
    "雨后的石板路，倒映着霓虹灯招牌",
    "巷子里的每一扇窗",
    "掉了瓷砖的马赛克墙面，下午的侧光，近景。",
    "没有人的街道",
    "ＡＢＣ全角字母，１２３和“引号”——还有……",
    "斑駁的牆與舊木窗",
    "古い木の扉と竹の椅子",
    "une chaise en rotin près d’une fenêtre à l’aube",
    "старая деревянная дверь",
    "ΟΔΟΣ ΣΟΦΟΣ",
    "🌧️🏮 lane at dusk 🪑",
    "👩‍👩‍👧‍👦🇲🇾❤️‍🔥",
    "窗 window 窗",
    "a",
    "",
    "   spaces \t and\nlines   ",
    "_under_score_ {braces} <tag> &amp; &lt;entity&gt;",
    "cafÃ© that was saved twice",
    "naïve coöperation ﬁne ligature",
    "don't we're I'll they'd I'M",
    "e\u0301 combining, zero\u200bwidth",
    "peeling paint on a heavy door with brass handles and a worn stone step " * 12,
    "一条很长很长的巷子，两边是斑驳的砖墙和紧闭的木窗，" * 20,
    "supercalifragilistic" * 30,
    "🏮" * 90,
)
"""English, Chinese, other scripts, emoji, odd spaces and quotes, and texts beyond any context."""


def pictures() -> list[Image.Image]:
    """Return sample renders and made pictures, RGB, long edge at most 512 as previews are."""
    return [*_made(), *_renders()]


def _made() -> Iterator[Image.Image]:
    random = np.random.default_rng(7)
    for index, size in enumerate(_SIZES):
        blocks = random.integers(0, 256, (4 + index, 5 + index, 3), dtype=np.uint8)
        image = Image.fromarray(blocks).resize(size, Image.Resampling.BICUBIC)
        grain = random.integers(-20, 20, (size[1], size[0], 3))
        yield Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))
    yield Image.new("RGB", (512, 288))
    yield Image.linear_gradient("L").resize((512, 400)).convert("RGB")


def _renders() -> Iterator[Image.Image]:
    try:
        files = sorted((seeds_folder() / "camera" / "DCIM").rglob("IMG_*.JPG"))
    except LibraryError:  # an install without its samples still installs models
        return
    made = 0
    for file in files:
        if made == _RENDERS:
            return
        try:
            with Image.open(file) as image:
                image.thumbnail((_EDGE, _EDGE))
                yield image.convert("RGB")
            made += 1
        except OSError:  # one of the samples is broken on purpose
            continue
