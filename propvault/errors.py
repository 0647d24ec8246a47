"""The one error tree: every failure is a code with arguments, worded by ``reasons.py``.

::

    PropvaultError
    ├── UsageError        the person asked for something that cannot be (exit 2)
    │   └── QueryError    a search text that does not parse; knows the position
    ├── VaultError        the vault, its disk or its database failed (exit 3)
    ├── ModelError        a model folder is missing, broken or of another kind (exit 3)
    ├── LibraryError      a vocabulary, preset or threshold file is wrong (exit 3)
    ├── ExportError       a reference set could not be written (exit 3)
    └── PictureError      one file could not be read; its neighbours are unaffected
"""

from __future__ import annotations

from propvault.reasons import Argument, Reason, word


class PropvaultError(Exception):
    """A failure a person can act on, with the file it concerns where there is one.

    ``str(error)`` is the English sentence; front ends word ``error.reason`` in the reader's
    language. Instances survive pickling, so decoder processes can raise them.
    """

    def __init__(self, code: str, *, path: str | None = None, **arguments: Argument) -> None:
        super().__init__(code)
        self.reason = Reason.of(code, **({"path": path} if path is not None else {}), **arguments)
        self.path = path

    def __str__(self) -> str:
        return word(self.reason)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.reason, self.path))


def _rebuild(kind: type[PropvaultError], reason: Reason, path: str | None) -> PropvaultError:
    error = kind.__new__(kind)
    Exception.__init__(error, reason.code)
    error.reason, error.path = reason, path
    return error


class UsageError(PropvaultError):
    """The arguments, as they stand, cannot be carried out."""


class QueryError(UsageError):
    """A search text that does not parse.

    ``reason.get("position")`` is the 0-based character offset into the text as typed.
    """

    @classmethod
    def at(cls, code: str, position: int, *, found: str, **arguments: Argument) -> QueryError:
        """Return the error for what was found at a position."""
        at: dict[str, Argument] = {"position": position, "column": position + 1, "found": found}
        return cls(code, path=None, **(at | arguments))


class VaultError(PropvaultError):
    """The vault folder, its disk or its database failed or is not there."""


class ModelError(PropvaultError):
    """A model folder is missing, incomplete, corrupt or does not do what was asked."""


class LibraryError(PropvaultError):
    """A vocabulary, preset or threshold file does not say what it must."""


class ExportError(PropvaultError):
    """A reference set could not be planned or written."""


class PictureError(PropvaultError):
    """One picture file could not be read."""
