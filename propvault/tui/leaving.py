"""Leaving in order when the system says so: the terminal is then as it was found."""

from __future__ import annotations

import asyncio
import signal
import sys

from textual.app import App


def leave_on_signals(app: App[None]) -> None:
    """Let a kill, a closed window and an interrupt from outside end the app as its own key does.

    Ctrl-C is a key here. The exit status is the shell's for a signal, 128 and its number.
    """
    if sys.platform == "win32":  # its event loop takes no signals, its console restores itself
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, app.exit, None, 128 + number)
