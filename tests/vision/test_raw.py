"""Camera RAW through LibRaw: a small real DNG, paired with its JPEG, and a broken one."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from propvault.errors import PictureError
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.import_report import ImportReport
from propvault.vault.vault import Vault
from propvault.vault.views import photo_rows, photo_views
from propvault.vision.pixels import open_upright
from propvault.vision.reader import read_picture
from tests.conftest import exif, picture

SHORT, LONG, ASCII, BYTE, SRATIONAL = 3, 4, 2, 1, 10


def write_dng(path: Path, taken: str = "", size: tuple[int, int] = (256, 192)) -> None:
    """Write a DNG without an embedded preview: a Bayer mosaic, red to the left, blue right."""
    width, height = size
    mosaic = np.zeros((height, width), "<u2")
    mosaic[0::2, 0::2][:, : width // 4] = 60000  # red sites of the left half
    mosaic[1::2, 1::2][:, width // 4 :] = 60000  # blue sites of the right half
    matrix = b"".join(struct.pack("<ii", round(v * 10000), 10000) for v in np.eye(3).flatten())
    tags: list[tuple[int, int, int, bytes]] = [
        (254, LONG, 1, struct.pack("<I", 0)),
        (256, LONG, 1, struct.pack("<I", width)),
        (257, LONG, 1, struct.pack("<I", height)),
        (258, SHORT, 1, struct.pack("<H", 16)),
        (259, SHORT, 1, struct.pack("<H", 1)),
        (262, SHORT, 1, struct.pack("<H", 32803)),
        (271, ASCII, 10, b"propvault\x00"),
        (272, ASCII, 5, b"test\x00"),
        (273, LONG, 1, b""),
        (277, SHORT, 1, struct.pack("<H", 1)),
        (278, LONG, 1, struct.pack("<I", height)),
        (279, LONG, 1, struct.pack("<I", width * height * 2)),
        (33421, SHORT, 2, struct.pack("<HH", 2, 2)),
        (33422, BYTE, 4, bytes((0, 1, 1, 2))),
        (34665, LONG, 1, b""),
        (50706, BYTE, 4, bytes((1, 4, 0, 0))),
        (50708, ASCII, 15, b"propvault test\x00"),
        (50717, LONG, 1, struct.pack("<I", 65535)),
        (50721, SRATIONAL, 9, matrix),
    ]
    extra_at = 8 + 2 + 12 * len(tags) + 4
    extra = b"".join(value for *_, value in tags if len(value) > 4)
    # The EXIF block: one entry, the capture time, its 20 bytes behind it.
    exif_at = extra_at + len(extra)
    block = struct.pack("<HHHII", 1, 36867, ASCII, 20, exif_at + 18) + bytes(4)
    block += taken.encode().ljust(20, b"\x00")
    pixels_at = exif_at + len(block)
    offsets = {273: struct.pack("<I", pixels_at), 34665: struct.pack("<I", exif_at)}
    entries, at = b"", extra_at
    for tag, kind, count, value in tags:
        field = offsets.get(tag, value)
        if len(field) > 4:
            entries += struct.pack("<HHII", tag, kind, count, at)
            at += len(field)
        else:
            entries += struct.pack("<HHI", tag, kind, count) + field.ljust(4, b"\x00")
    head = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", len(tags))
    path.write_bytes(head + entries + bytes(4) + extra + block + mosaic.tobytes())


def test_a_raw_without_preview_is_developed(tmp_path: Path) -> None:
    write_dng(tmp_path / "a.dng")
    image = open_upright(tmp_path / "a.dng")
    left, right = image.getpixel((20, 40)), image.getpixel((image.width - 20, 40))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[0] > left[2] and right[2] > right[0]
    facts = read_picture(tmp_path / "a.dng", info=None, max_decoded_mb=512)
    assert facts.format == "raw" and facts.preview


def test_a_broken_raw_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.nef"
    path.write_bytes(b"MM\x00*\x00\x00\x00\x08" + bytes(200))
    with pytest.raises(PictureError) as caught:
        open_upright(path)
    assert caught.value.reason.code.startswith("picture.")


def test_a_raw_and_its_jpeg_are_one_photo(tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    write_dng(card / "IMG_1.dng", "2026:01:13 17:42:05")
    write_dng(card / "IMG_2.dng", "2026:01:13 17:42:06", (252, 192))
    for name in ("IMG_1.jpg", "IMG_2.jpg"):
        picture(len(name)).save(card / name, exif=exif(taken="2026:01:13 17:42:05"))
    *_, report = import_photos(ImportRequest(tmp_path / "v", (card,), workers=0))
    # IMG_2.dng has another time than its JPEG, whose pixels are those of IMG_1.jpg.
    assert isinstance(report, ImportReport) and (report.new, report.known) == (2, 2)
    with Vault(tmp_path / "v") as vault:
        views = photo_views(vault, photo_rows(vault))
    assert [f.role for f in views[0].files] == ["raw", "jpeg"]
    assert views[0].capture.taken_local == "2026-01-13T17:42:05"


def test_a_raw_and_its_jpeg_without_times_stay_apart(tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    write_dng(card / "IMG_1.dng")
    picture(1).save(card / "IMG_1.jpg", exif=exif())
    *_, report = import_photos(ImportRequest(tmp_path / "v", (card,), workers=0))
    assert isinstance(report, ImportReport) and report.new == 2
    with Vault(tmp_path / "v") as vault:
        roles = {v.format: v.files[0].role for v in photo_views(vault, photo_rows(vault))}
    assert roles == {"raw": "raw", "jpeg": "original"}
