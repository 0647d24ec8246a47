"""The vocabulary files: one TOML file per facet, a person's own added to the shipped ones.

``docs/dev/vocabulary.md`` describes the format.
"""

from __future__ import annotations

import difflib
import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from propvault.errors import LibraryError
from propvault.language.concepts import Concept, Facet, Vocabulary, name_key
from propvault.language.normalise import fold_lines

__all__ = ["Concept", "Facet", "Vocabulary", "load_vocabulary", "name_key"]

FACET_ORDER = tuple(
    "object structure material surface pattern colour light weather setting shot angle era people"
    " use origin".split()
)
"""Order in which facets are shown; facets of a person's own come after these."""

_FACET_KEYS = {
    *("zh", "en", "aliases_zh", "aliases_en"),
    *("article", "templates", "templates_zh", "concept"),
}
_CONCEPT_KEYS = {
    *("slug", "zh", "en", "aliases_zh", "aliases_en", "narrower"),
    *("phrase", "prompts", "phrase_zh", "prompts_zh", "parents", "excludes", "computed"),
}
_SLUG = re.compile(r"[\w][\w-]*")
# "a utility pole", "a unicorn", "an umbrella"
_TAKES_AN = re.compile(r"[aeio]|u(?!ni|ti|s[ei])", re.IGNORECASE)


@dataclass(frozen=True)
class _Style:
    """How a facet's concepts become prompts."""

    article: bool
    templates: tuple[str, ...]
    templates_zh: tuple[str, ...]


def load_vocabulary(folder: Path, *extra: Path) -> Vocabulary:
    """Read every ``<facet>.toml`` of ``folder`` and then of each of ``extra`` that exists.

    A later concept of the same tag replaces the earlier one; a name that a later folder gives to
    another concept of the facet leaves the earlier one.

    Raises:
        LibraryError: when a file is not TOML, has an unknown or missing key or a value of the
            wrong type, or two concepts of one facet and folder share a name.
    """
    facets: dict[str, Facet] = {}
    styles: dict[str, _Style] = {}
    layers: list[dict[str, Concept]] = []
    files: dict[str, Path] = {}
    for place in (folder, *(e for e in extra if e.is_dir())):
        layer: dict[str, Concept] = {}
        for file in sorted(place.glob("*.toml"), key=_order):
            table = _Table(file, _read(file))
            facet = _facet(table, facets.get(file.stem))
            facets[facet.name] = facet
            style = styles[facet.name] = _style(table, styles.get(facet.name))
            own = {c.tag: c for c in _concepts(table, facet.name, style)}
            _refuse_clashes(file, own.values())
            layer |= own
            files |= dict.fromkeys(own, file)
        layers.append(layer)
    facets = dict(sorted(facets.items(), key=lambda item: _rank(item[0])))
    concepts = _merged(layers, tuple(facets))
    _refuse_unknown(concepts, files)
    return Vocabulary(concepts, facets)


def _refuse_unknown(concepts: Mapping[str, Concept], files: Mapping[str, Path]) -> None:
    """Refuse a parent or an exclusion that names no concept, or the concept itself."""
    for tag, concept in concepts.items():
        for key, names in (("parents", concept.parents), ("excludes", concept.excludes)):
            for name in names:
                if name not in concepts or name == tag:
                    table = _Table(files[tag], {}, f"[[concept]] {concept.slug}")
                    others = [other for other in concepts if other != tag]
                    near = difflib.get_close_matches(name, others, 1) or ["-"]
                    raise table.error("language.no_such_tag", key=key, name=name, near=near[0])


def _merged(layers: Sequence[Mapping[str, Concept]], facets: Sequence[str]) -> dict[str, Concept]:
    """Return all concepts, later layers winning tags and names, in the order of ``facets``."""
    merged: dict[str, Concept] = {}
    for layer in layers:
        if merged:
            taken = {(c.facet, key) for c in layer.values() for key in _keys(c)}
            merged = {tag: _without(c, taken) for tag, c in merged.items()}
        merged |= layer
    return dict(sorted(merged.items(), key=lambda item: facets.index(item[1].facet)))


def _keys(concept: Concept) -> set[str]:
    return {line.replace("-", " ").replace("_", " ") for line in fold_lines(concept.names)}


def _without(concept: Concept, taken: set[tuple[str, str]]) -> Concept:
    """Return ``concept`` without aliases and kinds that another concept has taken."""
    if not any((concept.facet, key) in taken for key in _keys(concept)):
        return concept

    def kept(name: str) -> bool:
        return (concept.facet, name_key(name)) not in taken

    return replace(
        concept,
        aliases_zh=tuple(filter(kept, concept.aliases_zh)),
        aliases_en=tuple(filter(kept, concept.aliases_en)),
        narrower=tuple(pair for pair in concept.narrower if kept(pair[0])),
    )


def _rank(facet: str) -> int:
    return FACET_ORDER.index(facet) if facet in FACET_ORDER else len(FACET_ORDER)


def _order(file: Path) -> tuple[int, str]:
    return _rank(file.stem), file.stem


