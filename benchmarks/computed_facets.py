"""What computed facets cost a photo: pixels, place, sun, tags from them.

``python -m benchmarks.computed_facets [FOLDER]`` (the seeds by default). Decoding is not counted:
an import has the preview decoded already. Ratios are to the decoding of the same pictures.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from propvault.colours import ruling
from propvault.errors import PictureError
from propvault.places import gazetteer
from propvault.sun import sun_at
from propvault.vision.formats import picture_format
from propvault.vision.look import measure
from propvault.vision.reader import decode_preview, make_preview

T = TypeVar("T")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "seeds/camera")
    files = [p for p in sorted(folder.rglob("*.[jJ][pP][gG]")) if _is_picture(p)]
    started = time.perf_counter()
    previews = [decode_preview(make_preview(path)) for path in files]
    decoding = (time.perf_counter() - started) / len(files)
    print(f"{len(files)} pictures; decoding and preview {1000 * decoding:.1f} ms each")
    looks = [measure(preview) for preview in previews]
    _show("pixels", decoding, measure, previews)
    _show("colour names", decoding, ruling, [look.swatches for look in looks])
    started = time.perf_counter()
    places = gazetteer()
    print(f"table of places: {1000 * (time.perf_counter() - started):.0f} ms once")
    _show("place", decoding, lambda n: places.find(5.4 + n / 1e4, 100.33), range(200))
    noon = datetime(2026, 1, 13, 4, tzinfo=UTC)
    _show("sun", decoding, lambda n: sun_at(noon, 5.4 + n / 1e4, 100.33), range(200))


def _is_picture(path: Path) -> bool:
    with path.open("rb") as stream:
        if picture_format(stream.read(64), path.name) is None:
            return False
    try:
        make_preview(path)
    except PictureError:  # the sample folder holds a broken file on purpose
        return False
    return True


def _show(what: str, decoding: float, step: Callable[[T], object], items: Sequence[T]) -> None:
    step(items[0])
    started = time.perf_counter()
    for item in items:
        step(item)
    seconds = (time.perf_counter() - started) / len(items)
    print(f"{what}: {1000 * seconds:.2f} ms, {seconds / decoding:.1%} of decoding")


if __name__ == "__main__":
    main()
