"""How quick the screens are on a large vault: first paint, typing, moving; through Textual's pilot.

``python -m benchmarks.tui_latency [--photos 100000] [--vault FOLDER]``

One run prints, for a made-up vault (`benchmarks.synthetic`) whose newest photos have previews:

* first paint: the process from its start to the first frame, beside a bare Textual app in the
  same run, alternating, medians; both with compiled modules;
* the first key after a start: by tags and words, and with pictures once the model is there;
* typing: from a key to the answer drawn, each key of sentences in both languages, p50 and p95;
* the grid: from an arrow key to the frame that shows it, while walking down thousands of photos,
  beside a step in Textual's own `OptionList`.

A frame is drawn to the text that the terminal would be sent, in 24-bit colours.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from textual.app import App, ComposeResult
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import OptionList

from benchmarks.synthetic import fill
from propvault.tui.app import PropvaultApp, Start, make_app
from propvault.tui.screens.browse import BrowseScreen
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.tui.widgets.search_bar import SearchBar
from propvault.vault.folder import VaultFolder
from propvault.vault.vault import Vault

SIZE = (160, 48)
SENTENCES = ("斑驳的墙", "old wooden door", "material:brick", "雨后的骑楼", "bamboo chair")
STEPS = 400
PREVIEWS = 4000
"""Photos with a preview, the newest: more than the steps come by."""
BARE = """
import time
from textual.app import App
class Bare(App):
    def on_mount(self): self.call_after_refresh(self.painted)
    def painted(self):
        global at
        at = time.time()
        self.exit()
Bare().run(headless=True, size=(160, 48))
print(at)
"""
OURS = """
import sys, time
from pathlib import Path
from propvault.tui.app import Start, make_app
app = make_app(Start(Path(sys.argv[1])))
def painted():
    global at
    at = time.time()
    app.exit()
app.call_later(lambda: app.screen.call_after_refresh(painted))
app.run(headless=True, size=(160, 48))
print(at)
"""
FIRST = """
import asyncio, sys
from pathlib import Path
from benchmarks.tui_latency import first_key
print(*asyncio.run(first_key(Path(sys.argv[1]))))
"""


def previews(root: Path) -> None:
    """Give the newest photos a picture; 40 different ones, linked."""
    folder = VaultFolder(root)
    files = []
    for seed in range(40):
        blocks = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
        file = root / f"{seed}.webp"
        Image.fromarray(blocks).resize((512, 384), Image.Resampling.BICUBIC).save(file, "WEBP")
        files.append(file)
    with Vault(root) as vault:
        sql = f"SELECT sha256 FROM photo ORDER BY taken_local DESC LIMIT {PREVIEWS}"
        names = [row[0] for row in vault.db.execute(sql)]
    for place, sha256 in enumerate(names):
        preview = folder.preview(sha256)
        preview.parent.mkdir(parents=True, exist_ok=True)
        os.link(files[place % len(files)], preview)


def process(code: str, *words: str) -> list[float]:
    """Run a Python process and return the times it prints, seconds since it was started."""
    started = time.time()
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(at) - started for at in done.stdout.split()]


def first_paint(root: Path, rounds: int) -> None:
    """Print the start of the app beside that of a bare one."""
    bare, ours = [], []
    for _ in range(rounds + 1):  # the first fills caches
        bare += process(BARE)
        ours += process(OURS, str(root))
    one, other = statistics.median(bare[1:]), statistics.median(ours[1:])
    print(f"{'first paint, bare Textual app':44} {one * 1000:7.0f} ms")
    print(f"{'first paint, propvault':44} {other * 1000:7.0f} ms, {other / one:.2f} x, bar 1.6")


def first_keys(root: Path, rounds: int) -> None:
    """Print how long the first key after a start waits, each in a process of its own."""
    early, whole = [], []
    for _ in range(rounds + 1):
        pressed, answered_at, compared = process(FIRST, str(root))
        early.append(answered_at - pressed)
        whole.append(compared - pressed)
    one, other = statistics.median(early[1:]), statistics.median(whole[1:])
    print(f"{'the first key, by tags and words':44} {one * 1000:7.0f} ms")
    print(f"{'the first key, with pictures':44} {other * 1000:7.0f} ms")


async def first_key(root: Path) -> tuple[float, float, float]:
    """Type as soon as photos are there; return when, when it is answered, when with pictures."""
    app = shown(root)
    async with app.run_test(size=SIZE):
        while app.session.ranking is None:
            await asyncio.sleep(0.001)
        bar = app.query_one(SearchBar)
        bar.focus()
        await frame(app)
        pressed = time.time()
        await answered(app, bar, "门")
        at = time.time()
        while app.session.ranking.sentence.is_partial:
            await asyncio.sleep(0.001)
        await frame(app)
        return pressed, at, time.time()


def shown(root: Path) -> PropvaultApp:
    """Return the app, drawing what a terminal is sent, which Textual leaves out without one."""
    setattr(App, "is_headless", False)  # noqa: B010 — to a type checker it is a property that cannot be set
    return make_app(Start(root))


class Options(App[None]):
    """The peer: a list of Textual's own."""

    def compose(self) -> ComposeResult:
        """Put nothing but the list."""
        yield OptionList(*(f"IMG_{number:04}.JPG" for number in range(1000)))


