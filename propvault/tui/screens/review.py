"""Review repeats: one group at a time, side by side, with what differs; one key answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import ProgressBar, Static

from propvault.reasons import Reason, printable
from propvault.tui.lanes import Desk
from propvault.tui.messages import Changed
from propvault.tui.screens.base import SideScreen
from propvault.tui.screens.dialogs import AskText, Confirm
from propvault.tui.themes import tone
from propvault.tui.widgets.picture import Picture
from propvault.values import PhotoView

if TYPE_CHECKING:
    from propvault.jobs.decide import Decisions
    from propvault.jobs.list_groups import GroupView, KeeperChange

_MOST = 4
"""Photos side by side; of a larger group those around the cursor."""
Answer = Literal["right", "same", "take", "different"]


class GroupsRead(Message):
    """The groups that nobody has looked at yet were read."""

    def __init__(self, groups: Sequence[GroupView]) -> None:
        super().__init__()
        self.groups = groups


class RulesPreviewed(Message):
    """What other keeper rules would change is known."""

    def __init__(self, rules: str, changes: Sequence[KeeperChange]) -> None:
        super().__init__()
        self.rules = rules
        self.changes = changes


class ReviewScreen(SideScreen):
    """Groups of one exposure first, then stacks of takes."""

    TITLE_CODE = "tui.screen_review"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer('right')", "tui.key_right"),
        Binding("s", "answer('same')", "tui.key_same"),
        Binding("t", "answer('take')", "tui.key_takes"),
        Binding("d", "answer('different')", "tui.key_different"),
        Binding("k", "one('keep')", "tui.key_keep"),
        Binding("o", "one('split')", "tui.key_split"),
        Binding("x", "one('discard')", "tui.key_discard"),
        Binding("n,space", "later", "tui.key_later"),
        Binding("left,h", "step(-1)", "tui.key_move", show=False),
        Binding("right,l", "step(1)", "tui.key_move", show=False),
        Binding("u", "undo", "tui.key_undo"),
        Binding("R", "rules", "tui.key_rules", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[GroupView] = []
        self._later: set[tuple[int, ...]] = set()
        self._most = 0
        self._here = 0

    def body(self) -> ComposeResult:
        """Put the question above the pictures, each with its facts."""
        with Horizontal(id="review-head"):
            yield Static(id="question", markup=False)
            yield ProgressBar(id="progress", show_eta=False)
        with Horizontal(id="pictures"):
            for number in range(_MOST):
                with Vertical(id=f"side-{number}", classes="side"):
                    yield Picture(quality="large")
                    yield Static(markup=False, classes="side-facts")

    def on_mount(self) -> None:
        """Read the groups."""
        self._read()

    @property
    def group(self) -> GroupView | None:
        """Return the group looked at."""
        return self._groups[0] if self._groups else None

    def _read(self) -> None:
        later = set(self._later)

        def read(desk: Desk) -> GroupsRead:
            from propvault.jobs.list_groups import open_groups

            found = open_groups(desk.vault)
            return GroupsRead([g for g in found if tuple(sorted(g.rows)) not in later])

        self.session.reader.ask(read, self, "groups")

    def on_groups_read(self, message: GroupsRead) -> None:
        """Show the next group."""
        message.stop()
        self._groups = list(message.groups)
        self._most = max(self._most, len(self._groups) + len(self._later))
        self._here = min(self._here, max(0, len(self.group.photos) - 1)) if self.group else 0
        self._draw()

    # -- answering

    def action_answer(self, answer: Answer) -> None:
        """Say what the photos of the group are to each other."""
        group = self.group
        if group is None:
            return
        kind = group.kind if answer == "right" else answer

        def decide(decisions: Decisions) -> None:
            decisions.relate_all(group.rows, kind, whole=kind != "same")

        self._here = 0
        self._groups = self._groups[1:]
        self._decide(decide, f"tui.said_{kind}", count=len(group.rows))
        self._draw()

    def action_one(self, what: str) -> None:
        """Keep the photo under the cursor, take it out of the group, or discard it."""
        group = self.group
        if group is None:
            return
        row, name = group.rows[self._here], group.photos[self._here].name

        def decide(decisions: Decisions) -> None:
            if what == "keep":
                decisions.keep_row(row)
            elif what == "split":
                decisions.split_rows([row])
            else:
                decisions.discard_rows([row])

        self._here = 0
        self._decide(decide, f"tui.did_{what}", name=name)

    def action_later(self) -> None:
        """Leave the group for another time."""
        if self.group is not None:
            self._later.add(tuple(sorted(self.group.rows)))
            self._groups = self._groups[1:]
            self._here = 0
            self._draw()

    def action_undo(self) -> None:
        """Take back the last decision."""
        words = self.session.words

        def work(desk: Desk) -> Changed:
            from propvault.jobs.decide import Decisions

            with Decisions(desk.root, desk.root) as decisions:
                (step,) = decisions.undo()
            return Changed(Reason.of("undo.done", what=words.word(step.action)), order=True)

        self.session.writer.ask(work, self)

    def _decide(self, decide: Callable[[Decisions], None], code: str, **told: str | int) -> None:
        def work(desk: Desk) -> Changed:
            from propvault.jobs.decide import Decisions

            with Decisions(desk.root, desk.root) as decisions:
                decide(decisions)
            return Changed(Reason.of(code, **told), order=True)

        self.session.writer.ask(work, self)

    def on_changed(self, message: Changed) -> None:
        """Go on with what is left now."""
        super().on_changed(message)
        self._read()
        self.app.screen_stack[0].post_message(Changed(message.reason, order=True))

    # -- rules

    def action_rules(self) -> None:
        """Ask for keeper rules and show what they would change before they are set."""

        def asked(rules: str | None) -> None:
            if rules:
                self.session.reader.ask(lambda desk: _preview(desk, rules), self, "rules")

        def now(desk: Desk) -> None:
            rules = desk.vault.settings.keeper_rules
            self.app.call_from_thread(
                self.app.push_screen, AskText(self.say("tui.ask_rules"), rules), asked
            )

        self.session.reader.ask(now, self, "rules")

    def on_rules_previewed(self, message: RulesPreviewed) -> None:
        """Show what would change, and set the rules when the person agrees."""
        message.stop()
        lines = [self.say("tui.rules_change", count=len(message.changes))]
        for change in message.changes[:12]:
            told = {"old": change.group.photos[0].name, "new": change.keeper.name}
            why = self.session.words.word(change.why)
            lines.append(self.say("groups.would_keep", why=why, **told))
        rules = message.rules

        def work(desk: Desk) -> Changed:
            from propvault.jobs.list_groups import apply_rules

            apply_rules(desk.vault, rules)
            desk.renew()
            return Changed(Reason.of("tui.rules_set"), order=True)

        def answered(agrees: bool | None) -> None:
            if agrees:
                self.session.writer.ask(work, self)

        self.app.push_screen(Confirm("\n".join(lines)), answered)

    # -- drawing

    def action_step(self, by: int) -> None:
        """Move the cursor to another photo of the group."""
        if self.group is not None:
            self._here = (self._here + by) % len(self.group.photos)
            self._draw()

    def reword(self) -> None:
        """Speak the other language."""
        self._draw()
        super().reword()

    def _draw(self) -> None:
        group = self.group
        self._draw_head(group)
        photos = group.photos if group else ()
        first = max(0, min(self._here - _MOST // 2, len(photos) - _MOST))
        for number in range(_MOST):
            side = self.query_one(f"#side-{number}")
            place = first + number
            side.display = place < len(photos)
            side.set_class(place == self._here, "-here")
            if place < len(photos):
                side.query_one(Picture).show(photos[place])
                facts = self._facts(place, photos[place], photos[0])
                side.query_one(Static).update(facts)

    def _draw_head(self, group: GroupView | None) -> None:
        done = self._most - len(self._groups)
        bar = self.query_one(ProgressBar)
        bar.update(total=max(1, self._most), progress=done if self._most else 1)
        if group is None:
            text = self.say("tui.review_done" if self._most else "tui.review_none")
        else:
            why = self.session.words.word(group.why)
            told = {"number": done + 1, "total": self._most}
            text = self.say(f"review.{group.kind}", why=why, **told)
        self.query_one("#question", Static).update(text)

    def _facts(self, place: int, photo: PhotoView, keeper: PhotoView) -> Text:
        """Return what is known of a photo; what differs from the keeper stands out."""
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{place + 1}. {printable(photo.name)}", style="bold")
        if place == 0:
            text.append(f"  {self.say('review.kept')}", style=tone(self, "success"))
        for own, other in zip(_told(photo), _told(keeper), strict=True):
            text.append(
                f"\n{own or '–'}", style="" if own == other else f"bold {tone(self, 'warning')}"
            )
        if photo.sightings:
            folder = printable(str(photo.sightings[0].path.parent))
            text.append(f"\n{folder}", style="dim")
        return text


def _told(photo: PhotoView) -> tuple[str, ...]:
    """Return what may differ between repeats: pixels, bytes and format, moment, camera."""
    size = max((file.size for file in photo.files), default=0)
    capture = photo.capture
    return (
        f"{photo.width} × {photo.height}",
        f"{size / 1e6:.2f} MB {photo.format}",
        (capture.taken_local or "").replace("T", " "),
        printable(capture.camera or ""),
        f"{photo.width / photo.height:.3f} : 1",
    )


def _preview(desk: Desk, rules: str) -> RulesPreviewed:
    from propvault.jobs.list_groups import preview_rules

    return RulesPreviewed(rules, preview_rules(desk.vault, rules))
