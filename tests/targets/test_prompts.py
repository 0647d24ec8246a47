"""Prompts: every reference named the target's way, never longer than it takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.targets.prompts import Reference, prompt_length, write_prompt
from propvault.targets.words import claimed
from tests.targets.conftest import photo_tag

WALL = claimed(map(photo_tag, ["structure:wall", "material:brick", "surface:peeling"]))
LIGHT = claimed([photo_tag("light:backlit")])


def test_english() -> None:
    prompt = write_prompt(
        [Reference("Image 1", WALL), Reference("@sun", LIGHT)], "en", scene="An old lane"
    )
    assert prompt.text == (
        "An old lane.\n"
        "Image 1 shows a brick wall; peeling surface. "
        "Take the shape, proportions and material of the wall from Image 1.\n"
        "@sun: backlit. Take the light from @sun.\n"
        "Take nothing else from the references."
    )
    assert not prompt.is_shortened


def test_chinese() -> None:
    prompt = write_prompt([Reference("图1", WALL, "material")], "zh", scene="雨中的小巷")
    assert prompt.text == (
        "雨中的小巷。\n图1：砖墙；质感：剥落。取图1中的材质与表面质感。\n"
        "除此之外，不取参考图中的其他内容。"
    )


def test_a_target_that_cannot_name_is_told_what_is_shown() -> None:
    assert write_prompt([Reference("", WALL)], "en").text.startswith("A brick wall; peeling")


@given(st.integers(1, 9), st.integers(1, 700), st.text(max_size=600), st.sampled_from(["en", "zh"]))
def test_a_prompt_keeps_its_limit(count: int, limit: int, scene: str, language: str) -> None:
    refs = [Reference(f"图{n}", WALL) for n in range(1, count + 1)]
    for unit in ("characters", "utf16"):
        prompt = write_prompt(refs, language, scene=scene, limit=limit, unit=unit)
        assert prompt_length(prompt.text, unit) <= limit
        if limit >= 60:
            assert all(ref.token in prompt.text for ref in refs)


@pytest.mark.parametrize(
    ("text", "characters", "utf16"), [("窗", 1, 1), ("🪟", 1, 2), ("a🪟", 2, 3)]
)
def test_units(text: str, characters: int, utf16: int) -> None:
    assert prompt_length(text, "characters") == characters
    assert prompt_length(text, "utf16") == utf16