async def settled(app: PropvaultApp, pilot: Pilot[None]) -> None:
    """Wait until everything asked for is drawn."""
    for _ in range(3):
        await pilot.pause(0.05)
        await app.settled()
        await pilot.pause()


async def typing(app: PropvaultApp, pilot: Pilot[None]) -> list[float]:
    """Return the seconds from each key to its answer on the screen."""
    bar = app.query_one(SearchBar)
    bar.focus()
    await settled(app, pilot)
    taken = []
    for sentence in SENTENCES:
        bar.value = ""
        await settled(app, pilot)
        for character in sentence:
            await asyncio.sleep(0.1)  # ten keys a second
            taken.append(await answered(app, bar, character))
    return taken


async def answered(app: PropvaultApp, bar: SearchBar, character: str) -> float:
    """Type a character; return the seconds until the screen shows the answer to it."""
    wanted = bar.value + character
    started = time.perf_counter()
    # Not pilot.press, which waits until the whole process rests before it returns.
    app.post_message(Key("space" if character == " " else character, character))
    while (
        bar.value != wanted
        or app.session.ranking is None
        or (app.session.ranking.query != wanted and not bar.has_class("-refused"))
    ):
        await asyncio.sleep(0.001)
    bar.remove_class("-refused")
    await frame(app)
    return time.perf_counter() - started


async def frame(app: App[None]) -> None:
    """Wait until what is to be drawn is drawn."""
    drawn = asyncio.Event()
    app.screen.call_after_refresh(drawn.set)
    await drawn.wait()


async def moving(app: PropvaultApp, pilot: Pilot[None]) -> list[float]:
    """Return the seconds from each arrow key to its frame."""
    app.query_one(SearchBar).value = ""
    grid = app.query_one(PhotoGrid)
    grid.focus()
    await settled(app, pilot)
    taken = []
    for step in range(STEPS):
        await asyncio.sleep(0.03)  # a key held down repeats some thirty times a second
        started = time.perf_counter()
        app.simulate_key("down" if step % 4 else "right")
        place = grid.cursor
        while grid.cursor == place:
            await asyncio.sleep(0)
        await frame(app)
        taken.append(time.perf_counter() - started)
    return taken


async def listing() -> list[float]:
    """Return the seconds from each arrow key to its frame in a list of Textual's own."""
    app = Options()
    taken = []
    async with app.run_test(size=SIZE) as pilot:
        options = app.query_one(OptionList)
        await pilot.pause()
        for _ in range(STEPS):
            await asyncio.sleep(0.03)
            started = time.perf_counter()
            app.simulate_key("down")
            place = options.highlighted
            while options.highlighted == place:
                await asyncio.sleep(0)
            await frame(app)
            taken.append(time.perf_counter() - started)
    return taken


def told(name: str, seconds: list[float], bar: str) -> None:
    """Print a line."""
    p50, p95 = (np.percentile(seconds, share) * 1000 for share in (50, 95))
    print(f"{name:44} p50 {p50:4.0f} ms, p95 {p95:4.0f} ms, {len(seconds)} times{bar}")


async def inside(root: Path) -> None:
    """Print what is measured within one running app."""
    app = shown(root)
    async with app.run_test(size=SIZE) as pilot:
        await settled(app, pilot)
        assert isinstance(app.screen, BrowseScreen)
        assert app.query_one(PhotoGrid).count
        await typing(app, pilot)  # the model and the operating system's caches are warm after it
        keys, steps = await typing(app, pilot), await moving(app, pilot)
    told("a key to its answer", keys, ", bar 100")
    told("a step in the grid", steps, ", bar 33")
    told("a step in Textual's OptionList", await listing(), "")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--vault", type=Path, help="keep the vault here for another run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = options.vault or Path(scratch) / "vault"
        os.environ.setdefault("PROPVAULT_CACHE", str(root.parent / "cache"))
        # As where both are installed: compiled, and in a terminal of today.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ |= {"PYTHONPYCACHEPREFIX": f"{scratch}/compiled", "COLORTERM": "truecolor"}
        if not root.exists():
            fill(root, options.photos)
            previews(root)
        load = os.getloadavg()[0]
        print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, "
              f"{options.photos} photos, {SIZE[0]}x{SIZE[1]}, {time.strftime('%F')}")  # fmt: skip
        first_paint(root, options.rounds)
        first_keys(root, options.rounds)
        asyncio.run(inside(root))


if __name__ == "__main__":
    main()
