"""What a person does to photos from several screens: every act is a job on the writer's lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from propvault.reasons import Reason
from propvault.tui.lanes import Desk, Work
from propvault.tui.messages import Changed
from propvault.tui.screens.base import PropScreen
from propvault.tui.screens.dialogs import AskText, Choose
from propvault.values import Tag

if TYPE_CHECKING:
    from propvault.jobs.search import Hit


class PhotoScreen(PropScreen):
    """A screen that shows photos; `hits_meant` says which ones an act concerns."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(n), f"rate({n})", "tui.key_rate", show=n == 5, key_display="0–5")
            for n in range(6)
        ),
        Binding("backspace", "rate(-1)", "tui.key_unrate", show=False),
        Binding("u", "undo", "tui.key_undo"),
        Binding("U,ctrl+r", "redo", "tui.key_redo", show=False),
        Binding("delete,d", "discard", "tui.key_discard", show=False),
        Binding("space", "mark", "tui.key_mark"),
        Binding("A", "mark_none", "tui.key_mark_none", show=False),
        Binding("b", "board", "tui.key_board"),
        Binding("n", "note", "tui.key_note", show=False),
        Binding("T", "add_tag", "tui.key_add_tag", show=False),
        Binding("c", "copy('paths')", "tui.key_copy_paths", show=False),
        Binding("C", "copy('captions')", "tui.key_copy_captions", show=False),
        Binding("p", "app.go('prompt')", "tui.key_prompt"),
    ]

    def hit_here(self) -> Hit | None:
        """Return the photo under the cursor."""
        raise NotImplementedError  # each screen has its own; ABCMeta is not Textual's metaclass

    def show_marks(self) -> None:
        """Draw which photos are marked."""
        raise NotImplementedError  # each screen has its own; ABCMeta is not Textual's metaclass

    def go_on(self) -> None:
        """Move the cursor to the next photo."""
        raise NotImplementedError  # each screen has its own; ABCMeta is not Textual's metaclass

    def hits_meant(self) -> list[Hit]:
        """Return the photos that an act concerns: the marked ones, else the one here."""
        if self.session.marks:
            return list(self.session.marks.values())
        hit = self.hit_here()
        return [hit] if hit else []

    def _meant(self) -> tuple[list[str], list[int]]:
        hits = self.hits_meant()
        return [hit.photo.id for hit in hits], [hit.row for hit in hits]

    def action_mark(self) -> None:
        """Mark the photo under the cursor, or unmark it, and go on to the next."""
        hit = self.hit_here()
        if hit is not None:
            if self.session.marks.pop(hit.photo.id, None) is None:
                self.session.marks[hit.photo.id] = hit
            self.show_marks()
            self.go_on()

    def action_mark_none(self) -> None:
        """Unmark every photo."""
        self.session.marks.clear()
        self.show_marks()

    def action_copy(self, what: str) -> None:
        """Copy the paths or the captions of photos to the terminal's clipboard (OSC 52)."""
        hits = self.hits_meant()
        if what == "paths":
            lines = [str(hit.photo.path) for hit in hits if hit.photo.path]
        else:
            lines = [self.session.words.caption(hit.photo) for hit in hits]
        if lines:
            self.app.copy_to_clipboard("\n".join(lines))
        self.tell(Reason.of(f"tui.copied_{what}", count=len(lines)))

    def action_note(self) -> None:
        """Ask for a note."""
        ids, rows = self._meant()
        hit = self.hit_here()
        if not ids or hit is None:
            return

        def work(text: str) -> Work:
            def run(desk: Desk) -> Changed:
                from propvault.jobs.describe import note

                note(desk.root, desk.root, ids, text)
                return Changed(Reason.of("tui.noted", count=len(ids)), rows)

            return run

        self._ask(AskText(self.say("tui.ask_note"), hit.photo.note), work, is_empty_meant=True)

    def action_add_tag(self) -> None:
        """Ask for a tag to confirm on photos."""
        ids, rows = self._meant()
        if not ids:
            return

        def work(text: str) -> Work:
            def run(desk: Desk) -> Changed:
                from propvault.jobs import describe

                describe.tag(desk.root, desk.root, ids, [text], [])
                return Changed(Reason.of("tui.tagged", name=text, count=len(ids)), rows)

            return run

        self._ask(AskText(self.say("tui.ask_tag"), known=self.session.tag_names), work)

    def action_board(self) -> None:
        """Put photos on a board, after asking which."""
        ids, rows = self._meant()
        if not ids:
            return

        def work(name: str) -> Work:
            def run(desk: Desk) -> Changed:
                from propvault.jobs.collect import collect

                board = collect(desk.root, desk.root, name, ids)
                self.session.board = board.name
                return Changed(Reason.of("tui.on_board", name=board.name, count=len(ids)), rows)

            return run

        boards = [(name, name) for name in self.session.boards]
        title = self.say("tui.ask_board", count=len(ids))
        self._ask(Choose(title, boards, new=self.say("tui.new_board")), work)

    def _ask(
        self,
        dialog: ModalScreen[str | None],
        work: Callable[[str], Work],
        *,
        is_empty_meant: bool = False,
    ) -> None:
        """Show a dialog, and do what its answer says on the writer's lane."""

        def answered(text: str | None) -> None:
            if text is not None and (text.strip() or is_empty_meant):
                self.session.writer.ask(work(text.strip()), self)

        self.app.push_screen(dialog, answered)

    def action_rate(self, given: int) -> None:
        """Give stars, take them away with -1."""
        ids, rows = self._meant()
        value = None if given < 0 else given
        if not ids:
            return

        def work(desk: Desk) -> Changed:
            from propvault.jobs.describe import rate

            rate(desk.root, desk.root, ids, value)
            if value is None:
                return Changed(Reason.of("tui.unrated", count=len(ids)), rows)
            return Changed(Reason.of("tui.rated", count=len(ids), stars=value), rows)

        self.session.writer.ask(work, self)

    def judge(self, hit: Hit, tag: Tag, state: str) -> None:
        """Confirm a tag of a photo or reject it."""
        said = [tag.name]

        def work(desk: Desk) -> Changed:
            from propvault.jobs import describe

            add, remove = (said, []) if state == "confirmed" else ([], said)
            describe.tag(desk.root, desk.root, [hit.photo.id], add, remove)
            name = self.session.words.tag(tag)
            return Changed(Reason.of(f"tui.tag_{state}", name=name), [hit.row])

        self.session.writer.ask(work, self)

    def action_discard(self) -> None:
        """Discard photos; their stored copies go to the trash and come back by undo."""
        ids, _ = self._meant()
        if not ids:
            return

        def work(desk: Desk) -> Changed:
            from propvault.jobs.decide import Decisions

            with Decisions(desk.root, desk.root) as decisions:
                count = decisions.discard(ids)
            return Changed(Reason.of("tui.discarded", count=count), order=True)

        self.session.writer.ask(work, self)
        for photo in ids:  # out of sight: nothing more is meant for it
            self.session.marks.pop(photo, None)
        self.show_marks()

    def action_undo(self) -> None:
        """Take back the last decision."""
        self._replay(is_undo=True)

    def action_redo(self) -> None:
        """Make the decision again that was taken back last."""
        self._replay(is_undo=False)

    def _replay(self, *, is_undo: bool) -> None:
        words = self.session.words

        def work(desk: Desk) -> Changed:
            from propvault.jobs.decide import Decisions

            with Decisions(desk.root, desk.root) as decisions:
                (step,) = decisions.undo() if is_undo else decisions.redo()
            code = "undo.done" if is_undo else "redo.done"
            return Changed(Reason.of(code, what=words.word(step.action)), order=True)

        self.session.writer.ask(work, self)
