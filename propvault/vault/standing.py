"""Arrays over all photos that every search needs, kept while the database does not change.

Sets of photos are masks: ``[size]`` booleans indexed by a photo's row. At a million photos
a mask takes 1 MB and joins another in a fraction of a millisecond, where a set of rows takes 60 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

_KEPT_MASKS = 64
"""Masks of filters that are kept: a person types on while the filters stay."""


class Standing:
    """How photos stand to a search: which are in sight, which stands for which, which is newest.

    Belongs to one connection. Ask `current` before each search; it returns another object when
    the database was changed, by this connection or by any other.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self._version = _version(db)
        self.size = int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM photo").fetchone()[0])
        self._masks: dict[object, Mask] = {}

    def current(self) -> Standing:
        """Return this object while it still holds, a fresh one otherwise."""
        return self if _version(self.db) == self._version else Standing(self.db)

    def mask(self, sql: str, values: Mapping[str, str | int | float] | None = None) -> Mask:
        """Return the mask of the rows that a query of one column gives; only read it."""
        key = (sql, tuple(sorted((values or {}).items())))
        return self.kept_mask(key, lambda: self.of_rows(row_array(self.db, sql, values)))

    def kept_mask(self, key: object, make: Callable[[], Mask]) -> Mask:
        """Return the mask made under a key before, or make it; only read it."""
        if key not in self._masks:
            if len(self._masks) >= _KEPT_MASKS:
                self._masks.pop(next(iter(self._masks)))
            self._masks[key] = make()
        return self._masks[key]

    def of_rows(self, rows: Rows) -> Mask:
        """Return the mask of rows; those that came since are left out."""
        mask = np.zeros(self.size, np.bool_)
        mask[self.known(rows)] = True
        return mask

    def known(self, rows: Rows) -> Rows:
        """Return the rows that were there when this was made: an import may add some meanwhile."""
        kept: Rows = rows[rows < self.size]
        return kept

    @cached_property
    def kept(self) -> Mask:
        """Photos that are not discarded."""
        return self._all & ~self.mask("SELECT id FROM photo JOIN discarded USING (sha256)")

    @property
    def _all(self) -> Mask:
        count = self.db.execute("SELECT count(*) FROM photo").fetchone()[0]
        if count < self.size - 1:
            return self.mask("SELECT id FROM photo")
        every = np.ones(self.size, np.bool_)  # no gaps: 0.04 s less at 100,000 photos
        every[0] = False
        return every

    @cached_property
    def keepers(self) -> Mask:
        """Photos that are no repeats of a better one."""
        repeats = self.mask(
            "SELECT photo_id FROM grouped WHERE kind = 'same' AND photo_id <> keeper_id"
        )
        return self.kept & ~repeats

    @cached_property
    def in_sight(self) -> Mask:
        """Photos that a search shows: of repeats the keeper, and what was rated or picked."""
        chosen = self.mask("SELECT id FROM photo WHERE rating IS NOT NULL") | self.mask(
            'SELECT photo_id FROM collection_photo JOIN collection ON "key" = collection_key'
            " WHERE collection.kind = 'hand'"
        )
        return self.keepers | (self.kept & chosen)

    @cached_property
    def newest(self) -> Rows:
        """Rows of all photos by local capture time, latest first, undated ones last."""
        sql = "SELECT id FROM photo ORDER BY taken_local DESC, id DESC LIMIT -1"
        return self.known(row_array(self.db, sql))

    @cached_property
    def faces(self) -> Rows:
        """``[size]``: the photo that a photo's stack is shown as, itself without a stack."""
        faces = np.arange(self.size)
        found = self.db.execute("SELECT photo_id, keeper_id FROM grouped WHERE kind = 'take'")
        pairs = np.array(found.fetchall(), np.int64).reshape(-1, 2)
        pairs = pairs[(pairs < self.size).all(axis=1)]
        faces[pairs[:, 0]] = pairs[:, 1]
        return faces

    def count_unstacked(self, allowed: Mask) -> int:
        """Return how many photos of a mask are left when each stack counts once."""
        shown = np.zeros(self.size, np.bool_)
        shown[self.faces[allowed]] = True
        return int(shown.sum())

    def unstacked(self, rows: Rows) -> Rows:
        """Return rows with the first of each stack alone, in the same order."""
        faces = self.faces[rows]
        first = np.empty(self.size, np.int64)
        first[faces[::-1]] = np.arange(len(rows))[::-1]  # of several the last written stays
        kept: Rows = rows[first[faces] == np.arange(len(rows))]
        return kept


def row_array(
    db: Database, sql: str, values: Mapping[str, str | int | float] | None = None
) -> Rows:
    """Return the integers that a query of one column gives, in its order if it has a limit.

    Joined by SQLite and split by numpy: half the time of fetching half a million rows.
    """
    joined = db.execute(
        f"WITH found (row) AS ({sql}) SELECT group_concat(row, ' ') FROM found", dict(values or {})
    ).fetchone()[0]
    return np.fromstring(joined or "", np.int64, sep=" ")


def _version(db: Database) -> tuple[int, int]:
    """Return what changes with every commit of another connection and every change of this."""
    return db.execute("PRAGMA data_version").fetchone()[0], db.conn.total_changes
