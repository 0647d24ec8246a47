"""XMP sidecars for other programs: a photo's tags as keywords, flat and by facet.

``dc:subject`` holds the names, ``lr:hierarchicalSubject`` the same below their facet and parents,
parts divided by ``|`` as Lightroom, Bridge, digiKam and darktable read them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from xml.etree import ElementTree as ET

from propvault.language.concepts import Vocabulary
from propvault.reasons import Language
from propvault.values import Tag

_X = "adobe:ns:meta/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_LR = "http://ns.adobe.com/lightroom/1.0/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Characters that XML 1.0 cannot hold, and the divider of a hierarchy.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff|]")
_SIGNATURE = re.compile(r'(x:xmptk="propvault ([0-9a-f]{32}) )([0-9a-f]{64})"')
_UNSIGNED = "0" * 64


@dataclass(frozen=True)
class Keywords:
    """In which words tags are written for other programs."""

    vocabulary: Vocabulary
    """Names of facets and parents."""
    languages: tuple[Language, ...] = ("zh", "en")
    """One or both, in the order keywords are written."""


def sidecar_name(name: str, *, is_raw: bool = False) -> str:
    """Return the file name of a picture's sidecar.

    ``A.JPG.xmp``, as digiKam, darktable and Immich look for it; for a camera RAW ``A.xmp``, as
    Lightroom and Bridge do, which read none of other pictures.
    """
    return f"{PurePath(name).stem if is_raw else name}.xmp"


def sidecar_text(
    tags: Iterable[Tag], keywords: Keywords, *, creator: str = "", rights: str = "", vault: str = ""
) -> str:
    """Return the text of an ``.xmp`` file; the same tags give the same text.

    Args:
        tags: what is claimed of the photo.
        keywords: in which words.
        creator: who made the photo, empty when nobody knows.
        rights: its copyright or licence, empty when nobody knows.
        vault: id of the vault that signs the text (see `signer`); empty leaves it unsigned.
    """
    chosen = list(tags)
    for prefix, uri in (("x", _X), ("rdf", _RDF), ("dc", _DC), ("lr", _LR)):
        ET.register_namespace(prefix, uri)
    toolkit = f"propvault {vault} {_UNSIGNED}" if vault else "propvault"
    root = ET.Element(f"{{{_X}}}xmpmeta", {f"{{{_X}}}xmptk": toolkit})
    rdf = ET.SubElement(root, f"{{{_RDF}}}RDF")
    description = ET.SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
    _list(description, f"{{{_DC}}}subject", "Bag", _keywords(chosen, keywords.languages))
    _list(description, f"{{{_LR}}}hierarchicalSubject", "Bag", _hierarchies(chosen, keywords))
    if creator:
        _list(description, f"{{{_DC}}}creator", "Seq", [_written(creator)])
    if rights:
        (item,) = _list(description, f"{{{_DC}}}rights", "Alt", [_written(rights)])
        item.set(_XML_LANG, "x-default")
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode")
    text = (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n{body}\n<?xpacket end="w"?>\n'
    )
    return text.replace(_UNSIGNED, _digest(text), 1) if vault else text


def signer(text: str) -> str | None:
    """Return the id of the vault that wrote a sidecar, None when it is not as a vault wrote it.

    Other programs write their own toolkit when they save, and a changed text has another digest.
    """
    found = _SIGNATURE.search(text)
    if found is None:
        return None
    unsigned = f"{text[: found.start(3)]}{_UNSIGNED}{text[found.end(3) :]}"
    return found[2] if found[3] == _digest(unsigned) else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _keywords(tags: Sequence[Tag], languages: Sequence[Language]) -> Iterator[str]:
    for tag in tags:
        for language in languages:
            yield _written(_named(tag, language))


def _hierarchies(tags: Sequence[Tag], keywords: Keywords) -> Iterator[str]:
    for tag in tags:
        for language in keywords.languages:
            yield "|".join(_written(part) for part in _path(tag, keywords.vocabulary, language))


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
