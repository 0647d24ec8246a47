"""Search text to tokens, each with its position.

Full-width marks are replaced one for one before scanning, so every offset is an offset into the
text as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from propvault.errors import QueryError

Kind = Literal["word", "quoted", "name", "minus", "plus", "weight", "or", "open", "close", "end"]

_MARKS = str.maketrans("（）：！－＋＊×“”＂｜　", '():!-+**"""| ')
_QUOTES = '"“”＂'
_NAME = re.compile(r'[^\s():"|]+(?=:)')
_WORD = re.compile(r'[^\s()"|]+')
_WEIGHT = re.compile(r"(10(?:\.0+)?|\d(?:\.\d+)?)\*(?=[^\s)*])", re.ASCII)
_VALUE = re.compile(r'[^\s()"]+')


@dataclass(frozen=True)
class Token:
    """A piece of a query."""

    kind: Kind
    """What it is."""
    text: str
    """Its text: without a name's colon, without quotes, of a weight the number alone."""
    position: int
    """0-based character offset into the text as typed."""
    end: int
    """Offset just after it."""


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of ``text``, closed by one of kind ``end``.

    Raises:
        QueryError: where a quoted text is not closed.
    """
    plain = text.translate(_MARKS)
    at, in_value = 0, False
    while at < len(plain):
        if plain[at].isspace():
            at, in_value = at + 1, False
            continue
        token = _token(text, plain, at, in_value)
        yield token
        at, in_value = token.end, token.kind == "name"
    yield Token("end", "", len(text), len(text))


def has_free(text: str) -> bool:
    """Return whether a query holds free text, told from its tokens alone; no wrong one does."""
    try:
        found = list(tokens(text))
    except QueryError:
        return False
    kinds = [token.kind for token in found]
    return any(
        kind in ("word", "quoted") and before != "name"
        for before, kind in zip(["end", *kinds], kinds, strict=False)
    )


def _token(text: str, plain: str, at: int, in_value: bool) -> Token:
    """Return the token that starts at ``at``; what follows a name's colon is its value."""
    mark = plain[at]
    if mark in "()":
        return Token("open" if mark == "(" else "close", text[at], at, at + 1)
    if mark == '"':
        return _quoted(text, plain, at)
    if mark in "-!" and not in_value:
        return Token("minus", text[at], at, at + 1)
    if mark == "+" and not in_value and not plain[at + 1 : at + 2].isspace():
        return Token("plus", text[at], at, at + 1)
    weight = None if in_value else _WEIGHT.match(plain, at)
    if weight and float(weight[1]):
        return Token("weight", weight[1], at, weight.end())
    if mark == "|" and not in_value:
        return Token("or", text[at], at, at + 1)
    name = None if in_value else _NAME.match(plain, at)
    if name:
        return Token("name", text[at : name.end()], at, name.end() + 1)
    word = (_VALUE if in_value else _WORD).match(plain, at)
    end = word.end() if word else at + 1
    kind: Kind = "or" if plain[at:end] == "OR" and not in_value else "word"
    return Token(kind, text[at:end], at, end)


def _quoted(text: str, plain: str, at: int) -> Token:
    close = plain.find('"', at + 1)
    if close < 0:
        raise QueryError("query.unclosed_quote", position=at, column=at + 1, found=text[at:])
    return Token("quoted", text[at + 1 : close], at, close + 1)
