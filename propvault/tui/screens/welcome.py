"""First start: make a vault or open one, try the sample library, know which model works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from propvault.reasons import Reason
from propvault.tui.lanes import Desk
from propvault.tui.messages import Changed
from propvault.tui.screens.base import PropScreen
from propvault.tui.screens.dialogs import AskText
from propvault.tui.screens.models import ModelsRead, read_models, suggested
from propvault.tui.tasks import TaskDone


class WelcomeScreen(PropScreen):
    """Shown where there is no vault; left once there is one."""

    CSS_PATH = "../screens.tcss"
    TITLE_CODE = "tui.screen_welcome"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "make", "tui.key_new_vault"),
        Binding("o", "open", "tui.key_open_vault"),
        Binding("d", "demo", "tui.key_sample"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._models: ModelsRead | None = None

    def body(self) -> ComposeResult:
        """Greet, offer three ways to begin, and say which model works."""
        with VerticalScroll(id="welcome"):
            yield Static(id="greeting", markup=False)
            yield OptionList(id="ways", markup=False)
            yield Static(id="welcome-models", markup=False)

    def on_mount(self) -> None:
        """Word everything and read which model works."""
        self.reword()
        self.query_one(OptionList).focus(scroll_visible=False)  # the greeting stays in sight
        self.session.counter.ask(read_models, self, "models")

    def on_models_read(self, message: ModelsRead) -> None:
        """Say which model works and what a better one would cost."""
        message.stop()
        self._models = message
        self.reword()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go the way chosen."""
        event.stop()
        {"make": self.action_make, "open": self.action_open, "demo": self.action_demo}[
            event.option_id or "make"
        ]()

    def action_make(self) -> None:
        """Ask where, and make an empty vault."""
        title = self.say("tui.ask_new_vault")
        self.app.push_screen(AskText(title, str(self.session.root)), self._make)

    def action_open(self) -> None:
        """Ask for a vault that is there already."""

        def answered(text: str | None) -> None:
            from propvault.vault.folder import is_vault

            folder = Path(text or "").expanduser().absolute()
            if text and is_vault(folder):
                self._enter(folder)
            elif text:
                self.tell(Reason.of("vault.not_one", path=str(folder)), is_error=True)

        title = self.say("tui.ask_open_vault")
        self.app.push_screen(AskText(title, str(self.session.root)), answered)

    def action_demo(self) -> None:
        """Make a vault of the sample library, to try everything on."""
        root = self.session.root

        def events(stop: Callable[[], bool]) -> Iterator[object]:
            from propvault.jobs.import_photos import ImportRequest, import_photos
            from propvault.resources import seeds_folder

            return import_photos(ImportRequest(root, (seeds_folder() / "camera",), stop=stop))

        self.session.tasks.start("import", events, self.app)

    def task_done(self, message: TaskDone) -> None:
        """Enter the vault that was made."""
        if message.report is not None:
            self.dismiss()

    def on_changed(self, message: Changed) -> None:
        """Enter the vault that was made."""
        message.stop()
        self.dismiss()
        self.app.screen_stack[0].post_message(Changed(message.reason, order=True))

    def _make(self, text: str | None) -> None:
        if not text:
            return
        folder = Path(text).expanduser().absolute()

        def work(_: Desk) -> Changed:
            from propvault.vault.vault import Vault

            Vault.create(folder).close()
            return Changed(Reason.of("vault.created", path=str(folder)), order=True)

        if folder != self.session.root:
            self.app.open_vault(folder)  # type: ignore[attr-defined]  # our app: its class imports this one
        self.session.writer.ask(work, self)

    def _enter(self, folder: Path) -> None:
        self.app.open_vault(folder)  # type: ignore[attr-defined]  # our app: its class imports this one
        self.dismiss()
        self.app.screen_stack[0].post_message(
            Changed(Reason.of("tui.opened", path=str(folder)), order=True)
        )

    def reword(self) -> None:
        """Word everything in the language spoken now."""
        super().reword()
        words = self.session.words
        greeting = Text(words.say("tui.greeting"), style="bold")
        greeting.append("\n" + words.say("tui.greeting_more"), style="not bold")
        self.query_one("#greeting", Static).update(greeting)
        options = self.query_one(OptionList)
        at = options.highlighted
        options.clear_options()
        path = str(self.session.root)
        for way, key in (("demo", "d"), ("make", "n"), ("open", "o")):
            text = Text(f"{key}  ", style="bold").append(words.say(f"tui.way_{way}", path=path))
            options.add_option(Option(text, id=way))
        options.highlighted = at or 0
        self.query_one("#welcome-models", Static).update(self._about_models())

    def _about_models(self) -> Text:
        words, read = self.session.words, self._models
        text = Text()
        if read is None:
            return text
        text.append(words.say("tui.model_now", id=read.selected), style="bold")
        for offered in list(read.offered)[:2]:
            text.append("\n\n").append_text(suggested(words, offered))
        return text.append(f"\n\n{words.say('tui.model_later')}", style="dim")
