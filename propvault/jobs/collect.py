"""Collections and saved searches: what a person picks and keeps, in order, undoably."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from propvault import clock
from propvault.errors import UsageError
from propvault.jobs.describe import name_of, rows_of
from propvault.jobs.vocabulary import reindex
from propvault.values import BoardRole, BoardView, Collection, Member
from propvault.vault.collections import collection_key, find_collection, find_saved
from propvault.vault.journal import Action
from propvault.vault.vault import Database, Vault


@dataclass(frozen=True)
class Placement:
    """What a person says of photos in a collection; None leaves what was said before."""

    role: BoardRole | None = None
    """What they are there for."""
    subject: str | None = None
    """Name of the thing they show."""
    view: BoardView | None = None
    """From where."""
    note: str | None = None
    """What else."""
    position: int | None = None
    """Where the first of them goes, from 1; None leaves them where they are, new ones last."""

    def of(self, member: Member) -> Member:
        """Return a member with what this says of it."""
        return Member(
            member.row,
            self.role or member.role,
            member.subject if self.subject is None else self.subject,
            self.view or member.view,
            member.note if self.note is None else self.note,
        )


def collect(
    root: Path, base: Path, name: str, photos: Sequence[str], placement: Placement = Placement()
) -> Collection:
    """Put photos into a collection, made when it is new; return it as it is then.

    Photos that are in it already keep their place unless a position is given.

    Args:
        root: the vault.
        base: the folder that relative paths start from.
        name: the collection.
        photos: hash prefixes, paths, names or stems.
        placement: what is said of them there.

    Raises:
        UsageError: a photo is unknown or ambiguous, or the name is a saved search's or empty.
    """
    with _editing(root, name) as (vault, key):
        rows = rows_of(vault, base, photos)
        if find_saved(vault.db, name):
            raise UsageError("collect.is_saved", name=name)
        with vault.transaction() as db:
            told = {"name": name_of(vault, rows), "collection": name}
            action = Action(db, "done.collect", count=len(rows), **told)
            before = find_collection(db, name)
            if before is None or before.kind != "hand":
                # A trip that a person adds to is theirs from then on.
                action.put("collection", _new(key, before.name if before else name, kind="hand"))
            members = _placed(before.members if before else (), rows, placement)
            _write(db, action, key, members)
            reindex(db, rows)
        found = find_collection(vault.db, name)
        assert found is not None
        return found


def uncollect(root: Path, base: Path, name: str, photos: Sequence[str]) -> int:
    """Take photos out of a collection; return how many were in it.

    Raises:
        UsageError: no such collection, or a photo is unknown or ambiguous.
    """
    with _editing(root, name) as (vault, key):
        board = existing(vault.db, name)
        chosen = set(rows_of(vault, base, photos))
        leaving = [m.row for m in board.members if m.row in chosen]
        if leaving:
            with vault.transaction() as db:
                told = {"name": name_of(vault, leaving), "collection": board.name}
                action = Action(db, "done.uncollect", count=len(leaving), **told)
                _write(db, action, key, [m for m in board.members if m.row not in chosen])
                reindex(db, leaving)
    return len(leaving)


def rename(root: Path, name: str, to: str) -> None:
    """Give a collection another name.

    Raises:
        UsageError: no such collection, or the new name is taken or empty.
    """
    with _editing(root, to) as (vault, key):
        board = existing(vault.db, name)
        taken = key != collection_key(name) and find_collection(vault.db, to)
        if taken or find_saved(vault.db, to):
            raise UsageError("collect.taken", name=to)
        with vault.transaction() as db:
            action = Action(db, "done.rename", collection=board.name, to=to)
            if key != collection_key(name):
                _delete(action, collection_key(name), board)
            action.put("collection", _new(key, to, kind="hand"))
            _write(db, action, key, board.members)
            reindex(db, [m.row for m in board.members])


def delete(root: Path, name: str) -> int:
    """Delete a collection, never its photos; return how many were in it.

    Raises:
        UsageError: no such collection.
    """
    with _editing(root, name) as (vault, key):
        board = existing(vault.db, name)
        with vault.transaction() as db:
            action = Action(db, "done.drop", collection=board.name, count=len(board.members))
            _delete(action, key, board)
            reindex(db, [m.row for m in board.members])
    return len(board.members)


def save_search(root: Path, name: str, query: str, check: Callable[[Vault, str], object]) -> None:
    """Keep a query under a name, in place of one kept under it before.

    Args:
        root: the vault.
        name: how ``in:`` will call it.
        query: as typed.
        check: raises where the query cannot be answered.

    Raises:
        UsageError: the name is a collection's or empty.
        QueryError: the query is wrong.
    """
    with _editing(root, name) as (vault, key):
        if find_collection(vault.db, name):
            raise UsageError("saved.is_collection", name=name)
        check(vault, query)
        with vault.transaction() as db:
            action = Action(db, "done.save", search=name, query=query)
            action.put(
                "saved_search", {"key": key, "name": name, "query": query, "made": clock.now()}
            )
            check(vault, f'in:"{name}"')  # one that asks itself, through others, is not kept


def forget_search(root: Path, name: str) -> None:
    """Forget a saved search.

    Raises:
        UsageError: there is none of that name.
    """
    with _editing(root, name) as (vault, key):
        found = find_saved(vault.db, name)
        if found is None:
            raise UsageError("saved.unknown", name=name)
        with vault.transaction() as db:
            Action(db, "done.forget", search=found.name).remove("saved_search", {"key": key})


def existing(db: Database, name: str) -> Collection:
    """Return a collection.

    Raises:
        UsageError: there is none of that name.
    """
    found = find_collection(db, name)
    if found is None:
        raise UsageError("collect.unknown", name=name)
    return found


@contextmanager
def _editing(root: Path, name: str) -> Iterator[tuple[Vault, str]]:
    key = collection_key(name)
    if not key:
        raise UsageError("collect.no_name")
    with Vault(root, "write") as vault:
        yield vault, key


def _placed(members: Sequence[Member], rows: Sequence[int], placement: Placement) -> list[Member]:
    """Return the members with ``rows`` among them, placed."""
    known = {m.row: m for m in members}
    placed = [placement.of(known.get(row, Member(row))) for row in rows]
    if placement.position is None:
        said = {m.row: m for m in placed}
        return [said.pop(m.row, m) for m in members] + list(said.values())
    others = [m for m in members if m.row not in rows]
    at = max(placement.position, 1) - 1
    return [*others[:at], *placed, *others[at:]]


def _write(db: Database, action: Action, key: str, members: Sequence[Member]) -> None:
    """Make a collection's rows those of ``members``, in order; unchanged rows are left alone."""
    present = db.execute(
        "SELECT photo_id FROM collection_photo WHERE collection_key = ?", (key,)
    ).fetchall()
    for (row,) in present:
        if all(row != m.row for m in members):
            action.remove("collection_photo", {"collection_key": key, "photo_id": row})
    for position, member in enumerate(members, 1):
        action.put("collection_photo", _row(key, position, member))


def _delete(action: Action, key: str, board: Collection) -> None:
    for member in board.members:
        action.remove("collection_photo", {"collection_key": key, "photo_id": member.row})
    action.remove("collection", {"key": key})


def _row(key: str, position: int, member: Member) -> dict[str, Any]:
    return {
        "collection_key": key,
        "photo_id": member.row,
        "position": position,
        "role": member.role and member.role.value,
        "subject": member.subject,
        "view": member.view and member.view.value,
        "note": member.note,
    }


def _new(key: str, name: str, *, kind: str) -> dict[str, Any]:
    return {"key": key, "name": name, "kind": kind, "made": clock.now()}
