"""What the screens look like in their states; each test says what a reviewer should see."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from propvault.jobs.collect import collect
from propvault.jobs.decide import Decisions
from propvault.jobs.describe import note, rate, tag
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.import_report import ImportReport
from propvault.reasons import Reason
from propvault.tui.app import Start, make_app
from propvault.tui.lanes import Desk
from propvault.tui.messages import Failed
from propvault.tui.renderers import Display, Renderer
from propvault.tui.screens.import_ import ImportScreen
from propvault.vault.vault import Vault
from tests.conftest import exif, picture
from tests.tui.conftest import Driver, Opener
from tests.tui.test_screens import ids


async def test_loading(vault: Path) -> None:
    """Before the first answer: the frame, "searching" at the upper right, no photos, no zeros."""
    app = make_app(Start(vault, "en", Display(Renderer.SHADES)))
    answered = threading.Event()

    def wait(_: Desk) -> None:
        answered.wait()

    app.session.reader.ask(wait, app)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause(0.3)
        Driver(app, pilot).compare("loading")
        answered.set()


async def test_nothing_matches_in_a_small_terminal(opened: Opener) -> None:
    """80 by 24, Chinese: the query stays, what to do about it in the middle of the empty grid."""
    async with opened((80, 24), "zh") as driver:
        await driver.press("slash")
        await driver.type("rating:5")
        driver.compare("nothing-zh-80x24")


async def test_an_error(opened: Opener) -> None:
    """The reason and the log's place in red above the keys; the photos are all still there."""
    async with opened((100, 30), "zh") as driver:
        log = "/home/you/.cache/propvault/error.log"
        reason = Reason.of("error.unexpected", detail="OSError: disk full", path=log)
        driver.app.post_message(Failed(reason))
        await driver.settle()
        driver.compare("error-zh")


async def test_an_empty_vault_in_a_small_terminal(opened: Opener, tmp_path: Path) -> None:
    """How photos get in, in Chinese, in the middle; no facets, no details."""
    from propvault.vault.vault import Vault

    Vault.create(tmp_path / "empty").close()
    async with opened((80, 24), "zh", root=tmp_path / "empty") as driver:
        driver.compare("empty-vault-zh-80x24")


@pytest.fixture
def unmeasured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget how fast other tests found the model to be: screens say so."""
    monkeypatch.setenv("PROPVAULT_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(("language", "size"), [("en", (140, 40)), ("zh", (80, 24))])
async def test_welcome(
    opened: Opener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    size: tuple[int, int],
) -> None:
    """A greeting, three ways to begin, the model that works, what a better one costs."""
    monkeypatch.chdir(tmp_path)
    async with opened(size, language, root=Path("props")) as driver:
        driver.compare(f"welcome-{language}")


async def test_import_before(opened: Opener, card: Path) -> None:
    """Folders with counts at the left, the one under the cursor and its keys at the right."""
    async with opened((140, 40), "zh") as driver:
        driver.app.push_screen(ImportScreen(card))
        await driver.settle()
        await driver.press("down", "enter")
        driver.compare("import-zh")


async def test_import_report(opened: Opener, card: Path) -> None:
    """After a dry run: what was skipped and why, the tally, that nothing was written."""
    async with opened((80, 24)) as driver:
        driver.app.push_screen(ImportScreen(card))
        await driver.settle()
        await driver.press("d")
        report, screen = driver.app.session.tasks.reports["look"], driver.app.screen
        assert isinstance(report, ImportReport) and isinstance(screen, ImportScreen)
        report.seconds = 1.5
        screen.reword()
        await driver.settle()
        driver.compare("import-report-80x24")


@pytest.fixture
def real(card: Path) -> Path:
    """Import the camera folder: an export needs files."""
    root = card.parent / "real"
    list(import_photos(ImportRequest(root, (card,), workers=0)))
    return root


@pytest.mark.parametrize(("language", "size"), [("zh", (140, 40)), ("en", (80, 24))])
async def test_export(opened: Opener, real: Path, language: str, size: tuple[int, int]) -> None:
    """Targets at the left; at the right the places as pictures, why, what is done, the prompts."""
    async with opened(size, language, root=real) as driver:
        await driver.press("space", "space", "e", "slash")
        await driver.type("seedance")
        await driver.press("enter")
        driver.compare(f"export-{language}")


async def test_export_asks_where_to(
    opened: Opener, real: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box over the dimmed plan: the question, a folder offered, the keys that answer."""
    monkeypatch.setenv("HOME", "/home/you")
    async with opened((100, 30), "zh", root=real) as driver:
        await driver.press("space", "space", "e", "e")
        driver.compare("export-ask-zh")


async def test_nothing_to_export(opened: Opener) -> None:
    """Photos whose files are gone: no places, each left out with its reason, in red."""
    async with opened((120, 32)) as driver:
        await driver.press("space", "space", "e", "e")
        driver.compare("export-nothing")


