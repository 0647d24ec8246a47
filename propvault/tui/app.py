"""The browse screen: type a sentence, see hits and their pictures, move with the arrow keys."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker
from textual_image.widget import Image

from propvault.errors import PropvaultError
from propvault.jobs.search import Hit, SearchAnswer, Searcher
from propvault.reasons import Language, Reason, printable, word
from propvault.tui.messages import Answered, Failed
from propvault.values import PhotoTag, TagState
from propvault.vault.vault import Vault

_LIMIT = 60
_TYPING_PAUSE = 0.15
"""Seconds without a key before a search starts."""


class BrowseApp(App[None]):
    """One screen over one vault; searches run in a thread with a `Vault` of its own."""

    CSS_PATH = "propvault.tcss"
    TITLE = "propvault"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("ctrl+q", "quit", "Quit 退出"),
        ("slash", "focus_search", "Search 搜索"),
        ("escape", "focus_hits", "Hits 结果"),
    ]

    def __init__(self, root: Path, language: Language = "en") -> None:
        super().__init__()
        self._root = root
        self._language = language
        self._hits: tuple[Hit, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the search bar, the hits and the detail pane."""
        yield Input(placeholder=self._say("tui.search"), id="query")
        yield Static(id="status", markup=False)
        with Horizontal(id="body"):
            yield OptionList(id="hits", markup=False)
            with VerticalScroll(id="detail"):
                yield Image(id="picture")
                yield Static(id="facts", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Show the newest photos before anything is typed."""
        self._search("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as the person types."""
        self._search(event.value)

    def on_input_submitted(self) -> None:
        """Move to the hits."""
        self.action_focus_hits()

    def action_focus_search(self) -> None:
        """Put the cursor into the search bar."""
        self.query_one("#query").focus()

    def action_focus_hits(self) -> None:
        """Put the cursor into the list of hits."""
        self.query_one("#hits").focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the photo under the cursor."""
        if event.option_index < len(self._hits):
            self._show(self._hits[event.option_index])

    def on_answered(self, message: Answered) -> None:
        """Draw an answer, unless the person has typed on since."""
        if message.answer.query != self.query_one("#query", Input).value:
            return
        answer = message.answer
        self._hits = answer.hits
        hits = self.query_one("#hits", OptionList)
        hits.clear_options()
        hits.add_options([Option(self._line(hit)) for hit in answer.hits])
        self.query_one("#status", Static).update(self._status(answer, message.seconds))
        if answer.hits:
            hits.highlighted = 0
        else:
            self.query_one("#picture", Image).image = None
            self.query_one("#facts", Static).update(self._say("tui.empty"))

    def on_failed(self, message: Failed) -> None:
        """Say what was wrong; the last hits stay."""
        self.query_one("#status", Static).update(word(message.reason, self._language))

    @work(thread=True, exclusive=True, group="search")
    def _search(self, query: str) -> None:
        worker = get_current_worker()
        time.sleep(_TYPING_PAUSE if query else 0)
        if worker.is_cancelled:
            return
        started = time.monotonic()
        try:
            with Vault(self._root) as vault:
                answer = Searcher(vault).search(query, _LIMIT)
        except PropvaultError as error:
            self.post_message(Failed(error.reason))
            return
        if not worker.is_cancelled:
            self.post_message(Answered(answer, time.monotonic() - started))

    def _show(self, hit: Hit) -> None:
        picture = self.query_one("#picture", Image)
        picture.image = str(hit.photo.preview) if hit.photo.preview.is_file() else None
        self.query_one("#facts", Static).update("\n".join(self._facts(hit)))

    def _line(self, hit: Hit) -> str:
        said = " ".join(self._named(t) for t in hit.photo.tags[:2])
        takes = f" ×{hit.takes}" if hit.takes else ""
        return f"{hit.rank:3} {printable(hit.photo.name)}{takes}  {printable(said)}"

    def _status(self, answer: SearchAnswer, seconds: float) -> str:
        found = self._say("tui.found", found=answer.found, milliseconds=round(seconds * 1000))
        if answer.confident is False and answer.hits:
            found = f"{self._say('search.unsure')} · {found}"
        return f"{answer.translated} · {found}" if answer.translated else found

    def _facts(self, hit: Hit) -> list[str]:
        photo = hit.photo
        taken = (photo.capture.taken_local or "").replace("T", " ")
        names = [self._named(t) for t in photo.tags[:12]]
        standing = [self._say("hit.takes", count=hit.takes)] if hit.takes else []
        standing += [self._say("hit.repeats", count=hit.repeats)] if hit.repeats else []
        lines = [
            printable(photo.name),
            f"{photo.width} x {photo.height}  {taken}",
            printable(photo.capture.camera or ""),
            " · ".join(printable(name) for name in names),
            " · ".join(standing),
            "",
            *(word(reason, self._language) for reason in hit.why),
        ]
        return [line for line in lines if line or line == ""]

    def _named(self, tag: PhotoTag) -> str:
        """Return a tag's name in the person's language, with a question mark when only likely."""
        name = tag.tag.zh if self._language == "zh" else tag.tag.en
        return f"{name}?" if tag.state is TagState.SUGGESTED else name

    def _say(self, code: str, **arguments: str | int) -> str:
        return word(Reason.of(code, **arguments), self._language)
