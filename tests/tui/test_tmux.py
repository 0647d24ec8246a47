"""The real program in a real terminal: type 窗, mark three, export, quit, in tmux."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.resources import seeds_folder

_PATIENCE = 60.0
"""Seconds until a screen has to show what is waited for; only a broken program takes that long."""


@pytest.fixture
def tmux() -> str:
    found = shutil.which("tmux")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("tmux is required here: .ci/run installs it")
    if found is None:
        pytest.skip("tmux is not installed, so the program cannot be seen in a terminal")
    return found


@pytest.fixture
def press(tmux: str, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Start the program on the sample library; return what presses keys and waits for a text."""
    vault = tmp_path / "vault"
    folder = seeds_folder() / "camera" / "DCIM"
    list(import_photos(ImportRequest(vault, (folder,), in_place=True, workers=0)))
    server = [tmux, "-L", f"propvault-{os.getpid()}", "-f", os.devnull]
    kept = {n: os.environ[n] for n in ("PROPVAULT_CACHE", "HOME", "PATH") if n in os.environ}
    kept |= {"LANG": "C.UTF-8", "PROPVAULT_LANG": "zh", "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-m", "propvault", "--vault", str(vault)]
    program = shlex.join(["env", *(f"{name}={value}" for name, value in kept.items()), *command])
    words = ["sh", "-c", f"{program}; echo left=$?; sleep 60"]
    # In the test's folder: a path that lost its first letters must not end up in the project.
    size = ["-x", "100", "-y", "30", "-c", str(tmp_path)]
    subprocess.run([*server, "new-session", "-d", *size, *words], check=True, env=kept)

    def screen() -> str:
        shown = subprocess.run(
            [*server, "capture-pane", "-p"], check=True, capture_output=True, encoding="utf-8"
        )
        return shown.stdout

    def send(*keys: str, until: str = "", gone: str = "\0") -> str:
        for key in keys:
            literal = ["-l"] if len(key) == 1 or "/" in key else []
            subprocess.run([*server, "send-keys", *literal, "--", key], check=True)
        deadline = time.monotonic() + _PATIENCE
        while until not in (shown := screen()) or gone in shown:
            if time.monotonic() > deadline:
                pytest.fail(f"{until!r} never came up:\n{shown}")
            time.sleep(0.05)
        return shown

    yield send
    subprocess.run([*server, "kill-server"], check=False)


def test_search_mark_export_quit(press: Callable[..., str], tmp_path: Path) -> None:
    shown = press(until=" 张 · ")
    assert "半块字符" in shown
    press("/", "窗", until="窗")
    press("Enter", until="标记")
    press("Space", "Space", "Space", until="已标记 3 张")
    press("e", until="已填 3 个位置")
    press("e", until="写到哪里")
    press("C-u", gone="-ai-toolkit")
    target = tmp_path / "written-here"
    press(str(target), until=target.name)
    press("Enter", until="图组已写到")
    assert (target / "manifest.json").is_file()
    press("Escape", until="细看")
    shown = press("C-q", until="left=0")
    assert "Traceback" not in shown
