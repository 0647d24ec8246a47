"""Names a target can take: file stems, reference tags, the token a prompt uses.

One rule satisfies every target we know: ASCII lower case, digits and hyphens, the number first so
that alphabetical order is token order, no dot but the suffix's (WebDataset cuts at the first).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from propvault.reasons import Language
from propvault.targets.rules import Naming, PictureFormat
from propvault.targets.words import UNSAID
from propvault.values import Tag

MAX_STEM = 60
"""Characters of a file stem with its number."""
SUFFIXES: dict[PictureFormat, str] = {"jpeg": ".jpg", "png": ".png"}
"""File suffix by format."""

_MAX_WORDS = 3
# Which facets get into a name first, and the order they are then read in.
_CHOSEN = ("object", "structure", "pattern", "material", "surface", "setting", "light", "shot")
_READ = ("surface", "pattern", "material", "object", "structure", "setting", "light", "shot")


def name_words(tags: Sequence[Tag]) -> tuple[str, ...]:
    """Return up to three ``[a-z0-9-]`` words for a photo; ``("photo",)`` when no tag gives one."""
    slugs = [
        (t.facet, ascii_slug(t.slug) or ascii_slug(t.en))
        for t in tags
        if t.facet in _CHOSEN and t.name not in UNSAID
    ]
    slugs = [(facet, slug) for facet, slug in slugs if slug]
    chosen = sorted(slugs, key=lambda pair: _CHOSEN.index(pair[0]))[:_MAX_WORDS]
    read = sorted(chosen, key=lambda pair: _READ.index(pair[0]))
    words = tuple(dict.fromkeys(slug for _, slug in read))
    return tuple(w for w in words if not _is_part_of_another(w, words)) or ("photo",)


def ascii_slug(text: str) -> str:
    """Return ``text`` as ``[a-z0-9]`` runs joined by hyphens, accents dropped; may be empty."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", bare))


def file_stem(number: int, total: int, words: Sequence[str], part: str = "") -> str:
    """Return ``07-front-lattice-window``; the number is padded to two digits or to ``total``.

    ``part`` is what the picture is in the set: its view or role, ``main`` for the first.
    """
    prefix = f"{number:0{max(2, len(str(total)))}d}"
    return _cut("-".join((prefix, *([part] if part else []), *words)), MAX_STEM, "-")


def reference_tag(words: Sequence[str], rule: Naming, taken: Collection[str]) -> str:
    """Return a tag of letters, digits and underscores that starts with a letter and is not taken.

    Its length is within the rule's bounds (Runway: 3 to 16).
    """
    base = "_".join(words).replace("-", "_")
    if not base[0].isalpha() or len(base) < rule.tag_min:
        base = f"ref_{base}"
    tag, count = _fitted(base, "", rule), 1
    while tag in taken:
        count += 1
        tag = _fitted(base, f"_{count}", rule)
    return tag


def _fitted(base: str, ending: str, rule: Naming) -> str:
    room = rule.tag_max - len(ending)
    return _cut(base, room, "_").ljust(rule.tag_min - len(ending), "x") + ending


def token(rule: Naming, language: Language, number: int, tag: str, subject: str = "") -> str:
    """Return how a prompt in ``language`` names reference ``number``; empty when it cannot."""
    template = rule.token.get(language, "").replace("{n}", str(number))
    return template.replace("{tag}", tag).replace("{subject}", subject or tag)


def subject_names(names: Sequence[str], most: int) -> dict[str, str]:
    """Return a name of at most ``most`` letters, digits and underscores for each subject.

    Chinese stays, as targets that name subjects read it; what a name may not hold goes.
    """
    short: dict[str, str] = {}
    for name in dict.fromkeys(names):
        base = "_".join(re.findall(r"\w+", unicodedata.normalize("NFKC", name)))[:most] or "thing"
        found, count = base, 1
        while found in short.values():
            count += 1
            found = f"{base[: most - len(str(count)) - 1]}_{count}"
        short[name] = found
    return short


def _is_part_of_another(word: str, words: Sequence[str]) -> bool:
    """Return whether ``brick`` is said already by ``brick-wall``."""
    return any(f"-{word}-" in f"-{other}-" for other in words if other != word)


def _cut(text: str, most: int, joint: str) -> str:
    """Shorten at a joint when that keeps at least half, else anywhere."""
    if len(text) <= most:
        return text
    short = text[:most]
    if text[most] != joint and short.rfind(joint) * 2 >= most:
        short = short[: short.rfind(joint)]
    return short.rstrip(joint)
