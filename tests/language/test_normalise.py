import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.language.normalise import fold, fold_lines
from propvault.language.segment import index_text, match_phrases


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("斑駁的牆", "斑驳的墙"),
        ("騎樓", "骑楼"),
        ("Ｗｉｎｄｏｗ　２", "window 2"),
        ("材质：竹（旧）", "材质:竹(旧)"),
        ("“老街”", '"老街"'),
        ("  a \n b\t", "a b"),
        ("Straße", "strasse"),
        ("", ""),
        ("CAFÉ", "café"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text()))
def test_many_fold_like_one(texts: list[str]) -> None:
    assert fold_lines(texts) == [fold(text) for text in texts]


def test_no_han_loads_no_opencc() -> None:
    code = (
        "import sys; from propvault.language.normalise import fold; fold('Peeling WALL');"
        "assert 'opencc' not in sys.modules; fold('牆'); assert 'opencc' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "tokens", "phrases"),
    [
        ("斑駁的牆", "斑 驳 的 墙", ['"斑 驳 的 墙"']),
        ("IMG_2041.JPG", "img 2041 jpg", ['"img"', '"2041"', '"jpg"']),
        ("old木门2", "old 木 门 2", ['"old"', '"木 门"', '"2"']),
        ('a" OR b*', "a or b", ['"a"', '"or"', '"b"']),
        ("—！", "", []),
    ],
)
def test_splitting(text: str, tokens: str, phrases: list[str]) -> None:
    assert index_text(text) == tokens
    assert match_phrases(text) == phrases


@given(st.text(), st.text())
def test_any_text_is_found_in_fts5_under_itself(before: str, text: str) -> None:
    import sqlite3

    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    db.execute("INSERT INTO t VALUES (?)", (index_text(f"{before} {text}").replace("\0", ""),))
    phrases = match_phrases(text)
    if phrases:
        sql = "SELECT count(*) FROM t WHERE t MATCH ?"
        assert db.execute(sql, (" ".join(phrases),)).fetchone() is not None
    db.close()
