"""What an export did, as one report for every front end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from propvault.jobs.export_update import Change
from propvault.reasons import Language, Reason, word
from propvault.targets.plan import PlannedPhoto, SetPlan


@dataclass(frozen=True)
class ExportReport:
    """What an export did, or with ``dry_run`` would do."""

    plan: SetPlan
    """The plan as carried out: photos with their files, refused ones with their reasons."""
    to: Path
    """The set's folder, absolute."""
    dry_run: bool
    """Whether nothing was written."""
    warnings: tuple[Reason, ...] = ()
    """What a person should know before using the set."""
    names: Mapping[str, str] = field(default_factory=dict)
    """File names of the photos asked for, by id."""
    changes: tuple[Change, ...] = ()
    """What became of the files of an earlier set; empty for a new one."""

    @property
    def exit_status(self) -> int:
        """Return 1 when a photo cannot go to the target, or none is left; else 0."""
        gone = any(not refused.is_choice for refused in self.plan.refused)
        return 1 if gone or not self.plan.photos else 0

    def as_json(self, language: Language = "en") -> dict[str, Any]:
        """Return the JSON object; its keys are stable, others may be added."""
        return {
            "preset": self.plan.preset.name,
            "to": str(self.to),
            "dry_run": self.dry_run,
            "photos": [_photo(planned, language) for planned in self.plan.photos],
            "refused": [
                {
                    "photo": r.photo,
                    "code": r.reason.code,
                    "reason": word(r.reason, language),
                    "is_choice": r.is_choice,
                }
                for r in self.plan.refused
            ],
            "warnings": [word(reason, language) for reason in self.warnings],
            "changes": [{"file": c.file, "what": c.what} for c in self.changes],
        }


def _photo(planned: PlannedPhoto, language: Language) -> dict[str, Any]:
    joint = "；" if language == "zh" else "; "
    return {
        "photo": planned.candidate.id,
        "file": planned.file,
        "why": joint.join(word(reason, language) for reason in planned.why),
        "findings": [
            {"rule": f.rule, "outcome": f.outcome, "reason": word(f.reason, language)}
            for f in planned.findings
        ],
    }
