"""The command line and the demo."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "error.unexpected": "something unexpected went wrong ({detail}); the log is {path}",
    "usage.bad": "{detail}",
    "demo.folder_taken": "{path} is there already; give the demo a new folder",
    "demo.importing": "importing the sample camera folder (renders, not photographs)",
    "demo.searching": "search {query}",
    "demo.exported": "reference set {preset}: {count} pictures in {path}",
    "demo.vault": "the demo vault is {path}; open it with: propvault --vault {path}",
}
