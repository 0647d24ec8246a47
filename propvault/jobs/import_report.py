"""What an import did, counted once: every file seen is exactly one of four things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from propvault.events import Skipped
from propvault.reasons import Reason
from propvault.vision.formats import Kind


@dataclass
class ImportReport:
    """The tally of one import; grows while it runs."""

    new: int = 0
    """Photos the vault did not have."""
    known: int = 0
    """Files of photos it has: seen before, other copies, second files and sidecars."""
    ignored: Counter[Kind] = field(default_factory=Counter)
    """Videos, companions and other formats, by kind."""
    skipped: list[Skipped] = field(default_factory=list)
    """Pictures that failed, with their reasons."""
    near_duplicate: int = 0
    """New photos that are the same exposure as a better one."""
    notes: int = 0
    """New photos of which an unbelievable date or position was dropped."""
    gone: int = 0
    """Files no longer where they were seen before."""
    seconds: float = 0.0
    """Wall time."""
    stopped: bool = False
    """Whether it was stopped before the end."""
    dry_run: bool = False
    """Whether nothing was written."""

    @property
    def seen(self) -> int:
        """Return how many files were looked at."""
        return self.new + self.known + self.ignored.total() + len(self.skipped)


def summary(report: ImportReport) -> Reason:
    """Return the tally in one line."""
    return Reason.of(
        "import.summary",
        new=report.new,
        known=report.known,
        ignored=report.ignored.total(),
        skipped=len(report.skipped),
        seconds=f"{report.seconds:.1f}",
    )


def told(report: ImportReport) -> Iterator[Reason]:
    """Yield what a person should read of a report, the summary last but for what follows of it."""
    for kind in (Kind.VIDEO, Kind.COMPANION, Kind.OTHER):
        if report.ignored[kind]:
            yield Reason.of(f"import.ignored_{kind.value}", count=report.ignored[kind])
    if report.notes:
        yield Reason.of("import.notes", count=report.notes)
    if report.near_duplicate:
        yield Reason.of("import.near", count=report.near_duplicate)
    yield summary(report)
    if report.dry_run:
        yield Reason.of("import.dry")
    if report.stopped:
        yield Reason.of("import.nothing_lost")
