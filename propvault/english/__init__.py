"""The English wording of every reason, by area; also the msgids of the Chinese catalogue.

A code is worded in one area only. Where one thing is worded otherwise than several, a second
wording stands under the code with ``_one`` behind it.
"""

from __future__ import annotations

from collections.abc import Mapping

from propvault.english import (
    collecting,
    deciding,
    exporting,
    general,
    models,
    screens,
    searching,
    storing,
    tagging,
)

_AREAS = (
    searching,
    screens,
    storing,
    models,
    deciding,
    collecting,
    exporting,
    general,
    tagging,
)
ENGLISH: Mapping[str, str] = {
    code: template for area in _AREAS for code, template in area.ENGLISH.items()
}
"""Template of each code; braces name its arguments."""
