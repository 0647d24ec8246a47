"""Main colours of photos, and photos by colour. Writers run inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlite_utils import Database

from propvault.colours import LIGHTNESS_WEIGHT, Lab, difference
from propvault.values import Swatch

LEAST_SHARE = 0.04
"""Part of a picture that has to be near a colour; less is a speck."""
SAME_NAME = 12.0
"""Difference up to which a colour has about the same name."""


def store_colours(db: Database, photo_id: int, swatches: Sequence[Swatch]) -> None:
    """Replace a photo's main colours."""
    db.execute("DELETE FROM photo_colour WHERE photo_id = ?", (photo_id,))
    db.conn.executemany(
        "INSERT INTO photo_colour (photo_id, position, lightness, a, b, share)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(photo_id, at, *swatch.lab, swatch.share) for at, swatch in enumerate(swatches)],
    )


def colours_of(db: Database, photo_id: int) -> tuple[Swatch, ...]:
    """Return a photo's main colours, largest share first."""
    rows = db.execute(
        "SELECT lightness, a, b, share FROM photo_colour WHERE photo_id = ? ORDER BY position",
        (photo_id,),
    )
    return tuple(Swatch(*row) for row in rows)


def with_colour(db: Database, lab: Lab, distance: float = SAME_NAME) -> dict[int, float]:
    """Return photos with a colour, each with its difference (CIEDE2000), smallest first.

    A photo counts when its main colours within ``distance`` fill at least `LEAST_SHARE` of it;
    its difference is their mean, weighted by share.

    Args:
        db: the database.
        lab: the colour in CIELAB.
        distance: largest difference; 2 is hardly seen, 12 is the same name of a colour, 25 is
            another colour.
    """
    # Exact: no colour outside this band of lightness can be within the distance.
    reach = LIGHTNESS_WEIGHT * distance
    rows = db.execute(
        "SELECT photo_id, lightness, a, b, share FROM photo_colour WHERE lightness BETWEEN ? AND ?",
        (lab[0] - reach, lab[0] + reach),
    ).fetchall()
    if not rows:
        return {}
    table = np.array(rows, np.float64)
    apart = difference(table[:, 1:4], np.array(lab, np.float64))
    near = apart <= distance
    photos, index = np.unique(table[near, 0].astype(np.int64), return_inverse=True)
    shares = np.bincount(index, table[near, 4], len(photos))
    means = np.bincount(index, table[near, 4] * apart[near], len(photos)) / np.maximum(shares, 1e-9)
    found = [
        (float(mean), int(photo))
        for photo, mean, share in zip(photos, means, shares, strict=True)
        if share >= LEAST_SHARE
    ]
    return {photo: mean for mean, photo in sorted(found)}
