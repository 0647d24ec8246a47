"""Pictures as cells: what a terminal with graphics of its own is sent, and what stays text."""

from __future__ import annotations

import re

import pytest
from PIL import Image
from textual.geometry import Region

from propvault.tui.drawing import draw, fitted
from propvault.tui.renderers import Display, Renderer, find_display
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.vision.on_screen import Raster
from tests.conftest import picture
from tests.tui.conftest import Opener

_SIXEL = re.compile(r"\x1bP0;0;0q\"1;1;(\d+);(\d+)(.*?)\x1b\\", re.S)


@pytest.mark.parametrize("renderer", Renderer)
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (3000, 10), (1, 1)])
def test_each_line_is_as_wide_as_it_says(renderer: Renderer, size: tuple[int, int]) -> None:
    drawing = draw(Raster(picture(1, size)), (40, 12), Display(renderer, (9, 19)))
    assert drawing.height <= 12
    assert drawing.width <= 40
    for line in drawing.lines:
        assert sum(segment.cell_length for segment in line.segments()) == drawing.width


def test_a_picture_keeps_its_shape() -> None:
    assert fitted((640, 480), (40, 40), (10, 20)) == (40, 15)
    assert fitted((480, 640), (40, 12), (10, 20)) == (18, 12)


def test_sixels_define_every_colour_before_they_draw() -> None:
    """Of xterm: it gives what it drew before a definition other colours, which shows as stripes."""
    drawing = draw(Raster(picture(1, (640, 480))), (40, 12), Display(Renderer.SIXEL))
    for line in drawing.lines:
        (found,) = _SIXEL.findall("".join(segment.text for segment in line.segments()))
        defined = re.match(r"(#\d+;2;\d+;\d+;\d+)+", found[2])
        assert defined
        assert ";2;" not in found[2][defined.end() :]


def test_bands_of_a_picture_share_their_colours() -> None:
    bands = Raster(picture(1, (200, 90))).bands(20)
    assert [band.height for band in bands] == [20, 20, 20, 20, 10]
    assert len({bytes(band.getpalette() or []) for band in bands}) == 1


def test_no_sixel_picture_is_wider_than_xterm_draws() -> None:
    drawing = draw(Raster(picture(1, (1600, 400))), (200, 40), Display(Renderer.SIXEL))
    text = "".join(segment.text for segment in drawing.lines[0].segments())
    widths = [int(wide) for wide, _, _ in _SIXEL.findall(text)]
    assert max(widths) < 1000
    assert sum(widths) == drawing.width * 10


def test_a_kitty_picture_is_sent_before_it_is_placed_and_can_be_freed() -> None:
    drawing = draw(Raster(picture(1, (640, 480))), (40, 12), Display(Renderer.KITTY))
    number = re.match(r"\x1b_Gi=(\d+),f=24,s=320,v=240,o=z", drawing.send)
    assert number
    *chunks, place = drawing.send.split("\x1b\\")[:-1]
    assert all(len(chunk.partition(";")[2]) <= 4096 for chunk in chunks)
    assert place == f"\x1b_Ga=p,U=1,i={number[1]},c=32,r=12,q=2"
    assert f"i={number[1]}" in drawing.forget


@pytest.mark.parametrize(
    ("renderer", "sign"), [(Renderer.SIXEL, "#1;2"), (Renderer.KITTY, "\U0010eeee")]
)
async def test_no_picture_is_under_a_dialog(opened: Opener, renderer: Renderer, sign: str) -> None:
    """Textual would cut and dim what the terminal draws; without the dialog it is back."""
    async with opened(renderer=renderer) as driver:
        for key in ("n", "ctrl+p"):
            await driver.press(key)
            assert sign not in driver.app.export_screenshot()
            await driver.press("escape")
            assert sign in driver.text


@pytest.mark.parametrize("wanted", Renderer)
def test_a_setting_forces_a_way_of_drawing(wanted: Renderer) -> None:
    assert find_display(wanted.value).renderer is wanted
    assert find_display("auto").renderer is Renderer.BLOCKS  # there is no terminal here


def test_colours_are_kept() -> None:
    """A flat red picture is red in each way that has colours."""
    red = Raster(Image.new("RGB", (60, 60), (200, 0, 0)))
    (segment,) = draw(red, (1, 1), Display(Renderer.BLOCKS)).lines[0].segments()
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.color.get_truecolor() == (200, 0, 0)
    sixels = "".join(s.text for s in draw(red, (1, 1), Display(Renderer.SIXEL)).lines[0].segments())
    assert "#0;2;78;0;0" in sixels


def test_a_picture_may_be_grey() -> None:
    red = Raster(Image.new("RGB", (60, 60), (200, 0, 0)))
    (segment,) = draw(red, (1, 1), Display(is_grey=True)).lines[0].segments()
    assert segment.style is not None and segment.style.color is not None
    assert len(set(segment.style.color.get_truecolor())) == 1


async def test_no_color_holds_for_lines_of_our_own(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grid hands out complete lines, which Textual's filter never sees."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened((100, 30)) as driver:
        await driver.press("space", "3", "right")
        strips = driver.app.query_one(PhotoGrid).render_lines(Region(0, 0, 60, 20))
        styles = [s.style for strip in strips for s in strip if s.style is not None]
        colours = {c for style in styles for c in (style.color, style.bgcolor) if c is not None}
        assert colours and all(len(set(c.get_truecolor())) == 1 for c in colours)
