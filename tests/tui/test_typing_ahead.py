"""Keys that come faster than they are acted upon: none is lost, none acts out of its turn."""

from __future__ import annotations

from textual.events import Key
from textual.widgets import Input

from propvault.tui.screens.dialogs import AskText, Choose
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.tui.widgets.search_bar import SearchBar
from tests.tui.conftest import Driver, Opener

_NAMED = {"/": "slash", " ": "space", "\r": "enter", "\x15": "ctrl+u", "\x7f": "backspace"}


async def burst(driver: Driver, text: str) -> None:
    """Hand over keys all at once, as a terminal does that was not read for a while."""
    for character in text:
        driver.app.post_message(Key(_NAMED.get(character, character), character))
    await driver.settle()


async def test_letters_do_not_overtake_what_edits_them(opened: Opener) -> None:
    async with opened() as driver:
        await burst(driver, "/brik\x7fck\x15rating:5\x7f4")
        assert driver.app.query_one(SearchBar).value == "rating:4"


async def test_a_search_begun_is_no_command(opened: Opener) -> None:
    """Of ``/undo`` only the slash is a key of the grid; a ``u`` out of turn takes back a rating."""
    async with opened() as driver:
        await burst(driver, "4/undo 5")
        assert driver.app.query_one(SearchBar).value == "undo 5"
        await burst(driver, "\x15\r")
        hit = driver.app.query_one(PhotoGrid).hit
        assert hit is not None
        assert hit.photo.capture.rating == 4


async def test_a_dialog_takes_what_is_typed_before_it_is_drawn(opened: Opener) -> None:
    async with opened() as driver:
        await burst(driver, "nthe door of 槟城\r5")
        assert len(driver.app.screen_stack) == 1
        hit = driver.app.query_one(PhotoGrid).hit
        assert hit is not None
        assert (hit.photo.note, hit.photo.capture.rating) == ("the door of 槟城", 5)


async def test_keys_go_on_when_the_field_they_went_to_is_gone(opened: Opener) -> None:
    async with opened() as driver:
        driver.app.push_screen(AskText("?"))
        await driver.settle()
        field = driver.app.screen.query_one(Input)
        driver.app.post_message(Key("a", "a"))
        field.remove()
        await burst(driver, "\x1b")
        driver.app.post_message(Key("escape", "\x1b"))
        await driver.settle()
        assert len(driver.app.screen_stack) == 1


async def test_a_question_is_answered_once(opened: Opener) -> None:
    """Two clicks at once choose once; a second leave would take the screen below with it."""
    answers: list[str | None] = []
    async with opened() as driver:
        driver.app.push_screen(Choose("?", [("a", "A"), ("b", "B")]), answers.append)
        await driver.settle()
        dialog = driver.app.screen
        for _ in range(2):
            dialog.dismiss("b")
        await driver.settle()
        assert answers == ["b"]
        assert len(driver.app.screen_stack) == 1
