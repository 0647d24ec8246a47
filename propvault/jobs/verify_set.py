"""Hold a set's folder against its lock, byte by byte."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from propvault.errors import UsageError
from propvault.jobs.export_folder import as_export_error, digest_of, lock_of
from propvault.targets.lock import FILE as LOCK

State = Literal["missing", "changed", "extra"]


@dataclass(frozen=True)
class Difference:
    """A file that is not as the lock says."""

    file: str
    """Path in the set."""
    state: State
    """``extra`` is a file that is not ours."""


@dataclass(frozen=True)
class VerifyReport:
    """What a look at a set found."""

    folder: Path
    """The set."""
    preset: str
    """Its preset."""
    checked: int
    """Files held against the lock."""
    differences: tuple[Difference, ...]
    """By path."""

    @property
    def exit_status(self) -> int:
        """Return 1 when a file of the set is missing or changed, else 0."""
        return int(any(d.state != "extra" for d in self.differences))

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object; its keys are stable, others may be added."""
        return {
            "folder": str(self.folder),
            "preset": self.preset,
            "checked": self.checked,
            "differences": [vars(d) for d in self.differences],
        }


def verify_set(folder: Path) -> VerifyReport:
    """Check every file of a set.

    Raises:
        UsageError: the folder is no set of ours.
        ExportError: it cannot be read.
    """
    try:
        lock = lock_of(folder) if folder.is_dir() else None
        if lock is None:
            raise UsageError("verify.no_set", path=str(folder))
        found = {name: digest_of(folder / name) for name in lock.files}
        there = {
            p.relative_to(folder).as_posix()
            for p in folder.rglob("*")
            if p.is_symlink() or not p.is_dir()
        }
    except OSError as error:
        raise as_export_error(error, folder) from error
    states: dict[str, State] = dict.fromkeys(there - set(lock.files) - {LOCK}, "extra")
    for name, digest in found.items():
        if digest != lock.files[name].sha256:
            states[name] = "changed" if digest or name in there else "missing"
    differences = tuple(Difference(name, state) for name, state in sorted(states.items()))
    return VerifyReport(folder, lock.preset, len(found), differences)
