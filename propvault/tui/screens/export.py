"""Export: choose a target, see each place filled and why, swap, then write the set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import OptionList, ProgressBar, Static

from propvault.events import Progress
from propvault.reasons import Language, Reason, printable
from propvault.tui.screens.dialogs import AskText
from propvault.tui.screens.planning import PlanScreen
from propvault.tui.tasks import TaskDone, TaskTold, stopped_reason
from propvault.tui.themes import tone
from propvault.tui.widgets.photo_strip import PhotoStrip

if TYPE_CHECKING:
    from propvault.jobs.export_asked import ExportAsk
    from propvault.targets.planned import PlannedPhoto
    from propvault.targets.rules import Fit

_TONES: dict[str, Literal["warning", "error"]] = {
    "fix": "warning",
    "warn": "warning",
    "refuse": "error",
}
_SIGNS = {"fix": "~", "warn": "!", "refuse": "✗"}
_SIDECARS: tuple[tuple[Language, ...], ...] = ((), ("zh",), ("en",), ("zh", "en"))
_FITS: tuple[Fit | None, ...] = (None, "pad", "crop")
_HOW = {"gate.no_rights": "tui.how_creator", "target.aspect": "tui.how_fit"}
"""What to do here about a warning or a refusal."""
_REFUSED = 6
"""Photos left out that are named."""


class ExportScreen(PlanScreen):
    """The plan as a strip of pictures, each with its reason and what is done to it."""

    TITLE_CODE = "tui.screen_export"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "write", "tui.key_write"),
        Binding("right", "step(1)", "tui.key_move", show=False),
        Binding("left", "step(-1)", "tui.key_move", show=False),
        Binding("x", "swap", "tui.key_swap"),
        Binding("k", "sidecars", "tui.key_sidecars"),
        Binding("c", "creator", "tui.key_creator"),
        Binding("a", "fit", "tui.key_fit", show=False),
        Binding("f", "folder", "tui.key_open_folder"),
        Binding("s", "stop", "tui.key_stop", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._here = 0
        self._sidecars = 0
        self._fit = 0
        self._writes_next = False

    def side(self) -> ComposeResult:
        """Put the pictures above the reasons and the prompts."""
        yield Static(id="plan-head", markup=False)
        yield ProgressBar(id="plan-bar", show_eta=False)
        yield PhotoStrip(id="slots")
        with VerticalScroll(id="plan-scroll"):
            yield Static(id="plan-text", markup=False)

    def wanted(self) -> ExportAsk | None:
        """Return what is to be planned, with what only a set has."""
        ask = super().wanted()
        if ask is None:
            return None
        options = replace(ask.options, fit=_FITS[self._fit], creator=self.session.creator)
        return replace(ask, sidecars=_SIDECARS[self._sidecars], options=options)

    def choices(self) -> list[str]:
        """Say what was chosen that is not the usual."""
        languages, fit = self.named(_SIDECARS[self._sidecars]), _FITS[self._fit]
        chosen = super().choices()
        chosen += [self.say("tui.with_sidecars", languages=languages)] if languages else []
        chosen += [self.say(f"tui.fit_{fit}")] if fit else []
        chosen += (
            [self.say("show.creator", creator=creator)] if (creator := self.session.creator) else []
        )
        return chosen

    def action_sidecars(self) -> None:
        """Go on to the next choice of sidecars: none, in Chinese, in English, in both."""
        self._sidecars = (self._sidecars + 1) % len(_SIDECARS)
        self._plan_anew()

    def action_fit(self) -> None:
        """Pad or crop a picture too wide or too high, or do as the target says."""
        self._fit = (self._fit + 1) % len(_FITS)
        self._plan_anew()

    def action_creator(self) -> None:
        """Ask who took the photos that do not say."""

        def answered(text: str | None) -> None:
            if text is not None:
                self.session.creator = text.strip()
                self._plan_anew()

        ask = AskText(self.say("tui.ask_creator"), self.session.creator)
        self.app.push_screen(ask, answered)

    def _plan_anew(self) -> None:
        self.plan()
        self.draw_plan()

    def action_step(self, by: int) -> None:
        """Move the cursor over the places."""
        if self.report is not None and self.report.plan.photos:
            self._here = (self._here + by) % len(self.report.plan.photos)
            self.draw_plan()

    def on_photo_strip_chosen(self, message: PhotoStrip.Chosen) -> None:
        """Put the cursor on a place."""
        message.stop()
        self._here = message.place
        self.draw_plan()

    def action_swap(self) -> None:
        """Leave out the photo under the cursor; the next best takes its place."""
        if self.report is not None and self.report.plan.photos:
            self.without += (self.report.plan.photos[self._here].candidate.id,)
            self.plan()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Write the set for the target chosen."""
        event.stop()
        self.action_write()

    def action_write(self) -> None:
        """Ask where to, and write the set while one browses on."""
        if self.is_planning:  # typed ahead: asked once it is known what there is
            self._writes_next = True
            return
        report, ask = self.report, self.wanted()
        if report is None or ask is None or not report.plan.photos:
            self.tell(Reason.of("tui.nothing_to_export"), is_error=True)
            return
        root = self.session.root

        def answered(text: str | None) -> None:
            if not text:
                return
            to = Path(text).expanduser()

            def events(_: Callable[[], bool]) -> Iterator[object]:
                from propvault.jobs.export_asked import carry_out

                return carry_out(root, ask, to)

            tasks = self.session.tasks
            if not tasks.start("export", events, self.app):
                self.tell(stopped_reason(self.say(f"tui.task_{tasks.name}")), is_error=True)
            self.draw_plan()

        place = Path.home() / f"{report.plan.slug}-{report.plan.preset.name}"
        title = self.say("tui.ask_export", count=len(report.plan.photos))
        self.app.push_screen(AskText(title, str(place)), answered)

    def action_folder(self) -> None:
        """Open the folder of the set that was written last."""
        to = self._written
        if to is not None:
            self.app.open_url(to.as_uri())
            self.tell(Reason.of("tui.opened", path=str(to)))

    @property
    def _written(self) -> Path | None:
        report = self.session.tasks.reports.get("export")
        return getattr(report, "to", None)

    def task_told(self, message: TaskTold) -> None:
        """Draw how far the set is."""
        if isinstance(message.event, Progress) and message.name == "export":
            bar = self.query_one(ProgressBar)
            bar.update(total=message.event.total, progress=message.event.done)
        self.draw_plan()

    def task_done(self, message: TaskDone) -> None:
        """Say where the set is."""
        if message.name == "export" and self._written is not None:
            self.tell(Reason.of("tui.exported", path=str(self._written)))
        self.draw_plan()

    def draw_plan(self) -> None:
        """Draw the places, their reasons, what is left out, and the prompts."""
        self.query_one(ProgressBar).display = self.session.tasks.name == "export"
        report = self.report
        photos = report.plan.photos if report else ()
        self._here = min(self._here, max(0, len(photos) - 1))
        head = self.say("tui.plan_head", count=len(photos), source=self.said)
        self.query_one("#plan-head", Static).update(printable(head))
        self.query_one("#slots").display = bool(photos)
        self.query_one("#slots", PhotoStrip).show(
            [p.candidate.id for p in photos], [_sign(p) + p.stem for p in photos], self._here
        )
        self.query_one("#plan-text", Static).update(self._text())
        if self._writes_next and not self.is_planning:
            self._writes_next = False
            self.action_write()

    def _text(self) -> Text:
        text, report = Text(), self.report
        if report is None:
            return text
        if report.plan.photos:
            text.append_text(self._place(report.plan.photos[self._here])).append("\n")
        left_out = [r for r in report.plan.refused if not r.is_choice]
        for refused in left_out[:_REFUSED]:
            name = printable(report.names.get(refused.photo, refused.photo[:19]))
            text.append(f"\n✗ {name}: {self._told(refused.reason)}", style=tone(self, "error"))
        for warning in report.warnings:
            text.append(f"\n! {self._told(warning)}", style=tone(self, "warning"))
        for language, prompt in report.plan.prompts.items():
            text.append(f"\n\n{self.say(f'tui.prompt_{language}')}\n", style="bold dim")
            text.append(printable_lines(prompt))
        return text

    def _told(self, reason: Reason) -> str:
        """Word a reason, and what to do about it."""
        told, how = self.session.words.word(reason), _HOW.get(reason.code)
        joint = "" if self.session.words.language == "zh" else " "
        return f"{told}{joint}{self.say(how)}" if how else told

    def _place(self, planned: PlannedPhoto) -> Text:
        words = self.session.words
        width, height = planned.size
        text = Text(f"{planned.file}  {width} × {height}", style="bold")
        why = " · ".join(dict.fromkeys(words.word(reason) for reason in planned.why))
        text.append(f"\n{why}", style="not bold")
        if not planned.findings:
            text.append(f"\n✓ {self.say('tui.fits')}", style=f"not bold {tone(self, 'success')}")
        for finding in planned.findings:
            said = f"\n{_SIGNS[finding.outcome]} {words.word(finding.reason)}"
            text.append(said, style=f"not bold {tone(self, _TONES[finding.outcome])}")
        return text


def printable_lines(text: str) -> str:
    """Return a text of several lines with all that could steer a terminal made visible."""
    return "\n".join(printable(line) for line in text.splitlines())


def _sign(planned: PlannedPhoto) -> str:
    outcomes = {finding.outcome for finding in planned.findings}
    return "! " if "warn" in outcomes else "~ " if outcomes else "✓ "
