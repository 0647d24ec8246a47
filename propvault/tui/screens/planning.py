"""Choosing a target and seeing what would be handed to it: shared by export and prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from propvault.reasons import Language, printable
from propvault.tui.lanes import Desk
from propvault.tui.messages import Failed
from propvault.tui.screens.base import PropScreen, SideScreen

if TYPE_CHECKING:
    from propvault.jobs.export_asked import ExportAsk, ExportReport, Selection
    from propvault.targets.rules import Preset
    from propvault.tui.words import Words

_PAUSE = 0.12
"""Seconds that the cursor rests on a target before its plan is made."""
_LANGUAGES: tuple[tuple[Language, ...], ...] = ((), ("zh",), ("en",))


class PresetsRead(Message):
    """The recipes were read."""

    def __init__(self, presets: Sequence[Preset]) -> None:
        super().__init__()
        self.presets = presets


class Planned(Message):
    """What an export would write is known."""

    def __init__(self, ask: ExportAsk, report: ExportReport) -> None:
        super().__init__()
        self.ask = ask
        self.report = report


class PlanScreen(SideScreen):
    """Targets at the left, filtered by typing; at the right what they would get."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "tui.key_filter"),
        Binding("l", "language", "tui.key_words"),
        Binding("w", "source", "tui.key_source"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._presets: Sequence[Preset] = ()
        self._timer: Timer | None = None
        self._language = 0
        self._source = 0
        self._is_from_board = False
        self.without: tuple[str, ...] = ()
        """Photos that a person does not want in."""
        self.report: ExportReport | None = None
        """What would be written."""
        self.is_planning = True
        """Whether another report is to come."""

    def side(self) -> ComposeResult:
        """Return the widgets at the right."""
        raise NotImplementedError  # each screen has its own; ABCMeta is not Textual's metaclass

    def draw_plan(self) -> None:
        """Draw what would be handed over."""
        raise NotImplementedError  # each screen has its own; ABCMeta is not Textual's metaclass

    def body(self) -> ComposeResult:
        """Put the targets beside the plan."""
        with Horizontal(id="body"):
            with Vertical(id="targets"):
                yield Input(id="target-filter")
                yield OptionList(id="presets", markup=False)
            with Vertical(id="plan"):
                yield from self.side()

    def on_mount(self) -> None:
        """Read the recipes."""
        below = self.app.screen_stack[-2:][0]
        self._is_from_board = isinstance(below, PropScreen) and below.IS_BOARD
        self.query_one("#presets").focus()

        def read(desk: Desk) -> PresetsRead:
            from propvault.jobs.export_asked import presets

            return PresetsRead(presets(desk.root))

        self.session.counter.ask(read, self, "presets")
        self.reword()

    def on_presets_read(self, message: PresetsRead) -> None:
        """List the targets, the cursor on the one used last."""
        message.stop()
        self._presets = message.presets
        self._list("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """List the targets that fit."""
        event.stop()
        self._list(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Move on to the targets."""
        event.stop()
        self.query_one("#presets").focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Make the plan of the target under the cursor, once the cursor rests."""
        event.stop()
        if event.option_id:
            self.session.preset = event.option_id
            self._plan_soon()

    def on_planned(self, message: Planned) -> None:
        """Draw the plan."""
        message.stop()
        if message.ask == self.wanted():
            self.is_planning = False
            self.report = message.report
            self.draw_plan()

    def on_failed(self, message: Failed) -> None:
        """Draw that there is no plan; the status line says why."""
        if message.what == "plan":
            self.report, self.is_planning = None, False
            self.draw_plan()

    # -- what is meant

    def wanted(self) -> ExportAsk | None:
        """Return what is to be planned; None while no target is chosen."""
        from propvault.jobs.export_asked import ExportAsk, PlanOptions

        if not self.session.preset:
            return None
        _, selection = self._selection()
        selection = replace(selection, without=self.without)
        options = PlanOptions(languages=_LANGUAGES[self._language])
        return ExportAsk(selection, self.session.preset, options=options)

    def _selection(self) -> tuple[str, Selection]:
        """Return which photos are meant, in words and as a value."""
        from propvault.jobs.export_asked import Selection

        session = self.session
        sources = []
        if session.marks:
            text = self.say("tui.from_marks", count=len(session.marks))
            sources.append((text, Selection(asked=tuple(session.marks))))
        if session.board:
            text = self.say("tui.from_board", name=session.board)
            place = 0 if self._is_from_board else len(sources)
            sources.insert(place, (text, Selection(collection=session.board)))
        code = "tui.from_search" if session.query.strip() else "tui.from_all"
        text = self.say(code, query=session.query)
        sources.append((text, Selection(query=session.query)))
        return sources[self._source % len(sources)]

    @property
    def said(self) -> str:
        """Say which photos are meant, and what was chosen beside."""
        return " · ".join([self._selection()[0], *self.choices()])

    def choices(self) -> list[str]:
        """Say what was chosen that is not the usual."""
        languages = self.named(_LANGUAGES[self._language])
        return [self.say("tui.words_in", languages=languages)] if languages else []

    def named(self, languages: Sequence[Language]) -> str:
        """Name languages."""
        return " + ".join(self.say(f"tui.language_{language}") for language in languages)

    def action_filter(self) -> None:
        """Put the cursor into the filter."""
        self.query_one("#target-filter").focus()

    def action_language(self) -> None:
        """Go on to the next choice of languages: the preset's, Chinese, English."""
        self._language = (self._language + 1) % len(_LANGUAGES)
        self._plan_soon()

    def action_source(self) -> None:
        """Take the marked photos, the board, or the search."""
        self._source += 1
        self.without = ()
        self._plan_soon()

    def plan(self) -> None:
        """Make the plan of what is wanted now."""
        ask = self.wanted()
        if ask is None:
            return
        self.is_planning = True

        def work(desk: Desk) -> Planned:
            from propvault.jobs.export_asked import preview

            return Planned(ask, preview(desk.vault, ask))

        self.session.reader.ask(work, self, "plan")

    def _plan_soon(self) -> None:
        self.is_planning = True
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self.plan)

    def reword(self) -> None:
        """Draw everything in the language spoken now."""
        typed = self.query_one("#target-filter", Input)
        typed.placeholder = self.say("tui.filter_targets")
        self._list(typed.value)
        self.draw_plan()
        super().reword()

    def _list(self, text: str) -> None:
        options = self.query_one("#presets", OptionList)
        options.clear_options()
        wanted = text.casefold().split()
        shown = [
            preset for preset in self._presets
            if all(part in f"{preset.name} {preset.title}".casefold() for part in wanted)
        ]  # fmt: skip
        for preset in shown:
            options.add_option(Option(_line(self.session.words, preset), id=preset.name))
        names = [preset.name for preset in shown]
        if names:
            used = self.session.preset
            options.highlighted = names.index(used) if used in names else 0


def _line(words: Words, preset: Preset) -> Text:
    """Return a target with its kind and first limits."""
    text = Text(printable(preset.title), style="dim" if preset.is_legacy else "bold")
    text.append(f"  {words.say(f'tui.kind_{preset.kind}')}", style="not bold dim")
    counts, limits = preset.counts, preset.limits
    facts = [words.say("tui.up_to", count=counts.max)] if counts.max else []
    facts += [f"≤ {limits.max_mb:g} MB"] if limits.max_mb else []
    facts += [f"{limits.min_side or 1}–{limits.max_side} px"] if limits.max_side else []
    return text.append(f"\n  {' · '.join(facts)}\n", style="not bold dim")
