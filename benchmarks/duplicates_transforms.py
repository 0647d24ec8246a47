"""200 photographs changed in many ways: which copies are found, beside perceptual hashes."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from benchmarks.duplicates_pictures import Seen, distance, seen, side_by_side
from propvault.jobs.models import find_model
from propvault.likeness import relation
from propvault.vault.candidates import Hashes, near_hashes, nearest_vectors
from propvault.vision.comparison import compare
from propvault.vision.model import Model, model_input

_HASHES = ("phash", "dhash", "ahash", "whash")
"""What imagededup offers without weights; recall at precision .99."""
Change = Callable[[Image.Image], Image.Image]


def jpeg(quality: int) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        return Image.open(buffer).convert("RGB")

    return change


def scaled(across: float, down: float) -> Change:
    return lambda p: p.resize((max(8, round(p.width * across)), max(8, round(p.height * down))))


def cropped(share: float) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        side = (1 - share) ** 0.5
        width, height = round(picture.width * side), round(picture.height * side)
        x, y = round((picture.width - width) * 0.35), round((picture.height - height) * 0.6)
        return picture.crop((x, y, x + width, y + height))

    return change


def turned(degrees: float) -> Change:
    return lambda p: p.rotate(degrees, Image.Resampling.BICUBIC, expand=True)


def captioned(picture: Image.Image) -> Image.Image:
    picture = picture.copy()
    ImageDraw.Draw(picture).text(
        (picture.width * 0.05, picture.height * 0.8), "SOLD prop 42", fill="white",
        font_size=max(8, picture.height // 10), stroke_width=2, stroke_fill="black",
    )  # fmt: skip
    return picture


CHANGES: dict[str, Change] = {
    **{f"JPEG {quality}": jpeg(quality) for quality in (90, 50, 20, 10)},
    **{f"scale {scale}": scaled(scale, scale) for scale in (0.1, 0.25, 0.5, 2)},
    **{f"crop {share:.0%}": cropped(share) for share in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)},
    **{f"rotate {degrees}": turned(degrees) for degrees in (1, 3, 5, 10, 15, 25, 90, 180, 270)},
    "mirror": ImageOps.mirror,
    "aspect 0.8": scaled(0.8, 1),
    "aspect 1.25": scaled(1.25, 1),
    "brightness 0.6": lambda p: ImageEnhance.Brightness(p).enhance(0.6),
    "brightness 1.5": lambda p: ImageEnhance.Brightness(p).enhance(1.5),
    "contrast 1.4": lambda p: ImageEnhance.Contrast(p).enhance(1.4),
    "text": captioned,
    "border": lambda p: ImageOps.expand(p, p.width // 12, "white"),
    "grey": lambda p: p.convert("L").convert("RGB"),
}


def transforms(data: Path) -> None:
    """Print recall of each change: ours end to end, and hashes at precision .99."""
    folders = [data / "tags" / name for name in ("facades", "objects", "rooms", "doors")]
    files = sorted(f for folder in (*folders, data / "camera" / "DCIM") for f in folder.rglob("*")
                   if f.suffix.lower() in (".jpg", ".jpeg", ".png"))  # fmt: skip
    random.Random(1).shuffle(files)
    pictures = originals(files)
    base = [seen(p) for p in pictures]
    info = find_model("mini")
    model = Model(info)
    vectors = encoded(model, base)
    print(f"{'':15} ours   candidates  " + "  ".join(_HASHES))
    table = []
    for name, change in CHANGES.items():
        copies = [seen(change(p)) for p in pictures]
        row = [*recall_of(base, copies, vectors, encoded(model, copies))]
        row += [at_precision(base, copies, algorithm) for algorithm in _HASHES]
        table.append(row)
        _show(name, row)
    _show("mean", np.mean(table, axis=0).tolist())


def _show(name: str, row: Sequence[float]) -> None:
    ours, candidates, *hashes = row
    told = "  ".join(f"{value:.3f}" for value in hashes)
    print(f"{name:15} {ours:.3f}  {candidates:.3f}       {told}", flush=True)


def originals(files: Sequence[Path]) -> list[Image.Image]:
    """Return 200 pictures of which no two are the same by any measure, at most 1280 px."""
    kept: list[Image.Image] = []
    looks: list[Seen] = []
    for file in files:
        with Image.open(file) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
        picture.thumbnail((1280, 1280), Image.Resampling.LANCZOS)
        found = seen(picture)
        near = [other for other in looks if distance(found, other, "phash") <= 10]
        if any(relation(compare(found.look, other.look)) == "same" for other in near):
            continue
        kept.append(picture)
        looks.append(found)
        if len(kept) == 200:
            break
    return kept


def encoded(model: Model, pictures: Sequence[Seen]) -> np.ndarray:
    """Return [n, dim] vectors."""
    inputs = [model_input(picture.look.preview, model.info) for picture in pictures]
    return np.concatenate(
        [model.encode_pictures(np.stack(inputs[i : i + 32])) for i in range(0, len(inputs), 32)]
    ).astype(np.float16)


def recall_of(
    base: list[Seen], copies: list[Seen], vectors: np.ndarray, others: np.ndarray
) -> tuple[float, float]:
    """Return which share of copies is called the same, and which becomes a candidate."""
    count = len(base)
    found = set()
    for algorithm in ("phash-turned", "dhash-turned"):
        values = [np.frombuffer(p.hashes[algorithm], ">u8") for p in (*base, *copies)]
        rows = np.repeat(np.arange(2 * count), [len(v) for v in values])
        found |= set(map(tuple, near_hashes(Hashes(np.concatenate(values).astype(np.uint64), rows))
                         .tolist()))  # fmt: skip
    matrix = np.concatenate([vectors, others])
    found |= set(map(tuple, nearest_vectors(np.arange(2 * count), matrix, None, 0.7).tolist()))
    pairs = sorted(pair for pair in found if pair[0] < count <= pair[1])
    pictures = (*base, *copies)
    likes = side_by_side(
        lambda i: compare(pictures[pairs[i][0]].look, pictures[pairs[i][1]].look), len(pairs)
    )
    same = [p for p, like in zip(pairs, likes, strict=True) if relation(like) == "same"]
    right = sum(b - a == count for a, b in same)
    if len(same) > right:
        print(f"  {len(same) - right} wrong pairs called the same")
    return right / count, sum(b - a == count for a, b in pairs) / count


def at_precision(base: list[Seen], copies: list[Seen], algorithm: str) -> float:
    """Return the recall of a hash at the largest distance of precision .99 or more."""
    one, other = (
        np.array([int.from_bytes(p.hashes[algorithm]) for p in side], np.uint64)
        for side in (base, copies)
    )
    bits = np.bitwise_count(one[:, None] ^ other[None, :])
    right = np.eye(len(base), dtype=bool)
    best = 0.0
    for cut in range(33):
        hit = bits <= cut
        if hit.any() and (hit & right).sum() / hit.sum() >= 0.99:
            best = float((hit & right).sum() / len(base))
    return best
