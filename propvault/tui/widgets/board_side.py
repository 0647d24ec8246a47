"""Beside a board: the photo under the cursor, what is said of it, and which views lack."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.widgets import Static

from propvault.reasons import printable
from propvault.tui.session import session_of
from propvault.tui.themes import tone
from propvault.tui.widgets.picture import Picture
from propvault.tui.words import Words
from propvault.values import Collection, Member, PhotoView


class BoardSide(VerticalScroll):
    """One member of a board, and the coverage of the whole of it."""

    can_focus = False

    def compose(self) -> ComposeResult:
        """Stack picture, what is said, and coverage."""
        yield Picture(id="picture")
        yield Static(id="member", markup=False)
        yield Static(id="coverage", markup=False)

    def show(
        self, board: Collection | None, photo: PhotoView | None, member: Member | None
    ) -> None:
        """Show a member, or nothing, and the coverage of its board."""
        words = session_of(self).words
        self.query_one(Picture).show(photo)
        told = _said(words, photo, member) if photo and member else ""
        self.query_one("#member", Static).update(told)
        self.query_one("#coverage", Static).update(_coverage(self, words, board) if board else "")


def caption(words: Words, member: Member) -> str:
    """Caption a member by subject and view, else by its role; empty when nothing was said."""
    parts = [member.subject] if member.subject else []
    parts += [words.say(f"tui.view_{member.view}")] if member.view else []
    parts += [words.say(f"tui.role_{member.role}")] if member.role and not parts else []
    return printable(" · ".join(parts))


def _said(words: Words, photo: PhotoView, member: Member) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_row(Text(printable(photo.name), style="bold"), "")
    for code, value in (
        ("tui.key_role", words.say(f"tui.role_{member.role}") if member.role else ""),
        ("tui.key_subject", printable(member.subject)),
        ("tui.key_view", words.say(f"tui.view_{member.view}") if member.view else ""),
        ("tui.key_remark", printable(member.note)),
    ):
        table.add_row(Text(words.say(code), style="dim"), Text(value or "–"))
    return table


def _coverage(node: DOMNode, words: Words, board: Collection) -> Table | str:
    from propvault.jobs.coverage import coverage

    found = coverage(board)
    if not found:
        return ""
    table = Table.grid(padding=(0, 1))
    table.add_row(Text(f"\n{words.say('tui.coverage')}", style="bold dim"), "", "")
    for subject in found:
        have = " ".join(f"{words.say(f'tui.view_{view}')}×{n}" for view, n in subject.have)
        missing = " ".join(words.say(f"tui.view_{view}") for view in subject.missing)
        lacks = Text("✓", style=tone(node, "success"))
        if missing:
            lacks = Text(words.say("tui.lacks", views=missing), style=tone(node, "warning"))
        table.add_row(Text(printable(subject.subject)), Text(have, style="dim"), lacks)
    return table
