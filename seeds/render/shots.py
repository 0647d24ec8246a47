"""The list of shots, read from one TOML file per invented walk."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Shot:
    """One picture: what is shown, from where, in which light, at what moment."""

    name: str
    walk: str
    scene: str
    view: str
    sun: str
    eye: tuple[float, float, float]
    aim: tuple[float, float, float]
    at: str  # local time of day, HH:MM:SS or HH:MM:SS.mmm in a burst
    shows: tuple[str, ...]
    zh: str
    en: str
    turn: int = 2  # order of rendering, so that a cut-short run has the best frames
    lens: float = 35.0
    stop: float = 8.0
    tilt: float = 0.0
    gain: float = 1.0
    portrait: bool = False
    take: str = ""  # group of takes of the same subject


LIGHTS = {
    "noon": "light:noon",
    "morning": "light:morning",
    "low": "light:low-sun",
    "raking": "light:side-light",
    "backlit": "light:backlit",
    "overcast": "light:overcast",
    "shade": "light:shade",
    "dusk": "light:dusk",
}


def _shot(raw: dict[str, Any], scenes: dict[str, Any], walk: str) -> Shot:
    scene = scenes[raw["scene"]]
    fields = dict(raw)
    fields["shows"] = (*scene["shows"], LIGHTS[raw["sun"]], *raw.get("shows", ()))
    fields["eye"], fields["aim"] = tuple(raw["eye"]), tuple(raw["aim"])
    fields.setdefault("zh", scene["zh"])
    fields.setdefault("en", scene["en"])
    return Shot(walk=walk, **fields)


def load_walks(folder: Path) -> dict[str, dict[str, Any]]:
    """Every walk by name: its day, its path and its gear."""
    files = sorted(folder.glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def load_shots(folder: Path) -> list[Shot]:
    """Every shot of every walk, in the order in which they were taken."""
    return [
        _shot(raw, walk["scene"], name)
        for name, walk in load_walks(folder).items()
        for raw in sorted(walk["shot"], key=lambda shot: shot["at"])
    ]
