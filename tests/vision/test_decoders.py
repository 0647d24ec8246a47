"""What one file does to its decoder process costs that file alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from propvault.errors import PictureError
from propvault.vision.decoders import DecoderOptions, Decoders
from tests.conftest import PictureMaker


def options(**changes: float) -> DecoderOptions:
    return DecoderOptions(**({"workers": 2, "info": None} | changes))  # type: ignore[arg-type]


def test_a_broken_file_leaves_its_neighbours_alone(make_picture: PictureMaker) -> None:
    good, bad = make_picture("good.jpg", 1), make_picture("bad.jpg", 2)
    bad.write_bytes(bad.read_bytes()[:2000])
    with Decoders(options()) as decoders:
        futures = [(path, decoders.submit(path)) for path in (bad, good, bad, good)]
        results = []
        for path, future in futures:
            try:
                results.append(decoders.result(path, future).format)
            except PictureError as error:
                results.append(error.reason.code)
    assert results == ["picture.truncated", "jpeg", "picture.truncated", "jpeg"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that blocks its reader")
def test_a_picture_that_hangs_is_given_up(tmp_path: Path, make_picture: PictureMaker) -> None:
    good, pipe = make_picture("good.jpg", 1), tmp_path / "hangs.jpg"
    os.mkfifo(pipe)  # opening it waits for a writer that never comes
    with Decoders(options(timeout_s=1)) as decoders:
        future = decoders.submit(pipe)
        with pytest.raises(PictureError) as caught:
            decoders.result(pipe, future)
        assert caught.value.reason.code == "picture.hung"
        assert decoders.result(good, decoders.submit(good)).format == "jpeg"


def test_a_process_that_swells_is_ended(make_picture: PictureMaker, tmp_path: Path) -> None:
    good = make_picture("good.jpg", 1)
    huge = tmp_path / "card" / "huge.png"
    Image.new("RGB", (11000, 11000), (120, 90, 60)).save(huge, compress_level=1)
    with Decoders(options(max_decoded_mb=500, spare_mb=-250)) as decoders:
        future = decoders.submit(huge)
        with pytest.raises(PictureError) as caught:
            decoders.result(huge, future)
        assert caught.value.reason.code == "picture.swelled"
        assert decoders.result(good, decoders.submit(good)).format == "jpeg"


@pytest.mark.parametrize("side", [12_000, 32_000])
def test_a_picture_over_the_limit_names_the_setting(side: int, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    image = Image.new("1", (side, side))
    image.save(path)
    with (
        Decoders(options(workers=0, max_decoded_mb=100)) as decoders,
        pytest.raises(PictureError) as caught,
    ):
        decoders.result(path, decoders.submit(path))
    expected = "picture.too_large" if side < 31_623 else "picture.gigapixel"
    assert caught.value.reason.code == expected
    if side < 31_623:
        assert "max_decoded_mb" in str(caught.value)


def test_a_hundred_megapixel_jpeg_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    Image.new("RGB", (12_000, 8_400), (120, 90, 60)).save(path, quality=60)
    with Decoders(options()) as decoders:
        facts = decoders.result(path, decoders.submit(path))
    assert (facts.width, facts.height) == (12_000, 8_400)
