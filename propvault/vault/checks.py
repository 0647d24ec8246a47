"""What SQLite itself finds wrong with a vault's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from propvault.reasons import Reason
from propvault.vault.vault import Vault


def database_findings(vault: Vault) -> Iterator[Reason]:
    """Yield what the integrity and the foreign key check report; nothing when all is well."""
    try:
        rows = vault.db.execute("PRAGMA integrity_check").fetchall()
        rows += [("foreign key",) for _ in vault.db.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        rows = [(str(error),)]
    yield from (Reason.of("doctor.database", detail=row[0]) for row in rows if row[0] != "ok")
