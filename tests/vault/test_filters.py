"""Where and how a photo was taken, as masks of rows."""

from __future__ import annotations

import numpy as np
import pytest
from sqlite_utils import Database

from propvault.query.tree import Iso, Near, Rating
from propvault.vault import filters
from propvault.vault.schema import migrations
from propvault.vault.standing import Mask, Standing

DEGREE = 111_195
"""Metres along a great circle of one degree, on a sphere of 6,371.0088 km."""


def rows_of(mask: Mask) -> set[int]:
    return set(np.flatnonzero(mask).tolist())


@pytest.fixture
def db() -> Database:
    made = Database(memory=True)
    migrations.apply(made)
    shots = [(0, 0, 100), (0, 1, 400), (60, 0, 800), (60, 1, None), (0, 180, 6400), (0, -179.9, 50)]
    for number, (latitude, longitude, iso) in enumerate([*shots, (None, None, 400)], 1):
        made.execute(
            "INSERT INTO photo (id, sha256, name, format, width, height, latitude, longitude, iso)"
            " VALUES (?, ?, 'a.jpg', 'jpeg', 1, 1, ?, ?, ?)",
            (number, str(number), latitude, longitude, iso),
        )
    return made


@pytest.mark.parametrize(
    ("near", "rows"),
    [
        (Near(0, 0, 1), {1}),
        (Near(0, 0, DEGREE - 5), {1}),
        (Near(0, 0, DEGREE + 5), {1, 2}),
        # a degree of longitude is half as long at 60 degrees north
        (Near(60, 0, DEGREE / 2 - 50), {3}),
        (Near(60, 0, DEGREE / 2 + 50), {3, 4}),
        # across the date line
        (Near(0, -180, 12_000), {5, 6}),
        (Near(0, 180, 11_000), {5}),
        (Near(-45, 30, 1000), set()),
        (Near(90, 0, 30 * DEGREE + 5), {3, 4}),
    ],
)
def test_near_is_a_distance_along_the_ground(db: Database, near: Near, rows: set[int]) -> None:
    standing = Standing(db)
    assert rows_of(filters.with_near(db, standing, near)) == rows


@pytest.mark.parametrize(
    ("iso", "rows"),
    [
        (Iso(400, 400), {2, 7}),
        (Iso(800, None), {3, 5}),
        (Iso(None, 100), {1, 6}),
        (Iso(None, None), {1, 2, 3, 5, 6, 7}),
    ],
)
def test_iso_is_within_bounds_and_unknown_is_not(db: Database, iso: Iso, rows: set[int]) -> None:
    assert rows_of(filters.with_iso(Standing(db), iso)) == rows


@pytest.mark.parametrize(
    ("rating", "rows"),
    [
        (Rating(3, 5), {1, 4}),
        (Rating(1, 3), {1, 2}),
        (Rating(0, 0), {3, 5, 6, 7}),
        (Rating(0, 2), {2, 3, 5, 6, 7}),
        (Rating(0, 5), {1, 2, 3, 4, 5, 6, 7}),
    ],
)
def test_unrated_photos_count_as_none(db: Database, rating: Rating, rows: set[int]) -> None:
    db.conn.executemany(
        "UPDATE photo SET rating = ? WHERE id = ?", [(3, 1), (1, 2), (0, 3), (5, 4)]
    )
    standing = Standing(db)
    assert rows_of(filters.with_rating(standing, rating) & standing.kept) == rows


@pytest.mark.parametrize(
    ("word", "rows"),
    [("x100", {1, 4}), ("FUJI", {1, 4}), ("É", {2}), ("%", set()), ("a", {1, 2, 4})],
)
def test_a_word_is_part_of_a_cameras_name_in_any_case(
    db: Database, word: str, rows: set[int]
) -> None:
    names = [("Fujifilm X100V a", 1), ("Caméra", 2), ("Fujifilm X100V a", 4), ("", 5)]
    db.conn.executemany("UPDATE photo SET camera = ? WHERE id = ?", names)
    assert rows_of(filters.with_word(Standing(db), "camera", word)) == rows


def test_of_a_stack_the_first_stays() -> None:
    database = Database(memory=True)
    migrations.apply(database)
    standing = Standing(database)
    standing.size, standing.faces = 8, np.array([0, 1, 1, 3, 4, 3, 6, 1])
    rows = np.array([7, 5, 6, 1, 3, 2, 4])
    assert standing.unstacked(rows).tolist() == [7, 5, 6, 4]
    assert standing.unstacked(rows[:0]).tolist() == []
