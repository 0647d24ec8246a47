"""The plan of a reference set: which photos are taken, under which names, with which words.

Invariant: a pure value. The same preset, candidates and options give the same plan, and a dry run
prints what a real run writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from propvault.errors import UsageError
from propvault.reasons import Language, Reason
from propvault.targets.candidates import Candidate
from propvault.targets.layouts.folders import picture_folder
from propvault.targets.names import (
    SUFFIXES,
    ascii_slug,
    file_stem,
    name_words,
    reference_tag,
    subject_names,
    token,
)
from propvault.targets.pick import Refused, Slots, pick
from propvault.targets.preflight import Finding, check_photo, refusal
from propvault.targets.prompts import Reference, write_prompt
from propvault.targets.rules import Fit, Medium, PictureFormat, Preset
from propvault.targets.set_checks import set_warnings
from propvault.targets.sizing import Sizing, byte_limit, plan_size, shared_limits
from propvault.targets.words import caption, plain, tag_caption, training_caption
from propvault.values import Tag

MAX_TITLE = 200
"""Characters of a set's title."""
_MAX_TRIGGER = 24
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


def plan_set(
    preset: Preset, photos: Sequence[Candidate], options: PlanOptions | None = None
) -> SetPlan:
    """Plan a reference set of the photos given in order of rank.

    Raises:
        UsageError: a first frame was asked of a target that takes none.
    """
    options = options or PlanOptions()
    if options.has_first_frame and preset.counts.first_frame == "none":
        raise UsageError("target.no_first_frame", preset=preset.name)
    trigger = _trigger(options)
    eligible, refused = _eligible(preset, photos, options)
    picked = pick(eligible, Slots(capacity(preset, options), preset.counts))
    planned = tuple(_planned(preset, picked.photos, options, trigger))
    prompts, shortened = _prompts(preset, planned, options)
    refused |= {r.photo: r for r in picked.refused}
    repeated = _repeats(photos)
    return SetPlan(
        preset=preset,
        options=options,
        photos=planned,
        refused=(*(refused[p.id] for p in _distinct(photos) if p.id in refused), *repeated),
        prompts=prompts,
        caption_languages=_wanted(preset.captions.languages, options),
        trigger=trigger,
        warnings=(
            *set_warnings(preset, [p.candidate for p in planned], options.beside, options.rights),
            *shortened,
        ),
    )


def capacity(preset: Preset, options: PlanOptions) -> int | None:
    """Return how many pictures fit into a request with what goes beside them."""
    counts, beside = preset.counts, options.beside
    if counts.first_frame == "only" or (
        options.has_first_frame and counts.first_frame == "instead"
    ):
        return 1
    most = [counts.max] if counts.max is not None else []
    if counts.max is None and counts.advised is not None and preset.kind != "training":
        most.append(counts.advised)
    if counts.with_video is not None and beside.get("videos"):
        most.append(counts.with_video)
    for budget in counts.budgets:
        others = (m for m in budget.of if m != "images")
        most.append(budget.max - sum(beside.get(m, int(m == "outputs")) for m in others))
    if not most:
        return None
    return max(0, min(most)) + options.has_first_frame


def _distinct(photos: Sequence[Candidate]) -> list[Candidate]:
    return list({photo.id: photo for photo in reversed(photos)}.values())[::-1]


def _repeats(photos: Sequence[Candidate]) -> list[Refused]:
    seen: set[str] = set()
    found = []
    for photo in photos:
        if photo.id in seen:
            found.append(Refused(photo.id, Reason.of("target.repeated"), True))
        seen.add(photo.id)
    return found


def _eligible(
    preset: Preset, photos: Sequence[Candidate], options: PlanOptions
) -> tuple[list[Candidate], dict[str, Refused]]:
    eligible, refused = [], {}
    for photo in _distinct(photos):
        reason = options.failed.get(photo.id)
        if reason is None and min(photo.width, photo.height) > 0:
            reason = refusal(check_photo(preset, photo, _sizing(preset, photo, options, 1)))
        elif reason is None:
            reason = Reason.of("target.too_small", width=photo.width, height=photo.height, least=1)
        if reason is None:
            eligible.append(photo)
        else:
            refused[photo.id] = Refused(photo.id, reason)
    return eligible, refused


def _sizing(preset: Preset, photo: Candidate, options: PlanOptions, count: int) -> Sizing:
    limits = replace(preset.limits, max_megapixels=shared_limits(preset.limits, count))
    return plan_size(
        limits,
        (photo.width, photo.height),
        long_edge=preset.picture.long_edge,
        fit=options.fit or preset.picture.fit,
    )


