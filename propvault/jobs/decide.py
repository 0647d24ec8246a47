"""What a person decides about repeats: each action is remembered by hash and can be undone.

An action is recorded first, in one transaction; groups and the trash follow from it, so a kill in
between leaves nothing that the next action or import does not put right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from propvault import clock
from propvault.errors import UsageError
from propvault.grouping import pair_of
from propvault.jobs.computed import compute_tags
from propvault.jobs.find_duplicates import regroup
from propvault.jobs.keeper_facts import rules_of
from propvault.jobs.machine_tags import renew_tags
from propvault.jobs.trips import refresh_trips
from propvault.jobs.vocabulary import reindex
from propvault.likeness import Kind
from propvault.vault import journal, relations, trash
from propvault.vault.journal import Action, Step
from propvault.vault.vault import Database, Vault
from propvault.vault.views import photo_views, resolve


@dataclass(frozen=True)
class Trash:
    """What emptying the trash deletes."""

    files: int
    """Stored copies."""
    size: int
    """Bytes."""
    only: int
    """Photos of which no file is seen on a connected disk: these would be gone for good."""


class Decisions:
    """Carries out a person's decisions in a vault; use as a context manager.

    At the end groups are made anew and stored copies moved to where they belong.

    Raises:
        UsageError: a photo is unknown or ambiguous, or the decision makes no sense.
        VaultError: the disk refuses; what was decided stays decided.
    """

    def __init__(self, root: Path, base: Path) -> None:
        self._vault = Vault(root, "write")
        rules_of(self._vault.settings.keeper_rules)  # before anything is decided
        self._base = base
        self._changes_trips = False

    def __enter__(self) -> Decisions:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None or issubclass(kind, UsageError):
                self.settle()
        finally:
            self._vault.close()

    def settle(self) -> None:
        """Bring groups, the trash and trips in line with what was decided."""
        trash.settle(self._vault)
        regroup(self._vault)
        if self._changes_trips:
            refresh_trips(self._vault)

    def relate(self, one: str, other: str, kind: Kind) -> None:
        """Say what two photos are to each other."""
        first, second = self._row(one), self._row(other)
        if first == second:
            raise UsageError("relate.itself", name=self._name(first))
        with self._vault.transaction() as db:
            names = {"one": self._name(first), "other": self._name(second)}
            _relate(Action(db, f"done.relate_{kind}", **names), [(first, second)], kind, db)

    def relate_all(self, rows: Sequence[int], kind: Kind, *, whole: bool) -> None:
        """Say it of the first photo and each other one, or of all pairs when ``whole``."""
        pairs = list(combinations(rows, 2)) if whole else [(rows[0], row) for row in rows[1:]]
        with self._vault.transaction() as db:
            action = Action(db, f"done.group_{kind}", name=self._name(rows[0]), count=len(rows))
            _relate(action, pairs, kind, db)

    def keep(self, photo: str) -> None:
        """Keep this one of its group and of its stack in sight."""
        self.keep_row(self._row(photo))

    def keep_row(self, row: int) -> None:
        """Do the same with a photo's row."""
        with self._vault.transaction() as db:
            mates = {mate for kind in _KINDS for mate in _mates(db, kind, row)}
            if not mates:
                raise UsageError("keep.alone", name=self._name(row))
            action = Action(db, "done.keep", name=self._name(row))
            for mate in mates:
                action.remove("chosen_keeper", {"sha256": _hash(db, mate)})
            action.put("chosen_keeper", {"sha256": _hash(db, row)})

    def split(self, photos: Sequence[str]) -> None:
        """Take photos out of their groups and stacks; those named together stay together."""
        self.split_rows(self._rows(photos))

    def split_rows(self, rows: Sequence[int]) -> None:
        """Do the same with photos' rows."""
        with self._vault.transaction() as db:
            pairs = []
            for row in rows:
                mates = {mate for kind in _KINDS for mate in _mates(db, kind, row)} - set(rows)
                pairs += [(row, mate) for mate in sorted(mates)]
            if not pairs:
                raise UsageError("split.alone", name=self._name(rows[0]))
            action = Action(db, "done.split", name=self._name(rows[0]), count=len(rows))
            _relate(action, pairs, "different", db)

    def discard(self, photos: Sequence[str]) -> int:
        """Move stored copies to the trash; return how many photos were not there before."""
        return self.discard_rows(self._rows(photos))

    def discard_rows(self, rows: Sequence[int]) -> int:
        """Do the same with photos' rows."""
        now = clock.now()
        with self._vault.transaction() as db:
            fresh = [row for row in rows if not trash.is_discarded(db, _hash(db, row))]
            if fresh:
                action = Action(db, "done.discard", name=self._name(fresh[0]), count=len(fresh))
                self._changes_trips = True
                for row in fresh:
                    action.put("discarded", {"sha256": _hash(db, row), "at": now})
        return len(fresh)

    def undo(self, count: int = 1) -> list[Step]:
        """Take back the last decisions, as many of ``count`` as there are.

        Raises:
            UsageError: there is none, or its rows were changed since.
        """
        return self._replay(journal.undo, count)

    def redo(self, count: int = 1) -> list[Step]:
        """Make decisions again that were taken back, as many of ``count`` as there are.

        Raises:
            UsageError: there is none, or its rows were changed since.
        """
        return self._replay(journal.redo, count)

    def _replay(self, step: Callable[[Database], Step], count: int) -> list[Step]:
        steps: list[Step] = []
        for _ in range(count):
            try:
                with self._vault.transaction() as db:
                    steps.append(step(db))
            except UsageError:
                if not steps:
                    raise
                break
        self._changes_trips = True
        with self._vault.transaction() as db:
            rows = {row for done in steps for row in done.touched}
            moved = {row for s in steps if s.action.code == "done.shift" for row in s.touched}
            compute_tags(db, rows - moved)
            renew_tags(self._vault, db, sorted(moved))
            reindex(db, rows)
        return steps

    def _row(self, reference: str) -> int:
        return resolve(self._vault, reference, self._base)

    def _rows(self, references: Sequence[str]) -> list[int]:
        return list(dict.fromkeys(map(self._row, references)))

    def _name(self, row: int) -> str:
        return photo_views(self._vault, [row])[0].name


def empty_trash(root: Path, ask: Callable[[Trash], bool]) -> int:
    """Delete the copies of discarded photos, if ``ask`` agrees; return how many."""
    with Vault(root, "write") as vault:
        trash.settle(vault)
        found = trash.contents(vault)
        views = photo_views(vault, found.photos)
        only = sum(not any(sighting.online for sighting in view.sightings) for view in views)
        if not found.files or not ask(Trash(len(found.files), found.size, only)):
            return 0
        return trash.empty(vault)


_KINDS: tuple[Kind, Kind] = ("same", "take")


def _mates(db: Database, kind: Kind, row: int) -> list[int]:
    found = relations.membership_of(db, kind, row)
    return [] if found is None else [mate for mate in found.rows if mate != row]


def _relate(action: Action, pairs: Sequence[tuple[int, int]], kind: Kind, db: Database) -> None:
    for one, other in pairs:
        first, second = pair_of(_hash(db, one), _hash(db, other))
        row = {"sha256_a": first, "sha256_b": second, "source": "person", "kind": kind}
        action.put("relation", row)


def _hash(db: Database, row: int) -> str:
    return str(db.execute("SELECT sha256 FROM photo WHERE id = ?", (row,)).fetchone()[0])
