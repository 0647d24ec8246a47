"""Exchange layouts: imagefolder, WebDataset, IP-Adapter, ComfyUI."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from propvault.targets.plan import PlannedPhoto, SetPlan


def imagefolder(plan: SetPlan) -> dict[str, str]:
    """Return ``metadata.csv`` beside the pictures: columns ``text`` and ``text_zh``."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["file_name", "text", "text_zh", "tags"])
    for photo in plan.photos:
        name = photo.file.rsplit("/", 1)[-1]
        tags = " ".join(tag.name for tag in photo.tags)
        table.writerow([name, photo.captions["en"], photo.captions["zh"], tags])
    return {f"{plan.photos[0].folder}metadata.csv": stream.getvalue()}


def webdataset(plan: SetPlan) -> dict[str, str]:
    """Return the JSON member of each sample; pictures and captions are members as they are."""
    return {
        f"{photo.stem}.json": json.dumps(_sample(photo), ensure_ascii=False) + "\n"
        for photo in plan.photos
    }


def ip_adapter(plan: SetPlan) -> dict[str, str]:
    """Return the training file of IP-Adapter: a list of picture and text."""
    rows = [{"image_file": photo.file, "text": photo.captions["en"]} for photo in plan.photos]
    return {"data.json": json.dumps(rows, ensure_ascii=False, indent=2) + "\n"}


def comfyui(plan: SetPlan) -> dict[str, str]:
    """Return a workflow in API format: a LoadImage for each picture, and previews to queue it."""
    nodes: dict[str, Any] = {}
    for number, photo in enumerate(plan.photos, start=1):
        nodes[str(number)] = {
            "class_type": "LoadImage",
            "inputs": {"image": photo.file.removeprefix("input/")},
            "_meta": {"title": f"{photo.number} {photo.captions['en']}"[:120]},
        }
    for number in range(1, len(plan.photos) + 1):
        nodes[str(number + len(plan.photos))] = {
            "class_type": "PreviewImage",
            "inputs": {"images": [str(number), 0]},
            "_meta": {"title": f"Preview {number}"},
        }
    return {"workflow.json": json.dumps(nodes, ensure_ascii=False, indent=2) + "\n"}


def _sample(photo: PlannedPhoto) -> dict[str, Any]:
    return {
        "photo": photo.candidate.id,
        "text": photo.captions["en"],
        "text_zh": photo.captions["zh"],
        "tags": [tag.name for tag in photo.tags],
    }
