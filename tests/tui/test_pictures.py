"""Pictures come from threads of their own, those in sight first, and are let go of in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from propvault.jobs import pictures as jobs
from propvault.tui import pictures
from propvault.tui.drawing import draw
from propvault.tui.lines import Row
from propvault.tui.pictures import Pictures, Wanted
from propvault.tui.renderers import Display, Renderer
from propvault.vision.on_screen import Raster
from tests.tui.conftest import Opener

BOX = (8, 4)


@pytest.fixture
def raster() -> Raster:
    pixels = np.random.default_rng(5).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    return Raster(Image.fromarray(pixels))


def waited(shown: Pictures) -> None:
    until = time.monotonic() + 30
    while not shown.is_idle:
        assert time.monotonic() < until
        time.sleep(0.005)


async def test_the_thread_that_draws_the_screen_decodes_nothing(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = set()

    def noting(decode: Callable[..., object]) -> Callable[..., object]:
        def noted(*given: object, **more: object) -> object:
            names.add(threading.current_thread().name)
            return decode(*given, **more)

        return noted

    for name in ("decode_preview", "open_upright"):
        monkeypatch.setattr(jobs, name, noting(getattr(jobs, name)))
    async with opened(renderer=Renderer.BLOCKS) as driver:
        await driver.press("right", "down", "plus", "enter", "right", "z", "escape", "r")
    assert names and all(name.startswith("propvault-pictures") for name in names)


def test_drawings_are_let_go_of_beyond_a_bound(
    tmp_path: Path, raster: Raster, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(jobs, "preview_of", lambda root, photo: raster)
    shown = Pictures(tmp_path, Display(Renderer.KITTY), sent.append, lambda reason: None)
    shown.get(Wanted("0", BOX))
    waited(shown)
    (first,) = sent
    monkeypatch.setattr(pictures, "_MEMORY", 5 * len(first))
    for number in range(1, 20):
        shown.get(Wanted(str(number), BOX))
        shown.get(Wanted("0", BOX))  # used all the time, so it stays
        waited(shown)
    kept = sorted(int(wanted.photo) for wanted in shown._drawn)  # asking would draw what lacks
    assert kept == [0, 16, 17, 18, 19]
    freed = [text for text in sent if "a=d" in text]
    assert len(freed) == 15
    shown.close()
    assert len([text for text in sent if "a=d" in text]) >= 20


def test_pictures_that_lack_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_MEMORY", 10 * pictures._MISSING)
    shown = Pictures(tmp_path, Display(), lambda text: None, lambda reason: None)
    for number in range(40):
        shown.get(Wanted(str(number), BOX))
        waited(shown)
    assert sum(shown.is_missing(Wanted(str(number), BOX)) for number in range(40)) == 10
    shown.close()


async def test_what_is_in_sight_comes_before_what_is_fetched_ahead(
    opened: Opener, raster: Raster, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    begun, gate = threading.Event(), threading.Event()

    def slowly(root: Path, photo: str) -> Raster:
        begun.set()
        assert gate.wait(30)
        drawn.append(photo)
        return raster

    async with opened() as driver:
        monkeypatch.setattr(jobs, "preview_of", slowly)
        monkeypatch.setattr(pictures, "_THREADS", 1)
        shown = Pictures(Path(), Display(), lambda text: None, lambda reason: None)
        shown.get(Wanted("busy", BOX))
        assert begun.wait(30)
        for photo in ("near", "far"):
            shown.get(Wanted(photo, BOX))
        for photo in ("old", "new", "far"):
            shown.get(Wanted(photo, BOX), driver.app.screen)
        gate.set()
        waited(shown)
        shown.close()
    assert drawn == ["busy", "far", "new", "old", "near"]


@pytest.mark.parametrize("renderer", Renderer)
@pytest.mark.parametrize("colours", ["truecolor", "256", "standard"])
def test_a_row_is_sent_as_its_segments_would_be(
    raster: Raster, renderer: Renderer, colours: Literal["truecolor", "256", "standard"]
) -> None:
    drawing = draw(raster, (12, 6), Display(renderer, colours=colours))
    console = Console(color_system=colours, force_terminal=True)
    for line in drawing.lines:
        row = Row([Segment("["), line, Segment(""), Segment("]")], drawing.width + 2)
        plain = Strip(Row([Segment("["), line, Segment("]")], drawing.width + 2))
        assert row.render(console).replace("\x1b[0m", "") == plain.render(console).replace(
            "\x1b[0m", ""
        )
        assert plain.cell_length == row.cell_length == drawing.width + 2
        assert [s.text for s in row.crop(0, 3)] == [s.text for s in plain.crop(0, 3)]
