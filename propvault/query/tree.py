"""What a search text means, as an immutable tree.

Nodes compare by what they mean: positions (0-based character offsets into the text as typed)
are for messages and do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

FieldName = Literal["place", "camera", "lens", "in", "is"]


@dataclass(frozen=True)
class Text:
    """Free text: similar pictures, or with quotes those whose words have the phrase."""

    text: str
    """As typed, spaces run together; all unquoted words of one conjunction are one text."""
    quoted: bool = False
    """Whether it stood in quotes."""
    weight: float = 1.0
    """How much it counts beside other texts and pictures; above 0, at most 10."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Minus:
    """Text to subtract: less of it, and none of photos where the concept is confirmed."""

    text: str
    """As typed."""
    quoted: bool = False
    """Whether it stood in quotes."""
    weight: float = 1.0
    """How much is subtracted; above 0, at most 10."""
    position: int = field(default=0, compare=False)
    """Where it starts, at the minus."""


@dataclass(frozen=True)
class Like:
    """``like:``: pictures similar to one, of the vault or of a file."""

    photo: str
    """A photo as a person names it, or the path of a picture file."""
    weight: float = 1.0
    """How much it counts, at most 10; below 0 it is subtracted."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Term:
    """``facet:value``: photos with a tag of that facet."""

    facet: str
    """The facet's stable name."""
    value: str
    """As typed, in either language; the vocabulary knows what it names."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Field:
    """``place:``, ``camera:``, ``lens:``, ``in:`` or ``is:`` with its value."""

    name: FieldName
    """Which."""
    value: str
    """As typed; for ``is`` one of `propvault.query.fields.STATES`."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Taken:
    """``taken:``: local capture day within bounds, both included."""

    first: date | None
    """First day, None for no bound."""
    last: date | None
    """Last day, None for no bound."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Rating:
    """``rating:``: stars within bounds, both included."""

    low: int
    """0 to 5."""
    high: int
    """0 to 5."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Iso:
    """``iso:``: ISO speed within bounds, both included."""

    low: int | None
    """Least, None for no bound."""
    high: int | None
    """Most, None for no bound."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Near:
    """``near:``: taken within a distance of a point."""

    latitude: float
    """Degrees north, -90 to 90."""
    longitude: float
    """Degrees east, -180 to 180."""
    metres: float
    """Greatest distance along the ground, metres; above 0."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Colour:
    """``color:#7a5c3a``: photos in which a colour takes some room."""

    red: int
    """0 to 255, sRGB."""
    green: int
    """0 to 255, sRGB."""
    blue: int
    """0 to 255, sRGB."""
    distance: float | None = None
    """Greatest distance in CIELAB, None for the usual one; above 0."""
    position: int = field(default=0, compare=False)
    """Where it starts."""


@dataclass(frozen=True)
class Not:
    """Photos that ``node`` does not match; no text and no picture stands inside."""

    node: Node
    """What is excluded."""


@dataclass(frozen=True)
class And:
    """All of the nodes; an empty one matches every photo."""

    nodes: tuple[Node, ...] = ()
    """In the order typed."""


@dataclass(frozen=True)
class Or:
    """Any of the nodes."""

    nodes: tuple[Node, ...]
    """Two or more, in the order typed."""


Free = Text | Minus | Like
"""Nodes that order photos by similarity; all others only narrow."""

Node = Free | Term | Field | Taken | Rating | Iso | Near | Colour | Not | And | Or


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything below it, in the order typed."""
    yield node
    if isinstance(node, And | Or):
        for child in node.nodes:
            yield from walk(child)
    elif isinstance(node, Not):
        yield from walk(node.node)
