"""Every reason is worded in both languages, with the same arguments."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from propvault.reasons import ENGLISH, Reason, printable, word

PACKAGE = Path(__file__).parent.parent / "propvault"
CATALOGUE = PACKAGE / "locale" / "zh" / "LC_MESSAGES" / "propvault.po"
CODE = re.compile(r"[a-z]+\.[a-z_]+")


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream) if m.id}


@pytest.mark.parametrize("code", sorted(ENGLISH))
def test_each_reason_has_chinese_with_the_same_arguments(
    code: str, chinese: dict[str, str]
) -> None:
    template = ENGLISH[code]
    assert chinese.get(template), f"{code} has no Chinese"
    assert _fields(chinese[template]) == _fields(template)


def test_the_compiled_catalogue_is_up_to_date(chinese: dict[str, str]) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as stream:
        compiled = {str(m.id): str(m.string) for m in read_mo(stream) if m.id}
    assert compiled == chinese, "run `make messages`"


def test_no_wording_is_left_over(chinese: dict[str, str]) -> None:
    assert set(chinese) <= set(ENGLISH.values())


def test_each_code_in_the_source_is_worded() -> None:
    makers = {
        "of",
        "at",
        "say",
        "PictureError",
        "VaultError",
        "UsageError",
        "ModelError",
        "LibraryError",
    }
    makers |= {"ExportError", "QueryError"}
    missing = set()
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                code = node.args[0].value
                if name in makers and isinstance(code, str) and CODE.fullmatch(code):
                    missing |= {code} - set(ENGLISH)
    assert not missing


def test_wording_never_fails_and_never_steers_the_terminal() -> None:
    hostile = "\x1b[31m[bold]%s{0}\u202e.jpg"
    text = word(Reason.of("import.skipping", path=hostile, why="x"), "zh")
    assert "\x1b" not in text and "\u202e" not in text and "[bold]%s{0}" in text
    assert word(Reason.of("import.ignored_video", count=1)) == "1 video ignored"
    assert word(Reason.of("import.ignored_video", count=12)) == "12 videos ignored"
    assert word(Reason.of("no.such_code", n=3)) == "no.such_code n=3"


@given(st.text())
def test_printable_is_printable_and_keeps_plain_text(text: str) -> None:
    shown = printable(text)
    assert all(c.isprintable() or c == "\u3000" or c.isspace() for c in shown)
    assert not any(c in shown for c in "\x1b\n\r\x07")
    if text.isprintable():
        assert shown == text
