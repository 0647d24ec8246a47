"""A small made-up vault, the app over it, and screenshots that are compared with kept ones."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.reasons import Language
from propvault.resources import seeds_folder
from propvault.tui.app import PropvaultApp, Start, make_app
from propvault.tui.renderers import Display, Renderer
from tests.tui.made import Made, make_vault
from tests.tui.terminal import Terminal

KEPT = Path(__file__).parent / "snapshots"
WRITE = "PROPVAULT_SNAPSHOTS"
CONCEPTS = (
    "object:window", "object:door", "object:chair", "material:brick", "material:bamboo",
    "surface:mottled", "light:backlit", "setting:lane",
)  # fmt: skip


class Driver:
    """Drives one app: presses keys, waits until it has drawn, compares screenshots."""

    def __init__(self, app: PropvaultApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def settle(self) -> None:
        """Wait until timers, lanes and pictures are done and drawn."""
        for _ in range(3):
            await self.pilot.pause(0.05)
            await self.app.settled()
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        await self.press(*("space" if c == " " else c for c in text))

    @property
    def text(self) -> str:
        """Return the screen as text, a line for each of its own."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(line.text.rstrip() for line in lines)

    def compare(self, name: str) -> None:
        """Compare the screen with the kept screenshot; ``PROPVAULT_SNAPSHOTS=write`` keeps it."""
        shot = _normal(self.app.export_screenshot())
        file = KEPT / f"{name}.svg"
        if os.environ.get(WRITE) == "write":
            file.parent.mkdir(exist_ok=True)
            file.write_text(shot, encoding="utf-8")
        kept = _normal(file.read_text(encoding="utf-8")) if file.is_file() else ""
        if kept != shot:
            new = Path(os.environ.get("TMPDIR", "/tmp")) / f"propvault-{name}.svg"
            new.write_text(shot, encoding="utf-8")
            pytest.fail(f"{name} looks different: compare {new} with {file}, then {WRITE}=write")


Opener = Callable[..., AbstractAsyncContextManager[Driver]]


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "vault"
    make_vault(root, Made(12, 12, vectors=False, tags=4, concepts=CONCEPTS, is_flat=True))
    return root


@pytest.fixture
def vault(_made: Path, tmp_path: Path) -> Path:
    """Return a copy of the vault that a test may change."""
    return Path(shutil.copytree(_made, tmp_path / "vault"))


@pytest.fixture
def opened(vault: Path) -> Opener:
    """Return what opens the app over the vault."""

    @asynccontextmanager
    async def open_app(
        size: tuple[int, int] = (140, 40),
        language: Language = "en",
        root: Path = vault,
        theme: str = "dark",
        renderer: Renderer = Renderer.SHADES,
    ) -> AsyncIterator[Driver]:
        # Greys are few characters: a screenshot of half blocks is half a megabyte.
        app = make_app(Start(root, language, Display(renderer), theme))
        app.session.clock = lambda: 0.0
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            yield driver

    return open_app


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Return a terminal that runs the program; CI has tmux, elsewhere it may be missing."""
    tmux = shutil.which("tmux")
    if tmux is None and os.environ.get("CI") == "true":
        pytest.fail("tmux is required here: .ci/run installs it")
    if tmux is None:
        pytest.skip("tmux is not installed, so the program cannot be seen in a terminal")
    terminal = Terminal(tmux, tmp_path)
    yield terminal
    terminal.close()


@pytest.fixture(scope="session")
def _seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("seeds") / "vault"
    folder = seeds_folder() / "camera" / "DCIM"
    list(import_photos(ImportRequest(root, (folder,), in_place=True, workers=0)))
    return root


@pytest.fixture
def seeds(_seeds: Path, tmp_path: Path) -> Path:
    """Return a vault of the sample library that a test may change."""
    return Path(shutil.copytree(_seeds, tmp_path / "seeds"))


def _normal(svg: str) -> str:
    """Drop what differs between runs that show the same: ids, paths, fonts, empty boxes."""
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    svg = re.sub(r"(?<=/tmp/propvault-)[0-9a-f]{5}", "looks", svg)
    svg = re.sub(r'<rect [^>]*width="0"[^>]*/>', "", svg)
    return re.sub(r"@font-face \{.*?\}\n", "", svg, flags=re.S)
