"""A dry run's stand-in for the recorder: the same answers, nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from propvault.jobs.import_report import ImportReport
from propvault.jobs.import_stages import Item
from propvault.jobs.import_walk import Found
from propvault.vault import photos, sightings
from propvault.vault.vault import Vault
from propvault.vault.volumes import volume_of
from propvault.vision.model_folder import ModelInfo


class DryRecorder:
    """Answers like a `Recorder` and writes nothing; the vault need not exist."""

    def __init__(self, vault: Vault | None, *, in_place: bool) -> None:
        self._vault = vault
        self._in_place = in_place
        self._met: set[str] = set()
        self.info: ModelInfo | None = None

    def begin(self, roots: Sequence[Path]) -> None:
        """Do nothing: a dry run leaves no log."""

    def seen_unchanged(self, found: Found) -> bool:
        """Return whether the vault saw this path with this size and mtime, and needs no copy."""
        if self._vault is None:
            return False
        volume = volume_of(found.path.parent)
        volume_id = sightings.find_volume(self._vault.db, volume)
        if volume_id is None:
            return False
        place = sightings.place_of(found.path, volume, volume_id)
        sha256 = sightings.unchanged(self._vault.db, place, found.size, found.mtime_ns)
        return sha256 is not None and not self._lacks_copy(sha256)

    def has(self, sha256: str) -> bool:
        """Return whether the vault has a file with these bytes."""
        return self._vault is not None and photos.known_file(self._vault.db, sha256) is not None

    def record(self, batch: Sequence[Item], report: ImportReport) -> None:
        """Count what would be new."""
        for item in batch:
            digest = item.facts.pixel_digest if item.facts else item.sha256
            known = item.facts is None or digest in self._met or self._same_pixels(digest)
            self._met.add(digest)
            report.known += known
            report.new += not known

    def mark_gone(
        self, roots: Sequence[Path], files: Sequence[Found], report: ImportReport
    ) -> None:
        """Do nothing."""

    def _same_pixels(self, digest: str) -> bool:
        return self._vault is not None and photos.same_pixels(self._vault.db, digest) is not None

    def _lacks_copy(self, sha256: str) -> bool:
        if self._in_place or self._vault is None:
            return False
        known = photos.known_file(self._vault.db, sha256)
        return known is not None and known.stored is None
