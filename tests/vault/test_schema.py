"""Each step of the database is reached from the one before, and keeps what was there."""

from __future__ import annotations

import sqlite3

import pytest
from sqlite_utils import Database

from propvault.vault.schema import migrations

STEPS = [
    "m001_first", "m002_models", "m003_groups", "m004_collections", "m005_computed",
    "m006_filters", "m007_exports",
]  # fmt: skip


def test_the_steps_are_those_released() -> None:
    assert [step.name for step in migrations.pending(Database(memory=True))] == STEPS


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_step_keeps_what_was_there(step: str) -> None:
    db = Database(memory=True)
    migrations.apply(db, stop_before=step)
    db.execute(
        "INSERT INTO photo (sha256, name, format, width, height) VALUES ('a', 'b', 'c', 1, 1)"
    )
    before = db.execute("SELECT * FROM photo").fetchone()
    assert step in [pending.name for pending in migrations.pending(db)]
    migrations.apply(db)
    assert not migrations.pending(db)
    assert db.execute("SELECT * FROM photo").fetchone()[: len(before)] == before


def test_a_relation_is_kept_once_and_in_order() -> None:
    db = Database(memory=True)
    migrations.apply(db)
    sql = "INSERT INTO relation (sha256_a, sha256_b, source, kind) VALUES (?, ?, 'machine', 'same')"
    db.execute(sql, ("a", "b"))
    for one, other in (("a", "b"), ("b", "a"), ("a", "a")):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(sql, (one, other))
