"""Surfaces that repeat: tiles, mosaics, lattices, bricks, equal windows; none is another's copy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.duplicates_pictures import Seen, distance, see, seen, side_by_side
from benchmarks.duplicates_transforms import jpeg
from propvault.likeness import relation
from propvault.vision.comparison import compare


def repetition(data: Path) -> None:
    """Print how many pairs of repeating surfaces are called the same; none may be."""
    walls = [seen(picture) for picture in surfaces()]
    pairs = list(combinations(range(len(walls)), 2))
    likes = side_by_side(
        lambda i: compare(walls[pairs[i][0]].look, walls[pairs[i][1]].look), len(pairs)
    )
    kinds = [relation(found) for found in likes]
    copies = [relation(compare(w.look, seen(jpeg(40)(w.look.preview)).look)) for w in walls]
    print(f"{len(walls)} drawn surfaces, {len(pairs)} pairs: the same {kinds.count('same')}, "
          f"takes {kinds.count('take')}; own JPEG copies called the same {copies.count('same')} "
          f"of {len(copies)}")  # fmt: skip
    wanted = ("facades",)
    files = sorted(f for n in wanted for f in (data / "tags" / n).rglob("*.*"))
    windows = [s for f in files if (s := see(f)) is not None]
    close = [
        (i, j) for i, j in combinations(range(len(windows)), 2)
        if distance(windows[i], windows[j], "phash") <= 14
    ]  # fmt: skip
    likes = side_by_side(
        lambda i: compare(windows[close[i][0]].look, windows[close[i][1]].look), len(close)
    )
    same = [p for p, like in zip(close, likes, strict=True) if relation(like) == "same"]
    print(f"{len(windows)} window, door and arch close-ups, {len(close)} pairs within 14 bits of "
          f"pHash: called the same {len(same)}")  # fmt: skip
    for i, j in same:
        print(f"  {files[i].name} {files[j].name}")
    crops = [c for f in files[:40] if (c := side_crops(f))]
    apart = [relation(compare(a.look, b.look)) for a, b in crops]
    print(f"{len(crops)} pairs of halves of one facade: called the same {apart.count('same')}")


def side_crops(file: Path) -> tuple[Seen, Seen] | None:
    """Return the left and the right half of a picture: neighbours on one wall."""
    found = see(file)
    if found is None:
        return None
    picture = found.look.preview
    middle = picture.width // 2
    left = picture.crop((0, 0, middle, picture.height))
    return seen(left), seen(
        picture.crop((picture.width - middle, 0, picture.width, picture.height))
    )


def surfaces() -> Iterator[Image.Image]:
    """Draw 72 surfaces: tiles, mosaics, lattices, bricks, and facades of equal windows."""
    for number in range(72):
        chance = np.random.default_rng(number)
        image = Image.new("RGB", (480, 360), (150, 145, 138))
        step = (20, 30, 40)[number // 5 % 3]
        (tiles, mosaic, lattice, bricks, facade)[number % 5](ImageDraw.Draw(image), step, chance)
        noise = np.asarray(image) + chance.normal(0, 4, (360, 480, 3))
        yield Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))


def tiles(drawn: ImageDraw.ImageDraw, step: int, chance: np.random.Generator) -> None:
    for y in range(0, 360, step):
        for x in range(0, 480, step):
            if chance.random() > 0.1:
                shade = 200 + int(chance.integers(-12, 13))
                drawn.rectangle((x + 1, y + 1, x + step - 2, y + step - 2), fill=(shade,) * 3)


def mosaic(drawn: ImageDraw.ImageDraw, step: int, chance: np.random.Generator) -> None:
    palette = [(70, 120, 130), (120, 160, 150), (190, 200, 180), (60, 80, 100)]
    for y in range(0, 360, step // 2):
        for x in range(0, 480, step // 2):
            colour = palette[int(chance.integers(len(palette)))]
            drawn.rectangle((x, y, x + step // 2 - 2, y + step // 2 - 2), fill=colour)


def lattice(drawn: ImageDraw.ImageDraw, step: int, chance: np.random.Generator) -> None:
    broken = chance.random((40, 40)) < 0.08
    for row, y in enumerate(range(0, 360, step)):
        for column, x in enumerate(range(0, 480, step)):
            if not broken[row, column]:
                drawn.line((x, y, x + step, y + step), fill=(70, 45, 30), width=4)
                drawn.line((x + step, y, x, y + step), fill=(70, 45, 30), width=4)


def bricks(drawn: ImageDraw.ImageDraw, step: int, chance: np.random.Generator) -> None:
    for row, y in enumerate(range(0, 360, step // 2)):
        for x in range(-(row % 2) * step // 2, 480, step):
            red = 150 + int(chance.integers(-25, 26))
            drawn.rectangle((x, y, x + step - 3, y + step // 2 - 3), fill=(red, 80, 60))


def facade(drawn: ImageDraw.ImageDraw, step: int, chance: np.random.Generator) -> None:
    for y in range(20, 340, 3 * step):
        for x in range(20, 460, 2 * step):
            drawn.rectangle((x, y, x + step, y + 2 * step), fill=(40, 50, 60), outline="white")
            if chance.random() < 0.3:
                drawn.rectangle((x + 2, y + 2, x + step - 2, y + step), fill=(180, 170, 150))
