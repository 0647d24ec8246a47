"""Chinese beside English for the text tower: (Chinese, English) pairs and the characters in them.

The invariant: no sentence of a development, holdout or test picture is among them (see
`training.data` for the split; test pictures are those with a human translation, ``zhm``).
"""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from propvault.language.dictionary import Entry, open_dictionary
from propvault.language.glosses import best_gloss
from propvault.language.normalise import CJK
from propvault.language.vocabulary import load_vocabulary
from propvault.resources import library_folder
from training.data import DEVELOPMENT, HOLDOUT, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Pair = tuple[str, str]
"""(Chinese, English)."""
PHRASES = 24_000
"""Noun phrases composed from the vocabulary: "斑驳的砖墙", "weathered brick wall"."""
_LONGEST = 6
_ENTRY = re.compile(r"^\S+ (\S+) \[([^\]]*)\] /(.*)/\r?$", re.MULTILINE)
_HAN = re.compile(f"[{CJK}]")
_TEMPLATES = (
    ("{}", "{}"),
    ("一张{}的照片", "a photo of a {}"),
    ("{}的照片", "a photo of {}"),
    ("一个{}", "a {}"),
    ("{}的特写", "a close-up of a {}"),
)
_QUALITIES = ("material", "surface", "pattern", "colour")
_THINGS = ("object", "structure")


def sentences(folder: Path, kind: str) -> dict[tuple[str, str], str]:
    """Return the sentences of ``flickr8k<kind>.txt.gz`` by (picture name, number)."""
    found = {}
    with gzip.open(folder / f"flickr8k{kind}.txt.gz", "rt", encoding="utf-8") as file:
        for line in file:
            key, _, text = line.rstrip("\n").partition(" ")
            name, _, number = key.split("#")
            if text:
                found[name, number] = text
    return found


def may_be_learned(folder: Path) -> set[str]:
    """Return the Flickr8k pictures whose sentences a text tower may see."""
    tested = {name for name, _ in sentences(folder, "zhmtest")}
    names = {name for name, _ in sentences(folder, "enc")}
    return {n for n in names - tested if part_of(n) not in (DEVELOPMENT, HOLDOUT)}


def translated_captions(folder: Path) -> list[Pair]:
    """Return both machine translations of every caption that may be learned from."""
    allowed, english = may_be_learned(folder), sentences(folder, "enc")
    return [
        (zh, english[key].removesuffix(" ."))
        for kind in ("zhb", "zhg")
        for key, zh in sentences(folder, kind).items()
        if key[0] in allowed and key in english
    ]


def headwords() -> list[Pair]:
    """Return CC-CEDICT headwords of at most six characters with their best English sense."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for word, pinyin, senses in _ENTRY.findall(open_dictionary().data.decode()):
        if len(word) <= _LONGEST and _HAN.match(word):
            entries[word].append(Entry(word, pinyin, tuple(senses.split("/"))))
    glossed = ((word, best_gloss(found)) for word, found in entries.items())
    return [(word, gloss[0]) for word, gloss in glossed if gloss]


def dictionary_senses() -> dict[str, list[str]]:
    """Return all senses of CC-CEDICT headwords of at most six characters: no articles, no notes."""
    found: dict[str, list[str]] = defaultdict(list)
    for word, _, senses in _ENTRY.findall(open_dictionary().data.decode()):
        if len(word) <= _LONGEST and _HAN.match(word):
            plain = (re.sub(r"\s*\([^)]*\)", "", sense) for sense in re.split("[/;]", senses))
            found[word] += [re.sub("^(a|an|the) ", "", sense.strip().lower()) for sense in plain]
    return found


def vocabulary_names() -> list[Pair]:
    """Return every Chinese name of every concept with its English, bare and in a template."""
    pairs = [
        (zh, en)
        for concept in load_vocabulary(library_folder() / "vocabulary").concepts.values()
        for zh, en in (
            *((name, concept.en) for name in (concept.zh, *concept.aliases_zh)),
            *concept.narrower,
        )
    ]
    return [(zh.format(z), en.format(e)) for z, e in pairs for zh, en in _TEMPLATES]


def phrases(count: int = PHRASES, seed: int = 0) -> list[Pair]:
    """Return ``count`` noun phrases: a quality and a thing, sometimes in a template."""
    concepts = load_vocabulary(library_folder() / "vocabulary").concepts.values()
    qualities = [c for c in concepts if c.facet in _QUALITIES]
    things = [c for c in concepts if c.facet in _THINGS]
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        quality, thing = chance.choice(qualities), chance.choice(things)
        zh = chance.choice((quality.zh, *quality.aliases_zh)).removesuffix("的")
        noun = chance.choice((thing.zh, *thing.aliases_zh))
        zh_template, en_template = chance.choice((_TEMPLATES[0], *_TEMPLATES))
        joined = zh + chance.choice(("", "的")) + noun
        found.append((zh_template.format(joined), en_template.format(f"{quality.en} {thing.en}")))
    return found


def characters(pairs: Sequence[Pair], least: int = 2) -> list[str]:
    """Return the Han characters and Chinese marks that occur ``least`` times, commonest first."""
    counts = Counter(c for zh, _ in pairs for c in zh if _HAN.match(c) or c in "，。、！？：；（）")
    return sorted((c for c, n in counts.items() if n >= least), key=lambda c: (-counts[c], c))


def traditional_forms(known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (Traditional, Simplified) characters of CC-CEDICT that stand one for one.

    Only those whose Simplified form is ``known`` and which are not known themselves.
    """
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    line = re.compile(r"^(\S+) (\S+) \[", re.MULTILINE)
    for traditional, simplified in line.findall(open_dictionary().data.decode()):
        if len(traditional) == len(simplified):
            for old, new in zip(traditional, simplified, strict=True):
                forms[old][new] += 1
    simple = set(known)
    for old, found in sorted(forms.items()):
        new = found.most_common(1)[0][0]
        if old not in simple and new in simple and _HAN.match(old):
            yield old, new
