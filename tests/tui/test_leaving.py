"""The terminal is as it was found, whatever ends the program or stops it for a while."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from propvault.resources import seeds_folder
from tests.tui.terminal import Terminal

_FOUND = {
    "alternate_on": "0", "cursor_flag": "1", "wrap_flag": "1", "mouse_standard_flag": "0",
    "mouse_button_flag": "0", "mouse_all_flag": "0", "mouse_sgr_flag": "0",
}  # fmt: skip
"""What tmux says of a terminal that no program has changed."""


def as_found(terminal: Terminal, folder: Path) -> None:
    """Check the screen, the cursor, the mouse, and what the terminal driver is set to."""
    state = {flag: terminal.ask(flag) for flag in _FOUND}
    assert state == _FOUND
    deadline = time.monotonic() + 10
    while not (folder / "after").is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (folder / "after").read_text() == (folder / "before").read_text()
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_killed(terminal: Terminal, seeds: Path, tmp_path: Path, number: signal.Signals) -> None:
    terminal.start(seeds)
    terminal.wait(" 张 · ")
    assert terminal.ask("alternate_on") == "1"
    os.kill(terminal.process, number)
    terminal.wait(f"left={128 + number}")
    as_found(terminal, tmp_path)


def test_killed_during_an_import(terminal: Terminal, seeds: Path, tmp_path: Path) -> None:
    """It ends with the files in flight, not with the card, and nothing more is printed."""
    terminal.start(seeds, broken=_SLOW_IMPORT)
    terminal.wait(" 张 · ")
    terminal.type(f"ig\x15{seeds_folder() / 'camera'}\ri", until="正在导入")
    os.kill(terminal.process, signal.SIGTERM)
    terminal.wait("left=143")
    as_found(terminal, tmp_path)


_SLOW_IMPORT = """
import time
from propvault.jobs import import_photos as module
quick = module.import_photos
def slow(request):
    for event in quick(request):
        time.sleep(0.2)
        yield event
module.import_photos = slow
"""


def test_an_error_on_the_thread_that_draws(terminal: Terminal, seeds: Path, tmp_path: Path) -> None:
    """One sentence with the reason and the log's place, no traceback, status 3."""
    terminal.start(seeds, broken=_BROKEN_SCREEN)
    terminal.wait(" 张 · ")
    shown = terminal.press("f", until="left=3")
    assert "发生了意外错误（ZeroDivisionError: division by zero）" in shown.replace("\n", "")
    assert "error.log" in shown.replace("\n", "")
    as_found(terminal, tmp_path)


_BROKEN_SCREEN = """
from propvault.tui.widgets.facet_list import FacetList
FacetList.on_focus = lambda self: 1 / 0
"""


def test_errors_in_workers(terminal: Terminal, seeds: Path, tmp_path: Path) -> None:
    """Each is a notice with the reason and the log's place; the screen goes on."""
    terminal.start(seeds, broken=_BROKEN_WORKERS)
    terminal.wait(" 张 · ")
    shown = terminal.press("5", until="ZeroDivisionError")
    assert "error.log" in shown
    shown = terminal.press("Enter", until="KeyError")
    assert "error.log" in shown
    terminal.press("Escape", until="细看")
    terminal.press("C-q", until="left=0")
    as_found(terminal, tmp_path)


_BROKEN_WORKERS = """
from propvault.jobs import describe, pictures
def rate(*_):
    1 / 0
def large_of(*_):
    raise KeyError("large")
describe.rate, pictures.large_of = rate, large_of
"""


def test_stopped_and_brought_back(terminal: Terminal, seeds: Path, tmp_path: Path) -> None:
    """Ctrl-Z gives the shell a sound terminal; after fg the screen is drawn anew."""
    terminal.start(seeds, shell="bash --norc -i")
    terminal.wait(" 张 · ")
    terminal.press("C-z", until="Stopped")
    assert {flag: terminal.ask(flag) for flag in _FOUND} == _FOUND
    terminal.type("echo $((6*7))\r", until="\n42")
    terminal.type("fg\r", until="搜索：")
    assert terminal.ask("alternate_on") == "1"
    terminal.press("/", "窗", until="窗")
    terminal.press("C-q", until="left=")
    as_found(terminal, tmp_path)
