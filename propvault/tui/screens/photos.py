"""What a person does to photos from several screens: every act is a job on the writer's lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from propvault.reasons import Reason
from propvault.tui.lanes import Desk
from propvault.tui.messages import Changed
from propvault.tui.screens.base import PropScreen
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
    ]

    def hits_meant(self) -> list[Hit]:
        """Return the photos that an act concerns."""
        raise NotImplementedError

    def _meant(self) -> tuple[list[str], list[int]]:
        hits = self.hits_meant()
        return [hit.photo.id for hit in hits], [hit.row for hit in hits]

    def action_rate(self, given: int) -> None:
        """Give stars, take them away with -1."""
        ids, rows = self._meant()
        value = None if given < 0 else given
        if not ids:
            return

        def work(desk: Desk) -> Changed:
            from propvault.jobs.describe import rate

            rate(desk.root, desk.root, ids, value)
            told = "-" if value is None else str(value)
            return Changed(Reason.of("tui.rated", count=len(ids), stars=told), rows)

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
