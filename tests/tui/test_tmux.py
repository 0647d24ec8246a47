"""The real program in a real terminal: search, mark, export, quit; type faster than it draws."""

from __future__ import annotations

from pathlib import Path

from propvault.vault.collections import collections
from propvault.vault.vault import Vault
from tests.tui.terminal import Terminal


def test_search_mark_export_quit(terminal: Terminal, seeds: Path, tmp_path: Path) -> None:
    terminal.start(seeds)
    shown = terminal.wait(" 张 · ")
    assert "半块字符" in shown
    terminal.press("/", "窗", until="窗")
    terminal.press("Enter", until="标记")
    terminal.press("Space", "Space", "Space", until="已标记 3 张")
    terminal.press("e", until="已填 3 个位置")
    terminal.press("e", until="写到哪里")
    target = tmp_path / "written-here"
    terminal.type(f"\x15{target}\r", until="图组已写到")
    assert (target / "manifest.json").is_file()
    terminal.press("Escape", until="细看")
    shown = terminal.press("C-q", until="left=0")
    assert "Traceback" not in shown


def test_keys_typed_ahead_keep_their_order(terminal: Terminal, seeds: Path) -> None:
    """A dialog, a field that is cleared, a search: each opened and filled in one burst of keys."""
    terminal.start(seeds)
    terminal.wait(" 张 · ")
    terminal.type("  bxxxx\x15lane at dusk\r", until="集板“lane at dusk”")
    terminal.type("/undo u\x7f\x7fx\x15rating:5", until="没有匹配")
    terminal.type("\x1b", until="没有匹配")
    with Vault(seeds) as vault:
        assert {c.name: c.count for c in collections(vault.db)}["lane at dusk"] == 2
    terminal.press("C-q", until="left=0")
