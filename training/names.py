"""Chinese names of visible things beside their English, for the last two courses of the text tower.

Pictures have no part in it: CC-CEDICT words whose meaning is a name that ImageNet or the
vocabulary knows, all names of the vocabulary, and some words that captions could use.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from propvault.language.vocabulary import load_vocabulary
from propvault.resources import library_folder
from training.chinese import dictionary_senses, headwords
from training.towers import class_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEMPLATES = (("{}", "{}"), ("一张{}的照片", "a photo of a {}"), ("一个{}", "a {}"))
RARE = 6000
"""Words of captions that are taken."""


class Named(NamedTuple):
    """A name in both languages."""

    chinese: str
    """As it is searched for."""
    english: str
    """What it stands for."""
    thing: str
    """The English name alone, in no template."""
    weight: float
    """How often it is drawn."""


def visible_names(captions: Sequence[str], seed: int = 0) -> list[Named]:
    """Return names in every template, and words that occur in ``captions`` bare."""
    known = list(_of_vocabulary())
    taken = {name.chinese for name in known}
    known += [name for name in _of_dictionary() if name.chinese not in taken]
    taken |= {name.chinese for name in known}
    seen = Counter(word for text in captions for word in set(_words(text)))
    rare = [
        Named(zh, en, en, 0.25)
        for zh, en in headwords()
        if zh not in taken and len(en.split()) <= 3 and all(seen[w] >= 5 for w in _words(en))
    ]
    found = [
        name._replace(chinese=zh.format(name.chinese), english=en.format(name.english))
        for name in known
        for zh, en in TEMPLATES
    ]
    return found + random.Random(seed).sample(rare, min(RARE, len(rare)))


def _of_vocabulary() -> Iterator[Named]:
    for concept in load_vocabulary(library_folder() / "vocabulary").concepts.values():
        for zh in (concept.zh, *concept.aliases_zh):
            yield Named(zh, concept.en, concept.en, 2.0)
        for zh, en in concept.narrower:
            yield Named(zh, en, en, 2.0)


def _of_dictionary() -> Iterator[Named]:
    """Yield each headword of which one of the first four senses is a known name."""
    concepts = load_vocabulary(library_folder() / "vocabulary").concepts.values()
    known = {name.lower() for name in class_names()}
    known |= {name.lower() for c in concepts for name in (c.en, *c.aliases_en)}
    for word, senses in dictionary_senses().items():
        if meant := [sense for sense in senses[:4] if sense in known]:
            yield Named(word, meant[0], meant[0], 1.0)


def _words(text: str) -> list[str]:
    return re.findall("[a-z]{3,}", text.lower())
