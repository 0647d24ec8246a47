"""Choose the name of each stored copy, in walk order, before any copy is made.

Names do not depend on which copy is quicker, nor on where an earlier import was killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from propvault.jobs.import_stages import Item
from propvault.jobs.import_walk import Found
from propvault.vault import copying, names, photos
from propvault.vault.sightings import Place
from propvault.vault.trash import discarded_file
from propvault.vault.vault import Vault
from propvault.vision.formats import Kind


class CopyPlanner:
    """Knows which names are taken: by recorded files, by copies in flight, on the disk."""

    def __init__(self, vault: Vault, place: Callable[[Found], Place], *, in_place: bool) -> None:
        self._folder = vault.folder
        self._db = vault.db
        self._place = place
        self._in_place = in_place
        self._reserved: dict[str, str] = {}

    def plan(self, item: Item) -> Callable[[], Item] | None:
        """Return the work of copying a file, None when it needs no copy.

        The work may run in another thread; it raises `PictureError` or `VaultError`.
        """
        known = photos.known_file(self._db, item.sha256)
        if self._in_place or (known and known.stored) or item.sha256 in self._reserved.values():
            return None
        if known and discarded_file(self._db, item.sha256):
            return None
        if item.facts is None and known is None and item.kind is Kind.PICTURE:
            return None
        relative = self._free_name(item)
        self._reserved[names.name_key(relative)] = item.sha256
        return partial(_copy, item, self._folder.stored, self._folder.incoming, relative)

    def release(self, items: Iterable[Item]) -> None:
        """Forget reservations of files that are recorded now."""
        for item in items:
            if item.stored:
                self._reserved.pop(names.name_key(item.stored), None)

    def _free_name(self, item: Item) -> str:
        taken = item.facts.capture.taken_local if item.facts else self._taken_of(item)
        for relative in names.stored_names(item.found.path.name, taken, item.sha256):
            if names.name_key(relative) in self._reserved:
                continue
            if photos.stored_owner(self._db, relative) is not None:
                continue
            there = self._folder.stored / relative
            # A copy that a killed import made and did not record is adopted, not doubled.
            if not there.exists() or copying.file_sha256(there) == item.sha256:
                return relative
        raise AssertionError("a name with the full hash is always free")

    def _taken_of(self, item: Item) -> str | None:
        """Return the capture time of the photo that a sidecar or a known file belongs to."""
        known = photos.known_file(self._db, item.sha256)
        photo_id = known.photo_id if known else None
        if photo_id is None:
            place = self._place(item.found)
            photo_id = photos.photo_of_sidecar(self._db, place.volume_id, place.stem)
        row = self._db.execute("SELECT taken_local FROM photo WHERE id = ?", (photo_id,)).fetchone()
        return row[0] if row else None


def _copy(item: Item, stored: Path, incoming: Path, relative: str) -> Item:
    target = stored / relative
    if not target.exists():
        copying.copy_verified(item.found.path, target, incoming, item.sha256)
    return replace(item, stored=relative)
