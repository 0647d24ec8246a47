"""Export presets: what one target takes, as dated data read from TOML.

Invariant: code knows rules, presets know numbers. No vendor's figure is written in Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Literal

from propvault.errors import LibraryError, UsageError
from propvault.reasons import Language
from propvault.resources import library_folder
from propvault.targets.strict import read_table, wrong_value

Confidence = Literal["official", "documented elsewhere", "unverified"]
PictureFormat = Literal["jpeg", "png"]

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Limits:
    """What the target accepts; None means that no rule is known, not that anything goes."""

    min_pictures: int = 1
    """Fewer than this and the target refuses the set."""
    max_pictures: int | None = None
    """Reference pictures in one request."""
    formats: tuple[str, ...] = ("jpeg", "png")
    """Accepted file formats, as vision names them."""
    max_bytes: int | None = None
    """Largest picture file, bytes."""
    min_side: int | None = None
    """Shortest allowed side, pixels."""
    max_side: int | None = None
    """Longest allowed side, pixels."""
    min_aspect: float | None = None
    """Least width divided by height."""
    max_aspect: float | None = None
    """Greatest width divided by height."""
    confidence: Mapping[str, Confidence] = field(default_factory=dict)
    """How sure a limit is, by its name; ``default`` stands for the ones not named."""

    def confidence_of(self, name: str) -> Confidence:
        """Return how sure the limit called ``name`` is."""
        return self.confidence.get(name, self.confidence.get("default", "unverified"))


@dataclass(frozen=True)
class PictureRule:
    """How pictures are written."""

    format: PictureFormat = "jpeg"
    """Format of a picture that has to be encoded."""
    quality: int = 92
    """JPEG quality to start from, 1 to 95."""
    long_edge: int | None = None
    """Larger pictures are reduced to this long edge, pixels; None keeps full resolution."""
    copy_as_is: bool = False
    """Whether a file that already fits is copied byte for byte instead of encoded again."""
    keep_alpha: bool = False
    """Whether transparency may stay where the format has it; else it is laid on white."""


@dataclass(frozen=True)
class MetadataRule:
    """Which metadata an encoded picture keeps; XMP, IPTC and maker notes never stay in one.

    A picture that is copied as it is keeps all it has, so only one that has nothing a rule
    forbids is copied.
    """

    gps: bool = False
    """Position, in EXIF and in the manifest."""
    serials: bool = False
    """Serial numbers of body and lens, owner name."""
    camera: bool = False
    """Make, model, lens, exposure."""
    taken: bool = True
    """Capture time, in EXIF and in the manifest."""
    rights: bool = True
    """Artist and copyright."""


@dataclass(frozen=True)
class Naming:
    """How a prompt names a reference."""

    token: Mapping[Language, str] = field(default_factory=dict)
    """Template per language with ``{n}`` (1-based) or ``{tag}``; a language that is not there
    has no way to name a picture, which is then described."""
    tag_min: int = 3
    """Least characters of ``{tag}``."""
    tag_max: int = 16
    """Most characters of ``{tag}``."""


@dataclass(frozen=True)
class PromptRule:
    """What the target's prompt takes."""

    languages: tuple[Language, ...] = ("en", "zh")
    """Languages a prompt is written in."""
    limit: Mapping[Language, int] = field(default_factory=dict)
    """Longest prompt per language, in ``unit``; a language not there has no known limit."""
    unit: Literal["characters", "utf16"] = "characters"
    """What the limit counts: code points, or UTF-16 code units."""


@dataclass(frozen=True)
class CaptionRule:
    """Caption files beside the pictures."""

    languages: tuple[Language, ...] = ()
    """One line per language, in this order; empty writes no caption files."""


