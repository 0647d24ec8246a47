"""The app: one session over one vault, the screens over it, and what every screen can do."""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from propvault.jobs.error_log import unexpected
from propvault.reasons import Language, Reason
from propvault.settings import Settings
from propvault.tui.leaving import leave_on_signals
from propvault.tui.messages import Changed, Failed
from propvault.tui.renderers import Display, Renderer
from propvault.tui.screens.base import PropScreen
from propvault.tui.screens.browse import BrowseScreen
from propvault.tui.session import Session
from propvault.tui.tasks import TaskDone, TaskTold
from propvault.tui.themes import DARK, LIGHT
from propvault.tui.typing_ahead import TypingAhead
from propvault.tui.widgets.status_line import StatusLine
from propvault.tui.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.command import Provider

SCREENS: dict[str, str] = {
    "help": "help:HelpScreen",
    "cull": "cull:CullScreen",
    "review": "review:ReviewScreen",
    "board": "board:BoardScreen",
    "import": "import_:ImportScreen",
    "export": "export:ExportScreen",
    "prompt": "prompt:PromptScreen",
    "history": "history:HistoryScreen",
    "models": "models:ModelsScreen",
    "settings": "settings:SettingsScreen",
    "vocabulary": "vocabulary:VocabularyScreen",
    "welcome": "welcome:WelcomeScreen",
}
"""Screens by name, and where they are; a screen is imported when it is first opened."""


def _commands() -> type[Provider]:
    # Imported when the palette is first opened: a tenth of the start.
    from propvault.tui.palette import Commands

    return Commands


@dataclass(frozen=True)
class Start:
    """How the app begins."""

    root: Path
    """The vault's folder; where it is none, the welcome screen comes first."""
    language: Language = "en"
    """The language to speak."""
    display: Display = field(default_factory=Display)
    """How pictures are drawn."""
    theme: str = "dark"
    """``dark`` or ``light``."""


