"""Exports: whole or not there, the same twice, and saying why for each photo."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from propvault.errors import ExportError, UsageError
from propvault.events import Skipped
from propvault.jobs.export_set import Chosen, ExportReport, ExportRequest, export_set
from propvault.jobs.verify_set import verify_set
from propvault.reasons import Reason
from propvault.targets.presets import find_preset
from propvault.values import Capture, FileView, PhotoTag, PhotoView, Role, Tag, TagSource, TagState

Make = Callable[..., Chosen]
HOSTILE = ["../../up", "a/b\\c", "🪟🧱", "\u202egnp", "x" * 300, "con", "\ud800"]


@pytest.fixture
def chosen(tmp_path: Path) -> Make:
    """Make a photo with a real picture in ``tmp_path/stored``."""
    (tmp_path / "stored").mkdir()

    def make(seed: int = 1, tag: str = "wall", size: tuple[int, int] = (600, 400)) -> Chosen:
        path = tmp_path / "stored" / f"IMG_{seed}.JPG"
        shape = (size[1] // 20, size[0] // 20, 3)
        values = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
        Image.fromarray(values).resize(size).save(path, "JPEG", quality=90)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        tags = (PhotoTag(Tag("structure", tag, "墙", tag), TagSource.AUTO, TagState.APPLIED),)
        photo = PhotoView(
            f"sha256:{sha256}", path.name, *size, "jpeg",
            Capture("2026-01-13T17:42:05", 480, latitude=5.41, longitude=100.33), path,
            (FileView(sha256, Role.ORIGINAL, path.stat().st_size, path),), (), tags,
        )  # fmt: skip
        return Chosen(photo, why=(Reason.of("why.tag", name=tag),), place="槟城")

    return make


def request(tmp_path: Path, photos: list[Chosen], preset: str = "folder", **more: Any) -> Any:
    return ExportRequest(find_preset(preset), tuple(photos), tmp_path / "out" / "set", **more)


def run(request: ExportRequest) -> ExportReport:
    *_, report = export_set(request)
    assert isinstance(report, ExportReport)
    return report


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(p.relative_to(folder)): (p.stat().st_mtime_ns, p.read_bytes() if p.is_file() else b"")
        for p in sorted(folder.rglob("*"))
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_folder_set(tmp_path: Path, chosen: Make) -> None:
    photos = [chosen(1), chosen(2, "window")]
    report = run(request(tmp_path, photos, query="墙", scene={"en": "old wall", "zh": "old wall"}))
    out = tmp_path / "out" / "set"
    assert sorted(contents(out)) == [
        "01-main-wall.jpg", "01-main-wall.txt", "02-window.jpg", "02-window.txt",
        "contact-sheet.html", "contact-sheet.png", "manifest.csv", "manifest.json", "pack.lock",
        "prompt.en.txt", "prompt.zh.txt",
    ]  # fmt: skip
    assert [p.name for p in out.parent.iterdir()] == ["set"]
    assert report.exit_status == 0
    # already upright sRGB JPEGs: copied byte for byte
    assert contents(out)["01-main-wall.jpg"] == photos[0].photo.path.read_bytes()
    told = report.as_json("zh")
    assert told["photos"][1]["photo"] == photos[1].photo.id
    assert told["photos"][1]["file"] == "02-window.jpg"
    assert set(told) >= {"preset", "to", "photos", "refused", "warnings"}


@pytest.mark.parametrize("preset", ["folder", "seedance-2", "runway-gen4-image"])
def test_manifest_is_true(tmp_path: Path, chosen: Make, preset: str) -> None:
    run(request(tmp_path, [chosen(n) for n in range(3)], preset))
    out = tmp_path / "out" / "set"
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    for entry in manifest["photos"]:
        data = (out / entry["file"]).read_bytes()
        assert entry["bytes"] == len(data)
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    for entry in manifest["photos"]:
        with Image.open(out / entry["file"]) as image:
            assert image.size == (entry["width"], entry["height"])
        assert entry["taken"] == "2026-01-13T17:42:05+08:00"
        assert entry["photo"] == f"sha256:{entry['source_sha256']}"
        assert ("position" in entry) == (preset == "folder")
    assert verify_set(out).differences == ()


def test_two_exports_are_the_same_bytes(tmp_path: Path, chosen: Make) -> None:
    photos = [chosen(n) for n in range(3)]
    first = request(tmp_path, photos, "seedance-2")
    run(first)
    run(replace(first, to=tmp_path / "elsewhere"))
    assert contents(first.to) == contents(tmp_path / "elsewhere")


def test_a_dry_run_writes_nothing_and_says_the_same(tmp_path: Path, chosen: Make) -> None:
    photos = [chosen(n) for n in range(4)]
    before = tree(tmp_path)
    dry = run(request(tmp_path, photos, "runway-gen4-image", dry_run=True)).as_json()
    assert tree(tmp_path) == before
    wet = run(request(tmp_path, photos, "runway-gen4-image")).as_json()
    assert {**dry, "dry_run": False} == wet
    assert [r["code"] for r in wet["refused"]] == ["target.over_count"]


def test_a_broken_photo_is_refused_and_the_next_takes_its_place(
    tmp_path: Path, chosen: Make
) -> None:
    photos = [chosen(n) for n in range(5)]
    path = photos[1].photo.path
    path.write_bytes(path.read_bytes()[:2000])
    events = list(export_set(request(tmp_path, photos, "runway-gen4-image")))
    report = events[-1]
    assert [e.path for e in events if isinstance(e, Skipped)] == [str(path)]
    assert [p.candidate.id for p in report.plan.photos] == [photos[i].photo.id for i in (0, 2, 3)]
    assert report.plan.refused[0].photo == photos[1].photo.id
    names = sorted(p.name for p in report.to.glob("*.jpg"))
    assert names == ["01-main-wall.jpg", "02-wall.jpg", "03-wall.jpg"]


def test_nothing_left_to_write(tmp_path: Path, chosen: Make) -> None:
    broken = chosen(1)
    broken.photo.path.write_bytes(b"\xff\xd8\xff nothing")
    for photos in ([], [broken]):
        report = run(request(tmp_path, photos))
        assert [w.code for w in report.warnings] == ["export.nothing_to_write"]
        assert not report.to.exists()


def test_offline_photos_are_refused(tmp_path: Path, chosen: Make) -> None:
    gone = chosen(1)
    gone.photo.path.unlink()
    report = run(request(tmp_path, [gone, chosen(2)]))
    assert [r.reason.code for r in report.plan.refused] == ["target.offline"]
    assert report.exit_status == 1


def test_a_changed_source_is_told(tmp_path: Path, chosen: Make) -> None:
    photo = chosen(1)
    photo.photo.path.write_bytes(chosen(9).photo.path.read_bytes())
    report = run(request(tmp_path, [photo]))
    assert [w.code for w in report.warnings] == ["export.source_changed"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tags_stay_in_the_folder(tmp_path: Path, chosen: Make, name: str) -> None:
    run(request(tmp_path, [chosen(1, name)], query=name, scene={"en": name, "zh": name}))
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["set"]
    for file in (tmp_path / "out" / "set").iterdir():
        assert file.name.isascii()
        assert len(file.name) <= 64


def test_a_foreign_folder_is_refused_and_not_touched(tmp_path: Path, chosen: Make) -> None:
    asked = request(tmp_path, [chosen(1)])
    asked.to.mkdir(parents=True)
    (asked.to / "mine.txt").write_text("mine")
    before = tree(tmp_path)
    for dry_run in (False, True):
        with pytest.raises(UsageError) as caught:
            run(replace(asked, dry_run=dry_run))
        assert caught.value.reason.code == "export.target_not_empty"
    assert tree(tmp_path) == before
    with pytest.raises(UsageError, match="is a file"):
        run(replace(asked, to=asked.to / "mine.txt"))
    (asked.to / "mine.txt").unlink()
    run(asked)  # an empty folder is free


@pytest.mark.parametrize("moment", range(12))
def test_a_full_disk_leaves_nothing(
    tmp_path: Path, chosen: Make, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    asked = request(tmp_path, [chosen(n) for n in range(3)])
    real, calls = os.fsync, iter(range(1000))

    def fsync(descriptor: int) -> None:
        if next(calls) == moment:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(ExportError) as caught:
        run(asked)
    assert caught.value.reason.code == "export.disk_full"
    assert list(asked.to.parent.iterdir()) == []


def test_leaving_early_leaves_nothing(tmp_path: Path, chosen: Make) -> None:
    asked = request(tmp_path, [chosen(n) for n in range(3)])
    events = export_set(asked)
    next(events)
    assert [p.name for p in asked.to.parent.iterdir()] != []
    events.close()
    assert list(asked.to.parent.iterdir()) == []


def test_a_killed_export_is_cleaned_by_the_next(
    tmp_path: Path, chosen: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(tmp_path, [chosen(n) for n in range(3)])
    pid = os.fork()
    if pid == 0:  # the child dies as a killed process does: no cleaning of any kind
        monkeypatch.setattr(os, "fsync", lambda _: os._exit(9))
        run(asked)
        os._exit(0)
    os.waitpid(pid, 0)
    assert not asked.to.exists()
    assert len(list(asked.to.parent.iterdir())) == 2  # staging folder and its lock
    (asked.to.parent / ".mine.partial-notours").mkdir()
    run(asked)
    left = sorted(p.name for p in asked.to.parent.iterdir())
    assert left == [".mine.partial-notours", "set"]


def test_a_running_export_is_not_cleaned_by_another(tmp_path: Path, chosen: Make) -> None:
    first = request(tmp_path, [chosen(n) for n in range(3)])
    events = export_set(first)
    next(events)
    run(replace(first, to=first.to.with_name("other")))
    *_, report = events
    assert verify_set(report.to).differences == ()
    assert sorted(p.name for p in first.to.parent.iterdir()) == ["other", "set"]
