"""``propvault init``: make a vault."""

from __future__ import annotations

from pathlib import Path

import click

from propvault.cli.state import State, shared_options
from propvault.vault.folder import is_vault
from propvault.vault.vault import Vault


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@shared_options
def command(state: State, path: Path | None) -> None:
    """Make a vault in PATH (default: where --vault or PROPVAULT_VAULT say)."""
    root = (path or state.root).absolute()
    existed = is_vault(root)
    Vault.create(root).close()
    if state.json:
        state.write_json({"vault": str(root), "created": not existed})
    else:
        click.echo(state.say("vault.exists" if existed else "vault.created", path=str(root)))
