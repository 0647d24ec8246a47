"""How pictures are drawn is found out, whatever the terminal says of itself."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty", reason="Windows has no such terminals")


def test_a_terminal_without_a_size_gets_a_usual_cell() -> None:
    """As those of some build servers and editors are: no rows, no columns."""
    assert said_of("find_display('auto').cell").endswith("(10, 20)")


def test_no_color_makes_pictures_grey(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the setting says: kitty's characters need their colours."""
    monkeypatch.setenv("NO_COLOR", "1")
    display = "find_display('kitty')"
    assert said_of(f"{display}.renderer.value, {display}.is_grey").endswith("blocks True")


def said_of(expression: str) -> str:
    """Return what an expression is in a terminal, behind what that is asked."""
    program = f"from propvault.tui.renderers import find_display; print({expression})"
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", program], stdin=theirs, stdout=theirs, check=True)
    os.close(theirs)
    said = os.read(ours, 1000).decode().strip()
    os.close(ours)
    return said
