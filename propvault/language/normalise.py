"""Folding of text so that what a person means the same compares the same.

Both sides of every comparison (names, indexed text, what is typed) go through `fold`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

CJK = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0002a6df\U0002a700-\U0002ebef\U0002f800-\U0002fa1f\U00030000-\U000323af"
)
"""Han characters as the inside of a regular expression class (Unicode 15 blocks)."""

_HAN = re.compile(f"[{CJK}]")
# Marks that NFKC leaves alone though a Chinese keyboard types them for the ASCII ones.
_MARKS = str.maketrans("。、“”‘’「」『』《》〈〉【】—–…·", '.,""\'\'""""""""[]--. ')


def has_han(text: str) -> bool:
    """Return whether ``text`` has a Han character."""
    return _HAN.search(text) is not None


def language_of(text: str) -> str:
    """Return ``zh`` for a text with a Han character, else ``en``."""
    return "zh" if has_han(text) else "en"


def fold(text: str) -> str:
    """Fold width, case, script and space: NFKC, casefold, Traditional to Simplified, one space.

    Full-width punctuation becomes ASCII. The folding is idempotent. OpenCC loads (10 ms) only
    when there is a Han character to convert.
    """
    return " ".join(_folded(text).split())


def fold_lines(texts: Iterable[str]) -> list[str]:
    """Fold many short texts at once; equal to ``[fold(t) for t in texts]``, ten times as fast.

    A vocabulary has thousands of names and each call into OpenCC costs more than the name.
    """
    lines = [" ".join(text.split()) for text in texts]
    if not lines:
        return []
    return [" ".join(line.split()) for line in _folded("\n".join(lines)).split("\n")]


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(_MARKS)
    text = unicodedata.normalize("NFKC", text.casefold())
    return _to_simplified()(text) if has_han(text) else text


@cache
def _to_simplified() -> Callable[[str], str]:
    """Return OpenCC's t2s conversion, repeated where one pass leaves something to convert."""
    from opencc import OpenCC  # loads a C library and its tables: only when needed

    converter = OpenCC("t2s")

    def convert(text: str) -> str:
        for _ in range(3):
            text, before = str(converter.convert(text)), text
            if text == before:
                break
        return text

    return convert
