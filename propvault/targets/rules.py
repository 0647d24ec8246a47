"""What a preset may say: one frozen dataclass per table of its TOML file.

Invariant: None, or a key that is not there, means that no rule is known. What nobody could find
out is named in ``unverified``, what the target does not limit in ``no_rule``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from propvault.reasons import Language

ROLES = ("subject", "material", "palette", "light", "composition", "style", "scene")
"""Roles of a picture in a collection, in the order a set lists them."""

Confidence = Literal["official", "documented elsewhere", "unverified"]
Kind = Literal["image", "video", "edit", "training", "exchange"]
Medium = Literal["images", "videos", "sounds", "outputs"]
PictureFormat = Literal["jpeg", "png"]
Fit = Literal["refuse", "pad", "crop"]
Unit = Literal["characters", "utf16", "words", "tokens"]
Policy = Literal["allow", "ask", "consent", "refuse", "require"]
Delivery = Literal["file", "base64", "url"]
LayoutKind = Literal[
    "plain", "kohya", "musubi", "ai-toolkit", "onetrainer", "simpletuner", "imagefolder",
    "webdataset", "diffusers", "ip-adapter", "comfyui", "zip", "contact-sheet", "prop-sheet",
]  # fmt: skip


@dataclass(frozen=True)
class Budget:
    """A number that several media share."""

    max: int
    """All of them together."""
    of: tuple[Medium, ...]
    """Which; ``images`` is what is exported."""


@dataclass(frozen=True)
class Counts:
    """How many pictures one request takes."""

    min: int = 1
    """Fewer and the target refuses the set."""
    max: int | None = None
    """More and the target refuses the set."""
    advised: int | None = None
    """More are taken, but the vendor advises against it."""
    per_subject: int | None = None
    """Pictures of one subject."""
    subjects: int | None = None
    """Different subjects."""
    per_role: Mapping[str, int] = field(default_factory=dict)
    """Pictures by role in a collection."""
    people: int | None = None
    """Pictures that show people."""
    things: int | None = None
    """Pictures that show nobody."""
    budgets: tuple[Budget, ...] = ()
    """Shared numbers."""
    with_video: int | None = None
    """The maximum once a video goes along."""
    first_frame: Literal["none", "only", "instead", "beside"] = "none"
    """Whether a picture is frame 0: never, always, in place of references, besides them."""
    is_front_first: bool = False
    """Whether the first picture has to be the frontal one."""


@dataclass(frozen=True)
class Limits:
    """What one picture file may be."""

    formats: tuple[str, ...] = ("jpeg", "png")
    """Accepted file formats, as vision names them."""
    max_mb: float | None = None
    """Under so many million bytes."""
    max_base64_mb: float | None = None
    """Under so many million characters once encoded as a data URI."""
    total_mb: float | None = None
    """Under so many million bytes in all pictures together, encoded as base64."""
    min_side: int | None = None
    """Shortest allowed side, pixels."""
    max_side: int | None = None
    """Longest allowed side, pixels."""
    max_megapixels: float | None = None
    """Million pixels of one picture."""
    total_megapixels: float | None = None
    """Million pixels of all pictures together."""
    min_aspect: float | None = None
    """Least width divided by height."""
    max_aspect: float | None = None
    """Greatest width divided by height."""
    exact_sizes: tuple[tuple[int, ...], ...] = ()
    """The picture has to be one of these, width and height in pixels."""
    multiple_of: int | None = None
    """Both sides are whole multiples of it."""


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
    fit: Fit = "refuse"
    """What is done with a picture too wide or too high; asked for by a person with ``--fit``."""


@dataclass(frozen=True)
class MetadataRule:
    """Which metadata an encoded picture keeps; maker notes never stay in one."""

    gps: bool = False
    """Position, in EXIF and in the manifest."""
    serials: bool = False
    """Serial numbers of body and lens, owner name."""
    camera: bool = False
    """Make, model, lens, exposure."""
    taken: bool = True
    """Capture time, in EXIF and in the manifest."""
    rights: bool = True
    """Creator and copyright, in EXIF and XMP."""
    source_type: bool = True
    """IPTC digital source type, where the origin is known."""


@dataclass(frozen=True)
class Naming:
    """How a prompt names a reference."""

    token: Mapping[Language, str] = field(default_factory=dict)
    """Template per language with ``{n}`` (1-based), ``{tag}`` or ``{subject}``; a language that is
    not there has no way to name a picture, which is then described."""
    tag_min: int = 3
    """Least characters of ``{tag}``."""
    tag_max: int = 16
    """Most characters of ``{tag}``."""
    name_max: int = 40
    """Most characters of a subject's name in a request."""
    description_max: int = 500
    """Most characters of a subject's description in a request."""


