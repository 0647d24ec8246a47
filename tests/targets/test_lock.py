"""Locks: what was written is read back, and a foreign or hostile one is not ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.targets.lock import LockedFile, LockedPicture, PackLock, is_inside, read_lock

LOCK = PackLock(
    "folder",
    {"pillow": "13.0.0"},
    (LockedPicture("a/01.jpg", "sha256:" + "0" * 64, "1" * 64, "2" * 64, {"quality": 92}),),
    {"prompt.zh.txt": "图1\n"},
    {"a/01.jpg": LockedFile("2" * 64, 7), "b.txt": LockedFile("3" * 64, 1, "")},
)


def test_read_back() -> None:
    assert read_lock(LOCK.as_text()) == LOCK


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "null", '{"schema": "x"}', "[" * 100_000, '{"schema": "propvault.pack-lock"}'],
)
def test_a_foreign_lock_is_not_ours(text: str) -> None:
    assert read_lock(text) is None


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a\\b", "c:x", "", ".", "a/../../b", "a//b"]
)
def test_a_path_that_leads_out_is_not_ours(name: str) -> None:
    assert not is_inside(name)
    document = json.loads(LOCK.as_text())
    document["files"][name] = {"sha256": "4" * 64, "bytes": 1}
    assert read_lock(json.dumps(document)) is None


@given(st.text())
def test_inside_never_climbs(name: str) -> None:
    if is_inside(name):
        assert ".." not in name.split("/") and not name.startswith("/")
