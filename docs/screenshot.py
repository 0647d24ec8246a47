"""Write docs/browse.svg: the browse screen on the demo vault.

``python docs/screenshot.py VAULT [QUERY]``
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import textual_image.widget

# Half blocks are characters, so they are in the SVG; kitty and sixel pictures would not be.
textual_image.widget.Image = textual_image.widget.HalfcellImage  # type: ignore[misc]  # replacing a class on purpose

from propvault.tui.app import BrowseApp  # noqa: E402 — after the renderer is chosen


async def shoot(vault: Path, query: str) -> None:
    """Type the query, wait for the hits, save the screen."""
    app = BrowseApp(vault, "zh")
    async with app.run_test(size=(128, 40)) as pilot:
        await pilot.click("#query")
        for character in query:
            await pilot.press(character)
        await pilot.pause(0.5)
        await app.workers.wait_for_complete()
        await pilot.press("enter", "down")
        await pilot.pause(1)
        app.save_screenshot("browse.svg", str(Path(__file__).parent))


if __name__ == "__main__":
    asyncio.run(shoot(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "花窗"))
