"""Into the prompt: one key copies paths, captions or a ready prompt, over ssh too (OSC 52)."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static

from propvault.reasons import Reason, printable
from propvault.tui.screens.export import printable_lines
from propvault.tui.screens.planning import PlanScreen


class PromptScreen(PlanScreen):
    """What the chosen target would be told of the photos, ready to be pasted."""

    TITLE_CODE = "tui.screen_prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "copy('prompt')", "tui.key_copy_prompt"),
        Binding("c", "copy('captions')", "tui.key_copy_captions"),
        Binding("f", "copy('paths')", "tui.key_copy_paths"),
    ]

    def side(self) -> ComposeResult:
        """Show the three texts below each other."""
        with VerticalScroll(id="plan-scroll"):
            yield Static(id="prompt-text", markup=False)

    def action_copy(self, what: str) -> None:
        """Copy one of the texts to the terminal's clipboard."""
        lines = self._texts().get(what, [])
        if lines:
            self.app.copy_to_clipboard("\n".join(lines))
        self.tell(Reason.of(f"tui.copied_{what}", count=len(lines)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Copy the prompt for the target chosen."""
        event.stop()
        self.action_copy("prompt")

    def _texts(self) -> dict[str, list[str]]:
        report = self.report
        if report is None:
            return {}
        language = self.session.words.language
        photos = report.plan.photos
        return {
            "prompt": list(report.plan.prompts.values()),
            "captions": [photo.captions[language] for photo in photos],
            "paths": [str(photo.candidate.path) for photo in photos if photo.candidate.path],
        }

    def draw_plan(self) -> None:
        """Draw the texts, each under the key that copies it."""
        text = Text(printable(self.said), style="bold")
        for what, key in (("prompt", "p"), ("captions", "c"), ("paths", "f")):
            lines = self._texts().get(what, [])
            text.append(f"\n\n{key}  {self.say(f'tui.key_copy_{what}')}\n", style="bold dim")
            joint = "\n\n" if what == "prompt" else "\n"
            text.append(joint.join(map(printable_lines, lines)), style="not bold")
        self.query_one("#prompt-text", Static).update(text)