@dataclass(frozen=True)
class Preset:
    """A named export recipe for one target."""

    name: str
    """The TOML file's stem."""
    title: str
    """What people call the target."""
    kind: Literal["local", "image", "video", "training"]
    """What the target makes."""
    checked_on: date
    """When a person last compared the numbers with the sources."""
    vendor: str = ""
    """Who runs the target."""
    model: str = ""
    """Model name as the vendor writes it."""
    sources: tuple[str, ...] = ()
    """Where the numbers are from."""
    note: Mapping[Language, str] = field(default_factory=dict)
    """What a person should know before using the set, per language."""
    limits: Limits = field(default_factory=Limits)
    """What is accepted."""
    picture: PictureRule = field(default_factory=PictureRule)
    """How pictures are written."""
    metadata: MetadataRule = field(default_factory=MetadataRule)
    """What stays in written files."""
    naming: Naming = field(default_factory=Naming)
    """How a prompt names a reference."""
    prompt: PromptRule = field(default_factory=PromptRule)
    """What a prompt may be."""
    captions: CaptionRule = field(default_factory=CaptionRule)
    """Caption files."""


def read_preset(path: Path) -> Preset:
    """Read one preset; its name is the file's stem.

    Raises:
        LibraryError: naming the file and the key that is wrong.
    """
    if not _NAME.fullmatch(path.stem):
        raise LibraryError("target.preset_bad_name", path=str(path), name=path.stem)
    preset = read_table(path, Preset, name=path.stem)
    for key, expected in _contradictions(preset):
        raise wrong_value(path, key, expected)
    return preset


def preset_files(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Return preset files by name, sorted; a later folder wins, all win over the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (library_folder() / "presets", *folders):
        # "._name" is what macOS leaves beside a file on foreign disks
        found |= {p.stem: p for p in folder.glob("*.toml") if not p.name.startswith(".")}
    return dict(sorted(found.items()))


def find_preset(name: str, folders: Sequence[Path] = ()) -> Preset:
    """Read the preset called ``name``.

    Raises:
        UsageError: there is none; lists those there are.
        LibraryError: it is there and wrong.
    """
    files = preset_files(folders)
    if name not in files:
        raise UsageError("target.preset_not_found", name=name, known=", ".join(files))
    return read_preset(files[name])


def _contradictions(preset: Preset) -> Iterator[tuple[str, str]]:
    """Yield (key, what was expected) for values that are each well-formed and cannot hold."""
    limits, picture, naming = preset.limits, preset.picture, preset.naming
    for name in ("pictures", "side", "aspect"):
        low, high = getattr(limits, f"min_{name}"), getattr(limits, f"max_{name}")
        if low is not None and high is not None and low > high:
            yield f"limits.min_{name}", f"at most limits.max_{name} ({high})"
    numbers = {f"limits.{f.name}": getattr(limits, f.name) for f in fields(limits)}
    numbers |= {"picture.long_edge": picture.long_edge, "naming.tag_min": naming.tag_min}
    numbers |= {f"prompt.limit.{k}": v for k, v in preset.prompt.limit.items()}
    for key, value in numbers.items():
        if isinstance(value, int | float) and value <= 0:
            yield key, "a number above 0"
    yield from _contradictions_of_rules(preset)


def _contradictions_of_rules(preset: Preset) -> Iterator[tuple[str, str]]:
    limits, picture, naming = preset.limits, preset.picture, preset.naming
    if picture.format not in limits.formats:
        yield "picture.format", "one of limits.formats"
    if not 1 <= picture.quality <= 95:  # above 95 a JPEG only grows (Pillow's documentation)
        yield "picture.quality", "1 to 95"
    if naming.tag_max < max(naming.tag_min, 8):
        yield "naming.tag_max", "at least naming.tag_min, and 8 to leave room for a number"
    for language, template in naming.token.items():
        if _PLACEHOLDER.findall(template) not in (["n"], ["tag"]):
            yield f"naming.token.{language}", "exactly one of {n} and {tag}"
    known = {f.name for f in fields(limits)} - {"confidence"} | {"default"}
    for name in limits.confidence:
        if name not in known:
            yield f"limits.confidence.{name}", "the name of a limit"
