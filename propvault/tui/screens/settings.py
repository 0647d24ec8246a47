"""Settings of the vault, each with what it means; a change holds from the next start or search."""

from __future__ import annotations

from dataclasses import fields
from typing import ClassVar, get_args, get_type_hints

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from propvault.errors import UsageError
from propvault.reasons import Reason
from propvault.settings import Settings, load_settings, set_setting
from propvault.tui.screens.base import SideScreen
from propvault.tui.screens.dialogs import AskText, Choose

_FILE = "propvault.toml"


class SettingsScreen(SideScreen):
    """One line a setting; Enter changes it in the vault's own file."""

    TITLE_CODE = "tui.screen_settings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", "tui.key_change", priority=True)
    ]

    def body(self) -> ComposeResult:
        """Show the settings below how pictures are drawn."""
        yield Static(id="settings-head", markup=False)
        yield OptionList(id="settings", markup=False)

    def on_mount(self) -> None:
        """Draw the settings."""
        self.reword()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Change the setting chosen."""
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Ask for another value of the setting under the cursor."""
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return
        key = options.get_option_at_index(options.highlighted).id or ""
        allowed = get_args(get_type_hints(Settings)[key])
        title = f"{key} — {self.say(f'tui.set_{key}')}"

        def answered(value: str | None) -> None:
            if value is not None and value.strip():
                self._set(key, value.strip())

        if allowed:
            self.app.push_screen(Choose(title, [(v, v) for v in allowed]), answered)
        else:
            self.app.push_screen(AskText(title, str(getattr(self._settings(), key))), answered)

    def _settings(self) -> Settings:
        return load_settings(self.session.root / _FILE)

    def _set(self, key: str, value: str) -> None:
        file = self.session.root / _FILE
        before = file.read_text(encoding="utf-8") if file.is_file() else None
        try:
            set_setting(file, key, int(value) if value.isdigit() else value)
            load_settings(file)
        except UsageError as error:
            if before is not None:  # what does not load is not kept
                file.write_text(before, encoding="utf-8")
            self.tell(error.reason, is_error=True)
            return
        self.app.take_settings(self._settings())  # type: ignore[attr-defined]  # our app: its class imports this one
        self.tell(Reason.of("tui.setting_kept", key=key, value=value))
        self.reword()

    def reword(self) -> None:
        """Draw the settings in the language spoken now."""
        super().reword()
        session = self.session
        words = session.words
        how = words.say(f"tui.renderer_{session.display.renderer}")
        lines = [words.say("tui.pictures", how=how)]
        lines += [words.say(session.display.hint)] if session.display.hint else []
        self.query_one("#settings-head", Static).update("\n".join(lines))
        options = self.query_one(OptionList)
        at = options.highlighted
        options.clear_options()
        settings = self._settings()
        for setting in fields(Settings):
            text = Text(f"{setting.name:<18}", style="bold")
            text.append(f"{getattr(settings, setting.name)}", style="not bold")
            text.append(f"\n  {words.say(f'tui.set_{setting.name}')}\n", style="not bold dim")
            options.add_option(Option(text, id=setting.name))
        options.highlighted = at or 0
