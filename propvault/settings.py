"""Settings of a person and of a vault: TOML files with known keys, the vault's winning.

Order: built-in defaults, the person's ``config.toml``, the vault's ``propvault.toml``. An unknown
key is an error that names the file and the nearest known key, so a typo never passes silently.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal, get_args, get_type_hints

import platformdirs

from propvault.errors import UsageError
from propvault.reasons import Language


@dataclass(frozen=True)
class Settings:
    """What can be set; each field is a key of the TOML files."""

    language: Literal["auto", "zh", "en"] = "auto"
    """Language of messages; ``auto`` follows LC_ALL, LC_MESSAGES, LANG."""
    model: str = "mini"
    """Id or name of the model that tags and searches."""
    workers: int = 0
    """Decoder processes; 0 means one per core, at most 8."""
    max_decoded_mb: int = 512
    """Memory one decoded picture may take, megabytes."""
    decode_timeout_s: int = 30
    """Seconds after which a picture counts as hung."""
    keeper_rules: str = "original, pixels, sharpest, least-cropped, oldest"
    """Rules, strongest first, by which one photo of a group of repeats is kept in sight."""
    pictures: Literal["auto", "kitty", "sixel", "blocks", "shades"] = "auto"
    """How pictures are drawn in the terminal; ``auto`` asks the terminal what it can."""
    theme: Literal["dark", "light"] = "dark"
    """Colours of the screens."""

    @property
    def worker_count(self) -> int:
        """Return the number of decoder processes to start."""
        return self.workers or min(8, os.cpu_count() or 1)

    @property
    def interface_language(self) -> Language:
        """Return the language to word messages in."""
        if self.language != "auto":
            return self.language
        for name in ("PROPVAULT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
            value = os.environ.get(name)
            if value:
                return "zh" if value.lower().startswith("zh") else "en"
        return "en"


_CHOICES = {
    name: get_args(hint) for name, hint in get_type_hints(Settings).items() if get_args(hint)
}
"""Values that a setting may have, of those that have only some."""


def load_settings(*files: Path) -> Settings:
    """Merge the person's config file and then each of ``files`` that exists over the defaults.

    Raises:
        UsageError: when a file is not TOML, has an unknown key or a value of the wrong type.
    """
    settings = Settings()
    for file in (config_file(), *files):
        if file.is_file():
            settings = _merged(settings, _read(file), file)
    return settings


def set_setting(file: Path, key: str, value: str | int) -> None:
    """Set one key of a settings file; everything else in it, comments too, stays as it is.

    Raises:
        UsageError: when the file is not TOML or cannot be written.
    """
    import tomlkit  # 20 ms, and only for changing a setting
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8"))
        document[key] = value
        partial = file.with_suffix(".toml.part")
        partial.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")
        partial.replace(file)
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise UsageError("settings.not_toml", path=str(file), detail=str(error)) from error
    except OSError as error:
        detail = error.strerror or str(error)
        raise UsageError("settings.cannot_write", path=str(file), detail=detail) from error


def config_file() -> Path:
    """Return the path of the person's own settings, which need not exist."""
    return platformdirs.user_config_path("propvault", appauthor=False) / "config.toml"


def cache_folder() -> Path:
    """Return the folder of things that can be made again; ``PROPVAULT_CACHE`` moves it."""
    moved = os.environ.get("PROPVAULT_CACHE")
    return Path(moved) if moved else platformdirs.user_cache_path("propvault", appauthor=False)


def _read(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("settings.not_toml", path=str(file), detail=str(error)) from error


def _merged(settings: Settings, values: Mapping[str, object], file: Path) -> Settings:
    known = {f.name: type(getattr(settings, f.name)) for f in fields(Settings)}
    for key, value in values.items():
        if key == "vault":  # the vault's own table: its id and format
            continue
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            raise UsageError(
                "settings.unknown_key", path=str(file), key=key, near=near[0] if near else "-"
            )
        if value not in (_CHOICES.get(key) or (value,)):
            allowed = ", ".join(_CHOICES[key])
            raise UsageError("settings.bad_choice", path=str(file), key=key, allowed=allowed)
        if type(value) is not known[key] or (isinstance(value, int) and value < 0):
            raise UsageError(
                "settings.bad_value", path=str(file), key=key, kind=known[key].__name__
            )
        settings = replace(settings, **{key: value})  # type: ignore[arg-type]
    return settings
