"""Import: choose a folder, look before writing, browse on while it runs, read the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import DirectoryTree, ProgressBar, Static
from textual.widgets._directory_tree import DirEntry
from textual.widgets.tree import TreeNode

from propvault.events import Notice, Progress, Skipped
from propvault.reasons import Reason, printable
from propvault.tui.lanes import Desk
from propvault.tui.screens.base import SideScreen
from propvault.tui.screens.dialogs import AskText
from propvault.tui.session import session_of
from propvault.tui.tasks import TaskDone, TaskTold, stopped_reason
from propvault.tui.themes import tone

if TYPE_CHECKING:
    from propvault.jobs.count_pictures import FolderCount
    from propvault.jobs.import_report import ImportReport

_SHOWN = 200
"""Lines of what was skipped that are shown."""


class Counted(Message):
    """A folder's pictures were counted."""

    def __init__(self, folder: Path, count: FolderCount) -> None:
        super().__init__()
        self.folder = folder
        self.count = count


class FolderTree(DirectoryTree):
    """Folders only, each with how many pictures it seems to hold."""

    ICON_NODE = ""
    ICON_NODE_EXPANDED = ""

    class Seen(Message):
        """A folder came into sight whose pictures were not counted yet."""

        def __init__(self, folder: Path) -> None:
            super().__init__()
            self.folder = folder

    def __init__(self, path: Path) -> None:
        super().__init__(path, id="folders")
        self._counts: dict[Path, FolderCount | None] = {}

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out files and hidden folders."""
        return [p for p in paths if not p.name.startswith(".") and _is_folder(p)]

    def take(self, folder: Path, count: FolderCount) -> None:
        """Show a count."""
        self._counts[folder] = count
        self._invalidate()
        self.refresh()

    def render_label(self, node: TreeNode[DirEntry], base_style: Style, style: Style) -> Text:
        """Return a folder's line."""
        label = Text(printable(str(node.label)), style=style)
        label.stylize_before(base_style)
        folder = node.data.path if node.data else None
        if folder is not None and folder not in self._counts:
            self._counts[folder] = None
            self.post_message(self.Seen(folder))
        count = self._counts[folder] if folder is not None else None
        if count is not None:
            more = "" if count.is_whole else "+"
            label.append(f"  {count.pictures}{more}", style="bold" if count.pictures else "dim")
        return label


