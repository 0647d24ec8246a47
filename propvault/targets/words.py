"""What a reference photo is said to show: clauses and captions from its tags, in zh and en.

Invariant: only what is applied or confirmed is claimed; suggested tags stay unsaid. Tags do not
say which material belongs to which thing, so with several things they are listed apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from propvault.reasons import Language
from propvault.targets.phrases import phrases
from propvault.values import PhotoTag, Tag, TagState

FACETS = (
    "object", "structure", "material", "surface", "pattern", "colour", "light", "weather",
    "setting", "shot", "angle", "era", "people", "use", "origin",
)  # fmt: skip
"""The order things are said in."""
SUBJECTS = ("object", "structure")
"""Facets that name a thing."""
UNSAID = frozenset(
    f"shot:{shape}" for shape in ("vertical", "horizontal", "square", "panorama", "blurred")
) | frozenset(f"origin:{origin}" for origin in ("camera", "phone", "own", "messenger", "web"))
"""True of the file rather than of what it shows: no caption or prompt needs it."""
MAX_NAME = 40
"""Characters of a tag name; a longer one was never a name."""
MAX_NOTE = 300
"""Characters of a line of a note."""
MAX_NAMES = 3
"""Names said per facet."""

_ADJECTIVE_ENDINGS = ("ing", "ed", "y", "ish", "ous", "ic")


def claimed(tags: Iterable[PhotoTag]) -> tuple[Tag, ...]:
    """Return the tags that may be claimed, by facet order, each once.

    A person's rejection wins over any other row of the same tag.
    """
    tags = tuple(tags)
    rejected = {t.tag.name for t in tags if t.state == TagState.REJECTED}
    sure = (TagState.APPLIED, TagState.CONFIRMED)
    kept = {t.tag.name: t.tag for t in tags if t.state in sure and t.tag.name not in rejected}
    order = {facet: place for place, facet in enumerate(FACETS)}
    return tuple(sorted(kept.values(), key=lambda tag: order.get(tag.facet, len(order))))


def plain(text: str, most: int) -> str:
    """Return ``text`` as one line of at most ``most`` characters without invisible ones.

    Control, format (bidirectional marks among them) and surrogate characters go: the text ends
    up in files that are pasted elsewhere.
    """
    spaced = "".join(
        " " if c.isspace() else "" if unicodedata.category(c).startswith("C") else c for c in text
    )
    line = " ".join(unicodedata.normalize("NFC", spaced).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def tag_name(tag: Tag, language: Language) -> str:
    """Return the tag's name in a language, else in the other, else its slug as words."""
    names = (tag.zh, tag.en) if language == "zh" else (tag.en, tag.zh)
    return next(
        (name for name in (plain(n, MAX_NAME) for n in names) if name),
        plain(tag.slug.replace("-", " "), MAX_NAME),
    )


def subjects(tags: Sequence[Tag], language: Language) -> tuple[str, ...]:
    """Return the names of the things shown, without articles.

    A name that another one specifies (``wall`` beside ``brick wall``) is left out.
    """
    things = [tag for tag in tags if tag.facet in SUBJECTS]
    names = [tag_name(tag, language) for tag in things]
    joint = "" if language == "zh" else " "
    specific = [
        t
        for t, name in zip(things, names, strict=True)
        if not any(other.endswith(joint + name) for other in names if other != name)
    ]
    return _names(specific, language)


def clauses(tags: Sequence[Tag], language: Language) -> tuple[str, ...]:
    """Return what is shown as short clauses, the things first."""
    tags = sayable(tags)
    subject, joined = _subject(tags, language)
    said = [subject] if subject else []
    facets = [f for f in FACETS if f not in (*SUBJECTS, *joined)]
    facets += sorted({t.facet for t in tags} - set(FACETS))
    for facet in facets:
        names = _names([t for t in tags if t.facet == facet], language)
        if names:
            said.append(_clause(facet, names, language))
    return tuple(said)


def sayable(tags: Sequence[Tag]) -> list[Tag]:
    """Return the tags that describe what is shown, not the file."""
    return [tag for tag in tags if tag.name not in UNSAID]


