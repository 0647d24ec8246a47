"""The screens beside the browse screen: what they show, and what their keys do to the vault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from propvault.jobs.collect import collect
from propvault.jobs.decide import Decisions
from propvault.tui.screens.board import BoardScreen
from propvault.tui.screens.cull import CullScreen
from propvault.tui.screens.review import ReviewScreen
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.tui.widgets.search_bar import SearchBar
from propvault.values import BoardRole, BoardView, Collection
from propvault.vault.collections import find_collection
from propvault.vault.relations import known_pairs
from propvault.vault.trash import is_discarded
from propvault.vault.vault import Vault
from propvault.vault.views import photo_rows, photo_views
from tests.conftest import PictureMaker, exif, picture
from tests.tui.conftest import Opener


def ids(vault: Path) -> list[str]:
    with Vault(vault) as opened:
        return [view.id for view in photo_views(opened, photo_rows(opened))]


def board(vault: Path, name: str) -> Collection | None:
    with Vault(vault) as opened:
        return find_collection(opened.db, name)


async def test_help_names_every_key(opened: Opener) -> None:
    """One table of keys by part of the screen: browse, facets, photos, tags, everywhere."""
    async with opened((100, 70)) as driver:
        await driver.press("question_mark")
        driver.compare("help")


async def test_the_palette_offers_everything(opened: Opener) -> None:
    """Every key of the browse screen by what it does, in Chinese."""
    async with opened((100, 40), "zh") as driver:
        await driver.press("ctrl+p")
        driver.compare("palette-zh")


async def test_the_palette_acts(opened: Opener) -> None:
    async with opened() as driver:
        await driver.press("ctrl+p")
        await driver.type("vocab")
        await driver.press("down", "enter")
        assert "Vocabulary" in driver.text.splitlines()[0]


async def test_culling(opened: Opener, vault: Path) -> None:
    """The second photo fills the screen; below it name, four stars, place in the result, size."""
    async with opened((100, 36)) as driver:
        await driver.press("enter", "right", "4")
        driver.compare("cull")
        await driver.press("escape")
        assert driver.app.query_one(PhotoGrid).cursor == 1


async def test_culling_side_by_side(opened: Opener) -> None:
    """Three marked photos side by side, the second one framed; its facts below."""
    async with opened((120, 36)) as driver:
        await driver.press("space", "space", "space", "enter", "v", "right")
        driver.compare("cull-compare")
        await driver.press("escape")
        assert isinstance(driver.app.screen, CullScreen)


async def test_rejecting_is_undone(opened: Opener, vault: Path) -> None:
    async with opened() as driver:
        await driver.press("enter")
        screen = driver.app.screen
        assert isinstance(screen, CullScreen)
        hit = screen.hit_here()
        assert hit is not None
        await driver.press("x")
        with Vault(vault) as opened_vault:
            assert is_discarded(opened_vault.db, hit.photo.id.removeprefix("sha256:"))
        await driver.press("u", "escape")
        assert driver.app.query_one(PhotoGrid).count == 12


async def test_what_is_rejected_says_so(opened: Opener) -> None:
    """Side by side it goes from among the others; met again, it says that it is discarded."""
    async with opened((120, 36)) as driver:
        await driver.press("space", "space", "space", "home", "enter", "v", "x")
        assert "IMG_00010.JPG  1/2" in driver.text
        await driver.press("escape")
        assert "✗ discarded  IMG_00011.JPG  1/12" in driver.text
        await driver.press("u")
        assert "✗" not in driver.text


async def test_culling_passes_by_no_photo(opened: Opener) -> None:
    """A photo discarded keeps its place while one walks; the grid goes on where one stopped."""
    async with opened((120, 36)) as driver:
        await driver.press("enter", "x", "x", "x", "right")
        assert "IMG_00007.JPG  5/12" in driver.text
        await driver.press("escape")
        grid = driver.app.query_one(PhotoGrid)
        assert grid.hit is not None and grid.count == 9
        assert grid.hit.photo.name == "IMG_00007.JPG"


@pytest.fixture
def grouped(vault: Path) -> Path:
    """Make one group of three, found by the machine as far as one can see."""
    first, second, third, *_ = ids(vault)
    with Vault(vault, "write") as opened, opened.transaction() as db:
        for one, other, kind in (
            (first, second, "same"), (first, third, "same"), (second, third, "same"),
        ):  # fmt: skip
            db.execute(
                "INSERT INTO relation (sha256_a, sha256_b, source, kind, comparer, inliers,"
                " agreement, shift, share_a, share_b)"
                " VALUES (?, ?, 'machine', ?, 1, 50, 1, 0, 1, 1)",
                (*sorted((one[7:], other[7:])), kind),
            )
    with Decisions(vault, vault) as decisions:
        decisions.settle()
    return vault


async def test_review(opened: Opener, grouped: Path) -> None:
    """Three photos of one exposure side by side, the kept one first, the cursor on it."""
    async with opened((130, 40), root=grouped) as driver:
        await driver.press("r")
        driver.compare("review")


async def test_review_decides_and_takes_back(opened: Opener, grouped: Path) -> None:
    async with opened(root=grouped) as driver:
        await driver.press("r", "d")
        with Vault(grouped) as vault:
            assert set(known_pairs(vault.db).person.values()) == {"different"}
        screen = driver.app.screen
        assert isinstance(screen, ReviewScreen)
        assert "Every group has been looked at" in driver.text
        await driver.press("u")
        with Vault(grouped) as vault:
            assert not known_pairs(vault.db).person
        assert screen.group is not None


async def test_a_board_is_filled_ordered_and_described(opened: Opener, vault: Path) -> None:
    """Photos in order with subject and view; at the right what is said, and which views lack."""
    async with opened((130, 40)) as driver:
        await driver.press("space", "space", "space", "b")
        await driver.type("lane")
        await driver.press("enter", "B")
        assert isinstance(driver.app.screen, BoardScreen)
        before = board(vault, "lane")
        assert before is not None
        await driver.press("greater_than_sign")
        after = board(vault, "lane")
        assert after is not None
        assert [m.row for m in after.members[:2]] == [m.row for m in before.members[1::-1]]
        await driver.press("s")
        await driver.type("door")
        await driver.press("enter", "v", "enter", "r", "down", "enter")
        member = board(vault, "lane").members[1]  # type: ignore[union-attr]
        assert (member.subject, member.view, member.role) == (
            "door", BoardView.FRONT, BoardRole.MATERIAL,
        )  # fmt: skip
        driver.compare("board")
        await driver.press("x")
        assert len(board(vault, "lane").members) == 2  # type: ignore[union-attr]


async def test_a_board_is_exported_whatever_is_marked(opened: Opener, card: Path) -> None:
    collect(card, card, "lane", ids(card)[:1])
    async with opened(root=card) as driver:
        await driver.press("a", "B")
        assert "e Export" in driver.text and "Look closely" not in driver.text
        await driver.press("e")
        assert "1 place filled · the board lane" in driver.text
        await driver.press("w")
        assert "3 places filled · the 3 marked photos" in driver.text


async def test_an_empty_board(opened: Opener) -> None:
    """It says how a board comes to be."""
    async with opened((100, 30)) as driver:
        await driver.press("B")
        driver.compare("board-none")


async def test_the_board_strip(opened: Opener, vault: Path) -> None:
    """Below the grid the board that is being filled, its photos in order."""
    collect(vault, vault, "lane at dusk", ids(vault)[:4])
    async with opened((140, 44)) as driver:
        driver.app.session.board = "lane at dusk"
        driver.app.screen.read_board()  # type: ignore[attr-defined]
        await driver.settle()
        driver.compare("browse-board")


async def test_import_looks_first_then_imports(
    opened: Opener, vault: Path, make_picture: PictureMaker, tmp_path: Path
) -> None:
    for seed in (1, 2):
        make_picture(f"A_{seed}.jpg", seed)
    (tmp_path / "card" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0broken")
    async with opened() as driver:
        from propvault.tui.screens.import_ import ImportScreen

        driver.app.push_screen(ImportScreen(tmp_path / "card"))
        await driver.settle()
        assert "card  3" in driver.text
        await driver.press("d")
        assert "2 new" in driver.text
        assert len(ids(vault)) == 12
        await driver.press("i")
        assert "broken.jpg" in driver.text
        assert len(ids(vault)) == 14
        await driver.press("escape")
        assert driver.app.query_one(PhotoGrid).count == 14


async def test_the_first_import_ends_in_the_grid(
    opened: Opener, make_picture: PictureMaker, tmp_path: Path
) -> None:
    """An empty grid is hidden and loses the focus; with photos in it the keys are its own again."""
    make_picture("A_1.jpg", 1)
    Vault.create(tmp_path / "new").close()
    async with opened(root=tmp_path / "new") as driver:
        from propvault.tui.screens.import_ import ImportScreen

        driver.app.push_screen(ImportScreen(tmp_path / "card"))
        await driver.settle()
        await driver.press("i", "escape")
        assert driver.app.query_one(PhotoGrid).has_focus
        assert "1 new, 0 known, 0 ignored, 0 skipped" in driver.text


async def test_export(opened: Opener, card: Path, tmp_path: Path) -> None:
    async with opened(root=card) as driver:
        await driver.press("space", "space", "e", "slash")
        await driver.type("seedance")
        await driver.press("enter")
        assert "2 places filled · the 2 marked photos" in driver.text
        await driver.press("x")
        assert "1 place filled" in driver.text
        assert "neither creator nor rights are known. Press c" in " ".join(driver.text.split())
        await driver.press("k", "c")
        await driver.type("Lin")
        await driver.press("enter")
        assert "XMP sidecars: Chinese" in driver.text and "by Lin" in driver.text
        assert "neither creator" not in driver.text
        await driver.press("e")
        field = driver.app.screen.query_one("Input")
        field.value = str(tmp_path / "set")  # type: ignore[attr-defined]
        await driver.press("enter")
        (photo,) = json.loads((tmp_path / "set" / "manifest.json").read_text("utf-8"))["photos"]
        assert photo["creator"] == "Lin" and (tmp_path / "set" / f"{photo['file']}.xmp").is_file()
        assert "the set is in" in driver.text
        await driver.press("escape")
        await driver.press("left")
        assert "exported to set" in str(driver.app.query_one("#facts", Static).visual)


async def test_into_the_prompt(opened: Opener, card: Path) -> None:
    async with opened(root=card) as driver:
        await driver.press("space", "space", "p", "slash")
        await driver.type("seedance")
        await driver.press("enter", "p")
        assert driver.app.clipboard
        assert "prompts copied" in driver.text
        await driver.press("f")
        assert all(Path(line).is_file() for line in driver.app.clipboard.splitlines())


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """Import three real pictures: an export needs files."""
    from propvault.jobs.import_photos import ImportRequest, import_photos

    (tmp_path / "card").mkdir()
    for seed in range(3):
        picture(seed, (1280, 960)).save(tmp_path / "card" / f"IMG_{seed}.jpg", exif=exif())
    list(import_photos(ImportRequest(tmp_path / "real", (tmp_path / "card",), workers=0)))
    return tmp_path / "real"


async def test_history(opened: Opener) -> None:
    async with opened((90, 24)) as driver:
        await driver.press("5", "H")
        assert "rate IMG_00011.JPG: 5" in driver.text
        await driver.press("u")
        assert "undone" in driver.text


async def test_an_empty_history(opened: Opener) -> None:
    """It says that nothing was decided yet."""
    async with opened((90, 24), "zh") as driver:
        await driver.press("H")
        driver.compare("history-empty-zh")


async def test_settings(opened: Opener, vault: Path) -> None:
    """Each setting with its value and what it means; above, how pictures are drawn."""
    async with opened((100, 36), "zh") as driver:
        await driver.press("comma")
        driver.compare("settings-zh")


async def test_a_setting_is_changed_and_a_wrong_one_refused(opened: Opener, vault: Path) -> None:
    async with opened() as driver:
        await driver.press("comma", "enter", "down", "enter")
        assert 'language = "zh"' in (vault / "propvault.toml").read_text(encoding="utf-8")
        assert "设置" in driver.text.splitlines()[0]
        await driver.press("end", "enter")
        await driver.type("light")
        await driver.press("enter")
        assert 'theme = "light"' in (vault / "propvault.toml").read_text(encoding="utf-8")
        assert driver.app.theme == "propvault-light"


async def test_models(opened: Opener) -> None:
    async with opened() as driver:
        await driver.press("M")
        assert driver.app.screen.query_one(OptionList).option_count > 2
        assert "MB" in driver.text


async def test_vocabulary_searches(opened: Opener) -> None:
    async with opened() as driver:
        await driver.press("V")
        await driver.type("竹")
        assert "bamboo" in driver.text
        await driver.press("enter")
        assert ":" in driver.app.query_one(SearchBar).value


async def test_welcome(opened: Opener, tmp_path: Path) -> None:
    async with opened((100, 30), root=tmp_path / "new") as driver:
        assert "try it on the sample library" in driver.text
        await driver.press("n", "enter")
        assert (tmp_path / "new" / "vault.db").is_file()
        assert "no photos yet" in driver.text


async def test_an_empty_vault(opened: Opener, tmp_path: Path) -> None:
    """It says how photos get into it; no facets, no details."""
    Vault.create(tmp_path / "empty").close()
    async with opened((100, 30), root=tmp_path / "empty") as driver:
        driver.compare("empty-vault")


async def test_an_error_is_a_notice(opened: Opener, vault: Path) -> None:
    async with opened() as driver:
        driver.app.session.writer.ask(lambda _: 1 / 0, driver.app.screen)  # type: ignore[arg-type,return-value]
        await driver.settle()
        assert "ZeroDivisionError" in driver.text
        assert "error.log" in driver.text
        await driver.press("right")
        assert driver.app.query_one(PhotoGrid).cursor == 1
