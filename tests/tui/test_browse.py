"""The browse screen: typing finds, the cursor shows, a wrong query says so and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static
from textual_image.widget import Image

from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.tui.app import BrowseApp
from tests.conftest import PictureMaker


@pytest.fixture
def vault(make_picture: PictureMaker, tmp_path: Path) -> Path:
    for seed in range(3):
        make_picture(f"IMG_{seed}.jpg", seed)
    list(import_photos(ImportRequest(tmp_path / "v", (tmp_path / "card",), workers=0)))
    return tmp_path / "v"


def status(app: BrowseApp) -> str:
    return str(app.query_one("#status", Static).render())


async def settle(app: BrowseApp, pilot: object) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()  # type: ignore[attr-defined]


async def test_typing_searches_and_arrows_show(vault: Path) -> None:
    app = BrowseApp(vault)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(app, pilot)
        assert app.query_one("#hits", OptionList).option_count == 3
        await pilot.click("#query")
        await pilot.press(*"IMG_1")
        await settle(app, pilot)
        first = app.query_one("#hits", OptionList).get_option_at_index(0)
        assert "IMG_1.jpg" in str(first.prompt)
        assert "3 photos" in status(app)
        await pilot.press("enter", "down")
        await pilot.pause()
        assert app.query_one("#hits", OptionList).highlighted == 1
        assert app.query_one("#picture", Image).image is not None


async def test_a_wrong_query_is_a_notice(vault: Path) -> None:
    app = BrowseApp(vault, "zh")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.query_one("#query", Input).value = "material:brik"
        await pilot.pause(0.3)
        await settle(app, pilot)
        assert "最接近的是" in status(app)
        assert app.query_one("#hits", OptionList).option_count == 3


async def test_nothing_matches_says_so(vault: Path) -> None:
    app = BrowseApp(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.query_one("#query", Input).value = "rating:5"
        await pilot.pause(0.3)
        await settle(app, pilot)
        assert "nothing matches" in str(app.query_one("#facts", Static).render())
        assert app.query_one("#hits", OptionList).option_count == 0
