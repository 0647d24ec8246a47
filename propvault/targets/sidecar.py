"""XMP sidecars for other programs: a photo's tags as keywords, flat and by facet.

``dc:subject`` holds the names, ``lr:hierarchicalSubject`` the same below their facet and parents,
parts divided by ``|`` as Lightroom, Bridge, digiKam and darktable read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal
from xml.etree import ElementTree as ET

from propvault.language.concepts import Vocabulary
from propvault.values import PhotoTag, Tag, TagState

Language = Literal["zh", "en"]

_X = "adobe:ns:meta/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_LR = "http://ns.adobe.com/lightroom/1.0/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Characters that XML 1.0 cannot hold, and the divider of a hierarchy.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff|]")


def sidecar_text(
    tags: Iterable[PhotoTag],
    vocabulary: Vocabulary,
    *,
    languages: Sequence[Language] = ("zh", "en"),
    creator: str | None = None,
    rights: str | None = None,
) -> str:
    """Return the text of an ``.xmp`` file: a photo's tags that are sure, in the languages asked.

    Suggested and rejected tags are left out. The same tags give the same text.

    Args:
        tags: the photo's tags.
        vocabulary: names of facets and parents.
        languages: one or both, in the order keywords are written.
        creator: who made the photo.
        rights: its copyright or licence.
    """
    sure = {t.tag.name: t.tag for t in tags if t.state in (TagState.APPLIED, TagState.CONFIRMED)}
    chosen = list(sure.values())
    for prefix, uri in (("x", _X), ("rdf", _RDF), ("dc", _DC), ("lr", _LR)):
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{_X}}}xmpmeta")
    rdf = ET.SubElement(root, f"{{{_RDF}}}RDF")
    description = ET.SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
    _list(description, f"{{{_DC}}}subject", "Bag", _keywords(chosen, languages))
    _list(
        description,
        f"{{{_LR}}}hierarchicalSubject",
        "Bag",
        _hierarchies(chosen, vocabulary, languages),
    )
    if creator:
        _list(description, f"{{{_DC}}}creator", "Seq", [_written(creator)])
    if rights:
        (item,) = _list(description, f"{{{_DC}}}rights", "Alt", [_written(rights)])
        item.set(_XML_LANG, "x-default")
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode")
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n{body}\n<?xpacket end="w"?>\n'
    )


def _keywords(tags: Sequence[Tag], languages: Sequence[Language]) -> Iterator[str]:
    for tag in tags:
        for language in languages:
            yield _written(_named(tag, language))


def _hierarchies(
    tags: Sequence[Tag], vocabulary: Vocabulary, languages: Sequence[Language]
) -> Iterator[str]:
    for tag in tags:
        for language in languages:
            yield "|".join(_written(part) for part in _path(tag, vocabulary, language))


def _path(tag: Tag, vocabulary: Vocabulary, language: Language) -> list[str]:
    """Return facet, parents of the same facet from wide to narrow, and the tag itself."""
    facet = vocabulary.facets.get(tag.facet)
    above: list[str] = []
    seen = {tag.name}
    concept = vocabulary.get(tag.name)
    while concept is not None:
        parents = (vocabulary.get(name) for name in concept.parents)
        concept = next(
            (p for p in parents if p and p.facet == tag.facet and p.tag not in seen), None
        )
        if concept is not None:
            seen.add(concept.tag)
            above.insert(0, _named(concept.as_tag(), language))
    named = tag.facet if facet is None else facet.zh if language == "zh" else facet.en
    return [named, *above, _named(tag, language)]


def _named(tag: Tag, language: Language) -> str:
    names = (tag.zh, tag.en) if language == "zh" else (tag.en, tag.zh)
    return names[0] or names[1] or tag.slug


def _list(parent: ET.Element, name: str, kind: str, texts: Iterable[str]) -> list[ET.Element]:
    """Add an RDF list, unless it would be empty; return its items."""
    distinct = list(dict.fromkeys(texts))
    if not distinct:
        return []
    outer = ET.SubElement(ET.SubElement(parent, name), f"{{{_RDF}}}{kind}")
    items = []
    for text in distinct:
        item = ET.SubElement(outer, f"{{{_RDF}}}li")
        item.text = text
        items.append(item)
    return items


def _written(text: str) -> str:
    return _FORBIDDEN.sub(" ", text).strip()
