"""Which photos have which tags, as arrays: what counting needs."""

from __future__ import annotations

import json
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from propvault.values import Tag


def tag_names(db: Database) -> dict[int, Tag]:
    """Return every tag that some photo has or had, by row."""
    return {r[0]: Tag(*r[1:]) for r in db.execute("SELECT id, facet, slug, zh, en FROM tag")}


def tagged_rows(
    db: Database, photos: Collection[int] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return photo rows ``[n]`` and tag rows ``[n]`` of all tags that hold, each pair once.

    A tag that a person rejected does not hold, whoever else gave it.
    """
    some = "" if photos is None else " WHERE photo_id IN (SELECT value FROM json_each(:photos))"
    sql = (
        f"SELECT photo_id, tag_id FROM photo_tag{some} GROUP BY photo_id, tag_id"
        " HAVING NOT max(state = 'rejected')"
    )
    asked = {} if photos is None else {"photos": json.dumps(sorted(photos))}
    found = np.array(db.execute(sql, asked).fetchall(), np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
