"""A board: its photos in order, what each is there for, and which views are still missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from propvault.reasons import Reason
from propvault.tui.boards import BoardRead, read_board
from propvault.tui.lanes import Desk
from propvault.tui.messages import Changed, PhotoShown, WindowWanted
from propvault.tui.screens.dialogs import AskText, Choose, Confirm
from propvault.tui.screens.photos import PhotoScreen
from propvault.tui.widgets.board_side import BoardSide, caption
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.values import BoardRole, BoardView, Collection, Member

if TYPE_CHECKING:
    from propvault.jobs.search import Hit


Said = Callable[[str], dict[str, "BoardRole | BoardView | str | int"]]
"""What a chosen answer says of a photo."""


class BoardGrid(PhotoGrid):
    """A board is looked at as a whole: no photo of it is opened."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action may be taken here."""
        return action != "open" and super().check_action(action, parameters)


class BoardScreen(PhotoScreen):
    """One board; others are chosen by name."""

    CSS_PATH = "../screens.tcss"
    TITLE_CODE = "tui.screen_board"
    IS_BOARD = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "tui.key_back"),
        Binding("e", "app.go('export')", "tui.key_export"),
        Binding("o", "other", "tui.key_other_board"),
        Binding("less_than_sign,shift+left", "move(-1)", "tui.key_earlier"),
        Binding("greater_than_sign,shift+right", "move(1)", "tui.key_later_place"),
        Binding("r", "role", "tui.key_role"),
        Binding("s", "subject", "tui.key_subject"),
        Binding("v", "view", "tui.key_view"),
        Binding("N", "remark", "tui.key_remark"),
        Binding("x", "remove", "tui.key_remove"),
        Binding("D", "drop", "tui.key_drop_board", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._board: Collection | None = None
        self._hits: list[Hit] = []
        self._cursor = 0

    def body(self) -> ComposeResult:
        """Put the board's name above its photos, what is said of one at the right."""
        yield Static(id="board-head", markup=False)
        with Horizontal(id="body"):
            yield BoardGrid(id="grid")
            yield Static(id="nothing", markup=False)
            yield BoardSide(id="board-side")

    def on_mount(self) -> None:
        """Read the board that was filled last, else the first there is."""
        self.query_one(PhotoGrid).focus()
        self._read()

    def _read(self) -> None:
        name = self.session.board
        self.session.reader.ask(lambda desk: read_board(desk, name), self, "board")

    def on_board_read(self, message: BoardRead) -> None:
        """Show the board."""
        message.stop()
        self._board, self._hits = message.board, list(message.hits)
        self.session.boards = list(message.names)
        if self._board is not None:
            self.session.board = self._board.name
        grid = self.query_one(PhotoGrid)
        grid.caption({h.photo.id: caption(self.session.words, m) for h, m in self._pairs()})
        grid.show(len(self._hits), self._hits, self._cursor)
        grid.mark(self.session.marks)
        self._draw()

    def on_window_wanted(self, message: WindowWanted) -> None:
        """Hand out what was read with the board."""
        message.stop()
        self.query_one(PhotoGrid).fill(message.first, self._hits[message.first : message.end])

    def on_photo_shown(self, message: PhotoShown) -> None:
        """Show what is said of the photo under the cursor."""
        message.stop()
        self._cursor = self.query_one(PhotoGrid).cursor
        self._draw()

    def on_changed(self, message: Changed) -> None:
        """Say what was done and read the board again."""
        super().on_changed(message)
        self._read()
        self.app.screen_stack[0].post_message(Changed(message.reason, message.rows))

    def hit_here(self) -> Hit | None:
        """Return the photo under the cursor."""
        return self.query_one(PhotoGrid).hit

    def hits_meant(self) -> list[Hit]:
        """Return the photo under the cursor: a place on a board is one photo's."""
        hit = self.hit_here()
        return [hit] if hit else []

    def go_on(self) -> None:
        """Move the cursor to the next card."""
        self.query_one(PhotoGrid).action_step(1, 0)

    def show_marks(self) -> None:
        """Draw which cards are marked."""
        self.query_one(PhotoGrid).mark(self.session.marks)

    # -- what a person says of a photo here

    def action_other(self) -> None:
        """Choose another board, or a new name for the next photos."""

        def answered(name: str | None) -> None:
            if name:
                self.session.board, self._cursor = name, 0
                self._read()

        names = [(name, name) for name in self.session.boards]
        self.app.push_screen(Choose(self.say("tui.choose_board"), names), answered)

    def action_move(self, by: int) -> None:
        """Move the photo earlier or later."""
        place = self._cursor + by
        if self._board is not None and 0 <= place < len(self._hits):
            self._cursor = place
            self._place(position=place + 1)

    def action_role(self) -> None:
        """Choose what the photo is there for."""
        options = [(role.value, self.say(f"tui.role_{role}")) for role in BoardRole]
        self._choose("tui.ask_role", options, lambda text: {"role": BoardRole(text)})

    def action_view(self) -> None:
        """Choose from where the photo shows its subject."""
        options = [(view.value, self.say(f"tui.view_{view}")) for view in BoardView]
        self._choose("tui.ask_view", options, lambda text: {"view": BoardView(text)})

    def action_subject(self) -> None:
        """Name the thing that the photo shows."""
        member = self._member()
        if member is not None and self._board is not None:
            known = list(dict.fromkeys(m.subject for m in self._board.members if m.subject))
            dialog = AskText(self.say("tui.ask_subject"), member.subject, known)
            self.app.push_screen(dialog, self._taker("subject"))

    def action_remark(self) -> None:
        """Note something of the photo on this board."""
        member = self._member()
        if member is not None:
            dialog = AskText(self.say("tui.ask_remark"), member.note)
            self.app.push_screen(dialog, self._taker("note"))

    def action_remove(self) -> None:
        """Take the photo off the board."""
        hit, board = self.hit_here(), self._board
        if hit is None or board is None:
            return

        def work(desk: Desk) -> Changed:
            from propvault.jobs.collect import uncollect

            uncollect(desk.root, desk.root, board.name, [hit.photo.id])
            return Changed(Reason.of("tui.off_board", name=hit.photo.name), [hit.row])

        self._cursor = max(0, self._cursor - 1)
        self.session.writer.ask(work, self)

    def action_drop(self) -> None:
        """Delete the board, never its photos."""
        board = self._board
        if board is None:
            return

        def work(desk: Desk) -> Changed:
            from propvault.jobs.collect import delete

            delete(desk.root, board.name)
            return Changed(Reason.of("tui.board_gone", name=board.name))

        def answered(agrees: bool | None) -> None:
            if agrees:
                self.session.board, self._cursor = "", 0
                self.session.writer.ask(work, self)

        text = self.say("tui.ask_drop", name=board.name, count=len(board.members))
        self.app.push_screen(Confirm(text), answered)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()

    def _choose(self, code: str, options: list[tuple[str, str]], said: Said) -> None:
        def answered(text: str | None) -> None:
            if text is not None:
                self._place(**said(text))

        if self._member() is not None:
            self.app.push_screen(Choose(self.say(code), options), answered)

    def _taker(self, what: str) -> Callable[[str | None], None]:
        def answered(text: str | None) -> None:
            if text is not None:
                self._place(**{what: text.strip()})

        return answered

    def _place(self, **said: BoardRole | BoardView | str | int) -> None:
        hit, board = self.hit_here(), self._board
        if hit is None or board is None:
            return

        def work(desk: Desk) -> Changed:
            from propvault.jobs.collect import Placement, collect

            placement = Placement(**said)  # type: ignore[arg-type]  # each key has its own type
            collect(desk.root, desk.root, board.name, [hit.photo.id], placement)
            return Changed(Reason.of("tui.placed", name=hit.photo.name), [hit.row])

        self.session.writer.ask(work, self)

    def _member(self) -> Member | None:
        hit = self.hit_here()
        members = self._board.members if self._board else ()
        return next((m for m in members if hit is not None and m.row == hit.row), None)

    def _pairs(self) -> list[tuple[Hit, Member]]:
        members = self._board.members if self._board else ()
        return list(zip(self._hits, members, strict=False))

    def reword(self) -> None:
        """Speak the other language."""
        grid = self.query_one(PhotoGrid)
        grid.caption({h.photo.id: caption(self.session.words, m) for h, m in self._pairs()})
        grid.redraw()
        self._draw()
        super().reword()

    def _draw(self) -> None:
        board = self._board
        self.set_class(not self._hits, "-empty")
        if board is None:
            head = self.say("tui.no_board")
        else:
            head = self.say("tui.board_head", name=board.name, count=len(board.members))
        self.query_one("#board-head", Static).update(head)
        self.query_one("#nothing", Static).update(self.say("tui.board_empty"))
        hit = self.hit_here()
        photo = hit.photo if hit else None
        self.query_one(BoardSide).show(board, photo, self._member())
