"""The detail pane: one photo's picture, tags, metadata, sightings, and why it is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from propvault.reasons import printable
from propvault.tui.session import session_of
from propvault.tui.widgets.picture import Picture
from propvault.tui.widgets.tag_list import TagList
from propvault.tui.words import Words, cut_front, stars
from propvault.values import Capture, PhotoView

if TYPE_CHECKING:
    from propvault.jobs.search import Hit


class Detail(VerticalScroll):
    """Everything about the photo under the cursor."""

    can_focus = False

    def compose(self) -> ComposeResult:
        """Stack picture, name, tags and the rest."""
        yield Picture(id="picture")
        yield Static(id="heading", markup=False)
        yield TagList(id="tags")
        yield Static(id="facts", markup=False)

    def show(self, hit: Hit | None) -> None:
        """Show a photo, or nothing."""
        photo = hit.photo if hit else None
        self.query_one(Picture).show(photo)
        self.query_one(TagList).show(photo)
        words = session_of(self).words
        self.query_one("#heading", Static).update(_heading(hit) if hit else "")
        self.query_one("#facts", Static).update(
            _facts(words, hit, max(20, self.size.width - 4)) if hit else ""
        )


def _heading(hit: Hit) -> Text:
    photo = hit.photo
    text = Text(printable(photo.name), style="bold", no_wrap=True, overflow="ellipsis")
    if photo.capture.rating is not None:
        text.append(f"  {stars(photo.capture.rating)}", style="yellow")
    return text


def _facts(words: Words, hit: Hit, width: int) -> Text:
    photo = hit.photo
    text = Text()
    lines = [words.taken(photo), *_camera(photo.capture)]
    lines += [hit.place.said(words.language)] if hit.place else []
    lines += _position(photo.capture)
    lines.append(f"{photo.width} × {photo.height} · {photo.format}")
    lines += [words.say("hit.takes", count=hit.takes)] if hit.takes else []
    lines += [words.say("hit.repeats", count=hit.repeats)] if hit.repeats else []
    if photo.exports:
        names = ", ".join(dict.fromkeys(export.set.to.name for export in photo.exports))
        lines.append(words.say("tui.exported_to", names=names))
    text.append("\n".join(lines))
    _section(text, words.say("tui.why"), [words.word(reason) for reason in hit.why])
    note = getattr(photo, "note", "")
    _section(text, words.say("tui.note"), [printable(note)] if note else [])
    _section(text, words.say("tui.seen_at"), _sightings(photo, width))
    return text


def _section(text: Text, title: str, lines: list[str]) -> None:
    if lines:
        text.append(f"\n\n{title}\n", style="bold dim")
        text.append("\n".join(lines))


def _camera(capture: Capture) -> list[str]:
    parts = [capture.camera] if capture.camera else []
    parts += [f"{capture.focal:g} mm"] if capture.focal else []
    parts += [f"f/{capture.f_number:g}"] if capture.f_number else []
    parts += [_shutter(capture.exposure)] if capture.exposure else []
    parts += [f"ISO {capture.iso}"] if capture.iso else []
    return [printable(" · ".join(parts))] if parts else []


def _shutter(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 0.3 else f"1/{round(1 / seconds)} s"


def _position(capture: Capture) -> list[str]:
    if capture.latitude is None or capture.longitude is None:
        return []
    north = f"{abs(capture.latitude):.4f}° {'N' if capture.latitude >= 0 else 'S'}"
    east = f"{abs(capture.longitude):.4f}° {'E' if capture.longitude >= 0 else 'W'}"
    bearing = f" · {capture.bearing:.0f}°" if capture.bearing is not None else ""
    return [f"{north} {east}{bearing}"]


def _sightings(photo: PhotoView, width: int) -> list[str]:
    """Return where the files were seen; of a long path the end, which tells more."""
    return [
        f"{'●' if s.online else '○'} {cut_front(printable(str(s.path)), width - 2)}"
        for s in photo.sightings
    ]
