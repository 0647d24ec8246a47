"""Preset files: the shipped ones are sound, and a wrong one is refused by file and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from propvault.errors import LibraryError, UsageError
from propvault.targets.presets import find_preset, preset_files, read_preset

HEAD = 'title = "T"\nkind = "image"\nchecked_on = 2026-11-22\n'


@pytest.mark.parametrize("name", sorted(preset_files()))
def test_shipped_presets_are_sound(name: str) -> None:
    preset = find_preset(name)
    assert preset.checked_on <= date.today()
    assert preset.kind == "local" or (preset.vendor and preset.model and preset.sources)
    assert preset.kind == "local" or not (preset.metadata.gps or preset.metadata.serials)


@pytest.mark.parametrize(
    ("name", "most", "token"),
    [
        ("folder", None, "图{n}"),
        ("seedance-2", 9, "图{n}"),
        ("runway-gen4-image", 3, "@{tag}"),
    ],
)
def test_shipped_numbers(name: str, most: int | None, token: str) -> None:
    preset = find_preset(name)
    assert preset.limits.max_pictures == most
    assert preset.naming.token["zh"] == token


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        (HEAD + "[limits]\nmax_picture = 3\n", "target.preset_unknown_key", "limits.max_picture"),
        (HEAD + "colour = 1\n", "target.preset_unknown_key", "colour"),
        ('title = "T"\nkind = "image"\n', "target.preset_missing_key", "checked_on"),
        (HEAD.replace("image", "hologram"), "target.preset_wrong_value", "kind"),
        (
            HEAD + '[limits]\nmax_pictures = "3"\n',
            "target.preset_wrong_value",
            "limits.max_pictures",
        ),
        (
            HEAD + "[limits]\nmax_pictures = true\n",
            "target.preset_wrong_value",
            "limits.max_pictures",
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
            HEAD + '[limits.confidence]\nsides = "official"\n',
            "target.preset_wrong_value",
            "limits.confidence.sides",
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
    runway = find_preset("runway-gen4-image").limits
    assert runway.confidence_of("max_pictures") == "official"
    assert runway.confidence_of("max_side") == "documented elsewhere"
    (tmp_path / "x.toml").write_text(HEAD, encoding="utf-8")
    assert read_preset(tmp_path / "x.toml").limits.confidence_of("max_side") == "unverified"
