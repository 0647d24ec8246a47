"""What is said of a photo: only what is sure, in sentences a person would write."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.targets.words import MAX_NAME, caption, claimed, plain
from propvault.values import TagState
from tests.targets.conftest import Tagger, photo_tag

CAPTIONS = [
    ([], "Reference photo.", "参考照片。"),
    (["structure:wall"], "Reference photo: a wall.", "参考照片：墙。"),
    (
        ["light:backlit", "surface:peeling", "material:brick", "structure:wall"],
        "Reference photo: a brick wall; peeling surface; backlit.",
        "参考照片：砖墙；质感：剥落；逆光。",
    ),
    (  # which of the two is brick is not known
        ["object:window", "structure:wall", "material:brick"],
        "Reference photo: a window and a wall; material: brick.",
        "参考照片：窗、墙；材质：砖。",
    ),
    (  # the general name beside the special one is left out
        ["structure:wall", "structure:brick-wall", "material:brick"],
        "Reference photo: a brick wall.",
        "参考照片：砖墙。",
    ),
    (["object:furniture"], "Reference photo: furniture.", "参考照片：furniture。"),
    (["object:stairs"], "Reference photo: stairs.", "参考照片：stairs。"),
    (["object:old-chair"], "Reference photo: an old chair.", "参考照片：old chair。"),
    (
        ["pattern:lattice", "object:window", "setting:lane", "use:storage"],
        "Reference photo: a lattice window; setting: lane; used for storage.",
        "参考照片：窗格的窗；环境：小巷；用途：储物。",
    ),
    (["mine:odd", "people:nobody"], "Reference photo: nobody; odd.", "参考照片：无人；odd。"),
]


@pytest.mark.parametrize(("names", "english", "chinese"), CAPTIONS)
def test_captions(names: list[str], english: str, chinese: str) -> None:
    tags = claimed(photo_tag(name) for name in names)
    assert caption(tags, "en") == english
    assert caption(tags, "zh") == chinese


def test_only_sure_tags_are_claimed(tag: Tagger) -> None:
    tags = [
        tag("object:window", TagState.SUGGESTED),
        tag("structure:wall", TagState.CONFIRMED),
        tag("material:brick", TagState.APPLIED),
        tag("material:brick", TagState.REJECTED),
    ]
    assert [t.name for t in claimed(tags)] == ["structure:wall"]


HOSTILE = ["../../etc/passwd", "a\nb\r\x00c", "\u202egnp.exe", "🪟" * 200, "\ud800", "{0}{n}%s"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_one_short_encodable_line(name: str) -> None:
    tags = claimed([photo_tag("object:x", en=name, zh=name)])
    for language in ("en", "zh"):
        line = caption(tags, language)
        line.encode()
        assert "\n" not in line
        assert len(line) < MAX_NAME + 30


@given(st.text(alphabet=st.characters()), st.integers(1, 80))
def test_plain_text_has_no_invisible_characters(text: str, most: int) -> None:
    line = plain(text, most)
    assert len(line) <= most
    assert not any(unicodedata.category(c)[0] == "C" for c in line)
    assert line == " ".join(line.split())
