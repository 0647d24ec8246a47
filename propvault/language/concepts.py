"""Concepts and facets as values, and the vocabulary that finds them by any of their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from propvault.language.normalise import fold, fold_lines
from propvault.values import Tag


@dataclass(frozen=True)
class Concept:
    """One value of a facet, with its names and what a model reads for it."""

    facet: str
    """Facet it belongs to, such as ``material``."""
    slug: str
    """Name that is unique within the facet, ASCII for shipped concepts."""
    zh: str
    """Chinese name."""
    en: str
    """English name."""
    aliases_zh: tuple[str, ...] = ()
    """Chinese names that mean the same."""
    aliases_en: tuple[str, ...] = ()
    """English names that mean the same."""
    narrower: tuple[tuple[str, str], ...] = ()
    """(Chinese, English) names of kinds of it: found as this concept, translated as themselves."""
    prompts: tuple[str, ...] = ()
    """English texts a CLIP model reads for it; empty when no model is meant to see it."""
    parents: tuple[str, ...] = ()
    """Tags that are true wherever this one is."""
    excludes: tuple[str, ...] = ()
    """Tags that cannot be true where this one is; said on one side, it holds on both."""
    caption_en: str = ""
    """What an English caption says, such as ``a grand piano``."""
    caption_zh: str = ""
    """What a Chinese caption says."""
    prompts_zh: tuple[str, ...] = ()
    """Chinese texts for models that read them; empty when no model is meant to see it."""

    @property
    def tag(self) -> str:
        """Return ``facet:slug``."""
        return f"{self.facet}:{self.slug}"

    def as_tag(self) -> Tag:
        """Return the concept as the value that is stored with photos."""
        return Tag(self.facet, self.slug, self.zh, self.en)

    @property
    def own_names(self) -> tuple[str, ...]:
        """Return the names that mean this concept itself, not a kind of it."""
        return (self.zh, self.en, *self.aliases_zh, *self.aliases_en, self.slug)

    def is_called(self, word: str) -> bool:
        """Return whether a word means this concept itself: one of its own names, in any form."""
        keys = {name_key(name) for name in self.own_names}
        return any(form in keys for form in _forms(name_key(word)))

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name as written, the Chinese and the English one first."""
        kinds = (name for pair in self.narrower for name in pair)
        return (self.zh, self.en, *self.aliases_zh, *self.aliases_en, *kinds, self.slug)


@dataclass(frozen=True)
class Facet:
    """A dimension of description."""

    name: str
    """Stable name, such as ``colour``."""
    zh: str
    """Chinese name."""
    en: str
    """English name."""
    aliases: tuple[str, ...] = ()
    """Other names, both languages."""


