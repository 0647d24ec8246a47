"""A word goes on as what begins with it, in the language it was begun in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.errors import QueryError
from propvault.query.completion import Candidate, Known, completions
from propvault.query.parser import parse
from tests.query.conftest import FACETS

KNOWN = Known(
    FACETS,
    {
        "material": [
            Candidate(("竹", "bamboo", "毛竹"), 12),
            Candidate(("砖", "brick"), 40),
            Candidate(("生锈的铁", "rusted iron"), 0),
        ],
        "object": [Candidate(("竹椅", "bamboo chair"), 7), Candidate(("灯笼", "lantern"), 3)],
        "place": [Candidate(("槟城", "Penang"), 9), Candidate(("George Town",), 5)],
        "in": [Candidate(("lane at dusk",), 4)],
        "camera": [Candidate(("Fujifilm X100V",), 4)],
    },
)

OFFERED: list[tuple[str, list[str]]] = [
    # text up to the cursor, what it may become (first ones)
    ("mat", ["material:", "materials:"]),
    ("wall mat", ["wall material:"]),
    ("bam", ["material:bamboo", 'object:"bamboo chair"']),
    ("竹", ["material:竹", "object:竹椅"]),
    ("-竹", ["-material:竹"]),
    ("(old -竹", ["(old -material:竹"]),
    ("material:b", ["material:brick", "material:bamboo"]),
    ("材质：", ["材质:砖", "材质:竹", "材质:生锈的铁"]),
    ("material:ir", ['material:"rusted iron"']),
    ("place:", ["place:槟城"]),
    ("place:geo", ['place:"George Town"']),
    ("地点:pen", ["地点:Penang"]),
    ('in:"lane a', ['in:"lane at dusk"']),
    ("in:", ['in:"lane at dusk"']),
    ("is:ke", ["is:keeper"]),
    ("is:已", ["is:已确认"]),
    ("camera:x1", ['camera:"Fujifilm X100V"']),
    ("taken:", ["taken:2026"]),
    ("rating:", ["rating:3.."]),
    ("2*竹", ["2*material:竹"]),
    ("nothing", []),
    ("", []),
    ("wall ", []),
    ('"bam', []),
    ("foo:b", []),
]


@pytest.mark.parametrize(("text", "wanted"), OFFERED)
def test_what_is_offered(text: str, wanted: list[str]) -> None:
    found = [text[: c.start] + c.text for c in completions(text, len(text), KNOWN)]
    assert found[: len(wanted)] == wanted
    assert bool(found) == bool(wanted)


def test_what_stands_behind_the_cursor_stays() -> None:
    (first, *_) = completions("bam wall", 3, KNOWN)
    assert (first.start, first.end, first.text, first.count) == (0, 3, "material:bamboo", 12)
    assert first.label == "material:bamboo 竹"


@given(st.text(), st.integers(0, 30))
def test_no_text_breaks_it(text: str, cursor: int) -> None:
    for found in completions(text, min(cursor, len(text)), KNOWN):
        assert 0 <= found.start <= found.end <= len(text)


@pytest.mark.parametrize("text", ["竹", "bam", "material:", "place:", "in:", "is:", "camera:"])
def test_what_is_offered_parses(text: str) -> None:
    for found in completions(text, len(text), KNOWN):
        if found.text.endswith(":"):
            with pytest.raises(QueryError):
                parse(found.text, FACETS)
        else:
            parse(text[: found.start] + found.text, FACETS)
