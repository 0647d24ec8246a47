"""A tree back to text: what a filter is called in a reason, and a query that means the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from propvault.query.tree import (
    And,
    Colour,
    Field,
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
)


def written(node: Node) -> str:
    """Return a text that parses to ``node`` again.

    Texts that a person did not put in quotes stand without, so one that holds syntax (which no
    text that was parsed does) would read differently.
    """
    return _WRITERS[type(node)](node)


def _inside(node: Node) -> str:
    text = written(node)
    return f"({text})" if isinstance(node, Or | And) else text


def _and(node: And) -> str:
    # Two unquoted texts side by side would run together; a plus keeps the second apart.
    parts, has_text = [], False
    for child in node.nodes:
        is_plain = isinstance(child, Text) and not child.quoted and child.weight == 1
        parts.append(f"+{_grouped(written(child))}" if is_plain and has_text else _inside(child))
        has_text = has_text or is_plain
    return " ".join(parts)


def _text(node: Text) -> str:
    text = f'"{node.text}"' if node.quoted else node.text
    if node.weight == 1:
        return text
    return (
        f"{node.weight:g}*({text})"
        if " " in text and not node.quoted
        else f"{node.weight:g}*{text}"
    )


def _minus(node: Minus) -> str:
    return f"-{_grouped(_text(Text(node.text, node.quoted, node.weight)))}"


def _grouped(text: str) -> str:
    return f"({text})" if " " in text and text[0] not in '"(' and "*" not in text else text


def _like(node: Like) -> str:
    sign = "-" if node.weight < 0 else ""
    weight = "" if abs(node.weight) == 1 else f"{abs(node.weight):g}*"
    return f"{sign}{weight}like:{_value(node.photo)}"


def _value(text: str) -> str:
    return text if text and not set(text) & set(' \t\u3000()（）"“”＂') else f'"{text}"'


def _span(low: object, high: object) -> str:
    if low == high and low is not None:
        return str(low)
    return f"{'' if low is None else low}..{'' if high is None else high}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _colour(node: Colour) -> str:
    tail = f"~{node.distance:g}" if node.distance else ""
    return f"color:#{node.red:02x}{node.green:02x}{node.blue:02x}{tail}"


_WRITERS: dict[type, Callable[..., str]] = {
    And: _and,
    Or: lambda node: " OR ".join(map(_inside, node.nodes)),
    Not: lambda node: f"-{_inside(node.node)}",
    Text: _text,
    Minus: _minus,
    Like: _like,
    Term: lambda node: f"{node.facet}:{_value(node.value)}",
    Field: lambda node: f"{node.name}:{_value(node.value)}",
    Taken: lambda node: f"taken:{_span(_day(node.first), _day(node.last))}",
    Rating: lambda node: f"rating:{_span(node.low, node.high)}",
    Iso: lambda node: f"iso:{_span(node.low, node.high)}",
    Near: lambda node: f"near:{node.latitude},{node.longitude},{node.metres:g}m",
    Colour: _colour,
}
