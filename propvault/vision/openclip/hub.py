"""Fetch one file of a hub repository: resumable, checked, with progress.

huggingface_hub starts a broken download anew since it writes each to a name of its own, so the
transfer is done here; what its cache already holds is used.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from email.message import Message
from pathlib import Path
from typing import IO, Any

from huggingface_hub import try_to_load_from_cache

from propvault.errors import ModelError
from propvault.events import Progress

_BLOCK = 1 << 20
_TIMEOUT = 15.0
"""Seconds without an answer or a byte after which a connection counts as dead."""
_TRIES = 5
"""Broken connections in a row, none of which brought a byte, after which we give up."""
_NOT_THERE = (404, 410)
_YES = {"1", "ON", "YES", "TRUE"}


class NoNetworkError(Exception):
    """The hub cannot be reached, or must not be; ``args[0]`` says why."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Remembers what the hub says of a file before it sends us to its storage."""

    sha256 = ""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str,
        headers: Message, newurl: str,
    ) -> urllib.request.Request | None:  # fmt: skip
        """Note the SHA-256 that the hub states for large files."""
        self.sha256 = _stated_sha256(headers) or self.sha256
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]  # typeshed narrows the headers


def endpoint(mirror: str | None) -> str:
    """Return the hub's address: the mirror, else ``HF_ENDPOINT``, else huggingface.co."""
    return (mirror or os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def is_offline() -> bool:
    """Tell whether ``HF_HUB_OFFLINE`` forbids the network."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in _YES


def page(repo: str, mirror: str | None) -> str:
    """Return the address where a person sees a repository's files."""
    return f"{endpoint(mirror)}/{repo}/tree/main"


def fetch(
    repo: str, name: str, *, folder: Path, mirror: str | None = None
) -> Generator[Progress, None, Path | None]:
    """Return a file of a repository, None when the repository has no such file.

    Looks into huggingface_hub's cache, then into ``folder`` for one fetched before, then asks the
    hub. A broken download leaves ``NAME.part``, with which the next call goes on.

    Raises:
        NoNetworkError: the hub cannot be reached or refuses, or ``HF_HUB_OFFLINE`` is set.
        ModelError: ``model.bad_download`` when the file is not the one that the hub states.
    """
    cached = try_to_load_from_cache(repo, name)
    if isinstance(cached, str):
        return Path(cached)
    target = folder / repo.replace("/", "--") / name
    if target.is_file():
        return target
    if is_offline():
        raise NoNetworkError("HF_HUB_OFFLINE")
    target.parent.mkdir(parents=True, exist_ok=True)
    url = f"{endpoint(mirror)}/{repo}/resolve/main/{name}"
    yield from _persistently(url, target)
    return target if target.is_file() else None


def _persistently(url: str, target: Path) -> Generator[Progress, None, None]:
    part, failures = target.with_name(f"{target.name}.part"), 0
    while True:
        size = part.stat().st_size if part.exists() else 0
        try:
            yield from _transfer(url, target, part)
            return
        except urllib.error.HTTPError as error:
            if error.code in _NOT_THERE:
                return
            raise NoNetworkError(f"HTTP {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            grew = part.exists() and part.stat().st_size > size
            failures = 0 if grew else failures + 1
            # Only a download under way is worth waiting for; without a network say so at once.
            if failures >= (_TRIES if size else 1):
                reason = getattr(error, "reason", error)
                raise NoNetworkError(str(reason) or type(error).__name__) from error
            time.sleep(min(failures, 3))


def _transfer(url: str, target: Path, part: Path) -> Generator[Progress, None, None]:
    stamp = part.with_name(f"{part.name}.etag")
    have = part.stat().st_size if part.exists() and stamp.exists() else 0
    headers = {"User-Agent": "propvault"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": stamp.read_text(encoding="utf-8")}
    redirects = _Redirects()
    opener = urllib.request.build_opener(redirects)
    try:
        answer = opener.open(urllib.request.Request(url, headers=headers), timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # all bytes were there already, or the file shrank
            part.unlink()
        raise
    with answer:
        redirects.sha256 = _stated_sha256(answer.headers) or redirects.sha256
        if answer.status != 206:
            have = 0
            stamp.write_text(answer.headers.get("ETag", ""), encoding="utf-8")
        total = _length(answer, have)
        with part.open("ab" if have else "wb") as file:
            yield from _written(answer, file, have, total)
            os.fsync(file.fileno())
    if total is not None and part.stat().st_size < total:
        raise http.client.IncompleteRead(b"", total - part.stat().st_size)
    _check(part, redirects.sha256, target)
    stamp.unlink(missing_ok=True)
    part.replace(target)


def _written(
    answer: Any, file: IO[bytes], have: int, total: int | None
) -> Generator[Progress, None, None]:
    started, shown, first = time.monotonic(), 0.0, have
    while block := answer.read(_BLOCK):
        file.write(block)
        have += len(block)
        now = time.monotonic()
        if now - shown > 0.25:
            shown = now
            # As if all had come at this connection's rate, so that the time left is right.
            yield Progress("download", have, total, (now - started) * have / (have - first))


def _length(answer: Any, have: int) -> int | None:
    stated = answer.headers.get("Content-Length")
    return have + int(stated) if stated else None


def _stated_sha256(headers: Message) -> str:
    stated = (headers.get("X-Linked-Etag") or "").strip('W/"')
    return stated if len(stated) == 64 else ""


def _check(part: Path, sha256: str, target: Path) -> None:
    if not sha256:
        return
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        part.unlink()
        raise ModelError("model.bad_download", path=str(target), file=target.name)
