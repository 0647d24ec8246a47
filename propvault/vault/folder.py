"""The layout of a vault on disk, and how a vault is found."""

from __future__ import annotations

import os
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from propvault.errors import VaultError

SETTINGS_NAME = "propvault.toml"
DATABASE_NAME = "vault.db"
FORMAT = 1

_NETWORK_FILE_SYSTEMS = frozenset(
    "nfs nfs4 cifs smbfs smb3 afpfs webdav davfs fuse.sshfs fuse.rclone 9p ncpfs".split()
)
_SYNCED_NAMES = (
    "dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents",
    "nutstore", "坚果云", "baidusyncdisk", "syncthing", "nextcloud",
)  # fmt: skip


@dataclass(frozen=True)
class VaultFolder:
    """Paths of one vault; nothing here touches the disk but `identity`."""

    root: Path
    """The vault's own folder, absolute."""

    @property
    def settings(self) -> Path:
        """Return the settings file, whose ``[vault]`` table marks the folder as a vault."""
        return self.root / SETTINGS_NAME

    @property
    def database(self) -> Path:
        """Return the database file."""
        return self.root / DATABASE_NAME

    @property
    def stored(self) -> Path:
        """Return the folder of stored copies."""
        return self.root / "stored"

    @property
    def incoming(self) -> Path:
        """Return the folder of copies not yet complete; emptied by the next import."""
        return self.root / "stored" / ".incoming"

    @property
    def trash(self) -> Path:
        """Return the folder of stored copies of discarded photos."""
        return self.root / "trash"

    @property
    def lock(self) -> Path:
        """Return the file whose OS lock an importer holds."""
        return self.root / ".importing.lock"

    def preview(self, sha256: str) -> Path:
        """Return where a photo's preview is, by the hex digest in its id."""
        return self.root.joinpath("previews", sha256[:2], f"{sha256}.webp")

    def identity(self) -> str:
        """Return the vault's id, which names its cache.

        Raises:
            VaultError: when this is not a vault, or one of a later format.
        """
        try:
            table = tomllib.loads(self.settings.read_text(encoding="utf-8")).get("vault", {})
            identity, version = table.get("id"), table.get("format")
        except FileNotFoundError:
            raise VaultError("vault.not_one", path=str(self.root)) from None
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
            raise VaultError(
                "vault.bad_settings", path=str(self.settings), detail=str(error)
            ) from error
        if not isinstance(identity, str) or not isinstance(version, int):
            raise VaultError("vault.not_one", path=str(self.root))
        if version > FORMAT:
            raise VaultError("vault.newer_format", path=str(self.root), format=version)
        return identity


def is_vault(folder: Path) -> bool:
    """Return whether a folder is a vault: it has the settings file and its ``[vault]`` table."""
    try:
        VaultFolder(folder).identity()
    except VaultError as error:
        return error.reason.code == "vault.newer_format"
    return True


def create_folder(root: Path) -> VaultFolder:
    """Make ``root`` a vault folder, or return it when it is one already.

    Raises:
        VaultError: when the folder holds other things or cannot be written.
    """
    folder = VaultFolder(root.absolute())
    if is_vault(folder.root):
        return folder
    try:
        if folder.root.is_dir() and any(folder.root.iterdir()):
            raise VaultError("vault.folder_not_empty", path=str(root))
        folder.root.mkdir(parents=True, exist_ok=True)
        partial = folder.settings.with_suffix(".toml.part")
        partial.write_text(
            "# Settings of this vault; `propvault doctor` explains them.\n"
            '# language = "auto"\n# workers = 0\n# max_decoded_mb = 512\n'
            '# keeper_rules = "original, pixels, sharpest, least-cropped, oldest"\n\n'
            f'[vault]\nid = "{uuid.uuid4().hex}"\nformat = {FORMAT}\n',
            encoding="utf-8",
        )
        partial.replace(folder.settings)
    except OSError as error:
        raise VaultError(
            "vault.cannot_write", path=str(root), detail=error.strerror or ""
        ) from error
    return folder


def find_folder(given: Path | None, start: Path) -> Path:
    """Return the vault folder a command means; it need not exist yet.

    Order: the one given, ``PROPVAULT_VAULT``, the nearest vault at or above ``start``,
    ``Pictures/propvault``.
    """
    named = given or (
        Path(os.environ["PROPVAULT_VAULT"]) if os.environ.get("PROPVAULT_VAULT") else None
    )
    if named is not None:
        return named.expanduser().absolute()
    for folder in (start.absolute(), *start.absolute().parents):
        if is_vault(folder):
            return folder
    return platformdirs.user_pictures_path() / "propvault"


def is_network_disk(path: Path) -> bool:
    """Return whether a path is on a network file system, where SQLite's WAL is not safe."""
    best = ""
    kind = ""
    import psutil  # only writers ask: a search starts 0.03 s sooner without

    for part in psutil.disk_partitions(all=True):
        mount = part.mountpoint
        if len(mount) > len(best) and Path(mount) in (path, *path.parents):
            best, kind = mount, part.fstype
    return kind.lower() in _NETWORK_FILE_SYSTEMS


def is_synced(path: Path) -> bool:
    """Return whether a folder looks like one that a sync program copies while it is written."""
    parts = [part.lower() for part in path.absolute().parts]
    return any(part.startswith(name) for part in parts for name in _SYNCED_NAMES)
