"""All texts of a set but its manifest: captions, prompts, request, addresses, layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from propvault.targets.layouts import exchange, trainers
from propvault.targets.phrases import phrases
from propvault.targets.plan import PlannedPhoto, SetPlan, link
from propvault.targets.prop_sheet import prop_sheet
from propvault.targets.request import FILE as REQUEST
from propvault.targets.request import Fill, request_text
from propvault.targets.rules import LayoutKind
from propvault.targets.words import is_chinese, noted, plain, subjects

_MIME = {"jpeg": "image/jpeg", "png": "image/png"}
_LAYOUTS: Mapping[LayoutKind, Callable[[SetPlan], dict[str, str]]] = {
    "kohya": trainers.kohya,
    "musubi": trainers.musubi,
    "ai-toolkit": trainers.ai_toolkit,
    "onetrainer": trainers.onetrainer,
    "simpletuner": trainers.simpletuner,
    "diffusers": trainers.diffusers,
    "imagefolder": exchange.imagefolder,
    "webdataset": exchange.webdataset,
    "ip-adapter": exchange.ip_adapter,
    "comfyui": exchange.comfyui,
    "prop-sheet": prop_sheet,
}
_NO_CAPTION_FILES = ("imagefolder", "diffusers")
"""Layouts whose captions stand in a table instead."""


def set_texts(plan: SetPlan) -> dict[str, str]:
    """Return the text files of a set by path, in a fixed order."""
    if not plan.photos:
        return {}
    texts = _captions(plan)
    texts |= {f"prompt.{lang}.txt": f"{text}\n" for lang, text in plan.prompts.items()}
    request = request_text(plan.preset.request, _fill(plan))
    if request:
        texts[REQUEST] = request
    if plan.preset.delivery == ("url",):
        texts["urls.csv"] = _urls(plan)
    write = _LAYOUTS.get(plan.preset.layout.kind)
    return texts | (write(plan) if write else {})


def _captions(plan: SetPlan) -> dict[str, str]:
    if plan.preset.layout.kind in _NO_CAPTION_FILES:
        return {}
    return {
        photo.caption_file: "".join(f"{photo.captions[lang]}\n" for lang in plan.caption_languages)
        for photo in plan.photos
        if plan.caption_languages
    }


def _urls(plan: SetPlan) -> str:
    """Return the table of addresses; a person fills in those that are empty."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["number", "file", "url"])
    for photo in plan.photos:
        address = link(photo, plan.options) if plan.options.base_url else ""
        table.writerow([photo.number, photo.file, address])
    return stream.getvalue()


def _fill(plan: SetPlan) -> Fill:
    # The language of the person who asked, where the target reads both.
    asked = plan.prompts.get("zh") if is_chinese(plan.options.title) else None
    prompt = asked or next(iter(plan.prompts.values()), "")
    shared = {"prompt": prompt, "model": plan.preset.model}
    return Fill(shared, [_values(plan, place) for place in range(len(plan.photos))])


def _values(plan: SetPlan, place: int) -> dict[str, str]:
    photo, rule = plan.photos[place], plan.preset.naming
    source = photo.candidate
    spread = place / max(1, len(plan.photos) - 1)
    return {
        "link": link(photo, plan.options) if plan.options.base_url else f"file:{photo.file}",
        "base64": f"base64:{photo.file}",
        "file": photo.file,
        "mime": _MIME[photo.format],
        "n": str(photo.number),
        "at": f"{spread:.2f}",
        "tag": photo.tag,
        "role": source.role or "",
        "name": photo.subject or _name(photo, rule.name_max),
        "description": _description(photo, rule.description_max),
        "size": f"{photo.size[0]}x{photo.size[1]}",
        "media_type": "first_frame" if photo.is_frame else "reference_image",
    }


def _name(photo: PlannedPhoto, most: int) -> str:
    things = subjects(photo.tags, "en")
    return plain(things[0] if things else photo.tag, most)


def _description(photo: PlannedPhoto, most: int) -> str:
    said = (*noted(photo.candidate.note, "en"), photo.captions["en"])
    return plain(phrases("en").clause_joint.join(said), most)
