"""Rendering for a set: upright, sRGB, small enough, and saying no more than it may."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from propvault.errors import PictureError
from propvault.vision.render import EVERYTHING, RenderStep, Said, render

EXIF, GPS = ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    bands = len(mode)
    values = np.random.default_rng(7).integers(0, 256, (height, width, bands), dtype=np.uint8)
    return Image.fromarray(values.squeeze())


def camera_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "X100V"
    exif[ExifTags.Base.Copyright] = "A Director"
    exif.get_ifd(EXIF)[ExifTags.Base.DateTimeOriginal] = "2026:01:13 17:42:05"
    exif.get_ifd(EXIF)[ExifTags.Base.BodySerialNumber] = "SECRET-77"
    exif.get_ifd(EXIF)[ExifTags.Base.MakerNote] = b"SECRET-MAKER"
    exif.get_ifd(GPS).update({1: "N", 2: (5.0, 24.0, 36.0), 3: "E", 4: (100.0, 20.0, 1.0)})
    return exif.tobytes()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_1.JPG"
    noise(300, 200).save(path, "JPEG", quality=95, exif=camera_exif(6), xmp=b"<x>SECRET-XMP</x>")
    return path


def reopened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_turned_reduced_and_reported(photo: Path) -> None:
    result = render(photo, RenderStep(size=(100, 150)))
    image = reopened(result.data)
    assert image.size == result.size == (100, 150)
    assert image.mode == "RGB"
    assert "icc_profile" not in image.info
    assert result.operations == ("turn", "resize 100x150", "encode jpeg q92 4:4:4")
    assert result.source_sha256 == hashlib.sha256(photo.read_bytes()).hexdigest()


def test_enlarged_only_to_an_exact_size_and_said(photo: Path) -> None:
    result = render(photo, RenderStep(size=(1280, 720), fit="crop", is_exact=True))
    assert reopened(result.data).size == result.size == (1280, 720)
    assert result.operations[:2] == ("turn", "enlarge 1280x1920")
    assert result.operations[2].startswith("crop ") and len(result.operations) == 4


@pytest.mark.parametrize(("size", "fit"), [((200, 100), "crop"), ((400, 300), "pad")])
def test_cut_and_padded(photo: Path, size: tuple[int, int], fit: str) -> None:
    result = render(photo, RenderStep(size=size, fit=fit))
    assert reopened(result.data).size == size
    assert result.operations[1].startswith(fit) and "resize" not in "".join(result.operations)


def test_a_cut_keeps_the_subject(tmp_path: Path) -> None:
    grey = Image.new("RGB", (900, 300), (128, 128, 128))
    grey.paste((220, 30, 30), (700, 80, 840, 240))
    grey.save(tmp_path / "right.png")
    result = render(tmp_path / "right.png", RenderStep(size=(300, 300), fit="crop", quality=95))
    left = int(result.operations[0].split()[1].split(",")[0])
    assert left <= 700 and left + 300 >= 840


def test_origin_and_rights_are_written(photo: Path) -> None:
    said = Said("阿明 & <Co>", "© 2026", "digitalCapture")
    for format_ in ("jpeg", "png"):
        step = RenderStep(format=format_, keep=frozenset(("rights",)), said=said)
        data = render(photo, step).data
        image = reopened(data)
        xmp = image.info.get("xmp") or image.info["XML:com.adobe.xmp"].encode()
        assert b"digitalsourcetype/digitalCapture" in xmp
        assert "阿明 &amp; &lt;Co&gt;".encode() in xmp
        # what the camera was told is not overwritten
        assert image.getexif()[ExifTags.Base.Copyright] == "A Director"
    assert b"xmp" not in render(photo, RenderStep()).data


@pytest.mark.parametrize("most", [900_000, 500_000, 250_000])
def test_a_large_picture_comes_near_its_limit(tmp_path: Path, most: int) -> None:
    blocks = noise(260, 170).resize((2600, 1700), Image.Resampling.BICUBIC)
    pixels = np.asarray(blocks).astype(int) + np.random.default_rng(3).normal(0, 6, (1700, 2600, 3))
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(tmp_path / "wall.png")
    result = render(tmp_path / "wall.png", RenderStep(max_bytes=most))
    assert 0.8 * most < len(result.data) <= most


def test_same_bytes_twice(photo: Path) -> None:
    step = RenderStep(size=(100, 150), keep=EVERYTHING)
    assert render(photo, step).data == render(photo, step).data


def test_nothing_stays_by_default(photo: Path) -> None:
    result = render(photo, RenderStep())
    assert not dict(reopened(result.data).getexif())
    assert b"SECRET" not in result.data


def test_kept_metadata(photo: Path) -> None:
    result = render(photo, RenderStep(keep=frozenset(("taken", "rights"))))
    exif = reopened(result.data).getexif()
    assert exif[ExifTags.Base.Copyright] == "A Director"
    assert exif.get_ifd(EXIF) == {ExifTags.Base.DateTimeOriginal: "2026:01:13 17:42:05"}
    assert not exif.get_ifd(GPS)
    assert ExifTags.Base.Orientation not in exif
    assert b"SECRET" not in result.data


def test_everything_keeps_position_and_serials_but_no_maker_note(photo: Path) -> None:
    data = render(photo, RenderStep(keep=EVERYTHING)).data
    exif = reopened(data).getexif()
    assert exif.get_ifd(GPS)[2] == (5.0, 24.0, 36.0)
    assert exif.get_ifd(EXIF)[ExifTags.Base.BodySerialNumber] == "SECRET-77"
    assert b"SECRET-MAKER" not in data


@pytest.mark.parametrize("most", [30_000, 8_000, 2_000])
def test_bytes_are_kept_quality_first_then_size(photo: Path, most: int) -> None:
    result = render(photo, RenderStep(max_bytes=most))
    assert len(result.data) <= most
    assert reopened(result.data).size == result.size
    assert "4:2:0" in result.operations[-1]


def test_bytes_that_cannot_be_kept_are_refused(photo: Path) -> None:
    with pytest.raises(PictureError) as caught:
        render(photo, RenderStep(max_bytes=2_000, min_side=200))
    assert caught.value.reason.code == "target.over_bytes"


def test_transparency_is_laid_on_white_or_kept(tmp_path: Path) -> None:
    path = tmp_path / "cut-out.png"
    Image.new("RGBA", (40, 30), (255, 0, 0, 0)).save(path)
    flat = render(path, RenderStep())
    assert min(reopened(flat.data).getpixel((5, 5))) >= 254
    assert "flatten" in flat.operations
    kept = render(path, RenderStep(format="png", keep_alpha=True))
    assert reopened(kept.data).mode == "RGBA"
    assert reopened(render(path, RenderStep(format="png")).data).mode == "RGB"


COPIES = [
    ("plain.jpg", {}, RenderStep(may_copy=True), True),
    ("plain.jpg", {}, RenderStep(), False),
    ("plain.jpg", {}, RenderStep(may_copy=True, size=(100, 67)), False),
    ("plain.jpg", {}, RenderStep(may_copy=True, max_bytes=1000), False),
    ("plain.jpg", {}, RenderStep(format="png", may_copy=True), False),
    ("exif.jpg", {"exif": camera_exif()}, RenderStep(may_copy=True), False),
    ("exif.jpg", {"exif": camera_exif()}, RenderStep(may_copy=True, keep=EVERYTHING), True),
    ("turned.jpg", {"exif": camera_exif(6)}, RenderStep(may_copy=True, keep=EVERYTHING), False),
    ("icc.jpg", {"icc_profile": b"Display P3"}, RenderStep(may_copy=True), False),
    ("plain.png", {}, RenderStep(format="png", may_copy=True), True),
]


@pytest.mark.parametrize(("name", "options", "step", "is_copied"), COPIES)
def test_copied_only_when_it_is_already_so(
    tmp_path: Path, name: str, options: dict[str, bytes], step: RenderStep, is_copied: bool
) -> None:
    path = tmp_path / name
    noise(120, 80).save(path, **options)
    result = render(path, step)
    assert (result.operations == ("copy",)) == is_copied
    assert (result.data == path.read_bytes()) == is_copied


def test_a_broken_file_is_a_picture_error(photo: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(photo.read_bytes()[:3000])
    for path in (cut, tmp_path / "gone.jpg"):
        with pytest.raises(PictureError):
            render(path, RenderStep())


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's word on each damaged tag
def test_damaged_exif_does_not_cost_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "odd.jpg"
    exif = bytearray(camera_exif())
    exif[20:] = bytes(255 - b for b in exif[20:])
    noise(60, 40).save(path, "JPEG", exif=bytes(exif))
    assert render(path, RenderStep(keep=EVERYTHING)).size in ((60, 40), (40, 60))