def caption(tags: Sequence[Tag], language: Language, note: str = "") -> str:
    """Return a one-line caption of a reference photo, what a person noted of it first."""
    said = (*noted(note, language), *clauses(tags, language))
    say = phrases(language)
    if not said:
        return say.caption_empty
    return say.caption.format(clauses=say.clause_joint.join(said))


def training_caption(tags: Sequence[Tag], language: Language, trigger: str, note: str = "") -> str:
    """Return a caption that starts with the word a model is to learn."""
    said = (*noted(note, language), *clauses(tags, language))
    say = phrases(language)
    if not said:
        return f"{trigger}{say.end}"
    return say.training.format(trigger=trigger, clauses=say.clause_joint.join(said))


def tag_caption(tags: Sequence[Tag], language: Language, note: str = "") -> str:
    """Return a one-line caption as names joined by commas, for models trained on tags."""
    said = dict.fromkeys(tag_name(tag, language) for tag in sayable(tags))
    names = (*noted(note, language), *said)
    return ("，" if language == "zh" else ", ").join(names)


def noted(note: str, language: Language) -> tuple[str, ...]:
    """Return the lines of a person's note that are written in a language.

    A line with a Chinese character is Chinese, any other is not.
    """
    lines = (plain(line, MAX_NOTE).rstrip(" .。;；") for line in note.splitlines())
    return tuple(line for line in lines if line and is_chinese(line) == (language == "zh"))


def is_chinese(text: str) -> bool:
    """Return whether a text has a Chinese character (CJK unified ideographs, Unicode 15)."""
    return any("\u3400" <= c <= "\u9fff" or "\U00020000" <= c <= "\U000323af" for c in text)


def enumerated(names: Sequence[str], language: Language) -> str:
    """Join names the way a sentence does."""
    return phrases(language).enumerated(names)


def _names(tags: Iterable[Tag], language: Language) -> tuple[str, ...]:
    names = dict.fromkeys(tag_name(tag, language) for tag in tags)
    return tuple(name for name in names if name)[:MAX_NAMES]


def _subject(tags: Sequence[Tag], language: Language) -> tuple[str, tuple[str, ...]]:
    """Return the phrase for the things shown and the facets it has taken in."""
    things = subjects(tags, language)
    if len(things) != 1:
        articled = things if language == "zh" else tuple(map(_with_article, things))
        return enumerated(articled, language), ()
    phrase, joined = things[0], []
    for facet in ("material", "pattern"):
        names = _names([t for t in tags if t.facet == facet], language)
        if len(names) == 1:
            phrase = _qualified(names[0], phrase, language)
            joined.append(facet)
    return (phrase if language == "zh" else _with_article(phrase)), tuple(joined)


def _qualified(name: str, thing: str, language: Language) -> str:
    if thing.casefold().startswith(name.casefold()):  # "brick" and "brick wall", 砖 and 砖墙
        return thing
    if language == "zh":
        return name + ("" if len(name) == 1 or "的" in thing else "的") + thing
    return f"{name} {thing}"


def _clause(facet: str, names: tuple[str, ...], language: Language) -> str:
    say = phrases(language)
    label = say.labels.get(facet)
    if language == "zh":
        joined = say.list_joint.join(names)
        return f"{label}{say.label_joint}{joined}" if label else joined
    if facet == "surface" and all(n.endswith(_ADJECTIVE_ENDINGS) and " " not in n for n in names):
        return f"{say.enumerated(names)} surface"
    if facet == "use":
        return f"{label} {say.enumerated(names)}"
    return f"{label}{say.label_joint}{', '.join(names)}" if label else ", ".join(names)


def _with_article(phrase: str) -> str:
    last = phrase.rsplit(" ", 1)[-1].casefold()
    plural = last.endswith("s") and not last.endswith(("ss", "us"))
    if plural or not phrase[0].isascii() or not phrase[0].isalpha():
        return phrase
    if last in phrases("en").takes_no_article:
        return phrase
    return f"{'an' if phrase[0] in 'aeiouAEIOU' else 'a'} {phrase}"
