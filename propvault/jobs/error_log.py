"""Where the full story of an unexpected error is kept, for whoever looks into it."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path

from propvault import __version__
from propvault.reasons import Reason
from propvault.settings import cache_folder


def unexpected(error: BaseException) -> Reason:
    """Log an error that nobody foresaw; return what a person is told of it."""
    detail = f"{type(error).__name__}: {error}"
    return Reason.of("error.unexpected", detail=detail, path=str(log_error(error)))


def log_error(error: BaseException) -> Path:
    """Append an error with its traceback to the log; return the log's path.

    A log that cannot be written changes nothing: the person is told the error itself anyway.
    """
    path = cache_folder() / "error.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"--- {datetime.now(UTC).isoformat()} propvault {__version__}\n")
            log.writelines(traceback.format_exception(error))
    except OSError:
        traceback.print_exception(error)
    return path
