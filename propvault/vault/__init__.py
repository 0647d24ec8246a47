"""The vault folder and its database: all that touches SQLite and stored copies."""

import sys


def _import_sqlite_utils() -> None:
    # It imports pandas wherever that is installed, for types that propvault never stores: a
    # second of every start.
    hidden = "pandas" not in sys.modules
    if hidden:
        sys.modules["pandas"] = None  # type: ignore[assignment]  # "do not import", as documented
    try:
        import sqlite_utils  # noqa: F401
    finally:
        if hidden:
            del sys.modules["pandas"]


_import_sqlite_utils()
