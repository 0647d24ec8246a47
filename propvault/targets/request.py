"""``request.json``: the body of an API request, filled from a preset's template.

A template is a table as the vendor documents it. In its texts ``{name}`` stands for a value of the
set or of a picture; ``{first.name}`` for one of the first picture. A table with the key ``*``
inside a list is repeated: for ``pictures``, ``rest`` (all but the first), ``subjects``,
``role NAME`` or ``not NAME``; if it has the key ``=``, that value alone is repeated. A key with
``{_n}`` is repeated as ``key``, ``key_2``, ``key_3``. A part whose list stays empty is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from propvault.targets.rules import RequestRule

FILE = "request.json"
"""Name of the request in a set."""

Values = Mapping[str, str]
_PLACEHOLDER = re.compile(r"\{([a-z_.]+)\}")
_NUMBERED = "{_n}"


@dataclass(frozen=True)
class Fill:
    """What a template is filled from."""

    shared: Values
    """Values of the set: ``prompt``, ``model``."""
    pictures: Sequence[Values]
    """Values of each picture: ``link``, ``file``, ``tag``, ``role``, ``subject``, ``n``, …"""


def request_text(rule: RequestRule, fill: Fill) -> str:
    """Return the request as JSON text with a final newline; empty without a template."""
    if not rule.body:
        return ""
    document = {
        "request": _text(rule.url, fill.shared, fill),
        "fill_in": "values that start with file: or base64: stand for that file of this folder",
        "body": _filled(rule.body, {}, fill),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _filled(part: Any, own: Values, fill: Fill) -> Any:
    if isinstance(part, str):
        return _text(part, own, fill)
    if isinstance(part, Mapping):
        return {
            name: value
            for key, item in part.items()
            for name, value in _entries(key, item, own, fill)
            if value != []
        }
    if isinstance(part, list):
        return [value for item in part for value in _items(item, own, fill)]
    return part


def _entries(key: str, item: Any, own: Values, fill: Fill) -> Iterable[tuple[str, Any]]:
    if _NUMBERED not in key:
        return [(key, _filled(item, own, fill))]
    return [
        (key.replace(_NUMBERED, "" if n == 1 else f"_{n}"), _filled(item, picture, fill))
        for n, picture in enumerate(fill.pictures, start=1)
    ]


def _items(item: Any, own: Values, fill: Fill) -> list[Any]:
    if not isinstance(item, Mapping) or "*" not in item:
        return [_filled(item, own, fill)]
    inner = {key: value for key, value in item.items() if key != "*"}
    found = []
    for picture, among in _repeated(str(item["*"]), fill):
        narrowed = Fill(fill.shared, among)
        found.append(_filled(inner.get("=", inner), picture, narrowed))
    return found


def _repeated(what: str, fill: Fill) -> list[tuple[Values, Sequence[Values]]]:
    """Return what an item is repeated for, and the pictures that are in it."""
    pictures = fill.pictures
    kind, _, name = what.partition(" ")
    if kind == "subjects":
        names = dict.fromkeys(p["name"] for p in pictures)
        groups = [[p for p in pictures if p["name"] == name] for name in names]
        return [(group[0], group) for group in groups]
    if kind == "rest":
        pictures = pictures[1:]
    elif kind in ("role", "not"):
        pictures = [p for p in pictures if (p["role"] == name) == (kind == "role")]
    return [(p, pictures) for p in pictures]


def _text(text: str, own: Values, fill: Fill) -> str:
    first = fill.pictures[0] if fill.pictures else {}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("first."):
            return first.get(name.removeprefix("first."), "")
        return own.get(name, fill.shared.get(name, found[0]))

    return _PLACEHOLDER.sub(value, text)
