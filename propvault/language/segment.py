"""Splitting for full-text search: each Han character is a token, a run of them a phrase.

The index and the search must split alike, so both use `_runs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from propvault.language.normalise import CJK, fold

_RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
_HAN_RUN = re.compile(f"[{CJK}]")


def index_text(text: str) -> str:
    """Return folded ``text`` as tokens separated by spaces, for FTS5's ``unicode61`` tokenizer.

    >>> index_text("斑駁的牆 IMG_2041")
    '斑 驳 的 墙 img 2041'
    """
    return " ".join(token for run in _runs(text) for token in run)


def match_phrases(text: str) -> list[str]:
    """Return FTS5 phrases, each quoted, that together mean ``text``; join them with spaces (AND).

    Only letters, digits and Han characters get through, so no text can be FTS5 syntax.

    >>> match_phrases("木門 IMG-2041")
    ['"木 门"', '"img"', '"2041"']
    """
    return list(dict.fromkeys(f'"{" ".join(run)}"' for run in _runs(text)))


def _runs(text: str) -> Iterator[list[str]]:
    """Yield each run of Han characters as its characters, every other word as one token."""
    for run in _RUN.findall(fold(text)):
        yield list(run) if _HAN_RUN.match(run) else [run]
