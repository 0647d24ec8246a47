"""What the word at the cursor may become: names of facets and fields, and their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from propvault.query.fields import EXPECTED, FIELDS, STATES, fold

_FRAGMENT = re.compile(
    r"(?P<sign>[-!+－！＋]?(?:\d+(?:\.\d+)?[*×＊])?)"
    r"(?:(?P<name>[^\s():：\"“”|]+)[:：])?"
    r"(?P<value>[\"“”＂][^\"“”＂]*|[^\s()（）\"“”]*)$"
)
_NEEDS_QUOTES = re.compile(r"[\s()（）\"“”|]")


@dataclass(frozen=True)
class Candidate:
    """One value that can be named."""

    names: tuple[str, ...]
    """What it is called, in both languages; the first is what gets written."""
    count: int | None = None
    """Photos it stands for, None when nobody counted."""


@dataclass(frozen=True)
class Known:
    """What there is to complete, in the order in which it is worth offering."""

    facets: Mapping[str, str]
    """Every folded name of a facet to the facet's stable name."""
    values: Mapping[str, Sequence[Candidate]] = field(default_factory=dict)
    """Values by facet, and by the fields ``place``, ``camera``, ``lens`` and ``in``."""


@dataclass(frozen=True)
class Completion:
    """One way to go on."""

    start: int
    """Offset of what is replaced."""
    end: int
    """Offset just after it."""
    text: str
    """What stands there then."""
    label: str
    """What to show a person."""
    count: int | None = None
    """Photos it stands for, None when nobody counted."""


def completions(
    text: str,
    cursor: int,
    known: Known,
    *,
    limit: int = 12,
    folded: Callable[[str], str] = fold,
) -> list[Completion]:
    """Return how the word that ends at the cursor may go on, best first; none inside a phrase.

    Names that begin with what is typed come before names that hold it, those of more photos first.
    A value with a space is put in quotes.
    """
    typed = _FRAGMENT.search(text[:cursor])
    if typed is None or (typed["name"] is None and typed["value"][:1] in ('"', "“", "”", "＂")):
        return []
    start = typed.end("sign")
    wanted = folded(typed["value"].lstrip('"“”＂'))
    if typed["name"] is None:
        offered = _names(wanted, known, folded) if wanted else iter(())
    else:
        name = folded(typed["name"])
        offered = _values(name, typed["name"], wanted, known, folded)
    ranked = sorted(offered, key=lambda found: found[0])[:limit]
    return [Completion(start, cursor, text, label, count) for _, text, label, count in ranked]


_Offer = tuple[tuple[int, int, int], str, str, int | None]


def _names(wanted: str, known: Known, folded: Callable[[str], str]) -> Iterator[_Offer]:
    """Yield facets, fields and concepts called so."""
    spoken = {**{name: name for name in FIELDS}, **dict.fromkeys(known.facets.values(), "")}
    for order, name in enumerate(dict.fromkeys([*spoken, *known.facets])):
        rank = _rank(wanted, [folded(name)])
        if rank == 0:
            yield (rank, 0, order), f"{name}:", f"{name}:", None
    for facet in dict.fromkeys(known.facets.values()):
        yield from _offers(facet, wanted, known.values.get(facet, ()), folded, behind=1)


def _values(
    name: str, written: str, wanted: str, known: Known, folded: Callable[[str], str]
) -> Iterator[_Offer]:
    """Yield the values of a field or facet."""
    target = FIELDS.get(name) or known.facets.get(name)
    if target is None:
        return
    candidates = list(known.values.get(target, ()))
    if target == "is":
        candidates = [Candidate((state,)) for state in dict.fromkeys(STATES.values())]
        candidates += [Candidate((name,)) for name in STATES if not name.isascii()]
    elif not candidates and target in EXPECTED and target in ("taken", "rating", "iso"):
        examples = EXPECTED[target].split(", ")
        candidates = [Candidate((example,)) for example in examples if " … " not in example]
    yield from _offers(written, wanted, candidates, folded)


def _offers(
    written: str,
    wanted: str,
    candidates: Sequence[Candidate],
    folded: Callable[[str], str],
    behind: int = 0,
) -> Iterator[_Offer]:
    for order, candidate in enumerate(candidates):
        keys = [folded(name) for name in candidate.names]
        rank = _rank(wanted, keys)
        if rank is None:
            continue
        # Written as it was begun: someone who types 竹 gets 材质:竹, not material:bamboo.
        at = next((i for i, key in enumerate(keys) if wanted and wanted in key), 0)
        name = candidate.names[at]
        value = f'"{name}"' if _NEEDS_QUOTES.search(name) else name
        others = [other for other in candidate.names[:2] if other != name]
        label = " ".join([f"{written}:{name}", *others])
        yield (
            (rank + behind, -(candidate.count or 0), order),
            f"{written}:{value}",
            label,
            candidate.count,
        )


def _rank(wanted: str, keys: Sequence[str]) -> int | None:
    """Return 0 where a name begins with what is wanted, 1 where one holds it, else None."""
    if any(key.startswith(wanted) for key in keys):
        return 0
    return 1 if any(wanted in key for key in keys) else None
