"""The contact sheet: one page that opens in any browser and needs nothing else.

It is made from a set's manifest and small pictures, so that a lock can make it again.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from typing import Any

HTML = "contact-sheet.html"
"""Name of the page in a set."""
PNG = "contact-sheet.png"
"""Name of the picture in a set."""

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #7779; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  margin: 0 auto; max-width: 1280px; padding: 24px; }
h1 { font-size: 22px; margin: 0 0 4px; }
p { margin: 4px 0; }
.about, .facts { opacity: .75; }
.sheet { display: grid; gap: 20px; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr));
  margin: 20px 0; }
figure { break-inside: avoid; border: 1px solid var(--line); border-radius: 8px; margin: 0;
  overflow: hidden; }
figure img { aspect-ratio: 4 / 3; background: #8883; display: block; object-fit: contain;
  width: 100%; }
figcaption { padding: 10px 12px 12px; overflow-wrap: anywhere; }
b.n { font-size: 20px; margin-right: 8px; }
code { background: #8882; border-radius: 4px; font-size: 13px; padding: 1px 5px; }
.facts, .why { font-size: 13px; }
ul { padding-left: 20px; }
"""


def sheet_html(manifest: str, thumbnails: Mapping[str, bytes]) -> str:
    """Return the page.

    Args:
        manifest: text of the set's manifest.
        thumbnails: small JPEGs by the path of their picture.
    """
    document = json.loads(manifest)
    title = document["set"]["title"] or document["preset"]["title"]
    figures = "\n".join(_figure(p, thumbnails[p["file"]]) for p in document["photos"])
    notes = "".join(f"<li>{_both(w)}</li>" for w in document["warnings"])
    preset = document["preset"]
    about = " · ".join(
        filter(None, (preset["title"], preset["gateway"], f"checked {preset['checked_on']}"))
    )
    return (
        '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{html.escape(title)}</h1>\n"
        f'<p class="about">{html.escape(about)} · {len(document["photos"])}</p>\n'
        f'<div class="sheet">\n{figures}\n</div>\n'
        + (f"<ul>{notes}</ul>\n" if notes else "")
        + "</body>\n</html>\n"
    )


def _figure(photo: Mapping[str, Any], thumbnail: bytes) -> str:
    data = base64.b64encode(thumbnail).decode("ascii")
    tokens = " ".join(f"<code>{html.escape(t)}</code>" for t in _tokens(photo))
    place = " · ".join(filter(None, ((photo["taken"] or "")[:10], photo["place"])))
    facts = " · ".join(
        filter(
            None,
            (
                " ".join(filter(None, (photo["role"], photo["subject"], photo["view"]))),
                f"{photo['width']}×{photo['height']}",
                place,
                photo["creator"] or photo["rights"],
            ),
        )
    )
    why = "<br>".join(_both(reason) for reason in photo["why"])
    return (
        f'<figure><img alt="{photo["number"]}" src="data:image/jpeg;base64,{data}">'
        f'<figcaption><p><b class="n">{photo["number"]}</b>{tokens}</p>'
        f'<p lang="zh">{html.escape(photo["caption_zh"])}</p>'
        f'<p lang="en">{html.escape(photo["caption_en"])}</p>'
        f'<p class="facts">{html.escape(facts)}</p>'
        f'<p class="why">{why}</p>'
        f'<p class="facts"><code>{html.escape(photo["file"])}</code></p></figcaption></figure>'
    )


def _tokens(photo: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(filter(None, photo["tokens"].values())))


def _both(reason: Mapping[str, str]) -> str:
    same = reason["zh"] == reason["en"]
    return html.escape(reason["zh"] if same else f"{reason['zh']} / {reason['en']}")
