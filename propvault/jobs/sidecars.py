"""Write photos' tags beside a person's own files, as XMP sidecars for other programs.

Invariant: a sidecar that this vault did not write, or that was changed since, is never touched.
The files say so themselves (`targets.sidecar.signer`), so a lost or moved vault forgets nothing,
and `remove_sidecars` takes back what `write_sidecars` did.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from propvault.events import Skipped
from propvault.jobs.set_facts import Chosen, chosen_rows
from propvault.jobs.vocabulary import open_vocabulary
from propvault.reasons import Language, Reason
from propvault.syncing import write_whole
from propvault.targets.sidecar import Keywords, sidecar_name, sidecar_text, signer
from propvault.targets.words import claimed
from propvault.values import PhotoView
from propvault.vault.vault import Vault
from propvault.vault.views import photo_views
from propvault.vision.formats import RAW_SUFFIXES


@dataclass
class SidecarReport:
    """What became of the sidecars, or would become with ``dry_run``."""

    dry_run: bool
    """Whether nothing was written."""
    written: list[Path] = field(default_factory=list)
    """Written, or removed."""
    same: int = 0
    """As they should be already."""
    skipped: list[Skipped] = field(default_factory=list)
    """Photos and sidecars left alone, with why."""


def write_sidecars(
    root: Path, chosen: Chosen, languages: tuple[Language, ...], *, dry_run: bool = False
) -> SidecarReport:
    """Write a sidecar beside every file of the photos that is there now.

    Raises:
        UsageError: a photo or the import is unknown, or none is named.
    """
    report = SidecarReport(dry_run)
    with Vault(root, "look") as vault:
        identity, keywords = vault.folder.identity(), Keywords(open_vocabulary(root), languages)
        for photo in photo_views(vault, chosen_rows(vault, chosen)):
            capture = photo.capture
            text = sidecar_text(
                claimed(photo.tags), keywords,
                creator=capture.creator or "", rights=capture.rights or "", vault=identity,
            )  # fmt: skip
            for path in _places(photo, report):
                _write(path, text, identity, report)
    return report


def remove_sidecars(root: Path, chosen: Chosen, *, dry_run: bool = False) -> SidecarReport:
    """Remove the sidecars that this vault wrote beside the photos' files.

    Raises:
        UsageError: a photo or the import is unknown, or none is named.
    """
    report = SidecarReport(dry_run)
    with Vault(root, "look") as vault:
        for photo in photo_views(vault, chosen_rows(vault, chosen)):
            for path in _places(photo, report):
                if is_own(vault, path):
                    _remove(path, report)
    return report


def is_own(vault: Vault, path: Path) -> bool:
    """Return whether a sidecar is one that this vault wrote and nobody changed."""
    try:
        return _signer(path.read_bytes()) == vault.folder.identity()
    except OSError:
        return False


def _places(photo: PhotoView, report: SidecarReport) -> Iterator[Path]:
    """Yield where the sidecars of a photo's files belong, those that are there now."""
    there = [sighting.path for sighting in photo.sightings if sighting.online]
    if not there:
        report.skipped.append(Skipped(photo.name, Reason.of("sidecars.nowhere")))
    for path in sorted(there):
        is_raw = path.suffix.lower() in RAW_SUFFIXES
        yield path.with_name(sidecar_name(path.name, is_raw=is_raw))


def _write(path: Path, text: str, identity: str, report: SidecarReport) -> None:
    try:
        before = path.read_bytes() if os.path.lexists(path) else None
        if before == text.encode():
            report.same += 1
        elif before is not None and _signer(before) != identity:
            report.skipped.append(Skipped(str(path), Reason.of("sidecars.foreign")))
        else:
            if not report.dry_run:
                write_whole(path, text.encode())
            report.written.append(path)
    except OSError as error:
        report.skipped.append(_unwritable(path, error))


def _remove(path: Path, report: SidecarReport) -> None:
    try:
        if not report.dry_run:
            path.unlink()
        report.written.append(path)
    except OSError as error:
        report.skipped.append(_unwritable(path, error))


def _unwritable(path: Path, error: OSError) -> Skipped:
    why = Reason.of("sidecars.cannot_write", detail=error.strerror or str(error))
    return Skipped(str(path), why)


def _signer(data: bytes) -> str | None:
    return signer(data.decode("utf-8", "replace"))
