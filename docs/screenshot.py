"""Write docs/browse.svg and docs/board.svg: two screens on the sample library.

``python docs/screenshot.py VAULT [QUERY]``; the vault is that of ``propvault demo`` or of an import
of ``seeds/camera``. A board of the first four hits is made in it.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from itertools import accumulate
from pathlib import Path

from rich.cells import cell_len
from textual.pilot import Pilot

from propvault.jobs.collect import Placement, collect
from propvault.jobs.search import Searcher
from propvault.tui.app import PropvaultApp, Start, make_app
from propvault.values import BoardRole, BoardView
from propvault.vault.vault import Vault

_BOARD = "巷口 lane at dusk"
_VIEWS = (BoardView.FRONT, BoardView.DETAIL, BoardView.SIDE, BoardView.FRONT)
_SUBJECTS = ("花窗", "花窗", "花窗", "门")


def fill_board(vault: Path, query: str) -> None:
    """Put four hits on a board, each with what it is there for."""
    with Vault(vault) as opened:
        hits = Searcher(opened).search(query, 4).hits
    for hit, subject, view in zip(hits, _SUBJECTS, _VIEWS, strict=False):
        placement = Placement(BoardRole.SUBJECT, subject, view)
        collect(vault, vault, _BOARD, [hit.photo.id], placement)


async def shoot(vault: Path, query: str) -> None:
    """Type the query, look at the second hit, save; open the board, save."""
    app = make_app(Start(vault, "zh"))
    async with app.run_test(size=(140, 44)) as pilot:
        await settled(app, pilot)
        app.session.board = _BOARD
        await pilot.press("slash", *query)
        await settled(app, pilot)
        await pilot.press("enter", "right")
        app.screen.read_board()
        await settled(app, pilot)
        save(app, "browse.svg")
        await pilot.press("B")
        await settled(app, pilot)
        save(app, "board.svg")


async def settled(app: PropvaultApp, pilot: Pilot[None]) -> None:
    """Wait until everything asked for is drawn."""
    for _ in range(4):
        await pilot.pause(0.1)
        await app.settled()
        await pilot.pause()


def save(app: PropvaultApp, name: str) -> None:
    """Save the screen with fonts that a reader has, Chinese ones too, none fetched."""
    svg = re.sub(r"@font-face \{.*?\}\n", "", app.export_screenshot(), flags=re.S)
    fonts = "Fira Code, Menlo, Consolas, Noto Sans Mono CJK SC, monospace"
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {fonts}")
    svg = re.sub(r' x="([\d.]+)"( y="[^"]*") textLength="([\d.]+)"([^>]*)>([^<]*)<', _in_cells, svg)
    (Path(__file__).parent / name).write_text(svg, encoding="utf-8")


def _in_cells(text: re.Match[str]) -> str:
    """Put each character of a text into its cell: rich counts Chinese ones as one, not two."""
    shown = html.unescape(text[5])
    if cell_len(shown) == len(shown):
        return text[0]
    cell = float(text[3]) / len(shown)
    before = accumulate((cell_len(c) for c in shown[:-1]), initial=0)
    places = " ".join(f"{float(text[1]) + cell * cells:g}" for cells in before)
    return f' x="{places}"{text[2]}{text[4]}>{text[5]}<'


if __name__ == "__main__":
    folder, query = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "花窗"
    fill_board(folder, query)
    asyncio.run(shoot(folder, query))
