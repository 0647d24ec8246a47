"""What a query leaves of a vault: the photos its filters allow, exactly."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from functools import reduce

import numpy as np

from propvault.errors import QueryError
from propvault.jobs.sources import Sources
from propvault.language.normalise import fold
from propvault.query.tree import (
    And,
    Colour,
    Field,
    Free,
    Iso,
    Like,
    Minus,
    Near,
    Node,
    Not,
    Or,
    Rating,
    Taken,
    Term,
    Text,
    walk,
)
from propvault.values import Tag
from propvault.vault import filters
from propvault.vault.collections import collections, find_collection, find_saved, saved_searches
from propvault.vault.places import with_place
from propvault.vault.standing import Mask, Standing
from propvault.vault.text import having


class Narrowing:
    """Turns the filters of one query into a mask; saved searches are queries within it."""

    def __init__(
        self,
        sources: Sources,
        answer: Callable[[str, tuple[str, ...]], Mask],
        asking: tuple[str, ...] = (),
    ) -> None:
        """Remember whom to ask.

        Args:
            sources: the vault's arrays and tags.
            answer: what a saved search finds, given its query and ``asking``.
            asking: keys of the saved searches that are being answered.
        """
        self._sources = sources
        self._standing = sources.standing
        self._answer = answer
        self._asking = asking

    def allowed(self, tree: Node) -> Mask:
        """Return the photos that a whole query may find.

        Raises:
            QueryError: a value names what is not there, with its position.
        """
        narrowed = self._mask(tree)
        visible = self._visible(tree)
        return visible if narrowed is None else visible & narrowed

    def _visible(self, tree: Node) -> Mask:
        """Return what is in sight; generated pictures only where they are asked for."""
        if shows_all(tree):
            return self._standing.kept
        is_asked = "generated" in _states(tree) or any(
            isinstance(n, Term) and n.facet == "origin" for n in walk(tree)
        )
        made = filters.generated(self._standing)
        return self._standing.in_sight if is_asked else self._standing.in_sight & ~made

    def _mask(self, node: Node, *, text_filters: bool = False) -> Mask | None:
        """Return the photos a node narrows to, None for all of them."""
        match node:
            case And(nodes):
                masks = [self._mask(child, text_filters=text_filters) for child in nodes]
                narrowing = [mask for mask in masks if mask is not None]
                return reduce(np.bitwise_and, narrowing) if narrowing else None
            case Or(nodes):
                # Free text beside an alternative has to choose photos, not only order them,
                # unless every alternative is free.
                is_free = all(isinstance(c, Free) and not _is_quoted(c) for c in nodes)
                masks = [self._mask(child, text_filters=not is_free) for child in nodes]
                chosen = [mask for mask in masks if mask is not None]
                return None if len(chosen) < len(masks) else reduce(np.bitwise_or, chosen)
            case Not(inside):
                inner = self._mask(inside, text_filters=True)
                return None if inner is None else self._standing.kept & ~inner
            case Text():
                return self._worded(node) if node.quoted or text_filters else None
            case Minus() | Like():
                return None
            case _:
                return self._filtered(node)

    def _filtered(self, node: Node) -> Mask:
        standing = self._standing
        match node:
            case Term():
                return reduce(np.bitwise_or, map(self._of_kind, self._sources.tags_of(node)))
            case Taken():
                return filters.with_taken(standing, node)
            case Rating():
                return filters.with_rating(standing, node)
            case Iso():
                return filters.with_iso(standing, node)
            case Near():
                return filters.with_near(self._sources.db, standing, node)
            case Colour():
                return standing.of_rows(self._sources.coloured(node))
            case Field("in"):
                return self._in(node)
            case Field("place", value):
                return self._placed(value)
            case Field("is", value):
                return _STATES[value](standing)
            case Field(name, value):
                return filters.with_word(standing, name, value)
        raise AssertionError(f"a filter without a mask: {node}")

    def _placed(self, name: str) -> Mask:
        db, standing = self._sources.db, self._standing

        def make() -> Mask:
            return standing.of_rows(np.array(sorted(with_place(db, name)), np.int64))

        return standing.kept_mask(("place", name), make)

    def _worded(self, node: Text) -> Mask:
        tagged = [self._tagged(tag) for tag in self._sources.vocabulary.called(node.text)]
        return reduce(np.bitwise_or, [having(self._standing, node.text), *tagged])

    def _tagged(self, tag: Tag) -> Mask:
        sources, standing = self._sources, self._standing
        return standing.kept_mask(tag.name, lambda: standing.of_rows(sources.tagged(tag).rows))

    def _of_kind(self, tag: Tag) -> Mask:
        """Return what has a tag or a kind of it; a person who says it is not that is right."""
        kinds = self._sources.vocabulary.kinds.get(tag.name)
        if not kinds:
            return self._tagged(tag)
        of_kinds = reduce(np.bitwise_or, map(self._tagged, kinds))
        return self._tagged(tag) | (of_kinds & ~filters.rejected(self._standing, tag))

    def _in(self, node: Field) -> Mask:
        """Return what a collection holds, or what a saved search finds now."""
        board = find_collection(self._sources.db, node.value)
        if board is not None:
            rows = np.array([member.row for member in board.members], np.int64)
            return self._standing.of_rows(rows)
        saved = find_saved(self._sources.db, node.value)
        if saved is None:
            raise self._unknown_set(node)
        key = fold(saved.name)
        if key in self._asking:
            raise QueryError.at("search.asks_itself", node.position, found=node.value)
        try:
            return self._answer(saved.query, (*self._asking, key))
        except QueryError as error:
            if error.reason.code == "search.asks_itself":
                raise QueryError.at(
                    "search.asks_itself", node.position, found=node.value
                ) from error
            raise QueryError.at(
                "search.saved_broken", node.position, found=node.value, why=str(error)
            ) from error

    def _unknown_set(self, node: Field) -> QueryError:
        db = self._sources.db
        names = [one.name for one in (*collections(db), *saved_searches(db))]
        if not names:
            return QueryError.at("search.no_sets", node.position, found=node.value)
        near = difflib.get_close_matches(node.value, names, 1, 0.0)
        return QueryError.at("search.unknown_set", node.position, found=node.value, nearest=near[0])


def shows_all(tree: Node) -> bool:
    """Return whether a query lifts what hides photos: repeats, stacks, generated pictures."""
    return "any" in _states(tree)


def _states(tree: Node) -> set[str]:
    return {n.value for n in walk(tree) if isinstance(n, Field) and n.name == "is"}


def _is_quoted(node: Node) -> bool:
    return isinstance(node, Text) and node.quoted


_STATES: Mapping[str, Callable[[Standing], Mask]] = {
    "any": lambda standing: standing.kept,
    "keeper": lambda standing: standing.keepers,
    "untagged": filters.untagged,
    "generated": filters.generated,
    "confirmed": filters.with_verdict,
    "exported": filters.exported,
}
"""What each ``is:`` asks for."""
