"""One question of a review in the terminal: pictures side by side, one key to answer."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rich.console import Console, ConsoleDimensions, RenderableType
from rich.table import Table
from rich.text import Text

from propvault.cli.state import State
from propvault.jobs.review import Answer, Question, Verdict
from propvault.reasons import printable
from propvault.values import PhotoView

_ABREAST = 4
"""Pictures in a row."""
_TEXT_LINES = 10
"""Lines of the screen that are not picture."""
_KEYS: Mapping[str, Answer] = {
    **dict.fromkeys(("\r", "\n", "y"), "right"),
    "s": "same",
    "t": "take",
    "d": "different",
    "n": "skip",
    "u": "undo",
    **dict.fromkeys(("q", "\x03", "\x04"), "quit"),
}
"""Keys that answer at once; Ctrl-C and Ctrl-D end the review."""
_OF_ONE: Mapping[str, Answer] = {"k": "keep", "x": "discard", "o": "split"}
"""Keys that a photo's number follows."""


def ask(state: State, question: Question) -> Verdict:
    """Show a group and wait for a key that answers."""
    console = Console()
    console.clear()
    console.print(_sheet(state, question, console.size))
    console.print(Text(state.say("review.keys")))
    while True:
        key = click.getchar()
        if key in _KEYS:
            return Verdict(_KEYS[key])
        if key in _OF_ONE:
            console.print(Text(state.say("review.which", count=len(question.group.photos))))
            number = click.getchar()
            if number.isdigit() and 1 <= int(number) <= len(question.group.photos):
                return Verdict(_OF_ONE[key], int(number) - 1)
        console.print(Text(state.say("review.keys")))


def _sheet(state: State, question: Question, screen: ConsoleDimensions) -> RenderableType:
    photos = question.group.photos
    columns = min(_ABREAST, len(photos))
    width = screen.width // columns - 2
    rows = max(4, screen.height - _TEXT_LINES)
    said = state.say(
        f"review.{question.group.kind}",
        number=question.number,
        total=question.total,
        why=state.word(question.group.why),
    )
    table = Table(title=Text(said), box=None, padding=(0, 1), title_justify="left")
    for _ in range(columns):
        table.add_column(width=width, overflow="fold")
    for start in range(0, len(photos), columns):
        row = photos[start : start + columns]
        table.add_row(*(_picture(photo, width, rows) for photo in row))
        table.add_row(
            *(Text(_facts(state, number, photo)) for number, photo in enumerate(row, start + 1))
        )
    return table


def _picture(photo: PhotoView, width: int, rows: int) -> RenderableType:
    # Imported here: it asks the terminal what it can draw.
    from textual_image.renderable import Image

    if not photo.preview.is_file():
        return Text("?")
    # A cell is about twice as high as it is wide.
    fits = min(width, max(1, round(2 * rows * photo.width / photo.height)))
    return Image(str(photo.preview), width=fits, height="auto")


def _facts(state: State, number: int, photo: PhotoView) -> str:
    size = max((file.size for file in photo.files), default=0)
    kept = f" ({state.say('review.kept')})" if number == 1 else ""
    seen = str(photo.sightings[0].path.parent) if photo.sightings else ""
    lines = [
        f"{number}. {photo.name}{kept}",
        f"{photo.width} x {photo.height}  {size / 1e6:.2f} MB  {photo.format}",
        (photo.capture.taken_local or "").replace("T", " "),
        photo.capture.camera or "",
        seen,
    ]
    return "\n".join(printable(line) for line in lines if line)
