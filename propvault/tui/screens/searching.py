"""Searching from a screen: answers as one types, facets of the answer, saved searches."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from textual.widgets import Input

from propvault.reasons import Reason
from propvault.tui.lanes import Desk, Work
from propvault.tui.messages import (
    Changed,
    FacetsCounted,
    Failed,
    ModelLooked,
    Ranked,
    TermChosen,
    WindowRead,
    WindowWanted,
)
from propvault.tui.screens.dialogs import AskText, Choose
from propvault.tui.screens.photos import PhotoScreen
from propvault.tui.session import Session
from propvault.tui.terms import choosing, chosen_in
from propvault.tui.widgets.facet_list import FacetList
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.tui.widgets.search_bar import SearchBar
from propvault.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from propvault.jobs.search import Hit, Ranking
    from propvault.language.concepts import Vocabulary
    from propvault.query.completion import Completion

_PAUSE = 0.05
"""Seconds until it is looked whether the model is there that an answer had to do without."""
_TEXT_HITS = 2000
"""Hits of a sentence that can be scrolled through; filters alone show all they leave."""
_FIRST = 40
"""Photos read back with a ranking, about a screen."""


class SearchScreen(PhotoScreen):
    """A screen with a search bar, a grid of what it finds, and facets of that."""

    def __init__(self) -> None:
        super().__init__()
        self._vocabulary: Vocabulary | None = None

    def say_nothing(self, *, is_empty: bool) -> None:
        """Say that nothing was found, or no longer."""
        raise NotImplementedError  # each screen has its own; ABCMeta is not Textual's metaclass

    def search(self) -> None:
        """Search for what the bar says; an older search that is not answered yet is dropped."""
        query = self.session.query = self.query_one(SearchBar).value
        started = self.session.clock()

        def work(desk: Desk) -> Ranked:
            ranking = desk.searcher.rank(query, _TEXT_HITS, waits=False)
            if ranking.sentence.is_empty and ranking.count > _TEXT_HITS:
                ranking = desk.searcher.rank(query, ranking.count)
            return Ranked(
                ranking, desk.searcher.hits(ranking, 0, _FIRST), self.session.clock() - started
            )

        self.session.reader.ask(work, self, "search")

    def load_model(self) -> None:
        """Load the model in a thread of its own, before anybody has typed."""
        self.session.reader.ask(lambda desk: desk.searcher.sources.warm(), self, "warm")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as the person types."""
        event.stop()
        # No pause: while a search runs, the lane keeps the newest of what is asked meanwhile.
        if event.value != self.session.query:
            self.search()

    def on_search_bar_offered(self, message: SearchBar.Offered) -> None:
        """Show how the query may go on."""
        message.stop()
        self.query_one(StatusLine).offer([_offered(offer) for offer in message.offers])

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Stop offering completions."""
        event.stop()
        self.query_one(StatusLine).offer([])

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
        is_partial = ranking.sentence.is_partial
        self.query_one(SearchBar).answer(ranking, message.seconds)
        if is_partial:
            self.set_timer(_PAUSE, self._look_for_model)
        before = self.session.ranking
        is_known = before is not None and before.query == ranking.query
        if is_partial and (is_known or not len(ranking.rows)):
            return  # who knows: the last hits stay until the model has looked
        cursor = self._cursor_in(ranking)
        self.session.ranking = ranking
        self.query_one(PhotoGrid).show(len(ranking.rows), message.hits, cursor)
        self.say_nothing(is_empty=not len(ranking.rows))
        self.count_facets()
        if ranking.notices:
            self.tell(ranking.notices[0])

    def _cursor_in(self, ranking: Ranking) -> int:
        """Return where the cursor goes in another answer to the same query, such as after an undo.

        It stays on its photo; where that is gone, at its place.
        """
        grid, before = self.query_one(PhotoGrid), self.session.ranking
        if before is None or before.query != ranking.query or not grid.cursor:
            return 0
        return place_of(ranking, grid.hit, grid.cursor)

    def _look_for_model(self) -> None:
        query = self.session.query

        def work(desk: Desk) -> ModelLooked:
            return ModelLooked(query, is_there=not desk.searcher.sources.is_loading)

        self.session.reader.ask(work, self, "model")

    def on_model_looked(self, message: ModelLooked) -> None:
        """Answer anew what was answered without the model, or look again in a moment."""
        message.stop()
        if message.query != self.session.query:
            return  # another query has been asked since
        if message.is_there:
            self.search()
        else:
            self.set_timer(_PAUSE, self._look_for_model)

    def on_failed(self, message: Failed) -> None:
        """Say where a query went wrong; the last hits stay."""
        if message.what == "search":
            message.stop()
            message.prevent_default()  # the status line would say it again, and keep saying it
            self.query_one(SearchBar).refuse(message.reason)

    def on_window_wanted(self, message: WindowWanted) -> None:
        """Read back the photos that come into sight."""
        message.stop()
        ranking = self.session.ranking
        if ranking is None:
            return

        def work(desk: Desk) -> WindowRead:
            hits = desk.searcher.hits(ranking, message.first, message.end)
            return WindowRead(ranking, message.first, hits)

        self.session.reader.ask(work, self, "window", is_late_fine=True)

    def on_window_read(self, message: WindowRead) -> None:
        """Draw photos that were read back."""
        message.stop()
        if message.ranking is self.session.ranking:
            self.query_one(PhotoGrid).fill(message.start, message.hits)

    def count_facets(self) -> None:
        """Count the facets of the present answer, behind what a person waits for."""
        ranking = self.session.ranking
        if ranking is None:
            return

        self.session.counter.ask(lambda desk: _counted(desk, self.session, ranking), self, "facets")

    def on_facets_counted(self, message: FacetsCounted) -> None:
        """Draw the counts."""
        message.stop()
        facets = self.query_one(FacetList)
        if self._vocabulary is None:
            # What has been loaded stays: no collection of garbage looks through it again.
            gc.freeze()
            self._vocabulary = message.vocabulary
            facets.name_facets(message.vocabulary.facets)
            self.session.learn(message.vocabulary)
        if message.known is not None:
            self.query_one(SearchBar).learn(message.known)
        facets.choose(chosen_in(self.session.query, message.vocabulary))
        facets.show(message.counts)

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


def place_of(ranking: Ranking, hit: Hit | None, otherwise: int) -> int:
    """Return where a photo stands in an answer; where it does not, a place that there is."""
    places = (ranking.rows == hit.row).nonzero()[0] if hit else []
    return int(places[0]) if len(places) else max(0, min(otherwise, len(ranking.rows) - 1))


def _counted(desk: Desk, session: Session, ranking: Ranking) -> FacetsCounted:
    from propvault.jobs.completing import known_names
    from propvault.jobs.facets import FacetIndex
    from propvault.vault.collections import collections

    known = None
    if desk.facets is None:
        desk.facets = FacetIndex(desk.vault)
        known = known_names(desk.searcher.sources, desk.facets.totals())
    session.boards = [c.name for c in collections(desk.vault.db)]
    counts = desk.facets.counts(ranking.rows.tolist())
    return FacetsCounted(counts, desk.searcher.sources.vocabulary, known)


def _offered(offer: Completion) -> str:
    return f"{offer.label} {offer.count}" if offer.count else offer.label
