"""Prompts: every reference named the target's way, never longer than it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.targets.prompts import Reference, prompt_length, write_prompt
from propvault.targets.rules import PromptLimit
from propvault.targets.words import claimed
from propvault.values import Tag
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
    for unit in ("characters", "utf16", "words", "tokens"):
        limits = [PromptLimit(limit, unit)]
        prompt = write_prompt(refs, language, scene=scene, limits=limits)
        assert prompt_length(prompt.text, unit) <= limit
        if limit >= 60 and unit != "tokens":
            assert all(ref.token in prompt.text for ref in refs)


@pytest.mark.parametrize(
    ("text", "characters", "utf16", "words"),
    [("窗", 1, 1, 1), ("🪟", 1, 2, 1), ("a🪟", 2, 3, 1), ("an old 木窗", 9, 9, 4)],
)
def test_units(text: str, characters: int, utf16: int, words: int) -> None:
    assert prompt_length(text, "characters") == characters
    assert prompt_length(text, "utf16") == utf16
    assert prompt_length(text, "words") == words


def test_views_of_one_subject_are_said_to_be_the_same() -> None:
    refs = [
        Reference("图1", WALL, "subject", "老墙", "front"),
        Reference("图2", WALL, "subject", "老墙", "detail"),
    ]
    assert "图1、图2是同一老墙：正面、细节。" in write_prompt(refs, "zh").text
    english = write_prompt([replace(r, token=f"Image {n}") for n, r in enumerate(refs, 1)], "en")
    assert "Image 1 and Image 2 show the same 老墙: front and detail." in english.text


def test_a_note_is_said_in_its_own_language() -> None:
    ref = Reference("图1", WALL, note="门把手是新的\nthe handle is new")
    assert "门把手是新的" in write_prompt([ref], "zh").text
    english = write_prompt([ref], "en").text
    assert "the handle is new" in english and "门把手" not in english


GREY, NOON = Tag("colour", "grey", "灰", "grey"), Tag("light", "noon", "正午", "noon")
LANE = Tag("setting", "lane", "小巷", "lane")


@pytest.mark.parametrize(
    ("tags", "role", "taken"),
    [
        ((GREY, NOON), None, "取图1中的主体造型、比例与材质。"),
        ((), None, "取图1中的主体造型、比例与材质。"),
        ((GREY, LANE), None, "取图1中的场景与空间布局。"),
        ((GREY, NOON), "palette", "取图1中的色彩。"),
        ((GREY, NOON), "light", "取图1中的光线。"),
    ],
)
def test_what_is_known_of_every_picture_is_not_what_to_take(
    tags: tuple[Tag, ...], role: str | None, taken: str
) -> None:
    assert taken in write_prompt([Reference("图1", tags, role)], "zh").text
