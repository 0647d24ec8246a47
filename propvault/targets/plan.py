"""The plan of a reference set: which photos are taken, under which names, with which words.

Invariant: a pure value. The same preset, candidates and options give the same plan, and a dry run
prints what a real run writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from propvault.reasons import Language, Reason
from propvault.targets.names import SUFFIXES, file_stem, name_words, reference_tag, token
from propvault.targets.presets import Limits, PictureFormat, Preset
from propvault.targets.prompts import Reference, write_prompt
from propvault.targets.words import caption, claimed
from propvault.values import PhotoTag, Tag


@dataclass(frozen=True)
class Candidate:
    """A photo that may go into the set, with the facts a plan needs."""

    id: str
    """``sha256:`` and hex digest."""
    path: Path | None
    """A readable file, None when every disk is offline."""
    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    format: str
    """Format of the file at ``path``, as vision names it."""
    tags: tuple[PhotoTag, ...] = ()
    """Its tags in any state."""
    why: tuple[Reason, ...] = ()
    """Why it was chosen, empty for its place in the order alone."""
    role: str | None = None
    """Its role in a collection."""
    taken: str = ""
    """Local capture time, ISO 8601, with offset where known."""
    place: str = ""
    """Name of the place."""
    position: tuple[float, float] | None = None
    """Degrees north and east, WGS 84."""


@dataclass(frozen=True)
class PlanOptions:
    """What a person may ask of a plan."""

    languages: tuple[Language, ...] = ()
    """Write prompts and captions only in these; empty leaves it to the preset."""
    scene: Mapping[Language, str] = field(default_factory=dict)
    """First line of the prompts, by language."""
    failed: Mapping[str, Reason] = field(default_factory=dict)
    """Photos, by id, that turned out unreadable; the next ones take their places."""


@dataclass(frozen=True)
class PlannedPhoto:
    """One picture of the set."""

    candidate: Candidate
    """The photo."""
    number: int
    """Its place in the set, from 1; also the token's number."""
    stem: str
    """File name without suffix, ASCII."""
    format: PictureFormat
    """Format it is written in."""
    size: tuple[int, int]
    """Width and height it should come out with, pixels."""
    long_edge: int | None
    """Reduce to this long edge, pixels; None keeps all."""
    tokens: Mapping[Language, str]
    """How prompts name it; a language that cannot is not there."""
    captions: Mapping[Language, str]
    """One line per language, zh and en always."""
    tags: tuple[Tag, ...]
    """What is claimed of it."""
    why: tuple[Reason, ...]
    """Why it is in the set, never empty."""

    @property
    def file(self) -> str:
        """Return the picture's file name."""
        return self.stem + SUFFIXES[self.format]

    @property
    def caption_file(self) -> str:
        """Return the name of the caption file that would stand beside it."""
        return f"{self.stem}.txt"


@dataclass(frozen=True)
class Refused:
    """A photo that is not in the set."""

    photo: str
    """Its id."""
    reason: Reason
    """Why not."""


@dataclass(frozen=True)
class SetPlan:
    """A reference set before it is written."""

    preset: Preset
    """The recipe."""
    photos: tuple[PlannedPhoto, ...]
    """The pictures, in order."""
    refused: tuple[Refused, ...]
    """The photos left out, in order."""
    prompts: Mapping[Language, str]
    """Prompt per language, without a final newline."""
    caption_languages: tuple[Language, ...]
    """Lines of a caption file, in order; empty writes none."""
    warnings: tuple[Reason, ...]
    """What a person should know before using the set."""

    @property
    def texts(self) -> dict[str, str]:
        """Return the text files of the set by name, in a fixed order."""
        files = {}
        if self.caption_languages:
            for photo in self.photos:
                lines = [photo.captions[language] for language in self.caption_languages]
                files[photo.caption_file] = "\n".join(lines) + "\n"
        prompts = {f"prompt.{lang}.txt": f"{text}\n" for lang, text in self.prompts.items()}
        return files | prompts


def plan_set(
    preset: Preset, photos: Sequence[Candidate], options: PlanOptions | None = None
) -> SetPlan:
    """Plan a reference set: photos in the order given, up to what the target takes."""
    options = options or PlanOptions()
    taken: list[Candidate] = []
    refused: list[Refused] = []
    for candidate in photos:
        reason = options.failed.get(candidate.id) or _refusal(preset, candidate, taken)
        if reason is None:
            taken.append(candidate)
        else:
            refused.append(Refused(candidate.id, reason))
    planned = tuple(_planned(preset, taken))
    prompts, shortened = _prompts(preset, planned, options)
    return SetPlan(
        preset=preset,
        photos=planned,
        refused=tuple(refused),
        prompts=prompts,
        caption_languages=_wanted(preset.captions.languages, options),
        warnings=(*_count_warning(preset.limits, len(planned)), *shortened),
    )


