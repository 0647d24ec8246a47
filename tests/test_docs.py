"""Generated documentation is up to date and every command is in it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from propvault.cli.app import COMMANDS

ROOT = Path(__file__).parent.parent


def test_the_command_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generate_cli", ROOT / "docs" / "generate_cli.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert page == module.page(), "run: python docs/generate_cli.py"
    for name in COMMANDS:
        assert f"## propvault {name}\n" in page


def test_both_readmes_show_the_same_commands() -> None:
    blocks = []
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = [line.split("#")[0].rstrip() for line in text.splitlines()]
        blocks.append([line for line in lines if line.startswith(("make ", "propvault "))])
    assert blocks[0] == blocks[1] and blocks[0]
