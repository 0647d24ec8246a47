"""An earlier set is updated file by file; what a person put or changed there is never lost."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from propvault.errors import ExportError, UsageError
from propvault.jobs.verify_set import verify_set
from tests.jobs.test_export_set import Make, chosen, contents, request, run

__all__ = ["chosen"]


def test_only_what_changed_is_written(tmp_path: Path, chosen: Make) -> None:
    asked = request(tmp_path, [chosen(1), chosen(2), chosen(3)])
    run(asked)
    (asked.to / "my notes.txt").write_text("mine")
    before = {p.name: p.stat().st_mtime_ns for p in asked.to.iterdir()}
    report = run(replace(asked, photos=asked.photos[:2]))
    what = {change.file: change.what for change in report.changes}
    assert what["01-main-wall.jpg"] == "same" and what["03-wall.jpg"] == "removed"
    assert what["manifest.json"] == "changed"
    after = {p.name: p.stat().st_mtime_ns for p in asked.to.iterdir()}
    assert after["01-main-wall.jpg"] == before["01-main-wall.jpg"]
    assert (asked.to / "my notes.txt").read_text() == "mine"
    assert {d.file: d.state for d in verify_set(asked.to).differences} == {"my notes.txt": "extra"}
    fresh = replace(asked, photos=asked.photos[:2], to=tmp_path / "fresh")
    run(fresh)
    assert contents(fresh.to) == {
        name: data for name, data in contents(asked.to).items() if name != "my notes.txt"
    }


def test_the_same_again_touches_nothing(tmp_path: Path, chosen: Make) -> None:
    asked = request(tmp_path, [chosen(1)])
    run(asked)
    before = {p.name: p.stat() for p in asked.to.iterdir()}
    assert {change.what for change in run(asked).changes} == {"same"}
    assert {p.name: p.stat() for p in asked.to.iterdir()} == before


def test_an_edited_file_is_kept_or_stands_in_the_way(tmp_path: Path, chosen: Make) -> None:
    asked = request(tmp_path, [chosen(1), chosen(2, "window")])
    run(asked)
    (asked.to / "01-main-wall.txt").write_text("my own caption")
    kept = {c.file: c.what for c in run(asked).changes}
    assert kept["01-main-wall.txt"] == "kept"
    assert (asked.to / "01-main-wall.txt").read_text() == "my own caption"
    (asked.to / "prompt.en.txt").write_text("my own prompt")
    before = contents(asked.to)
    with pytest.raises(UsageError) as caught:
        run(replace(asked, photos=asked.photos[:1]))
    assert caught.value.reason.code == "export.target_changed"
    assert contents(asked.to) == before


def test_a_file_of_a_person_is_never_replaced(tmp_path: Path, chosen: Make) -> None:
    asked = request(tmp_path, [chosen(1)])
    run(asked)
    (asked.to / "02-wall.jpg").write_bytes(b"mine")
    with pytest.raises(UsageError):
        run(replace(asked, photos=(*asked.photos, chosen(2))))
    assert (asked.to / "02-wall.jpg").read_bytes() == b"mine"


@pytest.mark.parametrize("moment", range(9))
def test_an_update_cut_short_is_finished_by_the_next(
    tmp_path: Path, chosen: Make, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    asked = request(tmp_path, [chosen(n) for n in range(3)])
    run(asked)
    other = replace(asked, photos=tuple(chosen(n, "window") for n in (1, 7)))
    real, calls = os.replace, iter(range(1000))

    def stop(source: str, target: str) -> None:
        if next(calls) == moment:
            raise OSError(5, "Input/output error")
        real(source, target)

    monkeypatch.setattr(Path, "replace", lambda self, target: stop(str(self), str(target)))
    with pytest.raises(ExportError):
        run(other)
    monkeypatch.undo()
    run(other)
    assert verify_set(asked.to).differences == ()
    run(replace(other, to=tmp_path / "fresh"))
    assert contents(asked.to) == contents(tmp_path / "fresh")


def test_verify_names_each_difference(tmp_path: Path, chosen: Make) -> None:
    asked = request(tmp_path, [chosen(1)])
    run(asked)
    (asked.to / "manifest.csv").unlink()
    (asked.to / "prompt.zh.txt").write_text("other")
    (asked.to / "extra").mkdir()
    (asked.to / "extra" / "x.jpg").write_bytes(b"x")
    report = verify_set(asked.to)
    assert {d.file: d.state for d in report.differences} == {
        "manifest.csv": "missing", "prompt.zh.txt": "changed", "extra/x.jpg": "extra",
    }  # fmt: skip
    assert report.exit_status == 1
    with pytest.raises(UsageError):
        verify_set(tmp_path)
