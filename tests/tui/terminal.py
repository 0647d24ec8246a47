"""The real program in a real terminal, tmux: keys go in, the screen's text and state come out."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

_PATIENCE = 60.0
"""Seconds until a screen has to show what is waited for; only a broken program takes that long."""


class Terminal:
    """One terminal of 100 by 30, in a folder of its own, with the program in it."""

    def __init__(self, tmux: str, folder: Path) -> None:
        self._server = [tmux, "-L", f"propvault-{os.getpid()}", "-f", os.devnull]
        self._folder = folder

    def start(self, vault: Path, *, broken: str = "", shell: str = "") -> None:
        """Start the program in Chinese; when it ends the terminal says ``left=`` and its status.

        ``broken`` is Python that breaks something in it first; ``shell`` is one that starts it,
        for what needs job control. What the terminal driver was set to stands in ``before`` and
        ``after``.
        """
        kept = {n: os.environ[n] for n in ("PROPVAULT_CACHE", "HOME", "PATH") if n in os.environ}
        kept |= {"LANG": "C.UTF-8", "PROPVAULT_LANG": "zh", "PYTHONPATH": str(Path.cwd())}
        code = f"{broken}\nfrom propvault.cli.app import main\nmain()"
        command = ["env", *(f"{k}={v}" for k, v in kept.items())]
        command += [sys.executable, "-c", code, "--vault", str(vault)]
        # In the test's folder: a path that lost its first letters must not end up in the project.
        size = ["-x", "100", "-y", "30", "-c", str(self._folder)]
        script = f"stty -a >before; {shlex.join(command)}; echo left=$?; stty -a >after"
        if shell:
            self._run("new-session", "-d", *size, *shlex.split(shell), env=kept)
            self.type(f"{script}\r")
        else:
            self._run("new-session", "-d", *size, "sh", "-c", f"{script}; exec sleep 60", env=kept)

    def close(self) -> None:
        """End it, and what still runs in it."""
        subprocess.run([*self._server, "kill-server"], check=False, capture_output=True)

    @property
    def text(self) -> str:
        """Return what is on the screen."""
        return self._run("capture-pane", "-p")

    def press(self, *keys: str, until: str = "") -> str:
        """Press keys by tmux's names, wait until a text is on the screen, return the screen."""
        for key in keys:
            self._run("send-keys", *(["-l"] if len(key) == 1 else []), "--", key)
        return self.wait(until)

    def type(self, text: str, until: str = "") -> str:
        """Type a text as fast as a terminal can hand it over, control characters too."""
        self._run("send-keys", "-l", "--", text)
        return self.wait(until)

    def wait(self, until: str) -> str:
        """Wait until a text is on the screen; return the screen."""
        deadline = time.monotonic() + _PATIENCE
        while until not in (shown := self.text):
            if time.monotonic() > deadline:
                pytest.fail(f"{until!r} never came up:\n{shown}")
            time.sleep(0.05)
        return shown

    @property
    def process(self) -> int:
        """Return the program's process id."""
        above = self.ask("pane_pid")
        found = subprocess.run(["pgrep", "-P", above], check=True, capture_output=True, text=True)
        return int(found.stdout.split()[0])

    def ask(self, flag: str) -> str:
        """Return one of tmux's formats, such as ``alternate_on``."""
        return self._run("display-message", "-p", f"#{{{flag}}}").strip()

    def _run(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            [*self._server, *arguments], check=True, capture_output=True, encoding="utf-8", env=env
        )
        return done.stdout