class PropvaultApp(TypingAhead):
    """Draws and calls jobs; whatever changes the vault or looks at pixels is a job."""

    CSS_PATH = "propvault.tcss"
    TITLE = "propvault"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "go('help')", "tui.key_help"),
        Binding("ctrl+p", "command_palette", "tui.key_palette", priority=True),
        Binding("ctrl+l", "speak", "tui.key_language", show=False),
        Binding("ctrl+t", "dress", "tui.key_theme", show=False),
        Binding("ctrl+z", "suspend_process", "tui.key_suspend", show=False),
        Binding("ctrl+q", "quit", "tui.key_quit", priority=True),
    ]

    def __init__(self, start: Start) -> None:
        super().__init__()
        words = Words(start.language)
        display = replace(start.display, colours=self.console.color_system or "")
        self.session = Session(start.root, words, display, self._write, self.post_message)
        self._start = start
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        if start.theme == "light":
            self.theme = LIGHT.name
        else:  # dark as Textual's own is: nothing has to be parsed twice
            self.set_reactive(App.theme, DARK.name)
            self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """Begin with the browse screen."""
        return BrowseScreen()

    def on_load(self) -> None:
        """Leave in order whatever ends the app, and come back whole when it was only stopped."""
        leave_on_signals(self)
        self.app_resume_signal.subscribe(self, lambda _: self._draw_anew())
        self.screen_change_signal.subscribe(self, self._uncover)

    def _fatal_error(self) -> None:
        # Textual would print the traceback with all locals: the log has it, a person a sentence.
        # An error that follows from it adds nothing, but Textual has set its own status again.
        told = None
        if self._exception is not None and not self._exit:
            told = Text(f"propvault: {self.session.words.word(unexpected(self._exception))}")
        self.exit(return_code=3, message=told)

    def _draw_anew(self) -> None:
        # What the terminal had of pictures may be gone with its other screen.
        self._show_pictures(is_shown=False)
        self.session.pictures.forget()
        self._show_pictures(is_shown=True)
        self.refresh(layout=True)

    def _uncover(self, screen: Screen[Any]) -> None:
        # Under a dialog Textual cuts lines and dims them: sixels would become text, and the colour
        # that numbers a kitty picture would name another.
        if self.session.display.renderer in (Renderer.SIXEL, Renderer.KITTY):
            self._show_pictures(is_shown=not isinstance(screen, ModalScreen))

    def _show_pictures(self, *, is_shown: bool) -> None:
        self.session.pictures.are_shown = is_shown
        for screen in self.screen_stack:
            if isinstance(screen, PropScreen):
                screen.redraw_pictures()

    def action_help_quit(self) -> None:
        """Say how to leave to whom presses Ctrl-C by habit."""
        self._tell(Reason.of("tui.how_to_quit"))

    async def on_unmount(self) -> None:
        """End the threads."""
        self.session.close()

    def on_failed(self, message: Failed) -> None:
        """Say what went wrong wherever the person is now."""
        if message.what and message.what == self.session.tasks.name:
            self.session.tasks.end(None)
            self._task_over(TaskDone(message.what, None))
        self._tell(message.reason, is_error=True)

    def on_changed(self, message: Changed) -> None:
        """Say what was done wherever the person is now."""
        self._tell(message.reason)

    def on_task_told(self, message: TaskTold) -> None:
        """Show how far long work is, wherever the person is now."""
        self.session.tasks.take(message)
        for screen in self.screen_stack:
            if isinstance(screen, PropScreen):
                screen.task_told(message)
                screen.query_one(StatusLine).redraw()

    def on_task_done(self, message: TaskDone) -> None:
        """Let everything see what long work did."""
        self.session.tasks.end(message.report)
        if message.name != "export":  # what is written elsewhere leaves the model as it is
            self.session.renew()
        self._task_over(message)

    def _task_over(self, message: TaskDone) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, PropScreen):
                screen.task_done(message)
                screen.query_one(StatusLine).redraw()

    def action_go(self, name: str) -> None:
        """Open a screen by name."""
        module, _, attribute = SCREENS[name].partition(":")
        found = importlib.import_module(f"propvault.tui.screens.{module}")
        if not isinstance(self.screen, getattr(found, attribute)):
            self.push_screen(getattr(found, attribute)())

    def action_command_palette(self) -> None:
        """Open the palette, which asks in the person's language."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            asked = self.session.words.say("tui.find_command")
            self.push_screen(CommandPalette(placeholder=asked, id="--command-palette"))

    def open_vault(self, root: Path) -> None:
        """Turn to another vault."""
        self.session.close()
        self.session.open(root)

    def take_settings(self, settings: Settings) -> None:
        """Put settings to use that were changed while the app runs."""
        self.theme = LIGHT.name if settings.theme == "light" else DARK.name
        self._speak(settings.interface_language)

    def action_speak(self) -> None:
        """Speak the other language at once."""
        self._speak("en" if self.session.words.language == "zh" else "zh")

    def _speak(self, language: Language) -> None:
        if language == self.session.words.language:
            return
        self.session.words.language = language
        self._reword()

    def _reword(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, PropScreen):
                screen.reword()

    def action_dress(self) -> None:
        """Change between dark and light."""
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name
        self._reword()

    async def settled(self) -> None:
        """Wait until nothing is being worked on; what was posted since is still to be drawn."""
        while not self.session.is_idle:
            await asyncio.sleep(0.005)

    def _tell(self, reason: Reason, *, is_error: bool = False) -> None:
        for screen in reversed(self.screen_stack):
            if isinstance(screen, PropScreen):
                screen.tell(reason, is_error=is_error)
                return

    def _write(self, text: str) -> None:
        # Textual offers no public way to its output queue; a second writer to the terminal would
        # cut into the middle of its frames.
        if self._driver is not None:
            self._driver.write(text)


def make_app(start: Start) -> PropvaultApp:
    """Return the app over a vault; `run` it, or drive it with Textual's pilot."""
    return PropvaultApp(start)