@dataclass(frozen=True)
class PromptLimit:
    """The longest prompt."""

    max: int
    """Most, in ``unit``."""
    unit: Unit = "characters"
    """Code points, UTF-16 code units, words (a Chinese character is one) or model tokens."""
    language: Language | None = None
    """In which language; None in any."""


@dataclass(frozen=True)
class PromptRule:
    """What the target's prompt takes."""

    languages: tuple[Language, ...] = ("en", "zh")
    """Languages a prompt is written in."""
    limits: tuple[PromptLimit, ...] = ()
    """All of them hold."""
    suffix: str = ""
    """Parameters after the text, with ``{links}``: Midjourney's ``--sref``."""


@dataclass(frozen=True)
class CaptionRule:
    """Caption files beside the pictures."""

    languages: tuple[Language, ...] = ()
    """One line per language, in this order; empty writes no caption files."""
    style: Literal["sentence", "tags"] = "sentence"
    """A sentence, or names joined by commas."""
    has_trigger: bool = False
    """Whether each caption starts with the trigger word."""


@dataclass(frozen=True)
class PeopleRule:
    """What holds when people are in the picture."""

    policy: Policy = "allow"
    """``ask`` warns, ``consent`` warns and says that the vendor wants proof, ``refuse`` leaves the
    picture out, ``require`` leaves out those without people."""


@dataclass(frozen=True)
class LayoutRule:
    """How the folder is laid out."""

    kind: LayoutKind = "plain"
    """The writer."""
    repeats: int = 1
    """How often a trainer sees each picture."""
    resolution: int = 1024
    """Training resolution, pixels."""


@dataclass(frozen=True)
class RequestRule:
    """The shape of the API request, where it is public."""

    url: str = ""
    """Method and address."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """Template: see ``request.py``."""


@dataclass(frozen=True)
class Gateway:
    """Another way to the same model, where its rules differ."""

    title: str
    """What people call it."""
    token: Mapping[Language, str] = field(default_factory=dict)
    """As `Naming.token`; empty keeps the preset's."""
    max: int | None = None
    """As `Counts.max`."""
    max_mb: float | None = None
    """As `Limits.max_mb`."""
    prompt: tuple[PromptLimit, ...] = ()
    """As `PromptRule.limits`; empty keeps the preset's."""
    confidence: Confidence = "documented elsewhere"
    """How sure all of it is."""


@dataclass(frozen=True)
class Preset:
    """A named export recipe for one target."""

    name: str
    """The TOML file's stem."""
    title: str
    """What people call the target."""
    kind: Kind
    """What the target makes."""
    checked_on: date
    """When a person last compared the numbers with the sources."""
    vendor: str = ""
    """Who runs the target."""
    model: str = ""
    """Model name as the vendor writes it."""
    gateway: str = ""
    """Whose door the numbers are for."""
    is_cloud: bool = False
    """Whether the pictures leave the person's machine."""
    retired_on: date | None = None
    """When the vendor switched it off, or said it would."""
    sources: tuple[str, ...] = ()
    """Where the numbers are from."""
    note: Mapping[Language, str] = field(default_factory=dict)
    """What a person should know before using the set, per language."""
    delivery: tuple[Delivery, ...] = ("file",)
    """How the target takes a picture; a set fits every way that is listed."""
    confidence: Mapping[str, Confidence] = field(default_factory=dict)
    """How sure a rule is, by its name; ``default`` stands for the ones not named."""
    unverified: tuple[str, ...] = ()
    """Rules that may exist and that nobody could find out."""
    no_rule: tuple[str, ...] = ()
    """Rules that this target does not have."""
    counts: Counts = field(default_factory=Counts)
    """How many."""
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
    people: PeopleRule = field(default_factory=PeopleRule)
    """People in the picture."""
    layout: LayoutRule = field(default_factory=LayoutRule)
    """The folder."""
    request: RequestRule = field(default_factory=RequestRule)
    """The API request."""
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    """Other ways to the same model, by name."""

    def confidence_of(self, rule: str) -> Confidence:
        """Return how sure the rule called ``rule`` (such as ``limits.max_mb``) is."""
        if rule in self.unverified:
            return "unverified"
        return self.confidence.get(rule, self.confidence.get("default", "unverified"))

    @property
    def is_legacy(self) -> bool:
        """Return whether the vendor retired it, by its own announcement."""
        return self.retired_on is not None
