"""What open_clip does to a text before its tokens: mojibake, entities, spaces, case.

The same steps as ``open_clip.tokenizer.get_clean_fn``, whose names are the values of ``clean`` in
``model.toml``; a tokenizer file cannot say them, since ftfy decides by looking at the whole text.
"""

from __future__ import annotations

import html
import string

_PUNCTUATION = str.maketrans("", "", string.punctuation)


def clean_text(text: str, how: str) -> str:
    """Return ``text`` as a model's tokenizer expects it.

    ``how`` is ``none``, ``whitespace`` (ftfy, HTML entities, runs of spaces), ``lower`` (also lower
    case) or ``canonicalize`` (also no ASCII punctuation; an underscore becomes a space).
    """
    if how == "none":
        return text
    # ftfy takes 70 ms to import and leaves printable ASCII without entities as it is.
    if not (text.isascii() and text.isprintable()) or "&" in text:
        import ftfy

        text = ftfy.fix_text(text)
    text = html.unescape(html.unescape(text)).strip()
    if how == "canonicalize":
        text = text.replace("_", " ").translate(_PUNCTUATION)
    text = " ".join(text.split())
    return text if how == "whitespace" else text.lower()
