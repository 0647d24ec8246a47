"""The browse screen: search as you type, narrow by facets, look, mark, judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Static

from propvault.tui.boards import BoardRead, read_board
from propvault.tui.lanes import Desk
from propvault.tui.messages import (
    AllRead,
    Changed,
    PhotoOpened,
    PhotoShown,
)
from propvault.tui.screens.base import Ground
from propvault.tui.screens.searching import SearchScreen, place_of
from propvault.tui.tasks import TaskDone, outcome
from propvault.tui.widgets.board_side import caption
from propvault.tui.widgets.detail import Detail
from propvault.tui.widgets.facet_list import FacetList
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.tui.widgets.photo_strip import PhotoStrip
from propvault.tui.widgets.search_bar import SearchBar
from propvault.tui.widgets.tag_list import TagList

if TYPE_CHECKING:
    from propvault.jobs.search import Hit

_SHOW_PAUSE = 0.1
"""Seconds that the cursor rests before the detail pane follows: a held key only moves it."""
_MOST_MARKED = 1000
"""Photos that `a` marks at most."""


class Beside(Horizontal, Ground):
    """Facets, photos and one of them, beside each other."""


class BrowseScreen(SearchScreen):
    """The main screen."""

    TITLE_CODE = "tui.screen_browse"
    OWN_KEYS_FIRST = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "visit('query')", "tui.key_search"),
        Binding("escape", "back", "tui.key_grid", show=False),
        Binding("f", "facets", "tui.key_facets"),
        Binding("t", "visit('tags')", "tui.key_tags"),
        Binding("m", "alike", "tui.key_alike"),
        Binding("a", "mark_all", "tui.key_mark_all", show=False),
        Binding("i", "app.go('import')", "tui.key_import"),
        Binding("e", "app.go('export')", "tui.key_export"),
        Binding("r", "app.go('review')", "tui.key_review"),
        Binding("B", "app.go('board')", "tui.key_boards"),
        Binding("s", "save", "tui.key_save", show=False),
        Binding("S", "recall", "tui.key_recall", show=False),
        Binding("H", "app.go('history')", "tui.key_history", show=False),
        Binding("M", "app.go('models')", "tui.key_models", show=False),
        Binding("V", "app.go('vocabulary')", "tui.key_vocabulary", show=False),
        Binding("comma", "app.go('settings')", "tui.key_settings", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._showing: Timer | None = None

    def body(self) -> ComposeResult:
        """Put the search bar above facets, grid and detail pane."""
        yield SearchBar(id="query")
        with Beside(id="body"):
            yield FacetList(id="facets")
            yield PhotoGrid(id="grid")
            yield Static(id="nothing", markup=False)
            yield Detail(id="detail")
        yield PhotoStrip(id="board-strip")

    def on_mount(self) -> None:
        """Show the newest photos before anything is typed."""
        self.query_one(SearchBar).value = self.session.query
        self.query_one(PhotoGrid).focus()
        self.call_after_refresh(self._begin)

    def on_screen_resume(self) -> None:
        """Show marks that another screen changed."""
        self.show_marks()
        self.read_board()

    def _begin(self) -> None:
        from propvault.vault.folder import is_vault

        if is_vault(self.session.root):
            self.search()
            self.load_model()
        else:
            self.app.action_go("welcome")  # type: ignore[attr-defined]  # our app: its class imports this one

    # -- looking and marking

    def on_photo_shown(self, message: PhotoShown) -> None:
        """Show the photo under the cursor."""
        message.stop()
        if self._showing is not None:
            self._showing.stop()
        detail = self.query_one(Detail)
        self._showing = self.set_timer(_SHOW_PAUSE, lambda: detail.show(message.hit))

    def on_photo_opened(self, message: PhotoOpened) -> None:
        """Look at the photo full screen."""
        message.stop()
        from propvault.tui.screens.cull import CullScreen

        grid, ranking = self.query_one(PhotoGrid), self.session.ranking
        if ranking is None:
            return
        screen = CullScreen(ranking, grid.cursor)

        def returned(_: None) -> None:
            if self.session.ranking is not None:
                grid.cursor = place_of(self.session.ranking, screen.hit_here(), screen.place)

        self.app.push_screen(screen, returned)

    def on_tag_list_judged(self, message: TagList.Judged) -> None:
        """Confirm or reject a tag."""
        message.stop()
        hit = self.query_one(PhotoGrid).hit
        if hit is not None and hit.photo.id == message.photo.id:
            self.judge(hit, message.tag.tag, message.state)

    def on_changed(self, message: Changed) -> None:
        """Say what was done and read again what may look different now."""
        super().on_changed(message)
        self.read_board()
        rows = list(message.rows)

        def work(desk: Desk) -> None:
            if desk.facets is not None and rows:
                desk.facets.update(desk.vault, rows)
            else:
                desk.facets = None

        self.session.counter.ask(work, self)
        if message.order:
            self.search()
        else:
            self.query_one(PhotoGrid).forget()
            self.count_facets()

    def read_board(self) -> None:
        """Read the board that is being filled, for the strip at the bottom."""
        if self.session.board:
            name = self.session.board
            self.session.counter.ask(lambda desk: read_board(desk, name), self, "board")

    def on_board_read(self, message: BoardRead) -> None:
        """Show the board that is being filled, where there is room for it."""
        message.stop()
        board = message.board
        if board is not None and board.name != self.session.board:  # an undo took it away
            board, self.session.board = None, ""
        strip = self.query_one("#board-strip", PhotoStrip)
        self.set_class(board is not None, "-board")
        if board is not None:
            head = self.say("tui.board_head", name=board.name, count=len(board.members))
            strip.border_title = head.replace("[", "\\[")
            words = self.session.words
            captions = [caption(words, member) for member in board.members]
            strip.show([hit.photo.id for hit in message.hits], captions)

    def on_photo_strip_chosen(self, message: PhotoStrip.Chosen) -> None:
        """Open the board that was clicked."""
        message.stop()
        self.app.action_go("board")  # type: ignore[attr-defined]  # our app: its class imports this one

    def task_done(self, message: TaskDone) -> None:
        """Search again: the vault has other photos or another model, or knows of a set."""
        self.search()
        self.tell(outcome(message))

    def hit_here(self) -> Hit | None:
        """Return the photo under the cursor of the grid."""
        return self.query_one(PhotoGrid).hit

    def go_on(self) -> None:
        """Move the cursor to the next card."""
        self.query_one(PhotoGrid).action_step(1, 0)

    def show_marks(self) -> None:
        """Draw which cards are marked."""
        self.query_one(PhotoGrid).mark(self.session.marks)
        self.tell(None)

    def action_mark_all(self) -> None:
        """Mark every photo of the result, at most the first thousand."""
        ranking = self.session.ranking
        if ranking is None:
            return

        def work(desk: Desk) -> AllRead:
            return AllRead(desk.searcher.hits(ranking, 0, _MOST_MARKED))

        self.session.reader.ask(work, self, "mark")

    def on_all_read(self, message: AllRead) -> None:
        """Mark what was read back."""
        message.stop()
        self.session.marks |= {hit.photo.id: hit for hit in message.hits}
        self.show_marks()
        self.read_board()

    # -- moving about

    def action_visit(self, name: str) -> None:
        """Put the cursor somewhere."""
        self.query_one(f"#{name}").focus()

    def action_back(self) -> None:
        """Go back to the grid; there, clear the marks."""
        grid = self.query_one(PhotoGrid)
        if grid.has_focus:
            self.action_mark_none()
        else:
            self.remove_class("-facets")
            grid.focus()

    def action_facets(self) -> None:
        """Go to the facets, shown even where there is little room, or back."""
        facets = self.query_one(FacetList)
        if facets.has_focus:
            self.action_back()
        else:
            self.add_class("-facets")
            facets.focus()

    def action_alike(self) -> None:
        """Search for more like the photo under the cursor."""
        hit = self.query_one(PhotoGrid).hit
        if hit is not None:
            self.ask(f"like:{hit.photo.id.removeprefix('sha256:')[:12]}")

    def reword(self) -> None:
        """Speak the other language."""
        self.query_one(SearchBar).reword()
        self.query_one(PhotoGrid).redraw()
        self.query_one(Detail).show(self.query_one(PhotoGrid).hit)
        self.say_nothing(is_empty=not self.query_one(PhotoGrid).count)
        super().reword()

    def _why_empty(self) -> str:
        if not self.session.query.strip():
            return "tui.empty_vault"
        ranking = self.session.ranking
        is_unseen = ranking is not None and ranking.sentence.is_unseen
        return "tui.empty_unseen" if is_unseen else "tui.empty"

    def say_nothing(self, *, is_empty: bool) -> None:
        """Say in place of the grid that nothing was found."""
        was_empty = self.has_class("-empty")
        self.set_class(is_empty, "-empty")
        if is_empty:
            self.query_one("#nothing", Static).update(self.say(self._why_empty()))
        elif was_empty and isinstance(self.focused, FacetList):
            self.query_one(PhotoGrid).focus()  # hidden, it had passed the focus on
