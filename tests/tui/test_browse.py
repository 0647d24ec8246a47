"""The browse screen: typing finds, facets narrow, marks stay, verdicts reach the vault."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from propvault.places import Name, Place
from propvault.reasons import Language
from propvault.settings import set_setting
from propvault.tui.renderers import Renderer
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.tui.widgets.search_bar import SearchBar
from propvault.values import TagState
from propvault.vault.places import store_place
from propvault.vault.vault import Vault
from propvault.vault.views import photo_rows, photo_views
from propvault.vision.model import Model
from tests.tui.conftest import Opener
from tests.tui.made import Made, make_vault


async def test_first_look(opened: Opener) -> None:
    """Facets with counts, cards with captions, a framed first card and its details at the right."""
    async with opened() as driver:
        driver.compare("browse")


async def test_small_terminal(opened: Opener) -> None:
    """80 by 24: no facets, two columns of cards, a narrow detail pane, help and palette named."""
    async with opened((80, 24)) as driver:
        driver.compare("browse-80x24")


async def test_half_blocks(opened: Opener) -> None:
    """Pictures in colour, two pixels a character, none of them over the edge of its card."""
    async with opened((60, 24), renderer=Renderer.BLOCKS) as driver:
        driver.compare("browse-blocks")


async def test_facets_in_a_small_terminal(opened: Opener) -> None:
    """After f the facets take the place of the detail pane, the cursor on the first one."""
    async with opened((80, 24)) as driver:
        await driver.press("f")
        driver.compare("browse-80x24-facets")


@pytest.mark.parametrize(("language", "named"), [("zh", "绍兴 · 中国"), ("en", "Shaoxing · China")])
async def test_a_place_is_named_from_near_to_far(
    opened: Opener, vault: Path, language: Language, named: str
) -> None:
    town, country = Name("绍兴", "紹興", "Shaoxing"), Name("中国", "中國", "China")
    place = Place("1", town, None, None, country, ("绍兴", "Shaoxing"))
    with Vault(vault, "write") as own, own.transaction() as db:
        for row in photo_rows(own):
            store_place(db, row, (place, 900.0))
    async with opened((120, 40), language) as driver:
        assert named in driver.text


async def test_chinese(opened: Opener) -> None:
    """Everything but names of files is Chinese; captions end in … without breaking a character."""
    async with opened(language="zh") as driver:
        driver.compare("browse-zh")


async def test_light(opened: Opener) -> None:
    """Dark text on paper white; the cursor's card is still the first thing one sees."""
    async with opened(theme="light") as driver:
        driver.compare("browse-light")


