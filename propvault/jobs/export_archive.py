"""Archives of a set: the same members give the same bytes, whatever the clock says."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from propvault.syncing import sync

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip can say."""
_FILE_MODE = 0o644


def pack(folder: Path, archive: str, members: Sequence[str]) -> None:
    """Move files of a folder into a zip or tar in it, in the order given, and sync it."""
    path = folder / archive
    (_pack_zip if path.suffix == ".zip" else _pack_tar)(folder, path, members)
    sync(path)
    for name in members:
        (folder / name).unlink()


def _pack_zip(folder: Path, path: Path, members: Sequence[str]) -> None:
    # Stored: pictures do not shrink, and the bytes then hang on no version of zlib.
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED) as archive:
        for name in members:
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.create_system = 3  # Unix, whatever system this is
            info.external_attr = _FILE_MODE << 16
            archive.writestr(info, (folder / name).read_bytes())


def _pack_tar(folder: Path, path: Path, members: Sequence[str]) -> None:
    with tarfile.open(path, "x", format=tarfile.USTAR_FORMAT) as archive:
        for name in members:
            info = tarfile.TarInfo(name)
            info.size = (folder / name).stat().st_size
            info.mode = _FILE_MODE
            with (folder / name).open("rb") as stream:
                archive.addfile(info, stream)
