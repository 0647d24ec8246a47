"""What every command shares: the vault meant, the language, and how to print."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from propvault.reasons import Argument, Language, Reason, word
from propvault.settings import load_settings
from propvault.vault.folder import VaultFolder, find_folder
from propvault.vault.vault import Mode, Vault

F = TypeVar("F", bound=Callable[..., Any])

LANGUAGES: Mapping[str, tuple[Language, ...]] = {
    "zh": ("zh",),
    "en": ("en",),
    "both": ("zh", "en"),
}
"""What an option that names languages may say."""


@dataclass
class State:
    """Options that may stand before or after the command."""

    given: Path | None = None
    """The vault named with ``--vault``."""
    json: bool = False
    """Print one JSON object and nothing else on stdout."""
    _language: Language | None = field(default=None, repr=False)

    @property
    def root(self) -> Path:
        """Return the vault folder meant, which need not exist."""
        return find_folder(self.given, Path.cwd())

    @property
    def language(self) -> Language:
        """Return the language to speak."""
        if self._language is None:
            self._language = load_settings().interface_language
        return self._language

    def open(self, mode: Mode = "read") -> Vault:
        """Open the vault meant.

        Raises:
            VaultError: there is none.
        """
        return Vault(VaultFolder(self.root).root, mode)

    def word(self, reason: Reason) -> str:
        """Word a reason in the person's language."""
        return word(reason, self.language)

    def say(self, code: str, **arguments: Argument) -> str:
        """Word a code in the person's language."""
        return self.word(Reason.of(code, **arguments))

    def write_json(self, value: Mapping[str, Any]) -> None:
        """Print one UTF-8 JSON object; bytes that are no text are escaped."""
        click.echo(
            json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")
        )


def shared_options(function: F) -> F:
    """Add ``--vault`` and ``--json``, and pass the `State` as the first argument."""

    @click.option("--vault", type=click.Path(path_type=Path), help="The vault folder to use.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    @functools.wraps(function)
    def wrapped(*args: Any, vault: Path | None, as_json: bool, **options: Any) -> Any:
        state = click.get_current_context().ensure_object(State)
        state.given = vault or state.given
        state.json = as_json or state.json
        return function(*args, state=state, **options)

    return wrapped  # type: ignore[return-value]  # click adds a parameter that F cannot say
