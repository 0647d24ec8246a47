"""The plan of a reference set: which photos are taken, under which names, with which words.

Invariant: a pure value. The same preset, candidates and options give the same plan, and a dry run
prints what a real run writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from propvault.errors import UsageError
from propvault.reasons import Language, Reason
from propvault.targets.candidates import Candidate
from propvault.targets.layouts.folders import picture_folder
from propvault.targets.names import (
    SUFFIXES,
    file_stem,
    name_words,
    reference_tag,
    subject_names,
    token,
)
from propvault.targets.pick import Refused, Slots, pick
from propvault.targets.planned import PlannedPhoto, PlanOptions, SetPlan, link, set_slug
from propvault.targets.preflight import check_photo, refusal
from propvault.targets.prompts import Reference, write_prompt
from propvault.targets.rules import PictureFormat, Preset
from propvault.targets.set_checks import set_warnings
from propvault.targets.sizing import Sizing, byte_limit, plan_size, shared_limits
from propvault.targets.words import caption, plain, tag_caption, training_caption

_MAX_TRIGGER = 24


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
    owner = options.creator or options.rights
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
            *set_warnings(preset, [p.candidate for p in planned], options.beside, owner),
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
