"""The vault folder and its database: all that touches SQLite and stored copies."""

import importlib
import sys


def _import_sqlite_utils() -> None:
    # It imports pandas wherever that is installed, for types that propvault never stores: a
    # second of every start.
    hidden = "pandas" not in sys.modules
    if hidden:
        sys.modules["pandas"] = None  # type: ignore[assignment]  # "not to be imported": the stubs leave None out
    try:
        importlib.import_module("sqlite_utils")
    finally:
        if hidden:
            del sys.modules["pandas"]


_import_sqlite_utils()