@pytest.mark.parametrize(("language", "size"), [("en", (140, 40)), ("zh", (80, 24))])
async def test_prompt(opened: Opener, real: Path, language: str, size: tuple[int, int]) -> None:
    """Prompts in both languages, captions, paths, each under the key that copies it."""
    async with opened(size, language, root=real) as driver:
        await driver.press("space", "space", "p", "slash")
        await driver.type("seedance")
        await driver.press("enter")
        driver.compare(f"prompt-{language}")


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(("language", "size"), [("en", (140, 40)), ("zh", (80, 24))])
async def test_models(opened: Opener, language: str, size: tuple[int, int]) -> None:
    """Above, which model answers here; the built-in one chosen; below what is worth installing."""
    async with opened(size, language) as driver:
        await driver.press("M")
        driver.compare(f"models-{language}")


@pytest.mark.parametrize(("language", "size"), [("en", (80, 24)), ("zh", (140, 40))])
async def test_vocabulary(opened: Opener, language: str, size: tuple[int, int]) -> None:
    """Facet, both names, other names; only what holds the filter's text; the first one chosen."""
    async with opened(size, language) as driver:
        await driver.press("V")
        await driver.type("竹")
        driver.compare(f"vocabulary-{language}")


async def test_a_word_nobody_knows(opened: Opener) -> None:
    """The list says that no value is called so."""
    async with opened((80, 24), "zh") as driver:
        await driver.press("V")
        await driver.type("qqq")
        driver.compare("vocabulary-nothing-zh")


@pytest.fixture
def in_shanghai() -> Iterator[None]:
    """Put the clock on the wall eight hours before UTC."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def decided(vault: Path) -> Path:
    """Decide this and that on a day long past, and take the last of it back."""
    chosen = ids(vault)
    rate(vault, vault, chosen[:1], 4)
    rate(vault, vault, chosen[1:4], None)
    tag(vault, vault, chosen[:2], ["material:竹"], ["object:door"])
    note(vault, vault, chosen[2:3], "门口的光很好，傍晚再去一次；from the corner, 35 mm")
    collect(vault, vault, "巷口 lane at dusk", chosen[:5])
    with Decisions(vault, vault) as decisions:
        decisions.discard(chosen[5:7])
        decisions.undo(2)
    with Vault(vault, "write") as opened_vault, opened_vault.transaction() as db:
        db.execute("UPDATE journal SET at = '2026-01-13T09:' || (10 + id) || ':00Z'")
    return vault


@pytest.mark.usefixtures("in_shanghai")
@pytest.mark.parametrize(("language", "size"), [("zh", (100, 30)), ("en", (80, 24))])
async def test_history(opened: Opener, decided: Path, language: str, size: tuple[int, int]) -> None:
    """Decisions, newest first, by the clock on the wall; those taken back have a mark, struck."""
    async with opened(size, language, root=decided) as driver:
        await driver.press("H")
        assert "2026-01-13 17:" in driver.text
        driver.compare(f"history-{language}")


async def test_a_question(opened: Opener, vault: Path) -> None:
    """Which board: a filter that takes a new name too, the boards there are, the keys."""
    collect(vault, vault, "巷口 lane at dusk", ids(vault)[:2])
    collect(vault, vault, "门", ids(vault)[:3])
    async with opened((100, 30), "zh") as driver:
        await driver.press("b")
        driver.compare("choose-zh")


async def test_board_in_a_small_terminal(opened: Opener, vault: Path) -> None:
    """80 by 24, Chinese: photos in order, at the right the one chosen and what is missing."""
    collect(vault, vault, "巷口", ids(vault)[:4])
    async with opened((80, 24), "zh") as driver:
        driver.app.session.board = "巷口"
        await driver.press("B")
        driver.compare("board-zh-80x24")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_culling_in_a_small_terminal(opened: Opener, language: str) -> None:
    """80 by 24, light: the picture, its facts in one line, the keys that judge it."""
    async with opened((80, 24), language, theme="light") as driver:
        await driver.press("enter")
        driver.compare(f"cull-{language}-80x24")


@pytest.fixture
def card() -> Iterator[Path]:
    """Make a camera folder with a broken file; its path, which is seen, is always as long."""
    root = Path("/tmp", f"propvault-{uuid4().hex[:5]}")
    for name in ("100CANON/IMG_1", "100CANON/IMG_2", "100CANON/IMG_3", "101CANON/IMG_9"):
        file = root / "card" / "DCIM" / f"{name}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        picture(int(name[-1]), (1280, 960)).save(file, exif=exif())
    (root / "card" / "DCIM" / "101CANON" / "坏的.jpg").write_bytes(b"\xff\xd8\xff\xe0broken")
    yield root / "card"
    shutil.rmtree(root)
