"""Models: what is installed, which one works here, what a better one would cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from propvault.reasons import Reason
from propvault.tui.lanes import Desk
from propvault.tui.messages import Changed
from propvault.tui.screens.base import SideScreen
from propvault.tui.tasks import TaskDone, stopped_reason

if TYPE_CHECKING:
    from propvault.jobs.model_list import Speed, Suggestion
    from propvault.tui.words import Words
    from propvault.vision.model_folder import ModelInfo


class ModelsRead(Message):
    """What models there are was read."""

    def __init__(
        self,
        installed: Sequence[tuple[ModelInfo, Speed | None, int]],
        offered: Sequence[Suggestion],
        selected: str,
        answering: str,
    ) -> None:
        super().__init__()
        self.installed = installed
        """Each with its speed here, and its size in megabytes."""
        self.offered = offered
        self.selected = selected
        self.answering = answering


class ModelsScreen(SideScreen):
    """Installed models, then those worth installing with the command that does it."""

    TITLE_CODE = "tui.screen_models"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "use", "tui.key_use_model", priority=True),
        Binding("c", "check", "tui.key_check_model"),
        Binding("y", "copy", "tui.key_copy_command"),
        Binding("s", "stop", "tui.key_stop"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._read: ModelsRead | None = None

    def body(self) -> ComposeResult:
        """Show the list below what works now."""
        yield Static(id="models-head", markup=False)
        yield OptionList(id="models", markup=False)

    def on_mount(self) -> None:
        """Read what there is."""
        self._ask()

    def _ask(self) -> None:
        self.session.counter.ask(read_models, self, "models")

    def on_models_read(self, message: ModelsRead) -> None:
        """Draw what there is."""
        message.stop()
        self._read = message
        self.reword()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Select the model clicked."""
        event.stop()
        self.action_use()

    def action_use(self) -> None:
        """Select a model and let it see every photo, while one browses on."""
        name = self._chosen("installed")
        if not name:
            self.action_copy()
            return
        root = self.session.root

        def events(stop: Callable[[], bool]) -> Iterator[object]:
            from propvault.jobs.embed import embed, select_model

            yield from embed(root, select_model(root, name), stop)

        tasks = self.session.tasks
        if not tasks.start("model", events, self.app):
            self.tell(stopped_reason(self.say(f"tui.task_{tasks.name}")), is_error=True)

    def action_check(self) -> None:
        """Check a model's files and measure how fast it is here."""
        name = self._chosen("installed")

        def work(_: Desk) -> Changed:
            from propvault.jobs.model_care import check_model

            info, speed = check_model(name)
            rate, query = f"{speed.pictures_per_second:.0f}", f"{speed.query_ms:.0f}"
            told = {"rate": rate, "query": query, "provider": speed.provider}
            return Changed(Reason.of("tui.model_sound", id=info.id, **told))

        if name:
            self.tell(Reason.of("tui.checking", id=name))
            self.session.worker.ask(work, self, "check")

    def action_copy(self) -> None:
        """Copy the command that installs a model."""
        name = self._chosen("offered")
        if name:
            command = f"propvault model install {name}"
            self.app.copy_to_clipboard(command)
            self.tell(Reason.of("tui.command_copied", command=command))

    def action_stop(self) -> None:
        """Stop after the photos in flight."""
        self.session.tasks.stop()

    def on_changed(self, message: Changed) -> None:
        """Say what was found and read the speeds again."""
        super().on_changed(message)
        self._ask()

    def task_done(self, message: TaskDone) -> None:
        """Draw which model works now."""
        if message.name == "model":
            self._ask()

    def reword(self) -> None:
        """Draw the list in the language spoken now."""
        super().reword()
        read = self._read
        if read is None:
            return
        words = self.session.words
        head = words.say("tui.model_works", id=read.answering or words.say("tui.no_model"))
        self.query_one("#models-head", Static).update(head)
        options = self.query_one(OptionList)
        at = options.highlighted
        options.clear_options()
        for info, speed, size in read.installed:
            text = _installed(words, info, speed, size, is_selected=info.id == read.selected)
            options.add_option(Option(text, id=f"installed {info.id}"))
        if read.offered:
            options.add_option(Option(Text(words.say("model.worth"), "bold"), disabled=True))
        for offered in read.offered:
            known = f"offered {offered.name}/{offered.pretrained}"
            options.add_option(Option(suggested(words, offered), id=known))
        options.highlighted = at or 0

    def _chosen(self, kind: str) -> str:
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return ""
        known, _, name = (options.get_option_at_index(options.highlighted).id or "").partition(" ")
        return name if known == kind else ""


def read_models(desk: Desk) -> ModelsRead:
    """Read what is installed, what is worth installing, and which one answers here."""
    from propvault.jobs.model_list import known_speed, suggestions
    from propvault.jobs.models import answering_model, installed_models
    from propvault.settings import load_settings
    from propvault.vault.folder import VaultFolder, is_vault

    installed = [(info, known_speed(info.id), _size(info)) for info in installed_models()]
    names = {info.name for info, _, _ in installed}
    offered = [s for s in suggestions() if s.name not in names]
    name = load_settings(VaultFolder(desk.root).settings).model
    # Of several versions the last; none where the vault's model is gone.
    matching = [info.id for info, _, _ in installed if name in (info.id, info.name)]
    selected = matching[-1] if matching else ""
    answers = answering_model(desk.vault).info if is_vault(desk.root) else None
    return ModelsRead(installed, offered, selected, answers.id if answers else "")


def suggested(words: Words, offered: Suggestion) -> Text:
    """Say what a model costs and is good for."""
    text = Text(f"○ {offered.name}/{offered.pretrained}", style="bold")
    facts = [" ".join(offered.languages), f"{offered.download_mb} MB", offered.licence]
    text.append(f"  {' · '.join(facts)}", style="not bold dim")
    good = offered.good_for_zh if words.language == "zh" else offered.good_for_en
    return text.append(f"\n  {good}\n", style="not bold")


def _installed(
    words: Words, info: ModelInfo, speed: Speed | None, size: int, *, is_selected: bool
) -> Text:
    text = Text(f"{'●' if is_selected else '○'} {info.id}", style="bold")
    facts = [" ".join(info.languages), f"{size} MB", info.licence]
    text.append(f"  {' · '.join(facts)}", style="not bold dim")
    if speed is None:
        return text.append(f"\n  {words.say('tui.unmeasured')}\n", style="not bold dim")
    rate, query = f"{speed.pictures_per_second:.0f}", f"{speed.query_ms:.0f}"
    said = words.say("model.speed", rate=rate, query=query, provider=speed.provider)
    return text.append(f"\n  {said}\n", style="not bold")


def _size(info: ModelInfo) -> int:
    return round(sum(f.stat().st_size for f in info.folder.iterdir() if f.is_file()) / 1e6)