class ImportScreen(SideScreen):
    """A folder tree, and beside it what an import does, would do or did."""

    TITLE_CODE = "tui.screen_import"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "run", "tui.key_import_now"),
        Binding("d", "look", "tui.key_dry_run"),
        Binding("r", "reference", "tui.key_in_place"),
        Binding("g", "elsewhere", "tui.key_elsewhere"),
        Binding("s", "stop", "tui.key_stop"),
    ]

    def __init__(self, start: Path | None = None) -> None:
        super().__init__()
        self._start = start or Path.home()
        self._lines: list[Text] = []

    def body(self) -> ComposeResult:
        """Put the tree beside the report."""
        with Horizontal(id="body"):
            yield FolderTree(self._start)
            with VerticalScroll(id="import-side"):
                yield Static(id="import-head", markup=False)
                yield ProgressBar(id="import-bar", show_eta=False)
                yield Static(id="import-report", markup=False)

    def on_mount(self) -> None:
        """Show the last report, which stays readable."""
        self.query_one(FolderTree).focus()
        self._draw()

    @property
    def folder(self) -> Path:
        """Return the folder under the cursor."""
        node = self.query_one(FolderTree).cursor_node
        return node.data.path if node is not None and node.data else self._start

    def on_tree_node_highlighted(self, event: FolderTree.NodeHighlighted[DirEntry]) -> None:
        """Say what can be done with the folder under the cursor."""
        event.stop()
        self._draw()

    def on_folder_tree_seen(self, message: FolderTree.Seen) -> None:
        """Count the pictures of a folder that came into sight."""
        message.stop()
        folder = message.folder

        def count(_: Desk) -> Counted:
            from propvault.jobs.count_pictures import count_pictures

            return Counted(folder, count_pictures(folder))

        self.session.counter.ask(count, self, f"count {folder}")

    def on_counted(self, message: Counted) -> None:
        """Show a count."""
        message.stop()
        self.query_one(FolderTree).take(message.folder, message.count)
        self._draw()

    # -- importing

    def action_look(self) -> None:
        """Look at everything, write nothing."""
        self._import(is_dry=True)

    def action_run(self) -> None:
        """Import with copies."""
        self._import()

    def action_reference(self) -> None:
        """Import without copies: the files stay where they are."""
        self._import(in_place=True)

    def action_elsewhere(self) -> None:
        """Ask for another folder to start from."""

        def answered(text: str | None) -> None:
            folder = Path(text or "").expanduser()
            if text and folder.is_dir():
                self._start = folder
                self.query_one(FolderTree).path = folder
                self._draw()
            elif text:
                self.tell(Reason.of("tui.no_folder", path=text), is_error=True)

        self.app.push_screen(AskText(self.say("tui.ask_folder"), str(self.folder)), answered)

    def action_stop(self) -> None:
        """Stop after the files in flight; nothing is lost."""
        self.session.tasks.stop()

    def _import(self, *, is_dry: bool = False, in_place: bool = False) -> None:
        folder, root = self.folder, self.session.root
        name = "look" if is_dry else "import"

        def events(stop: Callable[[], bool]) -> Iterator[object]:
            from propvault.jobs.import_photos import ImportRequest, import_photos

            return import_photos(
                ImportRequest(root, (folder,), in_place=in_place, dry_run=is_dry, stop=stop)
            )

        if self.session.tasks.start(name, events, self.app):
            self._lines = []
            self.session.tasks.reports.pop("import", None)
            self._draw()
        else:
            self.tell(
                stopped_reason(self.say(f"tui.task_{self.session.tasks.name}")), is_error=True
            )

    def task_told(self, message: TaskTold) -> None:
        """Draw progress, and list what is skipped as it happens."""
        event = message.event
        words = self.session.words
        if isinstance(event, Progress):
            bar = self.query_one(ProgressBar)
            bar.update(total=event.total, progress=event.done)
        elif isinstance(event, Skipped):
            self._lines.append(self._skipping(event))
        elif isinstance(event, Notice):
            self._lines.append(Text(words.word(event.reason)))
        self._draw()

    def task_done(self, _: TaskDone) -> None:
        """Show the report."""
        self._draw()

    def reword(self) -> None:
        """Speak the other language."""
        self._draw()
        super().reword()

    def _draw(self) -> None:
        tasks = self.session.tasks
        is_running = tasks.name in ("import", "look")
        bar = self.query_one(ProgressBar)
        bar.display = is_running
        lines = list(self._lines[-_SHOWN:])
        report = tasks.reports.get("import") or tasks.reports.get("look")
        if is_running:
            head = tasks.line(self.session.words)
        elif report is not None:  # who imported once knows the keys; the report needs the room
            head = str(self.folder)
        else:
            head = self.say("tui.import_what", folder=str(self.folder))
        self.query_one("#import-head", Static).update(printable(head) if report else head)
        if not is_running and report is not None:
            lines += [Text(""), *self._report(report)]  # type: ignore[arg-type]  # reports of all tasks lie in one dict; these two names are imports
        self.query_one("#import-report", Static).update(Text("\n").join(lines))

    def _report(self, report: ImportReport) -> list[Text]:
        from propvault.jobs.import_report import told

        words = session_of(self).words
        lines = [Text(words.word(reason), style="bold") for reason in told(report)]
        if not self._lines:
            lines += [self._skipping(skipped) for skipped in report.skipped[:_SHOWN]]
        return lines

    def _skipping(self, skipped: Skipped) -> Text:
        """Say what is skipped, by its path in the folder, and why."""
        words = self.session.words
        path = skipped.path.removeprefix(f"{self.folder}{os.sep}")
        text = words.say("import.skipping", path=path, why=words.word(skipped.reason))
        return Text(text, style=tone(self, "warning"))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and os.access(path, os.R_OK | os.X_OK)
