"""Check a vault: database, stored copies byte by byte, previews, strays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from propvault.errors import PictureError
from propvault.events import Notice
from propvault.reasons import Reason
from propvault.vault.checks import database_findings
from propvault.vault.copying import file_sha256, write_whole
from propvault.vault.vault import Vault
from propvault.vault.views import photo_rows, photo_views
from propvault.vision.reader import make_preview


@dataclass
class DoctorReport:
    """What a check found."""

    photos: int = 0
    """Photos in the vault."""
    files: int = 0
    """Stored copies checked."""
    findings: list[Reason] = field(default_factory=list)
    """What is wrong, one reason each."""
    repaired: list[Reason] = field(default_factory=list)
    """What was put right."""


def check(vault: Vault, *, repair: bool = False) -> Iterator[Notice | DoctorReport]:
    """Check a vault, yielding each finding; the last event is the report.

    With ``repair`` missing previews are made again; nothing else is changed, since what is lost
    has to come from its source.
    """
    report = DoctorReport()
    for finding in (*database_findings(vault), *_photos(vault, report, repair), *_strays(vault)):
        report.findings.append(finding)
        yield Notice(finding)
    for done in report.repaired:
        yield Notice(done)
    yield report


def _photos(vault: Vault, report: DoctorReport, repair: bool) -> Iterator[Reason]:
    for row in photo_rows(vault):
        (photo,) = photo_views(vault, [row])
        report.photos += 1
        for file in photo.files:
            if file.stored is None:
                continue
            report.files += 1
            if not file.stored.is_file():
                yield Reason.of("doctor.copy_missing", path=str(file.stored))
            elif file_sha256(file.stored) != file.sha256:
                yield Reason.of("doctor.copy_changed", path=str(file.stored))
        if not photo.preview.is_file() or not photo.preview.stat().st_size:
            if repair and photo.path and _remake(photo.path, photo.preview):
                report.repaired.append(Reason.of("doctor.repaired", path=str(photo.preview)))
            else:
                yield Reason.of("doctor.preview_missing", name=photo.name)


def _remake(source: Path, preview: Path) -> bool:
    try:
        write_whole(preview, make_preview(source))
    except PictureError:
        return False
    return True


def _strays(vault: Vault) -> Iterator[Reason]:
    known = {row[0] for row in vault.db.execute("SELECT stored FROM file WHERE stored NOT NULL")}
    for path in sorted(vault.folder.stored.rglob("*")):
        if path.is_file() and path.relative_to(vault.folder.stored).as_posix() not in known:
            yield Reason.of("doctor.stray", path=str(path))
