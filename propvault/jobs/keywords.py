"""Turn keywords of sidecars and embedded XMP into tags."""

from __future__ import annotations

from collections.abc import Sequence

from propvault.language.concepts import Concept, Vocabulary
from propvault.reasons import Reason
from propvault.values import PhotoTag, Tag, TagSource, TagState

FREE_FACET = "keyword"
"""Facet of words that the vocabulary does not know."""


def keyword_tags(
    vocabulary: Vocabulary, subjects: Sequence[str], hierarchies: Sequence[str] = ()
) -> list[PhotoTag]:
    """Turn keywords into tags: the vocabulary's where it knows the word, free ones else.

    Several facets may have the word ("camera" is a thing and an origin); then a hierarchy that
    starts with a facet's name, ``origin|camera``, tells which is meant.
    """
    meant = _in_facets(vocabulary, hierarchies)
    found: dict[str, PhotoTag] = {}
    for word in subjects:
        concepts = meant.get(word) or vocabulary.find(word)[:1]
        tags = [c.as_tag() for c in concepts] or [Tag(FREE_FACET, word.casefold(), word, word)]
        why = Reason.of("tagged.keyword", text=word)
        for tag in tags:
            found[tag.name] = PhotoTag(tag, TagSource.SIDECAR, TagState.APPLIED, reason=why)
    return list(found.values())


def _in_facets(vocabulary: Vocabulary, hierarchies: Sequence[str]) -> dict[str, list[Concept]]:
    """Return the concepts meant by the last word of each hierarchy that names their facet."""
    meant: dict[str, list[Concept]] = {}
    for hierarchy in hierarchies:
        facet = vocabulary.facet_of(hierarchy.partition("|")[0])
        word = hierarchy.rpartition("|")[2]
        concepts = vocabulary.find(word, facet) if facet else ()
        meant.setdefault(word, []).extend(concepts[:1])
    return meant
