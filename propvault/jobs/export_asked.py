"""What a person asks to be exported: seen before anything is written, then carried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from propvault.errors import LibraryError
from propvault.jobs.export_pick import Selection, gather
from propvault.jobs.export_record import record
from propvault.jobs.export_set import ExportEvent, ExportReport, ExportRequest, export_set
from propvault.jobs.vocabulary import open_vocabulary
from propvault.reasons import Language
from propvault.targets.plan import capacity
from propvault.targets.planned import PlanOptions
from propvault.targets.presets import (
    Preset,
    find_preset,
    preset_files,
    read_preset,
    through_gateway,
)
from propvault.targets.sidecar import Keywords
from propvault.values import ExportedSet
from propvault.vault.vault import Vault

__all__ = [
    "ExportAsk", "ExportReport", "PlanOptions", "Selection", "carry_out", "presets", "preview",
]  # fmt: skip


@dataclass(frozen=True)
class ExportAsk:
    """What a person wants exported."""

    selection: Selection
    """Which photos to choose from."""
    preset: str
    """Name of the recipe."""
    gateway: str = ""
    """Another way to the same model; empty for the vendor's own."""
    sidecars: tuple[Language, ...] = ()
    """Write tags as XMP beside each picture, in these languages; empty writes none."""
    options: PlanOptions = field(default_factory=PlanOptions)
    """Everything else that may be asked of a plan."""


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


def carry_out(
    root: Path, ask: ExportAsk, to: Path, *, dry_run: bool = False
) -> Iterator[ExportEvent]:
    """Export and record it in the vault, yielding events; the last one is the report.

    Raises:
        UsageError: the selection or the preset does not hold, or the folder is taken.
        ExportError: the disk is full or refuses; nothing is left behind.
    """
    with Vault(root, "look" if dry_run else "read") as vault:
        request = _request(vault, ask, to, dry_run=dry_run)
    for event in export_set(request):
        if isinstance(event, ExportReport) and event.plan.photos and not dry_run:
            yield _recorded(root, ask, event)
        else:
            yield event


def _recorded(root: Path, ask: ExportAsk, report: ExportReport) -> ExportReport:
    chosen = ask.selection
    exported = ExportedSet(ask.preset, report.to, chosen.query, chosen.collection)
    files = [(planned.candidate.id, planned.file) for planned in report.plan.photos]
    return replace(report, warnings=(*report.warnings, *record(root, exported, files)))


def _request(vault: Vault, ask: ExportAsk, to: Path, *, dry_run: bool) -> ExportRequest:
    root = vault.folder.root
    preset = find_preset(ask.preset, _folders(root))
    if ask.gateway:
        preset = through_gateway(preset, ask.gateway)
    options = ask.options
    if ask.sidecars:
        options = replace(options, sidecars=Keywords(open_vocabulary(root), ask.sidecars))
    found = gather(vault, ask.selection, capacity(preset, options), Path.cwd())
    return ExportRequest(
        preset, found.photos, to, dry_run=dry_run, query=found.title, scene=found.scene,
        options=options, warnings=found.warnings,
    )  # fmt: skip


def _folders(root: Path) -> Sequence[Path]:
    return [root / "presets"]
