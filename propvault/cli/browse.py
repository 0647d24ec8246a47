"""``propvault`` alone: open the browse screen."""

from __future__ import annotations

import sys

from propvault.cli.state import State
from propvault.errors import UsageError
from propvault.settings import load_settings


def browse(state: State) -> int:
    """Open the browse screen on the vault meant; return the exit status."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("tui.no_terminal")
    settings = load_settings(state.root / "propvault.toml")
    # The terminal can only be asked what it can draw before the app reads its answers.
    from propvault.tui.renderers import find_display

    display = find_display(settings.pictures)
    from propvault.tui.app import Start, make_app

    app = make_app(Start(state.root, state.language, display, settings.theme))
    app.run()
    return app.return_code or 0
