"""Ask a person about repeats, one group at a time; whoever shows the question is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from propvault.errors import UsageError
from propvault.jobs.decide import Decisions
from propvault.jobs.list_groups import GroupView, open_groups
from propvault.likeness import Kind
from propvault.vault.vault import Vault

Answer = Literal["right", "same", "take", "different", "keep", "split", "discard", "skip", "undo",
                 "quit"]  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One group to look at."""

    group: GroupView
    """The group."""
    number: int
    """Counted from 1."""
    total: int
    """Groups left to look at, this one included, and those looked at before."""


@dataclass(frozen=True)
class Verdict:
    """What a person answered."""

    answer: Answer
    """``right`` confirms what the machine found; ``same``, ``take`` and ``different`` say what all
    of it are to each other; ``keep``, ``split`` and ``discard`` concern one photo."""
    index: int = 0
    """Which photo of the group, 0 for the keeper."""


Decider = Callable[[Question], Verdict]


def review(root: Path, decide: Decider, kind: Kind | None = None) -> int:
    """Ask about every group a person has not looked at; return how many were decided.

    Each answer is recorded at once; what was answered is never asked again.
    """
    skipped: set[tuple[int, ...]] = set()
    decided = 0
    with Decisions(root, root) as decisions:
        while group := _next(root, kind, skipped):
            with Vault(root) as vault:
                left = len(open_groups(vault, kind))
            verdict = decide(Question(group, decided + 1, decided + left))
            if verdict.answer == "quit":
                break
            if verdict.answer == "skip":
                skipped.add(tuple(sorted(group.rows)))
                continue
            decided += _carry_out(decisions, group, verdict)
            decisions.settle()
    return decided


def _next(root: Path, kind: Kind | None, skipped: set[tuple[int, ...]]) -> GroupView | None:
    with Vault(root) as vault:
        found = open_groups(vault, kind)
    return next((group for group in found if tuple(sorted(group.rows)) not in skipped), None)


def _carry_out(decisions: Decisions, group: GroupView, verdict: Verdict) -> int:
    """Carry out an answer; return by how much the count of decided groups changes."""
    if verdict.answer == "undo":
        try:
            decisions.undo()
        except UsageError:  # nothing to take back: the question is asked again
            return 0
        return -1
    if verdict.answer == "keep":
        decisions.keep_row(group.rows[verdict.index])
        return 0
    if verdict.answer == "split":
        decisions.split_rows([group.rows[verdict.index]])
        return 0
    if verdict.answer == "discard":
        decisions.discard_rows([group.rows[verdict.index]])
        return 0
    kind: Kind = group.kind
    if verdict.answer in ("same", "take", "different"):
        kind = verdict.answer
    decisions.relate_all(group.rows, kind, whole=kind != "same")
    return 1
