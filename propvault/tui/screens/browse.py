"""The browse screen: search as you type, narrow by facets, look, mark, judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input, Static

from propvault.reasons import Reason
from propvault.tui.lanes import Desk, Work
from propvault.tui.messages import (
    AllRead,
    Changed,
    FacetsCounted,
    Failed,
    PhotoOpened,
    PhotoShown,
    Ranked,
    TermChosen,
    WindowRead,
    WindowWanted,
)
from propvault.tui.screens.dialogs import AskText, Choose
from propvault.tui.screens.photos import PhotoScreen
from propvault.tui.tasks import TaskDone
from propvault.tui.terms import choosing, chosen_in
from propvault.tui.widgets.detail import Detail
from propvault.tui.widgets.facet_list import FacetList
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.tui.widgets.search_bar import SearchBar
from propvault.tui.widgets.tag_list import TagList

if TYPE_CHECKING:
    from propvault.jobs.search import Hit
    from propvault.language.concepts import Vocabulary

_PAUSE = 0.03
"""Seconds without a key before a search starts: a paste or an input method is one search."""
_MOST_MARKED = 1000
_TEXT_HITS = 2000
"""Hits of a sentence that can be scrolled through; filters alone show all they leave."""
_FIRST = 40
"""Photos read back with a ranking, about a screen."""


class BrowseScreen(PhotoScreen):
    """The main screen."""

    TITLE_CODE = "tui.screen_browse"
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
        self._timer: Timer | None = None
        self._vocabulary: Vocabulary | None = None

    def body(self) -> ComposeResult:
        """Put the search bar above facets, grid and detail pane."""
        yield SearchBar(id="query")
        with Horizontal(id="body"):
            yield FacetList(id="facets")
            yield PhotoGrid(id="grid")
            yield Static(id="nothing", markup=False)
            yield Detail(id="detail")

    def on_mount(self) -> None:
        """Show the newest photos before anything is typed."""
        self.query_one(SearchBar).value = self.session.query
        self.query_one(PhotoGrid).focus()
        self.call_after_refresh(self._begin)

    def on_screen_resume(self) -> None:
        """Show marks that another screen changed."""
        self.show_marks()

    def _begin(self) -> None:
        from propvault.vault.folder import is_vault

        if is_vault(self.session.root):
            self.search()
        else:
            self.app.action_go("welcome")  # type: ignore[attr-defined]  # ours

    # -- searching

    def search(self) -> None:
        """Search for what the bar says; an older search that is not answered yet is dropped."""
        query = self.session.query = self.query_one(SearchBar).value
        started = self.session.clock()

        def work(desk: Desk) -> Ranked:
            ranking = desk.searcher.rank(query, _TEXT_HITS)
            if ranking.sentence.is_empty and ranking.count > _TEXT_HITS:
                ranking = desk.searcher.rank(query, ranking.count)
            return Ranked(
                ranking, desk.searcher.hits(ranking, 0, _FIRST), self.session.clock() - started
            )

        self.session.reader.ask(work, self, "search")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as the person types."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        if event.value != self.session.query:
            self._timer = self.set_timer(_PAUSE, self.search)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Move on to the hits."""
        event.stop()
        self.query_one(PhotoGrid).focus()

    def on_ranked(self, message: Ranked) -> None:
        """Draw an answer."""
        message.stop()
        ranking = message.ranking
        if ranking.query != self.session.query:
            return
        self.session.ranking = ranking
        grid = self.query_one(PhotoGrid)
        grid.show(len(ranking.rows), message.hits)
        self.query_one(SearchBar).answer(ranking, message.seconds)
        self._say_nothing(is_empty=not len(ranking.rows))
        self._count()
        if ranking.notices:
            self.tell(ranking.notices[0])

    def on_failed(self, message: Failed) -> None:
        """Say where a query went wrong; the last hits stay."""
        if message.what == "search":
            message.stop()
            self.query_one(SearchBar).refuse(message.reason)
        else:
            super().on_failed(message)

    def on_window_wanted(self, message: WindowWanted) -> None:
        """Read back the photos that come into sight."""
        message.stop()
        ranking = self.session.ranking
        if ranking is None:
            return

        def work(desk: Desk) -> WindowRead:
            hits = desk.searcher.hits(ranking, message.first, message.end)
            return WindowRead(ranking, message.first, hits)

        self.session.reader.ask(work, self, "window")

    def on_window_read(self, message: WindowRead) -> None:
        """Draw photos that were read back."""
        message.stop()
        if message.ranking is self.session.ranking:
            self.query_one(PhotoGrid).fill(message.start, message.hits)

    # -- facets

    def _count(self) -> None:
        ranking = self.session.ranking
        if ranking is None:
            return

        def work(desk: Desk) -> FacetsCounted:
            from propvault.jobs.facets import FacetIndex
            from propvault.jobs.vocabulary import open_vocabulary
            from propvault.vault.collections import collections

            desk.facets = desk.facets or FacetIndex(desk.vault)
            vocabulary = self._vocabulary or open_vocabulary()
            self.session.boards = [c.name for c in collections(desk.vault.db)]
            return FacetsCounted(desk.facets.counts(ranking.rows.tolist()), vocabulary)

        self.session.counter.ask(work, self, "facets")

    def on_facets_counted(self, message: FacetsCounted) -> None:
        """Draw the counts."""
        message.stop()
        facets = self.query_one(FacetList)
        if self._vocabulary is None:
            self._vocabulary = message.vocabulary
            facets.name_facets(message.vocabulary.facets)
            self.session.learn(message.vocabulary)
            self.query_one(SearchBar).learn(message.vocabulary)
        facets.show(message.counts)
        facets.choose(chosen_in(self.session.query, message.vocabulary))

    def on_term_chosen(self, message: TermChosen) -> None:
        """Write the choice into the query, which searches."""
        message.stop()
        if self._vocabulary is not None:
            language = self.session.words.language
            tag = f"{message.facet}:{message.slug}"
            bar = self.query_one(SearchBar)
            self.ask(choosing(bar.value, self._vocabulary, tag, message.state, language=language))

    def ask(self, query: str) -> None:
        """Write a query into the search bar, which searches."""
        bar = self.query_one(SearchBar)
        bar.value = query
        bar.cursor_position = len(query)

    # -- looking and marking

    def on_photo_shown(self, message: PhotoShown) -> None:
        """Show the photo under the cursor."""
        message.stop()
        self.query_one(Detail).show(message.hit)

    def on_photo_opened(self, message: PhotoOpened) -> None:
        """Look at the photo full screen."""
        message.stop()
        from propvault.tui.screens.cull import CullScreen

        grid = self.query_one(PhotoGrid)
        screen = CullScreen(grid.cursor)

        def returned(_: None) -> None:
            grid.cursor = screen.place

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
            self._count()

    def task_done(self, message: TaskDone) -> None:
        """Search again: the vault has other photos or another model."""
        if message.name != "export":
            self.search()

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

    def action_save(self) -> None:
        """Keep the query under a name; ``in:`` asks it again."""
        query = self.session.query.strip()
        if not query:
            self.tell(Reason.of("tui.nothing_to_save"))
            return

        def work(name: str) -> Work:
            def run(desk: Desk) -> Changed:
                from propvault.jobs.collect import save_search
                from propvault.jobs.search import check_query

                save_search(desk.root, name, query, check_query)
                return Changed(Reason.of("tui.saved", name=name))

            return run

        self._ask(AskText(self.say("tui.ask_save", query=query)), work)

    def action_recall(self) -> None:
        """Choose a saved search and ask it again."""

        def answered(query: str | None) -> None:
            if query:
                self.ask(query)

        def read(desk: Desk) -> None:
            from propvault.vault.collections import saved_searches

            found = [(s.query, f"{s.name}  ·  {s.query}") for s in saved_searches(desk.vault.db)]
            dialog = Choose(self.say("tui.choose_saved"), found)
            self.app.call_from_thread(self.app.push_screen, dialog, answered)

        self.session.reader.ask(read, self, "saved")

    def action_alike(self) -> None:
        """Search for more like the photo under the cursor."""
        hit = self.query_one(PhotoGrid).hit
        if hit is not None:
            self.ask(f"like:{hit.photo.id.removeprefix('sha256:')[:12]}")

    def reword(self) -> None:
        """Speak the other language."""
        self.query_one(SearchBar).reword()
        self.query_one(Detail).show(self.query_one(PhotoGrid).hit)
        self._say_nothing(is_empty=not self.query_one(PhotoGrid).count)
        super().reword()

    def _say_nothing(self, *, is_empty: bool) -> None:
        self.set_class(is_empty, "-empty")
        if is_empty:
            code = "tui.empty" if self.session.query.strip() else "tui.empty_vault"
            self.query_one("#nothing", Static).update(self.say(code))
