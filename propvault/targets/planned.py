"""A planned reference set as a value: what was asked, each picture, the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from propvault.reasons import Language, Reason
from propvault.targets.candidates import Candidate
from propvault.targets.names import SUFFIXES, ascii_slug
from propvault.targets.pick import Refused
from propvault.targets.preflight import Finding
from propvault.targets.rules import Fit, Medium, PictureFormat, Preset
from propvault.targets.sidecar import Keywords
from propvault.targets.sizing import Sizing
from propvault.values import Tag

_MAX_SLUG = 40


@dataclass(frozen=True)
class PlanOptions:
    """What a person may ask of a plan."""

    languages: tuple[Language, ...] = ()
    """Write prompts and captions only in these; empty leaves it to the preset."""
    scene: Mapping[Language, str] = field(default_factory=dict)
    """First line of the prompts, by language."""
    failed: Mapping[str, Reason] = field(default_factory=dict)
    """Photos, by id, that turned out unreadable; the next ones take their places."""
    beside: Mapping[Medium, int] = field(default_factory=dict)
    """What else goes into the same request, or comes out of it."""
    fit: Fit | None = None
    """What is done with a picture too wide or too high; None leaves it to the preset."""
    has_first_frame: bool = False
    """Whether the first picture is frame 0 instead of a reference."""
    title: str = ""
    """Name of the set: the query, or the collection's name."""
    trigger: str = ""
    """Word that stands for the subject in training captions; empty makes one of the title."""
    base_url: str = ""
    """Address that the pictures will be found below; empty when they have none yet."""
    creator: str = ""
    """Who took the photos that do not say."""
    rights: str = ""
    """Rights of the photos that do not say."""
    sidecars: Keywords | None = None
    """Write an XMP sidecar beside each picture in these words; None writes none."""


@dataclass(frozen=True)
class PlannedPhoto:
    """One picture of the set."""

    candidate: Candidate
    """The photo."""
    number: int
    """Its place in the set and its token's number, from 1; 0 for a first frame beside others."""
    folder: str
    """Folder in the set that it stands in, empty or with a final slash."""
    stem: str
    """File name without suffix, ASCII."""
    format: PictureFormat
    """Format it is written in."""
    sizing: Sizing
    """Size it should come out with, and how."""
    max_bytes: int | None
    """Most bytes of its file."""
    tag: str
    """ASCII name for targets that name pictures."""
    subject: str
    """Name of its subject as a request takes it."""
    tokens: Mapping[Language, str]
    """How prompts name it; a language that cannot is not there."""
    captions: Mapping[Language, str]
    """One line per language, zh and en always."""
    tags: tuple[Tag, ...]
    """What is claimed of it."""
    why: tuple[Reason, ...]
    """Why it is in the set, never empty."""
    findings: tuple[Finding, ...] = ()
    """What is done to it, and what to know of it."""
    is_frame: bool = False
    """Whether it is the first frame."""

    @property
    def file(self) -> str:
        """Return the picture's path in the set."""
        return f"{self.folder}{self.stem}{SUFFIXES[self.format]}"

    @property
    def caption_file(self) -> str:
        """Return the path of the caption file that would stand beside it."""
        return f"{self.folder}{self.stem}.txt"

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height it should come out with, pixels."""
        return self.sizing.size


@dataclass(frozen=True)
class SetPlan:
    """A reference set before it is written."""

    preset: Preset
    """The recipe."""
    options: PlanOptions
    """What was asked."""
    photos: tuple[PlannedPhoto, ...]
    """The pictures, in order."""
    refused: tuple[Refused, ...]
    """The photos left out, in order."""
    prompts: Mapping[Language, str]
    """Prompt per language, without a final newline."""
    caption_languages: tuple[Language, ...]
    """Lines of a caption file, in order; empty writes none."""
    trigger: str
    """Word that stands for the subject in training captions."""
    warnings: tuple[Reason, ...]
    """What a person should know before using the set."""

    @property
    def slug(self) -> str:
        """Return the set's title as ``[a-z0-9-]``, ``set`` when it has none."""
        return set_slug(self.options)


def set_slug(options: PlanOptions) -> str:
    """Return the set's title, in English where it is not, as ``[a-z0-9-]``; else ``set``."""
    named = ascii_slug(options.title) or ascii_slug(options.scene.get("en", ""))
    return named[:_MAX_SLUG].strip("-") or "set"


def link(photo: PlannedPhoto, options: PlanOptions) -> str:
    """Return the address of a picture, or a word that stands for it until it has one."""
    if options.base_url:
        return f"{options.base_url.rstrip('/')}/{photo.file}"
    return f"URL{photo.number}"
