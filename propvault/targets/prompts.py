"""Prompts that name each reference the target's way and say what to take from it.

Invariant: a prompt is never longer than the target takes, and never drops a reference while
there is anything else to drop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from propvault.reasons import Language
from propvault.targets.phrases import Phrases, phrases
from propvault.targets.rules import PromptLimit, Unit
from propvault.targets.words import clauses, noted, plain, subjects
from propvault.values import Tag

MAX_SCENE = 1000
"""Characters of the scene line; a longer one is a pasted page."""

_SHORT_SCENE = 80
_WORD = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]|[^\s\u3400-\u9fff]+")
# Without a role the strongest thing that the tags claim decides. Colour, framing and the hour are
# known of nearly every picture, so that they say nothing of why this one was picked.
_ROLE_BY_FACET = (
    ("material", ("material", "surface", "pattern")),
    ("light", ("light", "weather")),
    ("scene", ("setting",)),
)
_EVERYDAY = {"light:daylight", "light:morning", "light:noon", "light:afternoon"}


@dataclass(frozen=True)
class Reference:
    """What a prompt needs to know of one picture."""

    token: str
    """How the target names it, empty when it cannot."""
    tags: tuple[Tag, ...]
    """What may be claimed of it."""
    role: str | None = None
    """Its role in a collection."""
    subject: str = ""
    """Name of what it shows, the same for several views of one thing."""
    view: str | None = None
    """From where it shows it."""
    note: str = ""
    """What a person noted of it."""
    is_frame: bool = False
    """Whether it is the first frame, which is not named."""


@dataclass(frozen=True)
class Prompt:
    """A prompt that fits."""

    text: str
    """Lines without a final newline."""
    is_shortened: bool
    """Whether something had to be left out to fit."""


def prompt_length(text: str, unit: Unit) -> int:
    """Return the length as the target counts it.

    ``words`` counts a Chinese character as one word. ``tokens`` is half the UTF-8 bytes: an upper
    bound in practice, for English takes four bytes a token and Chinese three or more.
    """
    if unit == "utf16":
        return len(text.encode("utf-16-le")) // 2
    if unit == "words":
        return len(_WORD.findall(text))
    if unit == "tokens":
        return (len(text.encode()) + 1) // 2
    return len(text)


def fits(text: str, limits: Sequence[PromptLimit], language: Language) -> bool:
    """Return whether a text keeps all limits of its language."""
    return all(
        prompt_length(text, limit.unit) <= limit.max
        for limit in limits
        if limit.language in (None, language)
    )


def write_prompt(
    references: Sequence[Reference],
    language: Language,
    *,
    scene: str = "",
    limits: Sequence[PromptLimit] = (),
    suffix: str = "",
) -> Prompt:
    """Write the fullest prompt within ``limits``, each reference on its own line."""
    ending = f" {suffix}" if suffix else ""
    versions = list(_versions(references, language, plain(scene, MAX_SCENE)))
    if suffix:  # parameters stand in the line they belong to
        versions = [f"{' '.join(version.split())}{ending}" for version in versions]
    text = next((v for v in versions if fits(v, limits, language)), versions[-1])
    while text and not fits(text, limits, language):
        text = text[:-1].rstrip()
    return Prompt(text.strip(), text != versions[0])


def _versions(refs: Sequence[Reference], language: Language, scene: str) -> Iterator[str]:
    """Yield prompts from the fullest to the barest."""
    say = phrases(language)
    names_any = any(ref.token for ref in refs)
    only = say.only if names_any else ""
    start = _sentence(scene, say)
    same = _same_subject(refs, language)
    levels = ((99, True, only), (3, True, only), (2, True, ""), (2, False, ""))
    for most, takes, ending in levels:
        lines = _lines(refs, language, most, takes)
        yield "\n".join(part for part in (start, *lines, *same, ending) if part)
    lines = _lines(refs, language, 1, False)
    yield "\n".join(part for part in (_sentence(plain(scene, _SHORT_SCENE), say), *lines) if part)
    yield "\n".join(line for line in lines if line)
    yield say.enumerated([ref.token for ref in refs if ref.token])


def _lines(refs: Sequence[Reference], language: Language, most: int, takes: bool) -> list[str]:
    """Return a line for each reference; of those without a name, each line once."""
    lines = [_line(ref, language, most, takes) for ref in refs]
    return lines if any(ref.token for ref in refs) else list(dict.fromkeys(lines))


def _line(ref: Reference, language: Language, most: int, says_what_to_take: bool) -> str:
    say = phrases(language)
    said = (*noted(ref.note, language), *clauses(ref.tags, language))[:most]
    shown = say.clause_joint.join(said)
    if ref.is_frame:
        return say.frame.format(clauses=shown) if shown else ""
    if not ref.token:
        return say.described.format(clauses=_capital(shown)) if shown else ""
    if not shown:
        head = f"{ref.token}{say.end}"
    else:  # "shows backlit" is no sentence
        template = say.shows if subjects(ref.tags, language) else say.is_
        head = template.format(token=ref.token, clauses=shown)
    if not says_what_to_take:
        return head
    space = " " if language == "en" else ""
    return head + space + say.take.format(what=_take(ref, language), token=ref.token)


def _same_subject(refs: Sequence[Reference], language: Language) -> list[str]:
    """Return a line for each subject that several pictures show."""
    say = phrases(language)
    names = dict.fromkeys(r.subject for r in refs if r.subject and r.token and not r.is_frame)
    lines = []
    for name in names:
        shown = [r for r in refs if r.subject == name and r.role in (None, "subject")]
        tokens = list(dict.fromkeys(r.token for r in shown))
        if len(tokens) > 1:
            views = [
                say.views.get(r.view or "", say.view.format(n=n)) for n, r in enumerate(shown, 1)
            ]
            lines.append(
                say.same.format(
                    tokens=say.enumerated(tokens), subject=name, views=say.enumerated(views)
                )
            )
    return lines


def _take(ref: Reference, language: Language) -> str:
    say, role = phrases(language), ref.role
    things = subjects(ref.tags, language) or ((ref.subject,) if ref.subject else ())
    if role in (None, "subject") and things:
        return say.take_thing.format(things=say.enumerated(things))
    if role is None:
        facets = {tag.facet for tag in ref.tags if tag.name not in _EVERYDAY}
        role = next((r for r, of in _ROLE_BY_FACET if facets & set(of)), None)
    if role is None:
        return say.take_shown
    return say.takes.get(role, say.takes["style"])


def _sentence(text: str, say: Phrases) -> str:
    if not text or text[-1] in ".。!！?？…":
        return text
    return text + say.end


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
