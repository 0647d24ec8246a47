"""Names of stored copies: safe on Linux, macOS and Windows alike. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath

MAX_NAME_BYTES = 120
"""UTF-8 bytes of a stored name; leaves room below every file system's 255."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)", re.I)


def safe_name(name: str) -> str:
    """Return a file name that every system accepts, as like ``name`` as can be.

    NFC; forbidden, control, format and undecodable characters become ``_``; no leading dot, no
    trailing dot or space, no reserved Windows name; at most `MAX_NAME_BYTES`, the suffix kept.
    """
    text = unicodedata.normalize("NFC", name)
    text = _FORBIDDEN.sub("_", text)
    text = "".join("_" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Cn") else c for c in text)
    text = text.strip(" ").rstrip(". ")
    if not text or text.startswith(".") or _RESERVED.match(text):
        text = f"_{text.lstrip('.')}"
    stem, suffix = _split(text)
    return _shortened(stem, MAX_NAME_BYTES - len(suffix.encode())) + suffix


def stored_names(name: str, taken_local: str | None, sha256: str) -> Iterator[str]:
    """Yield relative paths for a stored copy, best first: plain, then ever more of its hash.

    ``2026/01-13/IMG_2041.JPG``, ``2026/01-13/IMG_2041~1a2b3c.JPG``, …; ``undated/`` without a
    date. Separators are ``/``.
    """
    day = f"{taken_local[:4]}/{taken_local[5:10]}" if taken_local else "undated"
    plain = safe_name(name)
    yield f"{day}/{plain}"
    stem, suffix = _split(plain)
    for digits in range(6, len(sha256) + 1, 6):
        mark = f"~{sha256[:digits]}{suffix}"
        yield f"{day}/{_shortened(stem, MAX_NAME_BYTES - len(mark.encode()))}{mark}"


def name_key(relative: str) -> str:
    """Return what must be unique among stored paths; equal where some disk sees one name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", relative).casefold())


def _split(name: str) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix
    return (name[: -len(suffix)], suffix) if suffix and len(suffix.encode()) <= 16 else (name, "")


def _shortened(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore").rstrip(". ") or "_"