async def test_typing_does_not_wait_for_the_model(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    load = Model.load_texts

    def slowly(model: Model) -> None:
        assert gate.wait(60)
        load(model)

    monkeypatch.setattr(Model, "load_texts", slowly)
    root = tmp_path / "with vectors"
    make_vault(root, Made(40, tags=2))
    async with opened(root=root) as driver:
        try:
            await driver.press("slash")
            await driver.type("IMG_00007")
            assert driver.app.query_one(PhotoGrid).count == 1
            assert "by tags and words so far" in driver.text
            await driver.press("ctrl+u")
            await driver.type("zzzz")  # neither a tag nor a word: what the model finds is awaited
            assert "by tags and words so far" in driver.text
            assert "nothing matches" not in driver.text
        finally:
            gate.set()
        until = time.monotonic() + 30
        while "so far" in driver.text:
            assert time.monotonic() < until
            await driver.settle()
        assert driver.app.query_one(PhotoGrid).count == 40


async def test_nothing_matches(opened: Opener) -> None:
    """The query stays, the grid says that nothing matches, the detail pane is empty."""
    async with opened() as driver:
        await driver.press("slash")
        await driver.type("rating:5")
        assert "nothing matches" in driver.text
        driver.compare("browse-nothing")


async def test_nothing_matches_where_no_model_has_seen_the_pictures(
    opened: Opener, vault: Path
) -> None:
    """Why a text finds nothing, and the key that helps, even when the vault's model is gone."""
    set_setting(vault / "propvault.toml", "model", "gone")
    async with opened() as driver:
        await driver.press("slash")
        await driver.type("zebra")
        assert "seen the pictures yet: press M and choose one" in driver.text
        await driver.press("ctrl+u", "escape", "M")
        assert "works here now: none" in driver.text
        assert "mini-" in driver.text


async def test_a_wrong_query(opened: Opener) -> None:
    """The search bar turns red and says which value is the nearest; the last hits stay."""
    async with opened() as driver:
        driver.app.query_one(SearchBar).value = "material:brik"
        await driver.settle()
        assert driver.app.query_one(SearchBar).has_class("-refused")
        assert driver.app.query_one(PhotoGrid).count == 12
        driver.compare("browse-wrong")


async def test_typing_searches_and_arrows_show(opened: Opener) -> None:
    async with opened() as driver:
        await driver.press("slash")
        await driver.type("IMG_00003")
        grid = driver.app.query_one(PhotoGrid)
        assert grid.hit is not None
        assert grid.hit.photo.name == "IMG_00003.JPG"
        await driver.press("enter", "right")
        assert grid.has_focus


async def test_a_stale_answer_is_dropped(opened: Opener) -> None:
    async with opened() as driver:
        bar = driver.app.query_one(SearchBar)
        for text in ("material:brick", "material:bamboo", "rating:5"):
            bar.value = text
            driver.app.screen.search()  # type: ignore[attr-defined]
        await driver.settle()
        assert driver.app.session.ranking is not None
        assert driver.app.session.ranking.query == "rating:5"
        assert driver.app.query_one(PhotoGrid).count == 0


async def test_facets_narrow_exclude_and_let_go(opened: Opener) -> None:
    async with opened() as driver:
        bar, grid = driver.app.query_one(SearchBar), driver.app.query_one(PhotoGrid)
        await driver.press("f", "down")
        await driver.press("enter")
        assert bar.value == "object:window"
        narrowed = grid.count
        assert 0 < narrowed < 12
        await driver.press("enter")
        assert bar.value == "-object:window"
        assert grid.count == 12 - narrowed
        assert "✗ 窗 window" in driver.text
        await driver.press("enter")
        assert bar.value == ""
        assert grid.count == 12


async def test_marks_rating_and_undo(opened: Opener, vault: Path) -> None:
    async with opened() as driver:
        await driver.press("space", "space", "4")
        assert "2 photos rated 4" in driver.text
        assert _ratings(vault) == [4, 4]
        await driver.press("u")
        assert "undone: rate" in driver.text
        assert _ratings(vault) == []
        await driver.press("U")
        assert _ratings(vault) == [4, 4]


@pytest.mark.parametrize(("key", "state"), [("y", TagState.CONFIRMED), ("x", TagState.REJECTED)])
async def test_verdicts(opened: Opener, vault: Path, key: str, state: TagState) -> None:
    async with opened() as driver:
        await driver.press("t", "down", key)
        hit = driver.app.query_one(PhotoGrid).hit
        assert hit is not None
        states = {tag.state for tag in _view(vault, hit.row).tags}
        assert state in states
        assert ("confirmed: " if key == "y" else "rejected: ") in driver.text


async def test_the_cursor_stays_where_one_works(opened: Opener) -> None:
    """A discard goes on with the next photo, an undo stays with the one under the cursor."""
    async with opened() as driver:
        grid = driver.app.query_one(PhotoGrid)

        def here() -> tuple[int, str]:
            assert grid.hit is not None
            return grid.cursor, grid.hit.photo.name

        await driver.press("right", "right", "right", "right", "right", "right", "right")
        assert here() == (7, "IMG_00004.JPG")
        await driver.press("d")
        assert here() == (7, "IMG_00003.JPG")
        await driver.press("u")
        assert here() == (8, "IMG_00003.JPG")
        await driver.press("slash", "x")
        assert grid.cursor == 0


async def test_more_like_this(opened: Opener) -> None:
    async with opened() as driver:
        await driver.press("m")
        assert driver.app.query_one(SearchBar).value.startswith("like:")


async def test_another_language_at_once(opened: Opener) -> None:
    async with opened() as driver:
        assert "Facets" in driver.text
        await driver.press("ctrl+l")
        assert "分面" in driver.text
        assert "Facets" not in driver.text


def _ratings(vault: Path) -> list[int]:
    with Vault(vault) as opened:
        views = photo_views(opened, photo_rows(opened))
    return [view.capture.rating for view in views if view.capture.rating is not None]


def _view(vault: Path, row: int):  # type: ignore[no-untyped-def]
    with Vault(vault) as opened:
        return photo_views(opened, [row])[0]
