"""An open vault: its folder, its settings and one database connection.

A connection belongs to one thread; a worker opens its own `Vault`. Readers never wait for the one
importer for more than a moment: WAL on local disks, transactions of at most some 50 ms.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal

from sqlite_utils import Database

from propvault.errors import VaultError
from propvault.settings import Settings, load_settings
from propvault.vault.folder import VaultFolder, create_folder, is_network_disk
from propvault.vault.schema import migrations

__all__ = ["Database", "Mode", "Vault"]

Mode = Literal["read", "write", "look"]
"""``look`` reads and leaves no trace at all, not even SQLite's own side files."""

_BUSY_MS = 10_000


class Vault:
    """One vault folder with its database; use as a context manager.

    Raises:
        VaultError: not a vault, a later format, or a database that cannot be opened.
    """

    def __init__(self, root: Path, mode: Mode = "read") -> None:
        self.folder = VaultFolder(root.absolute())
        self.id = self.folder.identity()
        self.settings: Settings = load_settings(self.folder.settings)
        self.db = _connect(self.folder, mode)

    @classmethod
    def create(cls, root: Path) -> Vault:
        """Open a vault for writing, making it first where there is none."""
        return cls(create_folder(root).root, "write")

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a clean close folds the write-ahead log into the database."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """Run a block as one transaction: all of it is kept, or none.

        Raises:
            VaultError: the disk is full, the database is locked by another program or damaged.
        """
        try:
            with self.db.atomic() as db:
                yield db
        except sqlite3.DatabaseError as error:
            raise _as_vault_error(error, self.folder.database) from error

    @contextmanager
    def importing(self) -> Iterator[None]:
        """Hold the one importer's lock; the system releases it when the process dies.

        Raises:
            VaultError: another import is running.
        """
        from filelock import FileLock, Timeout  # searches never lock: 0.02 s

        lock = FileLock(self.folder.lock, timeout=0)
        try:
            with lock:
                yield
        except Timeout as error:
            raise VaultError("vault.busy_importing", path=str(self.folder.root)) from error


def _connect(folder: VaultFolder, mode: Mode) -> Database:
    if mode != "write" and not folder.database.is_file():
        raise VaultError("vault.empty", path=str(folder.root))
    try:
        connection = sqlite3.connect(
            _uri(folder.database, mode), uri=True, timeout=_BUSY_MS / 1000, check_same_thread=True
        )
        db = Database(connection, execute_plugins=False)
        db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        db.execute("PRAGMA foreign_keys = ON")
        if mode == "write":
            if not is_network_disk(folder.root):
                db.enable_wal()
            migrations.apply(db)
        elif migrations.pending(db):
            db.close()
            if mode == "look":
                raise VaultError("vault.needs_update", path=str(folder.root))
            _connect(folder, "write").close()
            return _connect(folder, mode)
    except sqlite3.DatabaseError as error:
        raise _as_vault_error(error, folder.database) from error
    return db


def _uri(database: Path, mode: Mode) -> str:
    options = {"write": "rwc", "read": "ro", "look": "ro"}[mode]
    wal = database.with_name(f"{database.name}-wal")
    # Even a read-only connection to a WAL database makes side files; an idle one can be opened
    # as immutable, which makes none.
    still = "&immutable=1" if mode == "look" and not (wal.exists() and wal.stat().st_size) else ""
    return f"{database.as_uri()}?mode={options}{still}"


def _as_vault_error(error: sqlite3.DatabaseError, path: Path) -> VaultError:
    text = str(error).lower()
    if "full" in text:
        return VaultError("vault.disk_full", path=str(path), detail=str(error))
    if "locked" in text or "busy" in text:
        return VaultError("vault.database_locked", path=str(path))
    if "malformed" in text or "not a database" in text:
        return VaultError("vault.database_damaged", path=str(path), detail=str(error))
    if "readonly" in text or "unable to open" in text:
        return VaultError("vault.cannot_write", path=str(path), detail=str(error))
    return VaultError("vault.database_failed", path=str(path), detail=str(error))
