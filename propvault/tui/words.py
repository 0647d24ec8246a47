"""Wording and widths: one language at a time, two-column characters counted as two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from propvault.errors import UsageError
from propvault.reasons import Argument, Language, Reason, printable, word
from propvault.values import Tag, TagState

if TYPE_CHECKING:
    from propvault.language.concepts import Facet
    from propvault.values import PhotoTag, PhotoView


_ASIDE = {**dict.fromkeys(("colour", "light", "weather", "shot", "angle"), 1), "origin": 2}
"""Facets that say how rather than what, least telling last."""


class Words:
    """Says things in the person's language, which may be changed at any time."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, code: str, **arguments: Argument) -> str:
        """Word a code."""
        return word(Reason.of(code, **arguments), self.language)

    def word(self, reason: Reason) -> str:
        """Word a reason."""
        return word(reason, self.language)

    def tag(self, tag: Tag) -> str:
        """Name a tag in the person's language."""
        own, other = (tag.zh, tag.en) if self.language == "zh" else (tag.en, tag.zh)
        return printable(own or other or tag.slug)

    def both(self, tag: Tag) -> str:
        """Name a tag in both languages, as the vocabulary pairs them."""
        names = dict.fromkeys(name for name in (tag.zh, tag.en) if name)
        return printable(" ".join(names) or tag.slug)

    def facet(self, facet: Facet) -> str:
        """Name a facet."""
        return facet.zh if self.language == "zh" else facet.en

    def tagged(self, photo_tag: PhotoTag) -> str:
        """Name a photo's tag, with a question mark when it is only likely."""
        name = self.tag(photo_tag.tag)
        return f"{name}?" if photo_tag.state is TagState.SUGGESTED else name

    def caption(self, photo: PhotoView) -> str:
        """Caption a photo by two tags, what it shows first; else by its name."""
        tags = [t for t in each_once(photo.tags) if t.state is not TagState.REJECTED]
        shown = sorted(tags, key=_telling)[:2]
        return " ".join(self.tagged(t) for t in shown) or printable(photo.name)

    def taken(self, photo: PhotoView) -> str:
        """Say when a photo was taken, to the minute."""
        taken = (photo.capture.taken_local or "").replace("T", " ")[:16]
        return taken or self.say("tui.undated")


def each_once(tags: Iterable[PhotoTag]) -> tuple[PhotoTag, ...]:
    """Return tags, strongest first, without those given again by a weaker source."""
    kept: dict[str, PhotoTag] = {}
    for tag in tags:
        kept.setdefault(tag.tag.name, tag)
    return tuple(kept.values())


def _telling(tag: PhotoTag) -> tuple[bool, int]:
    """Return what to sort tags by: sure ones first, among them what one would look for."""
    return tag.state is TagState.SUGGESTED, _ASIDE.get(tag.tag.facet, 0)


def stars(rating: int | None) -> str:
    """Draw a rating; nothing for a photo that has none."""
    return "" if rating is None else "★" * rating + "☆" * (5 - rating)


def fit(text: str, width: int) -> str:
    """Return text that takes exactly ``width`` cells, cut with an ellipsis or padded."""
    if cell_len(text) <= width:
        return set_cell_size(text, max(0, width))
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width) if width > 0 else ""


def cut(text: str, width: int) -> str:
    """Return text that takes at most ``width`` cells."""
    return fit(text, width) if cell_len(text) > width else text


def cut_front(text: str, width: int) -> str:
    """Return the end of a text that takes at most ``width`` cells."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) >= width:
        text = text[1:]
    return f"…{text}"


def position_of(error: UsageError) -> int | None:
    """Return where in a query an error is, from 0."""
    position = error.reason.get("position")
    return position if isinstance(position, int) else None