@dataclass(frozen=True)
class Vocabulary:
    """All concepts, found by any folded name."""

    concepts: Mapping[str, Concept]
    """By tag, in the order of facets and files."""
    facets: Mapping[str, Facet]
    """By name, in the order they are shown."""

    def get(self, tag: str) -> Concept | None:
        """Return the concept of an exact ``facet:slug``."""
        return self.concepts.get(tag)

    def find(self, word: str, facet: str | None = None) -> tuple[Concept, ...]:
        """Return concepts called ``word`` in either language, those of ``facet`` only if given.

        Width, case, Traditional forms, hyphens and an English plural do not matter. Concepts
        called so by their main names come first, then aliases, then names of kinds of them.
        """
        found: tuple[Concept, ...] = ()
        for key in _forms(name_key(word)):
            found = self.by_name.get(key, ())
            if found:
                break
        return tuple(c for c in found if facet is None or c.facet == facet)

    def called(self, text: str) -> list[Tag]:
        """Return the tags that a whole text names."""
        return [concept.as_tag() for concept in self.find(text)]

    def wordings(self, text: str) -> list[str]:
        """Return a text and what else names may say for it: a folder called chair holds 椅子."""
        own = (name for c in self.find(text) if c.is_called(text) for name in c.own_names)
        return list(dict.fromkeys([text, *own]))

    def facet_of(self, name: str) -> str | None:
        """Return the facet called ``name`` in either language, None when there is none."""
        return self.facet_names.get(name_key(name))

    def of_facet(self, facet: str) -> tuple[Concept, ...]:
        """Return the concepts of one facet in file order."""
        return tuple(c for c in self.concepts.values() if c.facet == facet)

    @cached_property
    def exclusions(self) -> Mapping[str, frozenset[str]]:
        """Every tag that cannot stand beside some others to those; it holds both ways."""
        found: dict[str, set[str]] = {}
        for tag, concept in self.concepts.items():
            for other in concept.excludes:
                found.setdefault(tag, set()).add(other)
                found.setdefault(other, set()).add(tag)
        return {tag: frozenset(others) for tag, others in found.items()}

    @cached_property
    def kinds(self) -> Mapping[str, tuple[Tag, ...]]:
        """Every tag that is a parent to all its kinds, near and far: a chair to a bamboo chair."""
        found: dict[str, dict[str, Tag]] = {}
        for concept in self.concepts.values():
            above, coming = set[str](), list(concept.parents)
            while coming:
                parent = coming.pop()
                if parent not in above and parent != concept.tag:
                    above.add(parent)
                    found.setdefault(parent, {})[concept.tag] = concept.as_tag()
                    coming += self.concepts[parent].parents if parent in self.concepts else ()
        return {tag: tuple(kinds.values()) for tag, kinds in found.items()}

    @cached_property
    def facet_names(self) -> Mapping[str, str]:
        """Every folded name of a facet to the facet; what `propvault.query` is given."""
        return {
            name_key(name): facet.name
            for facet in reversed(list(self.facets.values()))
            for name in (*facet.aliases, facet.zh, facet.en, facet.name)
        }

    @cached_property
    def english(self) -> Mapping[str, tuple[str, str]]:
        """Every folded Chinese name to (its English, the tag); the first facet shown wins."""
        found: dict[str, tuple[str, str]] = {}
        for concept in self.concepts.values():
            pairs = [*concept.narrower, *((zh, concept.en) for zh in concept.aliases_zh)]
            for zh, en in ((concept.zh, concept.en), *pairs):
                found.setdefault(zh, (en, concept.tag))
        for concept in self.concepts.values():
            found |= {zh: (en, concept.tag) for zh, en in concept.narrower if zh == concept.zh}
        return dict(zip(fold_lines(found), found.values(), strict=True))

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Concept, ...]]:
        """Every folded name to the concepts called so, those whose own name it is first."""
        ranked = sorted(_ranked(self.concepts.values()), key=lambda item: item[0])
        keys = fold_lines([name for _, name, _ in ranked])
        found: dict[str, dict[str, Concept]] = {}
        for key, (_, _, concept) in zip(keys, ranked, strict=True):
            found.setdefault(_spaced(key), {})[concept.tag] = concept
        return {key: tuple(concepts.values()) for key, concepts in found.items()}


def name_key(name: str) -> str:
    """Return the form under which a name is compared: folded, hyphens as spaces."""
    return _spaced(fold(name))


_ARTICLE = re.compile(r"^(?:an?|the) (?=.)")


def _spaced(folded: str) -> str:
    return folded.replace("-", " ").replace("_", " ").strip()


def _forms(key: str) -> Iterator[str]:
    """Yield a name, without its article or "的", and the singulars it may be the plural of."""
    yield key
    bare = _ARTICLE.sub("", key)
    if bare != key:
        yield from _forms(bare)
    if key.endswith("的"):
        yield key.removesuffix("的")
    if key.isascii():
        for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
            if key.endswith(ending) and len(key) > len(ending) + 2:
                yield key.removesuffix(ending) + instead


def _ranked(concepts: Iterable[Concept]) -> Iterator[tuple[int, str, Concept]]:
    """Yield (rank, name, concept): main names 0, aliases 1, kinds 2."""
    for concept in concepts:
        kinds = {name for pair in concept.narrower for name in pair}
        main = {concept.zh, concept.en, concept.slug}
        for name in concept.names:
            yield (0 if name in main else 2 if name in kinds else 1), name, concept
