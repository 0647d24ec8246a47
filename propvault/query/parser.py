"""Search text to a `Query` tree: a recursive descent over a grammar of six rules.

Written by hand because a search starts cold: importing lark and building its tables costs
about 150 ms, this nothing, and each error here knows what to say.

::

    any    := all ("OR" all)*           "|" is OR too
    all    := item*
    item   := ("-" | "!" | "+")? weight? atom
    weight := number "*"                above 0, at most 10; before a text or like: alone
    atom   := "(" any ")" | name ":" value | quoted | word
    value  := quoted | word
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from propvault.errors import QueryError
from propvault.query.fields import (
    EXPECTED,
    FIELDS,
    STATES,
    fold,
    is_span,
    read_colour,
    read_field,
)
from propvault.query.tokens import Token, tokens
from propvault.query.tree import And, Free, Like, Minus, Node, Not, Or, Term, Text, walk

_NO_ATOM = ("minus", "plus", "or", "close", "end")

# Deeper than anyone types; keeps a hostile text from exhausting Python's stack.
_DEEPEST = 50


def parse(
    text: str,
    facets: Mapping[str, str],
    *,
    folded: Callable[[str], str] = fold,
    today: date | None = None,
) -> Node:
    """Parse a search text; an empty one gives the empty `And`, which matches everything.

    Args:
        text: as typed, in any mixture of Chinese and English.
        facets: every folded name of a facet to the facet's stable name.
        folded: the folding that made the keys of ``facets``.
        today: the day that ``last week`` counts from; this computer's date by default.

    Raises:
        QueryError: with ``position`` (0-based offset), ``found`` and, by code, ``expected`` or
            ``nearest``.
    """
    today = today or datetime.now().astimezone().date()
    parser = _Parser(text, facets, folded, today)
    node = parser.alternatives()
    if parser.next.kind != "end":
        raise _error("query.unexpected_paren", parser.next)
    return node


class _Parser:
    """One pass over the tokens of one text."""

    def __init__(
        self, text: str, facets: Mapping[str, str], folded: Callable[[str], str], today: date
    ) -> None:
        self.tokens = list(tokens(text))
        self.facets = facets
        self.folded = folded
        self.today = today
        self.index = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.next
        self.index += token.kind != "end"
        return token

    def alternatives(self) -> Node:
        """Parse alternatives."""
        nodes = [self.conjunction()]
        while self.next.kind == "or":
            operator = self.take()
            nodes.append(self.conjunction())
            if And() in nodes[-2:]:
                raise _error("query.or_needs_both", operator)
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def conjunction(self) -> Node:
        """Parse what must hold together; unquoted words become one text."""
        nodes: list[Node] = []
        text: Text | None = None
        text_at = 0
        while self.next.kind not in ("or", "close", "end"):
            is_own = self.next.kind in ("plus", "weight")
            node = self.item()
            if isinstance(node, Text) and not node.quoted and not is_own:
                text_at = len(nodes) if text is None else text_at
                text = replace(text, text=f"{text.text} {node.text}") if text else node
            else:
                nodes.append(node)
        if text:
            nodes.insert(text_at, text)
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def item(self) -> Node:
        """Parse one atom with what stands before it: a sign that adds or takes away, a weight."""
        if self.next.kind not in ("minus", "plus"):
            return self.weighted()
        sign = self.take()
        if self.next.position != sign.end or self.next.kind in _NO_ATOM:
            raise _error("query.minus_alone", sign)
        node = self.weighted()
        if sign.kind == "plus":
            return node
        if isinstance(node, Text):
            return Minus(node.text, node.quoted, node.weight, sign.position)
        if isinstance(node, Like):
            return replace(node, weight=-node.weight)
        if any(isinstance(inside, Free) for inside in walk(node)):
            raise _error("query.minus_group", sign)
        return Not(node)

    def weighted(self) -> Node:
        """Parse an atom, weighted when a number and an asterisk stand before it."""
        if self.next.kind != "weight":
            return self.atom()
        weight = self.take()
        if self.next.kind in _NO_ATOM:
            raise _error("query.weight_alone", weight)
        node = self.atom()
        if not isinstance(node, Text | Like):
            raise _error("query.weight_alone", weight)
        return replace(node, weight=float(weight.text))

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "open":
            return self.group(token)
        if token.kind == "name":
            return self.term(token)
        if token.kind == "quoted" and not token.text.strip():
            raise _error("query.empty_quotes", token)
        return Text(token.text, token.kind == "quoted", position=token.position)

    def group(self, opening: Token) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _error("query.too_deep", opening)
        node = self.alternatives()
        if self.next.kind != "close":
            raise _error("query.unclosed_paren", opening)
        if node == And():
            raise _error("query.empty_paren", opening)
        self.take()
        self.depth -= 1
        return node

    def term(self, name: Token) -> Node:
        """Parse what follows a name and its colon."""
        word = self.folded(name.text)
        field, facet = FIELDS.get(word), self.facets.get(word)
        if field is None and facet is None:
            raise self.unknown(name, word)
        value = self.next
        if value.kind not in ("word", "quoted") or value.position != name.end:
            raise _error("query.no_value", name, expected=EXPECTED.get(field or "", "…"))
        self.take()
        if not value.text.strip():
            raise _error("query.empty_quotes", value)
        is_colour = facet == "colour" and value.kind == "word" and value.text[:1] in "#＃"
        if field is None and not is_colour:
            return Term(str(facet), value.text.strip(), name.position)
        if field == "taken" and value.kind == "word":
            value = self.days(value)
        text = value.text.strip()
        try:
            if field is None:
                return read_colour(text, name.position)
            return read_field(field, text, name.position, today=self.today)
        except ValueError as error:
            meant = field or "colour"
            near = difflib.get_close_matches(fold(text), STATES, 1, 0.5) if field == "is" else []
            code = "query.bad_value_near" if near else "query.bad_value"
            told = {"field": meant, "expected": EXPECTED[meant]} | (
                {"nearest": near[0]} if near else {}
            )
            raise _error(code, value, **told) from error

    def days(self, value: Token) -> Token:
        """Take the second word of ``last week`` with its first."""
        both = f"{value.text.rpartition('..')[2]} {self.next.text.partition('..')[0]}"
        if self.next.kind != "word" or not is_span(both):
            return value
        second = self.take()
        joined = Token("word", f"{value.text} {second.text}", value.position, second.end)
        return self.days(joined) if second.text.partition("..")[2] else joined

    def unknown(self, name: Token, word: str) -> QueryError:
        """Return the error for a name that is neither facet nor field."""
        known = sorted({*self.facets, *FIELDS})
        near = difflib.get_close_matches(word, known, 3, 0.6)
        if near:
            return _error("query.unknown_name", name, nearest=", ".join(near))
        facets = dict.fromkeys([*self.facets.values(), *FIELDS.values()])
        return _error("query.unknown_name_far", name, expected=", ".join(facets))


def _error(code: str, token: Token, **more: str) -> QueryError:
    return QueryError.at(code, token.position, found=token.text, **more)
