"""What a person wants exported: photos of a query, a collection or named one by one.

Stacks are opened, so that front, side and detail views can all be chosen; the plan does the
choosing (`targets.pick`), from what is gathered here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from propvault.errors import PictureError, UsageError
from propvault.jobs.export_candidates import Chosen, claiming
from propvault.jobs.search import Hit, SearchAnswer, Searcher
from propvault.reasons import Language, Reason
from propvault.values import Collection, PhotoView, Tag
from propvault.vault.collections import collections, find_collection
from propvault.vault.looks import set_facts_of
from propvault.vault.places import place_of
from propvault.vault.relations import membership_of
from propvault.vault.vault import Vault
from propvault.vault.vectors import vector_of
from propvault.vault.views import photo_views, resolve
from propvault.vision.quality import sharpness
from propvault.vision.reader import decode_preview

HITS = 50
"""Hits of a query that are looked at for a target without a maximum."""
_POOL_PER_PLACE = 4
"""Hits looked at for each place of a target that has few."""
_MAX_POOL = 200
_LEAST_SHARE = 0.75
"""Hits with less than this share of the best cosine, and nothing that says so, are off the mark."""
_GUESSED = {"why.similar", "why.alike", "why.likely", "why.filter"}
"""Reasons that do not say that a photo is what was looked for."""


@dataclass(frozen=True)
class Selection:
    """Which photos a person wants to choose from."""

    query: str | None = None
    """A search; None for none, empty for all."""
    collection: str | None = None
    """A collection; None for none."""
    asked: tuple[str, ...] = ()
    """Photos that have to be in the set, as a person names them."""
    without: tuple[str, ...] = ()
    """Photos that must not be."""
    limit: int | None = None
    """Hits to choose from; None leaves it to the target."""


@dataclass(frozen=True)
class Gathered:
    """Photos to choose from."""

    photos: tuple[Chosen, ...]
    """In order of rank, the ones a person named first."""
    title: str = ""
    """The query or the collection's name."""
    scene: Mapping[Language, str] = field(default_factory=dict)
    """What to say first in the prompts."""
    warnings: tuple[Reason, ...] = ()
    """What a person should know of the choice."""


def gather(vault: Vault, selection: Selection, places: int | None, base: Path) -> Gathered:
    """Return the photos of a selection, with what choosing among them takes.

    Args:
        vault: an open vault.
        selection: what is wanted.
        places: how many pictures the target takes, None for any number.
        base: folder that relative paths start from.

    Raises:
        UsageError: a photo a person names is not there or ambiguous.
        QueryError: the search does not parse.
    """
    searcher = Searcher(vault, base)
    asked = [resolve(vault, name, base) for name in selection.asked]
    without = {resolve(vault, name, base) for name in selection.without}
    found = [Chosen(view, is_asked=True) for view in photo_views(vault, list(dict.fromkeys(asked)))]
    scene: dict[Language, str] = {}
    title = selection.query or ""
    if selection.collection is not None:
        board = _collection(vault, selection.collection)
        found += _members(vault, board)
        title = board.name
    warnings: tuple[Reason, ...] = ()
    if selection.query is not None:
        answer, hits = _hits(vault, searcher, selection, places)
        found += hits
        unsure = (Reason.of("export.unsure"),) if answer.confident is False and hits else ()
        warnings = (*unsure, *answer.notices)
        english = searcher.sources.in_english(selection.query)
        scene = {"en": english, "zh": selection.query}
    kept = [c for c in _first_of_each(found) if _row(vault, c) not in without]
    photos = _with_facts(vault, searcher, kept, places)
    return Gathered(tuple(photos), title, scene, warnings)


def _collection(vault: Vault, name: str) -> Collection:
    board = find_collection(vault.db, name)
    if board is None:
        known = ", ".join(c.name for c in collections(vault.db)) or "-"
        raise UsageError("export.no_collection", name=name, known=known)
    return board


