"""Search text to a `Query` tree: a recursive descent over a grammar of six rules.

Written by hand because a search starts cold: importing lark and building its tables costs
about 150 ms, this nothing, and each error here knows what to say.

::

    any   := all ("OR" all)*            "|" is OR too
    all   := item*
    item  := ("-" | "!") atom | atom
    atom  := "(" any ")" | name ":" value | quoted | word
    value := quoted | word
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from propvault.errors import QueryError
from propvault.query.fields import EXPECTED, FIELDS, LATER, fold, is_span, read_field
from propvault.query.tokens import Token, tokens
from propvault.query.tree import And, Minus, Node, Not, Or, Term, Text, walk

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
            node = self.item()
            if isinstance(node, Text) and not node.quoted:
                text_at = len(nodes) if text is None else text_at
                text = replace(text, text=f"{text.text} {node.text}") if text else node
            else:
                nodes.append(node)
        if text:
            nodes.insert(text_at, text)
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def item(self) -> Node:
        """Parse one atom, excluded or subtracted when a minus stands before it."""
        if self.next.kind != "minus":
            return self.atom()
        minus = self.take()
        if self.next.position != minus.end or self.next.kind in ("minus", "or", "close", "end"):
            raise _error("query.minus_alone", minus)
        node = self.atom()
        if isinstance(node, Text):
            return Minus(node.text, node.quoted, minus.position)
        if any(isinstance(inside, Text | Minus) for inside in walk(node)):
            raise _error("query.minus_group", minus)
        return Not(node)

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "open":
            return self.group(token)
        if token.kind == "name":
            return self.term(token)
        if token.kind == "quoted" and not token.text.strip():
            raise _error("query.empty_quotes", token)
        return Text(token.text, token.kind == "quoted", token.position)

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
        if field is None:
            if facet == "colour" and value.kind == "word" and value.text[:1] in "#＃":
                raise _error("query.not_yet", name)
            return Term(str(facet), value.text.strip(), name.position)
        if field == "taken" and value.kind == "word":
            value = self.days(value)
        try:
            return read_field(field, value.text.strip(), name.position, today=self.today)
        except ValueError as error:
            expected = EXPECTED[field]
            raise _error("query.bad_value", value, field=field, expected=expected) from error

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
        if word in LATER:
            return _error("query.not_yet", name)
        known = sorted({*self.facets, *FIELDS})
        near = difflib.get_close_matches(word, known, 3, 0.6)
        if near:
            return _error("query.unknown_name", name, nearest=", ".join(near))
        facets = dict.fromkeys([*self.facets.values(), *FIELDS.values()])
        return _error("query.unknown_name_far", name, expected=", ".join(facets))


def _error(code: str, token: Token, **more: str) -> QueryError:
    at = token.position
    return QueryError(code, position=at, column=at + 1, found=token.text, **more)
