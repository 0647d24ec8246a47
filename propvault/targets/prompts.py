"""Prompts that name each reference the target's way and say what to take from it.

Invariant: a prompt is never longer than the target takes, and never drops a reference while
there is anything else to drop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from propvault.reasons import Language
from propvault.targets.words import clauses, enumerated, plain, subjects
from propvault.values import Tag

MAX_SCENE = 1000
"""Characters of the scene line; a longer one is a pasted page."""

_ROLE_TAKES: dict[Language, dict[str, str]] = {
    "en": {
        "material": "the material and surface", "palette": "the colours", "light": "the light",
        "composition": "the framing and point of view", "style": "the overall look",
        "scene": "the place and its layout",
    },
    "zh": {
        "material": "材质与表面质感", "palette": "色彩", "light": "光线",
        "composition": "构图与机位", "style": "整体风格", "scene": "场景与空间布局",
    },
}  # fmt: skip
# Without a role the strongest thing that the tags claim decides.
_ROLE_BY_FACET = (
    ("material", ("material", "surface", "pattern")),
    ("palette", ("colour",)),
    ("light", ("light", "weather")),
    ("scene", ("setting",)),
    ("composition", ("shot", "angle")),
)


@dataclass(frozen=True)
class Reference:
    """What a prompt needs to know of one picture."""

    token: str
    """How the target names it, empty when it cannot."""
    tags: tuple[Tag, ...]
    """What may be claimed of it."""
    role: str | None = None
    """Its role in a collection: subject, material, palette, light, composition, style, scene."""


@dataclass(frozen=True)
class Prompt:
    """A prompt that fits."""

    text: str
    """Lines without a final newline."""
    is_shortened: bool
    """Whether something had to be left out to fit."""


def prompt_length(text: str, unit: Literal["characters", "utf16"]) -> int:
    """Return the length as the target counts it: code points, or UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text)


def write_prompt(
    references: Sequence[Reference],
    language: Language,
    *,
    scene: str = "",
    limit: int | None = None,
    unit: Literal["characters", "utf16"] = "characters",
) -> Prompt:
    """Write the fullest prompt that fits ``limit``, each reference on its own line."""
    versions = tuple(_versions(references, language, plain(scene, MAX_SCENE)))
    full, barest = versions[0], versions[-1]
    if limit is None:
        return Prompt(full, False)
    fitting = (text for text in versions if prompt_length(text, unit) <= limit)
    text = next(fitting, barest)
    while prompt_length(text, unit) > limit:
        text = text[:-1].rstrip()
    return Prompt(text, text != full)


def _versions(refs: Sequence[Reference], language: Language, scene: str) -> Iterator[str]:
    """Yield prompts from the fullest to the barest."""
    closing = _closing(language)
    for most, takes, ending in (
        (99, True, closing),
        (3, True, closing),
        (2, True, ""),
        (2, False, ""),
    ):
        lines = [_line(ref, language, most, takes) for ref in refs]
        yield "\n".join(part for part in (_sentence(scene, language), *lines, ending) if part)
    lines = [_line(ref, language, 1, False) for ref in refs]
    yield "\n".join(part for part in (_sentence(plain(scene, 80), language), *lines) if part)
    yield "\n".join(lines)
    yield enumerated([ref.token for ref in refs if ref.token], language)


def _line(ref: Reference, language: Language, most: int, says_what_to_take: bool) -> str:
    said = clauses(ref.tags, language)[:most]
    if language == "zh":
        shown = "；".join(said)
        head = f"{ref.token}：{shown}" if ref.token and shown else ref.token or shown
        take = f"取{ref.token}中的{_take(ref, language)}。" if ref.token else ""
        return f"{head}。{take if says_what_to_take else ''}" if head else ""
    shown = "; ".join(said)
    verb = " shows" if subjects(ref.tags, language) else ":"  # "shows backlit" is no sentence
    head = f"{ref.token}{verb} {shown}" if ref.token and shown else ref.token or _capital(shown)
    take = f" Take {_take(ref, language)} from {ref.token}." if ref.token else ""
    return f"{head}.{take if says_what_to_take else ''}" if head else ""


def _take(ref: Reference, language: Language) -> str:
    role = ref.role
    things = subjects(ref.tags, language)
    if role in (None, "subject") and things:
        named = enumerated(things, language)
        if language == "zh":
            return f"{named}的造型、比例与材质"
        return f"the shape, proportions and material of the {named}"
    if role is None:
        facets = {tag.facet for tag in ref.tags}
        role = next((r for r, of in _ROLE_BY_FACET if facets & set(of)), "style")
    takes = _ROLE_TAKES[language]
    return takes.get(role, takes["style"])


def _closing(language: Language) -> str:
    return (
        "除此之外，不取参考图中的其他内容。"
        if language == "zh"
        else ("Take nothing else from the references.")
    )


def _sentence(text: str, language: Language) -> str:
    if not text or text[-1] in ".。!！?？…":
        return text
    return text + ("。" if language == "zh" else ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