def _line_of(file: Path, where: str, key: str) -> int | None:
    """Return the line of ``key`` in the table that an error names, else the table's first.

    ``[[concept]] 3 slug`` names a table by its number, ``[[concept]] slug`` by its slug; nothing
    names the facet's own keys before all concepts, of which only the key is a line.
    """
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    starts = [at for at, line in enumerate(lines) if line.strip() == "[[concept]]"]
    head, *tables = (range(*ends) for ends in itertools.pairwise([0, *starts, len(lines)]))
    told = where.removeprefix("[[concept]]").split()
    if not told:
        found = [head]
    elif told[0].isdigit():
        found = tables[int(told[0]) - 1 : int(told[0])]
    else:
        found = [t for t in tables if any(lines[at].strip() == f'slug = "{told[0]}"' for at in t)]
    for table in found:
        heads = (key, f"[{key}]")
        named = (at + 1 for at in table if lines[at].partition("=")[0].strip() in heads)
        return next(named, table.start + 1 if told else None)
    return None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LibraryError("language.not_toml", path=str(file), detail=str(error)) from error


@dataclass(frozen=True)
class _Table:
    """A TOML table whose values are checked as they are read."""

    file: Path
    values: Mapping[str, Any]
    where: str = ""

    def check_keys(self, known: set[str]) -> None:
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, sorted(known), 1) or sorted(known)
                raise self.error("language.unknown_key", key=key, near=near[0])

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if isinstance(value, str) and value.strip() and "\n" not in value:
            return value
        raise self.error("language.bad_value", key=key, wanted="text")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value):
            return tuple(value)
        raise self.error("language.bad_value", key=key, wanted="[text, ...]")

    def templates(self, key: str, before: tuple[str, ...]) -> tuple[str, ...]:
        if key not in self.values:
            return before
        found = self.texts(key)
        if all("{}" in template for template in found):
            return found
        raise self.error("language.bad_value", key=key, wanted='["… {} …", ...]')

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        raise self.error("language.bad_value", key=key, wanted="true | false")

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        value = self.values.get(key, {})
        if isinstance(value, dict) and all(isinstance(v, str) and v for v in value.values()):
            return tuple(value.items())
        raise self.error("language.bad_value", key=key, wanted="{ zh = en }")

    def error(self, code: str, **arguments: str) -> LibraryError:
        line = _line_of(self.file, self.where, arguments.get("key", "slug"))
        where = f"{self.where} (line {line})".strip() if line else self.where or "-"
        return LibraryError(code, path=str(self.file), where=where, **arguments)


def _facet(table: _Table, before: Facet | None) -> Facet:
    table.check_keys(_FACET_KEYS)
    name = table.file.stem
    aliases = before.aliases if before else ()
    return Facet(
        name,
        table.text("zh", before.zh if before else name),
        table.text("en", before.en if before else name),
        (
            *aliases,
            *table.texts("aliases_zh"),
            *table.texts("aliases_en"),
        ),
    )


def _style(table: _Table, before: _Style | None) -> _Style:
    kept = before or _Style(article=False, templates=(), templates_zh=())
    return _Style(
        table.flag("article", default=kept.article),
        table.templates("templates", kept.templates),
        table.templates("templates_zh", kept.templates_zh),
    )


def _concepts(table: _Table, facet: str, style: _Style) -> Iterator[Concept]:
    rows = table.values.get("concept", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise table.error("language.bad_value", key="concept", wanted="[[concept]]")
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        values = _Table(table.file, row, f"[[concept]] {number}")
        concept = _concept(values, facet, style)
        if concept.slug in seen:
            raise values.error("language.slug_twice", slug=concept.slug)
        seen.add(concept.slug)
        yield concept


def _concept(row: _Table, facet: str, style: _Style) -> Concept:
    row = _Table(row.file, row.values, f"{row.where} {row.values.get('slug', '')}".strip())
    row.check_keys(_CONCEPT_KEYS)
    slug = row.text("slug")
    if not _SLUG.fullmatch(slug):
        raise row.error("language.bad_slug", slug=slug)
    en = row.text("en")
    article = ("an " if _TAKES_AN.match(en) else "a ") if style.article else ""
    phrase = row.text("phrase", article + en)
    zh = row.text("zh")
    phrase_zh = row.text("phrase_zh", zh)
    is_seen = not row.flag("computed")
    prompts = (*(t.replace("{}", phrase) for t in style.templates), *row.texts("prompts"))
    in_chinese = (
        *(t.replace("{}", phrase_zh) for t in style.templates_zh),
        *row.texts("prompts_zh"),
    )
    return Concept(
        facet,
        slug,
        zh,
        en,
        row.texts("aliases_zh"),
        row.texts("aliases_en"),
        row.pairs("narrower"),
        prompts if is_seen else (),
        _tags(facet, row.texts("parents")),
        _tags(facet, row.texts("excludes")),
        phrase,
        phrase_zh,
        in_chinese if is_seen else (),
    )


def _tags(facet: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name if ":" in name else f"{facet}:{name}" for name in names)


def _refuse_clashes(file: Path, concepts: Iterable[Concept]) -> None:
    """Refuse a name that two concepts of one facet bear: a search could not tell them apart."""
    named = [(name, concept.slug) for concept in concepts for name in concept.names]
    owner: dict[str, str] = {}
    for key, (name, slug) in zip(fold_lines([n for n, _ in named]), named, strict=True):
        first = owner.setdefault(key.replace("-", " ").replace("_", " "), slug)
        if first != slug:
            table = _Table(file, {}, f"[[concept]] {slug}")
            raise table.error("language.twice", name=name, first=first)
