"""TOML tables read into frozen dataclasses; a key nobody knows is an error that names it.

A misspelt limit that is silently ignored would let a set through that the target refuses.
"""

from __future__ import annotations

import dataclasses
import tomllib
import types
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from propvault.errors import LibraryError

T = TypeVar("T")

MAX_BYTES = 256_000
"""A preset is a page of text; anything longer is not one."""


def read_table(path: Path, kind: type[T], **given: object) -> T:
    """Read a TOML file as ``kind``; ``given`` sets fields that the file may not.

    Raises:
        LibraryError: not readable, not TOML, an unknown or missing key, a value of another type.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LibraryError("target.preset_unreadable", path=str(path), detail="too long")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # ValueError covers TOML syntax and UTF-8
        raise LibraryError("target.preset_unreadable", path=str(path), detail=str(error)) from error
    return _built(kind, table, "", path, given)


def wrong_value(path: Path, key: str, expected: str) -> LibraryError:
    """Return the error for a value that is not what ``key`` takes."""
    return LibraryError("target.preset_wrong_value", path=str(path), key=key, expected=expected)


def _built(
    kind: type[T], table: Mapping[str, Any], at: str, path: Path, given: Mapping[str, object]
) -> T:
    hints = get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind) if f.name not in given}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            raise LibraryError(
                "target.preset_unknown_key", path=str(path), key=at + key, known=", ".join(fields)
            )
    for name, spec in fields.items():
        required = (dataclasses.MISSING, dataclasses.MISSING)
        if name not in table and (spec.default, spec.default_factory) == required:
            raise LibraryError("target.preset_missing_key", path=str(path), key=at + name)
    values = {k: _value(hints[k], v, at + k, path) for k, v in table.items()}
    return kind(**values, **given)


def _value(hint: Any, value: Any, key: str, path: Path) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:  # a template: any TOML value
        return value
    if origin in (Union, types.UnionType):
        hint = next(h for h in inner if h is not type(None))
        return _value(hint, value, key, path)
    if origin is Literal:
        if value not in inner:
            raise wrong_value(path, key, " | ".join(map(str, inner)))
        return value
    if origin is tuple:
        items = _of_type(list, value, "a list", key, path)
        return tuple(_value(inner[0], item, f"{key}[{i}]", path) for i, item in enumerate(items))
    if origin is not None:  # Mapping[K, V]
        table = _of_type(dict, value, "a table", key, path)
        return {
            _value(inner[0], k, f"{key}.{k}", path): _value(inner[1], v, f"{key}.{k}", path)
            for k, v in table.items()
        }
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _built(hint, _of_type(dict, value, "a table", key, path), f"{key}.", path, {})
    return _scalar(hint, value, key, path)


def _scalar(hint: type, value: Any, key: str, path: Path) -> Any:
    if hint is float and type(value) is int:
        value = float(value)
    # `bool` is an `int` to Python and not to a person; `datetime` is a `date` likewise
    if type(value) is not hint:
        names = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
        names[date] = "a date (2026-11-22)"
        raise wrong_value(path, key, names.get(hint, hint.__name__))
    return value


def _of_type(kind: type[T], value: Any, expected: str, key: str, path: Path) -> T:
    if not isinstance(value, kind):
        raise wrong_value(path, key, expected)
    return value
