"""Import end to end on small real pictures: what is new, known, ignored, skipped, and untouched."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from propvault.errors import VaultError
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.import_report import ImportReport
from propvault.values import PhotoView, Role
from propvault.vault import copying
from propvault.vault.vault import Vault
from propvault.vault.views import photo_rows, photo_views, resolve
from tests.conftest import PictureMaker, exif, picture


def run(vault: Path, *roots: Path, **options: object) -> ImportReport:
    request = ImportRequest(vault, roots, **({"workers": 0} | options))  # type: ignore[arg-type]
    *_, report = import_photos(request)
    assert isinstance(report, ImportReport)
    return report


def photos(vault: Path) -> list[PhotoView]:
    with Vault(vault) as opened:
        return photo_views(opened, photo_rows(opened))


def snapshot(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "vault"


def test_a_folder_becomes_a_vault(vault: Path, make_picture: PictureMaker, tmp_path: Path) -> None:
    first = make_picture("DCIM/IMG_1.JPG", 1)
    make_picture("DCIM/IMG_2.JPG", 2)
    shutil.copy2(first, tmp_path / "card" / "IMG_1 (1).JPG")
    (tmp_path / "card" / "clip.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom")
    (tmp_path / "card" / "._IMG_1.JPG").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "card" / "fake.jpg").write_text("not a picture")
    (tmp_path / "card" / "empty.jpg").write_bytes(b"")
    before = snapshot(tmp_path / "card")

    report = run(vault, tmp_path / "card")

    assert (report.new, report.known, report.ignored.total()) == (2, 1, 2)
    assert sorted(s.reason.code for s in report.skipped) == ["picture.empty", "picture.not_one"]
    assert snapshot(tmp_path / "card") == before
    views = photos(vault)
    assert sorted(len(view.sightings) for view in views) == [1, 2]
    for view in views:
        stored = view.files[0].stored
        assert stored is not None and hashlib.sha256(stored.read_bytes()).hexdigest() == view.id[7:]
        assert stored.stat().st_mtime_ns == first.stat().st_mtime_ns or view.name != first.name
        with Image.open(view.preview) as preview:
            assert max(preview.size) <= 512
        assert view.capture.taken_local == "2026-01-13T17:42:05"
        assert view.capture.taken_offset == 480
        assert view.capture.camera == "Canon EOS R6"


def test_importing_again_finds_nothing_new(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    make_picture("a.jpg", 1)
    run(vault, tmp_path / "card")
    again = run(vault, tmp_path / "card")
    assert (again.new, again.known, again.skipped) == (0, 1, [])


def test_a_moved_file_keeps_its_photo(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    path = make_picture("a.jpg", 1)
    run(vault, tmp_path / "card")
    (tmp_path / "card" / "sub").mkdir()
    path.rename(tmp_path / "card" / "sub" / "renamed.jpg")
    report = run(vault, tmp_path / "card")
    assert (report.new, report.known, report.gone) == (0, 1, 1)
    (view,) = photos(vault)
    assert [s.path.name for s in view.sightings] == ["renamed.jpg"]


def test_other_bytes_at_a_known_path_end_the_old_sighting(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    make_picture("a.jpg", 1)
    run(vault, tmp_path / "card")
    make_picture("a.jpg", 2)
    report = run(vault, tmp_path / "card")
    assert (report.new, report.gone) == (1, 0)
    old, new = photos(vault)
    assert old.sightings == () and len(new.sightings) == 1
    assert old.path is not None, "the stored copy remains"


def test_a_card_that_is_gone_marks_nothing(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    make_picture("a.jpg", 1)
    run(vault, tmp_path / "card")
    shutil.rmtree(tmp_path / "card")
    with pytest.raises(VaultError, match="is not there"):
        run(vault, tmp_path / "card")
    (view,) = photos(vault)
    assert len(view.sightings) == 1 and not view.sightings[0].online


def test_edited_metadata_is_the_same_photo(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    path = make_picture("a.jpg", 1)
    run(vault, tmp_path / "card")
    other = exif(gps=(30.0, 120.5))
    edited = tmp_path / "card" / "b.jpg"
    data = path.read_bytes()
    # Replace the EXIF segment alone, as a metadata editor does.
    size = int.from_bytes(data[22:24], "big") if data[20:22] == b"\xff\xe1" else 0
    assert size, "JFIF first, then EXIF"
    body = other.tobytes()
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    edited.write_bytes(data[:20] + segment + data[22 + size :])
    report = run(vault, tmp_path / "card")
    assert (report.new, report.known) == (0, 2)
    (view,) = photos(vault)
    assert [f.role for f in view.files] == [Role.ORIGINAL, Role.EDITED]


def test_a_sidecar_belongs_to_its_photo(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    path = make_picture("IMG_1.JPG", 1)
    path.with_suffix(".xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmp:Rating="4"><dc:subject><rdf:Bag><rdf:li>窗</rdf:li><rdf:li>小巷</rdf:li></rdf:Bag>'
        "</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>",
        encoding="utf-8",
    )
    (tmp_path / "card" / "orphan.xmp").write_text("<x/>")
    report = run(vault, tmp_path / "card")
    assert (report.new, report.known, report.ignored.total()) == (1, 1, 1)
    (view,) = photos(vault)
    assert view.capture.rating == 4
    assert "object:window" in {t.tag.name for t in view.tags if t.source == "sidecar"}
    assert [f.role for f in view.files] == [Role.ORIGINAL, Role.SIDECAR]


def test_a_dry_run_writes_nothing(vault: Path, make_picture: PictureMaker, tmp_path: Path) -> None:
    make_picture("a.jpg", 1)
    report = run(vault, tmp_path / "card", dry_run=True)
    assert report.new == 1 and not vault.exists()
    run(vault, tmp_path / "card")
    make_picture("b.jpg", 2)
    before = {str(p): p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    report = run(vault, tmp_path / "card", dry_run=True)
    assert (report.new, report.known) == (1, 1)
    assert {str(p): p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


def test_in_place_copies_nothing_and_a_later_import_may(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    path = make_picture("a.jpg", 1)
    run(vault, tmp_path / "card", in_place=True)
    (view,) = photos(vault)
    assert view.files[0].stored is None and view.path == path
    report = run(vault, tmp_path / "card")
    assert (report.new, report.known) == (0, 1)
    (view,) = photos(vault)
    assert view.files[0].stored is not None and view.files[0].stored.is_file()


def test_names_that_clash_are_told_apart(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    make_picture("100/IMG_1.JPG", 1)
    make_picture("101/IMG_1.JPG", 2)
    make_picture("102/img_1.jpg", 3)
    run(vault, tmp_path / "card")
    names = [view.files[0].stored.name for view in photos(vault) if view.files[0].stored]
    assert names[0] == "IMG_1.JPG" and len({name.casefold() for name in names}) == 3


def test_orientation_is_applied_before_anything_looks(vault: Path, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    upright = picture(1)
    upright.transpose(Image.Transpose.ROTATE_90).save(card / "turned.png", exif=exif(orientation=6))
    run(vault, card)
    (view,) = photos(vault)
    assert (view.width, view.height) == upright.size
    with Image.open(view.preview) as opened:
        preview = opened.convert("RGB")
    difference = abs(preview.getpixel((20, 20))[0] - upright.getpixel((20, 20))[0])  # type: ignore[index]
    assert difference < 12


def test_a_folder_that_leads_into_itself_is_one_line(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    make_picture("a.jpg", 1)
    try:
        (tmp_path / "card" / "loop").symlink_to(tmp_path / "card", target_is_directory=True)
    except OSError:
        pytest.skip("this system does not let users make links")
    report = run(vault, tmp_path / "card")
    assert report.new == 1 and [s.reason.code for s in report.skipped] == ["walk.loop"]


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names are Unicode")
def test_a_name_of_any_bytes_is_kept(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    path = make_picture("a.jpg", 1)
    odd = os.fsencode(path.parent) + b"/\xff\xfe[bold].jpg"
    path.rename(os.fsdecode(odd))
    run(vault, tmp_path / "card")
    (view,) = photos(vault)
    assert os.fsencode(view.sightings[0].path) == odd
    assert view.name == "\\udcff\\udcfe[bold].jpg"
    with Vault(vault) as opened:
        assert resolve(opened, view.id[7:15], tmp_path)


def test_a_stop_finishes_what_is_in_flight_and_the_next_run_goes_on(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    for seed in range(12):
        make_picture(f"{seed:02}.jpg", seed)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    report = run(vault, tmp_path / "card", stop=stop)
    assert report.stopped and report.new == 3
    assert run(vault, tmp_path / "card").new == 9


def test_two_importers_exclude_each_other(
    vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    make_picture("a.jpg", 1)
    run(vault, tmp_path / "card")
    with (
        Vault(vault, "write") as holder,
        holder.importing(),
        pytest.raises(VaultError, match="another import"),
    ):
        run(vault, tmp_path / "card")


def test_a_full_disk_stops_clearly_and_loses_nothing(
    vault: Path, make_picture: PictureMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_picture("a.jpg", 1)
    run(vault, tmp_path / "card")
    make_picture("b.jpg", 2)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("propvault.vault.copying._clone", full)
        with pytest.raises(VaultError, match=r"disk of .* is full"):
            run(vault, tmp_path / "card")
    assert len(photos(vault)) == 1
    assert run(vault, tmp_path / "card").new == 1


def test_a_sidecar_that_goes_while_it_is_read_costs_only_itself(
    vault: Path, make_picture: PictureMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_picture("a.jpg", 1)
    sidecar = path.with_suffix(".xmp")
    sidecar.write_text("<x/>")
    copy = copying.copy_verified

    def vanishing(source: Path, *rest: object) -> None:
        if source == sidecar:
            sidecar.unlink()
        copy(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "copy_verified", vanishing)
    events = list(import_photos(ImportRequest(vault, (tmp_path / "card",), workers=0)))
    report = events[-1]
    assert isinstance(report, ImportReport) and report.new == 1
    assert [s.reason.code for s in report.skipped] == ["picture.gone"]
    assert report.skipped[0] in events
