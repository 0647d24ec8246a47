"""A prop sheet: the things, materials and light of a selection as a text for a language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from propvault.reasons import Language
from propvault.targets.phrases import phrases
from propvault.targets.words import clauses, plain, tag_name

if TYPE_CHECKING:
    from propvault.targets.plan import PlannedPhoto, SetPlan

_SECTIONS = (
    ("subjects", ("object", "structure")),
    ("material", ("material", "surface", "pattern")),
    ("colour", ("colour",)),
    ("light", ("light", "weather")),
    ("setting", ("setting",)),
    ("era", ("era",)),
    ("people", ("people",)),
    ("use", ("use",)),
)


def prop_sheet(plan: SetPlan) -> dict[str, str]:
    """Return the sheet in both languages, by file name."""
    languages = plan.options.languages or ("en", "zh")
    return {f"prop-sheet.{language}.md": _sheet(plan, language) for language in languages}


def _sheet(plan: SetPlan, language: Language) -> str:
    words = phrases(language).sheet
    title = plain(plan.options.title, 200)
    blocks = [
        f"# {words.title}" + (f" · {title}" if title else ""),
        words.intro.format(count=len(plan.photos)),
    ]
    for heading, facets in _SECTIONS:
        lines = _section(plan.photos, facets, language)
        if lines:
            blocks.append(f"## {getattr(words, heading)}\n\n" + "\n".join(lines))
    notes = [
        f"- {line} ({photo.number})"
        for photo in plan.photos
        for line in (plain(text, 300) for text in photo.candidate.note.splitlines())
        if line
    ]
    if notes:
        blocks.append(f"## {words.notes}\n\n" + "\n".join(notes))
    pictures = [line for line in (_picture(p, language) for p in plan.photos) if line]
    if pictures:
        blocks.append(f"## {words.pictures}\n\n" + "\n".join(pictures))
    blocks.append(words.task)
    return "\n\n".join(blocks) + "\n"


def _section(
    photos: Sequence[PlannedPhoto], facets: Sequence[str], language: Language
) -> list[str]:
    """Return a line for each name, the ones in most pictures first, with the pictures' numbers."""
    shown: dict[str, list[int]] = {}
    for photo in photos:
        for name in dict.fromkeys(tag_name(t, language) for t in photo.tags if t.facet in facets):
            shown.setdefault(name, []).append(photo.number)
        if "object" in facets and photo.candidate.subject:
            numbers = shown.setdefault(plain(photo.candidate.subject, 60), [])
            if photo.number not in numbers:
                numbers.append(photo.number)
    ranked = sorted(shown.items(), key=lambda entry: (-len(entry[1]), entry[1]))
    return [f"- {name} ({', '.join(map(str, numbers))})" for name, numbers in ranked]


def _picture(photo: PlannedPhoto, language: Language) -> str:
    say, source = phrases(language), photo.candidate
    parts = [say.clause_joint.join(clauses(photo.tags, language))]
    if source.subject:
        view = say.views.get(source.seen_from or "", "")
        parts.append(plain(source.subject, 60) + (f", {view}" if view else ""))
    where = " ".join(part for part in (source.taken[:10], plain(source.place, 100)) if part)
    if where:
        parts.append(f"{say.sheet.where}{say.label_joint}{where}")
    told = " · ".join(filter(None, parts))
    return f"{photo.number}. {told}" if told else ""