def scaled(size: tuple[int, int], long_edge: int | None) -> tuple[int, int]:
    """Return ``size`` reduced to a long edge, never enlarged, at least one pixel a side."""
    factor = min(1.0, long_edge / max(size)) if long_edge else 1.0
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def size_refusal(limits: Limits, size: tuple[int, int]) -> Reason | None:
    """Return why a picture of this size is not accepted, None when it is."""
    width, height = size
    too_small = _side_refusal(limits, size)
    if too_small is not None:
        return too_small
    low, high = limits.min_aspect or 0.0, limits.max_aspect or float("inf")
    if low <= width / height <= high:
        return None
    return Reason.of(
        "target.aspect",
        width=width,
        height=height,
        aspect=f"{width / height:.3g}",
        least=f"{low:g}",
        most=f"{high:g}",
    )


def _side_refusal(limits: Limits, size: tuple[int, int]) -> Reason | None:
    least = limits.min_side or 1
    if min(size) >= least:
        return None
    return Reason.of("target.too_small", width=size[0], height=size[1], least=least)


def _refusal(preset: Preset, candidate: Candidate, taken: Sequence[Candidate]) -> Reason | None:
    if any(other.id == candidate.id for other in taken):
        return Reason.of("target.repeated")
    if candidate.path is None:
        return Reason.of("target.offline")
    size = (candidate.width, candidate.height)
    reason = size_refusal(preset.limits, size)
    if reason is None:  # a narrow picture may become too thin by being reduced
        reason = _side_refusal(preset.limits, scaled(size, _long_edge(preset)))
    if reason is None and len(taken) == preset.limits.max_pictures:
        return Reason.of("target.over_count", most=len(taken))
    return reason


def _planned(preset: Preset, taken: Sequence[Candidate]) -> Iterator[PlannedPhoto]:
    used: set[str] = set()
    for number, candidate in enumerate(taken, start=1):
        tags = claimed(candidate.tags)
        words = name_words(tags)
        tag = reference_tag(words, preset.naming, used)
        used.add(tag)
        size = (candidate.width, candidate.height)
        edge = _long_edge(preset)
        yield PlannedPhoto(
            candidate=candidate,
            number=number,
            stem=file_stem(number, len(taken), words),
            format=_format(preset, candidate),
            size=scaled(size, edge),
            long_edge=edge if edge is not None and edge < max(size) else None,
            tokens={lang: token(preset.naming, lang, number, tag) for lang in preset.naming.token},
            captions={"en": caption(tags, "en"), "zh": caption(tags, "zh")},
            tags=tags,
            why=candidate.why or (Reason.of("target.in_order", number=number),),
        )


def _long_edge(preset: Preset) -> int | None:
    edges = [e for e in (preset.picture.long_edge, preset.limits.max_side) if e is not None]
    return min(edges, default=None)


def _format(preset: Preset, candidate: Candidate) -> PictureFormat:
    for format_ in SUFFIXES:
        accepted = preset.picture.copy_as_is and format_ in preset.limits.formats
        if accepted and candidate.format == format_:
            return format_
    return preset.picture.format


def _wanted(offered: tuple[Language, ...], options: PlanOptions) -> tuple[Language, ...]:
    """Keep the languages asked for; a preset that has none of them keeps its own."""
    return tuple(lang for lang in offered if lang in options.languages) or offered


def _prompts(
    preset: Preset, photos: Sequence[PlannedPhoto], options: PlanOptions
) -> tuple[dict[Language, str], tuple[Reason, ...]]:
    rule = preset.prompt
    prompts: dict[Language, str] = {}
    shortened = []
    for language in _wanted(rule.languages, options) if photos else ():
        prompt = write_prompt(
            [Reference(p.tokens.get(language, ""), p.tags, p.candidate.role) for p in photos],
            language,
            scene=options.scene.get(language, ""),
            limit=rule.limit.get(language),
            unit=rule.unit,
        )
        prompts[language] = prompt.text
        if prompt.is_shortened:
            most = rule.limit[language]
            shortened.append(Reason.of("target.prompt_shortened", language=language, most=most))
    return prompts, tuple(shortened)


def _count_warning(limits: Limits, count: int) -> tuple[Reason, ...]:
    if 0 < count < limits.min_pictures:
        return (Reason.of("target.too_few", count=count, least=limits.min_pictures),)
    return ()
