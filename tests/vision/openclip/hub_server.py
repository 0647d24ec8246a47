"""A model hub on this machine: one folder behind the address scheme of huggingface.co."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Hub:
    """What the server did, and how it should misbehave."""

    root: Path
    """Files lie under ORG/REPO/NAME."""
    url: str = ""
    """Where it answers."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range header of each request that reached the storage."""
    cut_after: int | None = None
    """Bytes after which a connection is dropped, once."""
    wrong_sha256: bool = False
    """State another hash than the file's."""


@contextmanager
def serve(root: Path) -> Iterator[Hub]:
    """Serve until the block ends."""
    hub = Hub(root)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path.startswith("/storage/"):
                self._storage(path.removeprefix("/storage/"))
                return
            repo, _, name = path.strip("/").partition("/resolve/main/")
            file = hub.root / repo / name
            if not file.is_file():
                self.send_error(404)
                return
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            self.send_response(302)
            stated = "0" * 64 if hub.wrong_sha256 else digest
            self.send_header("X-Linked-Etag", f'"{stated}"')
            self.send_header("Location", f"/storage/{repo}/{name}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _storage(self, name: str) -> None:
            content = (hub.root / name).read_bytes()
            etag = f'"{hashlib.md5(content).hexdigest()}"'
            asked = self.headers.get("Range", "")
            hub.asked.append((name, asked))
            start = 0
            if asked and self.headers.get("If-Range") == etag:
                start = int(asked.removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start else 200)
            self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            body = content[start:]
            if hub.cut_after is not None and len(body) > hub.cut_after:
                body, hub.cut_after = body[: hub.cut_after], None
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