def _planned(
    preset: Preset,
    picked: Sequence[tuple[Candidate, Reason]],
    options: PlanOptions,
    trigger: str,
) -> Iterator[PlannedPhoto]:
    used: set[str] = set()
    names = subject_names([c.subject for c, _ in picked if c.subject], preset.naming.name_max)
    folder = picture_folder(preset.layout, trigger, set_slug(options))
    has_frame = options.has_first_frame or preset.counts.first_frame == "only"
    start = 0 if has_frame and len(picked) > 1 else 1
    for number, (candidate, why) in enumerate(picked, start=start):
        tags = candidate.claims
        words = name_words(tags)
        tag = reference_tag(words, preset.naming, used)
        used.add(tag)
        is_frame = has_frame and number == start
        sizing = _sizing(preset, candidate, options, len(picked))
        subject = names.get(candidate.subject, "")
        naming = {} if is_frame else preset.naming.token
        yield PlannedPhoto(
            candidate=candidate,
            number=number,
            folder=folder,
            stem=file_stem(number, len(picked), words, _part(candidate, number, is_frame)),
            format=_format(preset, candidate),
            sizing=sizing,
            max_bytes=byte_limit(preset.limits, preset.delivery, len(picked)),
            tag=tag,
            subject=subject,
            tokens={lang: token(preset.naming, lang, number, tag, subject) for lang in naming},
            captions=_captions(preset, candidate, trigger),
            tags=tags,
            why=(*candidate.why, why),
            findings=check_photo(preset, candidate, sizing),
            is_frame=is_frame,
        )


def _part(photo: Candidate, number: int, is_frame: bool) -> str:
    """Return what a picture is in the set: first frame, view or role, ``main`` for the first."""
    if is_frame:
        return "first-frame"
    if photo.role not in (None, "subject"):
        return photo.role or ""
    return photo.view or ("main" if number == 1 else "")


def _format(preset: Preset, candidate: Candidate) -> PictureFormat:
    for format_ in SUFFIXES:
        accepted = preset.picture.copy_as_is and format_ in preset.limits.formats
        if accepted and candidate.format == format_:
            return format_
    if candidate.look.has_alpha and preset.picture.keep_alpha and "png" in preset.limits.formats:
        return "png"
    return preset.picture.format


def _captions(preset: Preset, photo: Candidate, trigger: str) -> dict[Language, str]:
    rule = preset.captions
    lead = "[trigger]" if preset.layout.kind == "ai-toolkit" else trigger
    written: dict[Language, str] = {}
    for language in ("en", "zh"):
        if rule.style == "tags":
            names = tag_caption(photo.claims, language, photo.note)
            written[language] = f"{lead}, {names}" if rule.has_trigger else names
        elif rule.has_trigger:
            written[language] = training_caption(photo.claims, language, lead, photo.note)
        else:
            written[language] = caption(photo.claims, language, photo.note)
    return written


def _trigger(options: PlanOptions) -> str:
    if options.trigger:
        return plain(options.trigger, _MAX_TRIGGER)
    slug = set_slug(options).replace("-", "_")[: _MAX_TRIGGER - 3].strip("_")
    return f"pv_{slug}"


def set_slug(options: PlanOptions) -> str:
    """Return the set's title, in English where it is not, as ``[a-z0-9-]``; else ``set``."""
    named = ascii_slug(options.title) or ascii_slug(options.scene.get("en", ""))
    return named[:_MAX_SLUG].strip("-") or "set"


def _wanted(offered: tuple[Language, ...], options: PlanOptions) -> tuple[Language, ...]:
    """Return the languages asked for where the preset writes any, else its own."""
    return options.languages if offered and options.languages else offered


def _prompts(
    preset: Preset, photos: Sequence[PlannedPhoto], options: PlanOptions
) -> tuple[dict[Language, str], tuple[Reason, ...]]:
    rule = preset.prompt
    prompts: dict[Language, str] = {}
    shortened = []
    for language in _wanted(rule.languages, options) if photos else ():
        prompt = write_prompt(
            [_reference(photo, language) for photo in photos],
            language,
            scene=options.scene.get(language, ""),
            limits=rule.limits,
            suffix=rule.suffix.replace("{links}", " ".join(link(p, options) for p in photos)),
        )
        prompts[language] = prompt.text
        if prompt.is_shortened:
            shortened.append(Reason.of("target.prompt_shortened", language=language))
    return prompts, tuple(shortened)


def _reference(photo: PlannedPhoto, language: Language) -> Reference:
    source = photo.candidate
    return Reference(
        token=photo.tokens.get(language, ""),
        tags=photo.tags,
        role=source.role,
        subject=plain(source.subject, 60),
        view=source.seen_from,
        note=source.note,
        is_frame=photo.is_frame,
    )


def link(photo: PlannedPhoto, options: PlanOptions) -> str:
    """Return the address of a picture, or a word that stands for it until it has one."""
    if options.base_url:
        return f"{options.base_url.rstrip('/')}/{photo.file}"
    return f"URL{photo.number}"
