"""What an export would write, for a screen that shows it before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from propvault.errors import LibraryError
from propvault.jobs.export_pick import Selection, gather
from propvault.jobs.export_set import ExportEvent, ExportReport, ExportRequest, export_set
from propvault.reasons import Language
from propvault.targets.plan import capacity
from propvault.targets.planned import PlanOptions
from propvault.targets.presets import Preset, find_preset, preset_files, read_preset
from propvault.vault.vault import Vault

__all__ = ["ExportAsk", "ExportReport", "Selection", "carry_out", "presets", "preview"]


@dataclass(frozen=True)
class ExportAsk:
    """What a person wants exported."""

    selection: Selection
    """Which photos to choose from."""
    preset: str
    """Name of the recipe."""
    languages: tuple[Language, ...] = ()
    """Prompts and captions only in these; empty leaves it to the preset."""


def presets(root: Path) -> list[Preset]:
    """Return the recipes there are, those of targets that are gone last; damaged ones left out."""
    found = []
    for path in preset_files(_folders(root)).values():
        try:
            found.append(read_preset(path))
        except LibraryError:  # `propvault presets` names it
            continue
    return sorted(found, key=lambda preset: (preset.is_legacy, preset.title.casefold()))


def preview(vault: Vault, ask: ExportAsk) -> ExportReport:
    """Return what an export would write; nothing is written.

    Raises:
        UsageError: the selection or the preset does not hold.
    """
    # A folder that cannot be there: where the set goes is asked for later.
    nowhere = vault.folder.root / "\N{BULLET} not yet"
    for event in export_set(_request(vault, ask, nowhere, dry_run=True)):
        if isinstance(event, ExportReport):
            return event
    raise AssertionError("an export ends with its report")


def carry_out(root: Path, ask: ExportAsk, to: Path) -> Iterator[ExportEvent]:
    """Export, yielding events; the last one is the report.

    Raises:
        UsageError: the selection or the preset does not hold, or the folder is taken.
        ExportError: the disk is full or refuses; nothing is left behind.
    """
    with Vault(root) as vault:
        request = _request(vault, ask, to, dry_run=False)
    yield from export_set(request)


def _request(vault: Vault, ask: ExportAsk, to: Path, *, dry_run: bool) -> ExportRequest:
    preset = find_preset(ask.preset, _folders(vault.folder.root))
    options = PlanOptions(languages=ask.languages)
    found = gather(vault, ask.selection, capacity(preset, options), vault.folder.root)
    return ExportRequest(
        preset, found.photos, to, dry_run=dry_run, query=found.title, scene=found.scene,
        options=options,
    )  # fmt: skip


def _folders(root: Path) -> Sequence[Path]:
    return [root / "presets"]