def _members(vault: Vault, board: Collection) -> list[Chosen]:
    """Return the photos of a collection, each with what it is there for."""
    views = photo_views(vault, [member.row for member in board.members])
    return [
        Chosen(
            view,
            role=member.role and member.role.value,
            subject=member.subject,
            view=member.view and member.view.value,
            note="\n".join(filter(None, (member.note, view.note))),
        )
        for member, view in zip(board.members, views, strict=True)
    ]


def _hits(
    vault: Vault, searcher: Searcher, selection: Selection, places: int | None
) -> tuple[SearchAnswer, list[Chosen]]:
    assert selection.query is not None
    pool = selection.limit or HITS
    if places is not None and selection.limit is None:
        pool = min(_MAX_POOL, max(HITS, _POOL_PER_PLACE * places))
    answer = searcher.search(selection.query, pool)
    hits = answer.hits if selection.limit is not None else on_the_mark(answer)
    chosen = []
    for hit in hits:
        chosen.append(Chosen(claiming(hit.photo, answer.named), why=hit.why))
        if hit.takes and places is not None:
            chosen += _takes(vault, hit, answer.named)
    return answer, chosen


def on_the_mark(answer: SearchAnswer) -> list[Hit]:
    """Return the hits that are said to be it, and those near it: as the best and beyond chance."""
    best = max((hit.cosine for hit in answer.hits if hit.cosine is not None), default=0.0)
    least = _LEAST_SHARE * best
    if answer.line is not None and best >= answer.line:
        least = max(least, answer.line)
    return [
        hit
        for hit in answer.hits
        if hit.cosine is None
        or hit.cosine >= least
        or any(reason.code not in _GUESSED for reason in hit.why)
    ]


def _takes(vault: Vault, hit: Hit, named: Sequence[Tag]) -> list[Chosen]:
    """Return the other takes of a hit's stack."""
    row = resolve(vault, hit.photo.id, Path())
    stack = membership_of(vault.db, "take", row)
    rows = [other for other in stack.rows if other != row] if stack else []
    why = (Reason.of("why.take", name=hit.photo.name),)
    return [Chosen(claiming(view, named), why=why) for view in photo_views(vault, rows)]


def _first_of_each(found: Iterable[Chosen]) -> list[Chosen]:
    kept: dict[str, Chosen] = {}
    for chosen in found:
        kept.setdefault(chosen.photo.id, chosen)
    return list(kept.values())


def _row(vault: Vault, chosen: Chosen) -> int:
    return resolve(vault, chosen.photo.id, Path())


def _with_facts(
    vault: Vault, searcher: Searcher, found: Sequence[Chosen], places: int | None
) -> list[Chosen]:
    """Add group, stack and, where there are places to be had, sharpness and vector."""
    rows = [_row(vault, chosen) for chosen in found]
    model = searcher.sources.model
    model_id = model.info.id if model is not None and places is not None else ""
    return [
        replace(
            chosen,
            exposure=_face(vault, "same", row),
            stack=_face(vault, "take", row),
            sharpness=None if places is None else _sharpness(chosen.photo),
            vector=vector_of(vault.db, row, model_id) if model_id else None,
            place=_place(vault, row),
            release=set_facts_of(vault.db, row).release or "",
        )
        for chosen, row in zip(found, rows, strict=True)
    ]


def _face(vault: Vault, kind: str, row: int) -> str:
    membership = membership_of(vault.db, "same" if kind == "same" else "take", row)
    if membership is None:
        return ""
    return photo_views(vault, membership.rows[:1])[0].id


def _place(vault: Vault, row: int) -> str:
    """Return the nearest and the farthest name of where a photo was taken, in both languages."""
    place = place_of(vault.db, row)
    if place is None:
        return ""
    ends = dict.fromkeys((place.parts[0], place.parts[-1]))
    return ", ".join(" ".join(dict.fromkeys(filter(None, (n.zh, n.en)))) for n in ends)


def _sharpness(photo: PhotoView) -> float | None:
    try:
        return sharpness(decode_preview(photo.preview.read_bytes()))
    except (OSError, PictureError):  # then it is neither soft nor sharp
        return None
