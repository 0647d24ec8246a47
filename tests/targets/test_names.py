"""File stems and reference tags: whatever the tags say, every target takes the names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.targets.names import MAX_STEM, file_stem, name_words, reference_tag, token
from propvault.targets.rules import Naming
from propvault.targets.words import claimed
from propvault.values import PhotoTag, Tag, TagSource, TagState
from tests.targets.conftest import photo_tag

RUNWAY = Naming({"en": "@{tag}"}, 3, 16)
facets = st.sampled_from(["object", "structure", "material", "surface", "pattern", "mine"])
any_tags = st.lists(
    st.builds(
        lambda facet, slug, en: PhotoTag(
            Tag(facet, slug, slug, en), TagSource.PERSON, TagState.APPLIED
        ),
        facets,
        st.text(max_size=400),
        st.text(max_size=400),
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["pattern:lattice", "object:window", "structure:wall"], "lattice-window-wall"),
        (["structure:wall", "structure:brick-wall", "material:brick"], "brick-wall"),
        (["light:backlit"], "backlit"),
        (["people:crowd"], "photo"),
        ([], "photo"),
        (["object:../../etc"], "etc"),
        (["object:café"], "cafe"),
        (["object:老窗"], "photo"),
    ],
)
def test_words(names: list[str], words: str) -> None:
    assert file_stem(1, 9, name_words(claimed(map(photo_tag, names)))) == f"01-{words}"


@given(any_tags, st.integers(1, 4000), st.integers(0, 4000))
def test_stems_are_safe(tags: list[PhotoTag], number: int, more: int) -> None:
    stem = file_stem(number, number + more, name_words(claimed(tags)))
    assert re.fullmatch(r"\d{2,}-[a-z0-9]+(-[a-z0-9]+)*", stem)
    assert len(stem) <= MAX_STEM


@given(st.lists(any_tags, max_size=12))
def test_reference_tags_keep_runways_rule(sets: list[list[PhotoTag]]) -> None:
    taken: set[str] = set()
    for tags in sets:
        tag = reference_tag(name_words(claimed(tags)), RUNWAY, taken)
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{2,15}", tag)
        assert tag not in taken
        taken.add(tag)


def test_numbers_are_padded_so_that_names_sort() -> None:
    names = [file_stem(n, 120, ("photo",)) for n in range(1, 121)]
    assert names == sorted(names)


def test_tokens() -> None:
    assert token(RUNWAY, "en", 2, "wall") == "@wall"
    assert token(RUNWAY, "zh", 2, "wall") == ""
    assert token(Naming({"zh": "图{n}"}), "zh", 2, "wall") == "图2"
