"""Tags and candidates without a vault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from propvault.targets.candidates import Candidate
from propvault.values import PhotoTag, Tag, TagSource, TagState

Tagger = Callable[..., PhotoTag]
ZH = {
    "wall": "墙", "brick-wall": "砖墙", "window": "窗", "brick": "砖", "wood": "木",
    "lattice": "窗格", "peeling": "剥落", "backlit": "逆光", "lane": "小巷",
    "storage": "储物", "nobody": "无人",
}  # fmt: skip


def photo_tag(name: str, state: TagState = TagState.APPLIED, **names: str) -> PhotoTag:
    facet, slug = name.split(":", 1)
    given = {"zh": ZH.get(slug, ""), "en": slug.replace("-", " "), **names}
    return PhotoTag(Tag(facet, slug, given["zh"], given["en"]), TagSource.AUTO, state)


@pytest.fixture
def tag() -> Tagger:
    return photo_tag


@pytest.fixture
def candidate() -> Callable[..., Candidate]:
    def make(number: int = 1, *names: str, **facts: Any) -> Candidate:
        given = {"path": Path(f"{number}.jpg"), "width": 3000, "height": 2000, "format": "jpeg"}
        tags = tuple(photo_tag(name) for name in names)
        return Candidate(f"sha256:{number:064x}", **{"tags": tags, **given, **facts})

    return make
