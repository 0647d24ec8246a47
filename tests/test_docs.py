"""Generated documentation is up to date and every command is in it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from propvault.cli.app import COMMANDS

ROOT = Path(__file__).parent.parent


def generator(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["generate_cli", "generate_query"])
def test_a_generated_page_is_up_to_date(name: str) -> None:
    module = generator(name)
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), f"run: python docs/{name}.py"


def test_every_command_has_its_section() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"## propvault {name}\n" in page


def test_both_readmes_show_the_same_commands() -> None:
    blocks = []
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = [line.split("#")[0].rstrip() for line in text.splitlines()]
        blocks.append([line for line in lines if line.startswith(("make ", "propvault "))])
    assert blocks[0] == blocks[1] and blocks[0]
