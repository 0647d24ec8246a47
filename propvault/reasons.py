"""Reasons as values (a code and its arguments) and their wording in English and Chinese.

Code never builds sentences: it makes a `Reason`, which travels through jobs, reports and JSON
and is worded once, at the edge. English lives in `propvault.english`; Chinese in the gettext
catalogue under ``locale/zh``, whose msgids are the English templates.
"""

from __future__ import annotations

import gettext
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from propvault.english import ENGLISH

Argument = str | int | float
Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Reason:
    """Why something happened, in no language yet."""

    code: str
    """Dotted name such as ``picture.truncated``; stable, shown in JSON."""
    arguments: tuple[tuple[str, Argument], ...] = ()
    """Sorted (name, value) pairs that fill the template."""

    @classmethod
    def of(cls, code: str, **arguments: Argument) -> Reason:
        """Make a reason from keyword arguments."""
        return cls(code, tuple(sorted(arguments.items())))

    def get(self, name: str) -> Argument | None:
        """Return the argument called ``name``, or None."""
        return dict(self.arguments).get(name)


def word(reason: Reason, language: Language = "en") -> str:
    """Word a reason; arguments are made safe for a terminal with `printable`.

    An argument called ``codes`` holds codes with blanks between, each of which is worded too.
    An unknown code is shown as the code itself with its arguments, never an exception: a reason
    is often all that is left of a failure.
    """
    arguments = {
        name: printable(value) if isinstance(value, str) else value
        for name, value in reason.arguments
    }
    if "codes" in arguments:
        joint = "、" if language == "zh" else "; "
        listed = str(arguments["codes"]).split()
        arguments["codes"] = joint.join(say(code, language) for code in listed)
    # A count of one has a wording of its own where English needs it: "1 video", not "1 videos".
    single = f"{reason.code}_one" if arguments.get("count") == 1 else reason.code
    template = ENGLISH.get(single, ENGLISH.get(reason.code))
    if template is None:
        return " ".join([reason.code, *(f"{k}={v}" for k, v in arguments.items())])
    return _catalogue(language).gettext(template).format(**arguments)


def say(code: str, language: Language = "en", **arguments: Argument) -> str:
    """Word a code and its arguments in one step."""
    return word(Reason.of(code, **arguments), language)


def printable(text: str) -> str:
    """Return ``text`` with all that could steer a terminal made visible.

    Control, format (bidirectional overrides among them) and surrogate characters become
    backslash escapes; Unicode categories per UAX #44.
    """
    if text.isprintable():
        return text
    return "".join(
        c.encode("unicode_escape", "surrogatepass").decode()
        if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")
        else c
        for c in text
    )


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "locale"
    return gettext.translation("propvault", folder, languages=[language], fallback=True)
