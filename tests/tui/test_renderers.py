"""How pictures are drawn is found out, whatever the terminal says of itself."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty", reason="Windows has no such terminals")


def test_a_terminal_without_a_size_gets_a_usual_cell() -> None:
    """As those of some build servers and editors are: no rows, no columns."""
    program = "from propvault.tui.renderers import find_display; print(find_display('auto').cell)"
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", program], stdin=theirs, stdout=theirs, check=True)
    os.close(theirs)
    said = os.read(ours, 1000).decode().strip()  # what it asked the terminal stands before
    assert said.endswith("(10, 20)")
    os.close(ours)
