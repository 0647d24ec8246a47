"""One English word or short phrase out of a CC-CEDICT entry, the way a picture caption says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from propvault.language.dictionary import Entry

_NOT_A_MEANING = re.compile(
    r"surname |CL:|abbr\. |(\w+ )*variants? of|(same|short) (as|for) |see |used |also |classifier|"
    r"Kangxi|radical|one of |name of |fig\.|lit\.|idiom|pr\.|Taiwan pr|particle|suffix|prefix|"
    r"interjection|euphemism|component|county|district|(old|archaic) |given name|"
    r"\(?(of|e\.g\.|i\.e\.) "
)
_OBSOLETE = re.compile(
    r"\((archaic|old|literary|dialect|coll\.|slang|derog|vulgar|Internet|Buddh|math|computing|"
    r"chem|phys|ling|Tw|onom|Cant|zool|medic|mus|law|sport|neologism|bird|fish)[^)]*\)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_ADJUSTED = re.compile(r"\b(sth|sb|sth/sb|one's|oneself|etc)\b\.?")
_ODD = re.compile(r"[^A-Za-z0-9' ,\-éèêüöâ]")
_VOWELS = "aeiou"


def best_gloss(entries: Sequence[Entry]) -> tuple[str, bool] | None:
    """Return (English, whether it is an action), None when no sense says what a picture shows.

    Preferred are earlier senses, common readings over proper names, at most three words, things
    and qualities over actions in that order of weight.
    """
    ranked = [
        (cost, order, gloss, verb) for order, (cost, gloss, verb) in enumerate(_candidates(entries))
    ]
    if not ranked:
        return None
    _, _, gloss, verb = min(ranked)
    return (_gerund(gloss) if verb else gloss), verb


def _candidates(entries: Sequence[Entry]) -> Iterator[tuple[float, str, bool]]:
    for number, entry in enumerate(entries):
        proper = entry.pinyin[:1].isupper()
        for place, sense in enumerate(entry.senses):
            if _OBSOLETE.match(sense):
                penalty = 3.0
            elif sense.startswith("(bound form)"):
                penalty = 0.3
            else:
                penalty = 0.0
            for turn, gloss in enumerate(sense.split(";")):
                text, verb = _clean(gloss)
                if text:
                    cost = penalty + number * 0.6 + place * 0.5 + turn * 0.3 + 2.5 * proper
                    cost += max(0, len(text.split()) - 3) * 0.8 + 0.4 * verb
                    yield cost, text, verb


def _clean(gloss: str) -> tuple[str, bool]:
    """Return (text without notes, whether it is a verb); empty text when it means nothing here."""
    if _NOT_A_MEANING.match(gloss.strip()):
        return "", False
    text = _ADJUSTED.sub("", _NOTE.sub(" ", gloss)).strip(" ,.")
    text = " ".join(text.split(",")[0].split())
    if not text or _NOT_A_MEANING.match(text) or _ODD.search(text) or len(text.split()) > 6:
        return "", False
    if text.startswith("to be "):
        return text.removeprefix("to be "), False
    if text.startswith("to "):
        return text.removeprefix("to "), True
    return re.sub(r"^(a|an|the) ", "", text), False


def _gerund(phrase: str) -> str:
    """Return a verb phrase in its -ing form: "put on" becomes "putting on"."""
    verb, _, rest = phrase.partition(" ")
    if verb.endswith("ie"):
        verb = verb[:-2] + "y"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and len(verb) > 2:
        verb = verb[:-1]
    elif _doubles(verb):
        verb += verb[-1]
    return f"{verb}ing {rest}".strip()


def _doubles(verb: str) -> bool:
    """Return whether a verb of one syllable ends consonant, vowel, consonant (sit, run)."""
    return (
        len(verb) >= 3
        and verb[-1] not in _VOWELS + "wxy"
        and verb[-2] in _VOWELS
        and verb[-3] not in _VOWELS
        and sum(c in _VOWELS for c in verb) == 1
    )
