"""Preset files: the shipped ones are sound, and a wrong one is refused by file and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from propvault.errors import LibraryError, UsageError
from propvault.targets.explain import rule_lines
from propvault.targets.presets import (
    CORE,
    find_preset,
    preset_files,
    read_preset,
    through_gateway,
)

HEAD = 'title = "T"\nkind = "image"\nchecked_on = 2026-11-22\n'


@pytest.mark.parametrize("name", sorted(preset_files()))
def test_shipped_presets_are_sound(name: str) -> None:
    preset = find_preset(name)
    assert preset.checked_on <= date.today()
    assert preset.sources or name in ("folder", "contact-sheet", "prop-sheet")
    assert preset.kind in ("training", "exchange") or (preset.vendor and preset.model)
    assert name == "folder" or not (preset.metadata.gps or preset.metadata.serials)
    assert set(preset.note) in ({"en", "zh"}, set())


@pytest.mark.parametrize("name", sorted(preset_files()))
def test_a_cloud_target_leaves_no_rule_unspoken(name: str) -> None:
    preset = find_preset(name)
    if not preset.is_cloud:
        return
    said = {line.rule for line in rule_lines(preset)} | set(preset.no_rule)
    said |= {"limits.max_mb"} if preset.limits.total_mb else set()
    said |= {"limits.max_side", "limits.min_side"} if preset.limits.exact_sizes else set()
    assert set(CORE) <= said, sorted(set(CORE) - said)


@pytest.mark.parametrize("name", sorted(preset_files()))
def test_what_nobody_verified_is_printed_as_unverified(name: str) -> None:
    preset = find_preset(name)
    grades = {line.rule: line.confidence for line in rule_lines(preset)}
    assert all(grades[rule] == "unverified" for rule in preset.unverified)
    assert all(line.value or line.confidence == "unverified" for line in rule_lines(preset))


def test_another_gateway_changes_what_it_changes() -> None:
    kling = find_preset("kling-omni-image")
    comfy = through_gateway(kling, "comfyui")
    assert comfy.naming.token["en"] == "@image{n}" and comfy.counts == kling.counts
    assert through_gateway(kling, "useapi").prompt.limits[0].max == 1700
    assert through_gateway(find_preset("vidu-reference"), "wavespeed").counts.max == 4
    with pytest.raises(UsageError, match="comfyui"):
        through_gateway(kling, "nowhere")


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        (HEAD + "[counts]\nmaximum = 3\n", "target.preset_unknown_key", "counts.maximum"),
        (HEAD + "colour = 1\n", "target.preset_unknown_key", "colour"),
        ('title = "T"\nkind = "image"\n', "target.preset_missing_key", "checked_on"),
        (HEAD.replace("image", "hologram"), "target.preset_wrong_value", "kind"),
        (
            HEAD + '[counts]\nmax = "3"\n',
            "target.preset_wrong_value",
            "counts.max",
        ),
        (
            HEAD + "[counts]\nmax = true\n",
            "target.preset_wrong_value",
            "counts.max",
        ),
        (HEAD + "[limits]\nmax_side = -1\n", "target.preset_wrong_value", "limits.max_side"),
        (
            HEAD + "[limits]\nmin_aspect = 2\nmax_aspect = 1\n",
            "target.preset_wrong_value",
            "limits.min_aspect",
        ),
        (HEAD + '[limits]\nformats = ["png"]\n', "target.preset_wrong_value", "picture.format"),
        (HEAD + '[limits]\nformats = "png"\n', "target.preset_wrong_value", "limits.formats"),
        (HEAD + '[naming.token]\nen = "Image"\n', "target.preset_wrong_value", "naming.token.en"),
        (HEAD + '[naming.token]\nfr = "I{n}"\n', "target.preset_wrong_value", "naming.token.fr"),
        (
            HEAD + '[confidence]\nsides = "official"\n',
            "target.preset_wrong_value",
            "confidence.sides",
        ),
        (HEAD + "[picture]\nquality = 100\n", "target.preset_wrong_value", "picture.quality"),
        ("title = ", "target.preset_unreadable", None),
    ],
)
def test_a_wrong_preset_names_file_and_key(
    tmp_path: Path, text: str, code: str, key: str | None
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        read_preset(path)
    assert caught.value.reason.code == code
    assert caught.value.path == str(path)
    assert caught.value.reason.get("key") == key


def test_a_persons_own_preset_wins(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "._folder.toml").write_bytes(b"\0")
    assert find_preset("folder", [tmp_path]).title == "T"
    assert set(preset_files([tmp_path])) == set(preset_files())


def test_an_unknown_preset_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="seedance-2"):
        find_preset("seedance")


def test_confidence_falls_back_to_unverified(tmp_path: Path) -> None:
    runway = find_preset("runway-gen4-image")
    assert runway.confidence_of("counts.max") == "official"
    assert runway.confidence_of("limits.max_side") == "documented elsewhere"
    assert runway.confidence_of("limits.min_side") == "unverified"
    (tmp_path / "x.toml").write_text(HEAD, encoding="utf-8")
    assert read_preset(tmp_path / "x.toml").confidence_of("limits.max_side") == "unverified"
