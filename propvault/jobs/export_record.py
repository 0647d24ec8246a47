"""Note in the vault which set was written, so that a photo can say where it was used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from propvault.errors import VaultError
from propvault.reasons import Reason
from propvault.values import ExportedSet
from propvault.vault.exports import record_export
from propvault.vault.vault import Vault


def record(
    root: Path, exported: ExportedSet, files: Iterable[tuple[str, str]]
) -> tuple[Reason, ...]:
    """Record a set that is in its place; return what a person should know where that fails.

    The set is good without it: a vault on a disk that is full or read-only hands out photos too.

    Args:
        root: the vault's folder.
        exported: the set.
        files: id of each photo and its path in the set, in order.
    """
    try:
        with Vault(root, "write") as vault, vault.transaction() as db:
            record_export(db, exported, files)
    except VaultError as error:
        return (Reason.of("export.not_recorded"), error.reason)
    return ()
