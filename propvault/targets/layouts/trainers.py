"""Configuration files of trainers, with paths relative to the set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from propvault.targets.plan import SetPlan

_BUCKET_STEP = 64
"""sd-scripts: bounds of buckets are divisible by it."""


def kohya(plan: SetPlan) -> dict[str, str]:
    """Return the dataset file of sd-scripts; it rejects keys it does not know."""
    rule = plan.preset.layout
    lines = [
        "# Start the trainer from this folder: image_dir is relative.",
        "[general]",
        'caption_extension = ".txt"',
        "enable_bucket = true",
        "bucket_no_upscale = true",
        f"bucket_reso_steps = {_BUCKET_STEP}",
        "",
        "[[datasets]]",
        f"resolution = {rule.resolution}",
        "batch_size = 1",
        "",
        "  [[datasets.subsets]]",
        f"  image_dir = {_quoted(_folder(plan))}",
        f"  class_tokens = {_quoted(plan.trigger)}",
        f"  num_repeats = {rule.repeats}",
    ]
    return {"dataset.toml": "\n".join(lines) + "\n"}


def musubi(plan: SetPlan) -> dict[str, str]:
    """Return the dataset file of musubi-tuner."""
    rule = plan.preset.layout
    lines = [
        "# Start the trainer from this folder: the paths are relative.",
        "[general]",
        f"resolution = [{rule.resolution}, {rule.resolution}]",
        'caption_extension = ".txt"',
        "batch_size = 1",
        "enable_bucket = true",
        "bucket_no_upscale = true",
        "",
        "[[datasets]]",
        f"image_directory = {_quoted(_folder(plan))}",
        'cache_directory = "cache"',
        f"num_repeats = {rule.repeats}",
    ]
    return {"dataset.toml": "\n".join(lines) + "\n"}


def ai_toolkit(plan: SetPlan) -> dict[str, str]:
    """Return the part of an ai-toolkit configuration that concerns the pictures."""
    rule = plan.preset.layout
    sizes = sorted({512, 768, rule.resolution})
    process = {
        "trigger_word": plan.trigger,
        "datasets": [
            {
                "folder_path": _folder(plan),
                "caption_ext": "txt",
                "caption_dropout_rate": 0.05,
                "resolution": sizes,
                "num_repeats": rule.repeats,
                "cache_latents_to_disk": True,
            }
        ],
    }
    head = "# Merge into your job: trigger_word and datasets belong to its process.\n"
    return {"config.yaml": head + _yaml(process)}


def onetrainer(plan: SetPlan) -> dict[str, str]:
    """Return the concepts file of OneTrainer."""
    concept = {
        "name": plan.slug,
        "path": _folder(plan),
        "enabled": True,
        "type": "STANDARD",
        "include_subdirectories": False,
        "image_variations": 1,
        "text_variations": 1,
        "balancing": float(plan.preset.layout.repeats),
        "balancing_strategy": "REPEATS",
        "loss_weight": 1.0,
        "text": {"prompt_source": "sample"},
    }
    return {"concepts.json": _json([concept])}


def simpletuner(plan: SetPlan) -> dict[str, str]:
    """Return the data backends of SimpleTuner."""
    rule = plan.preset.layout
    images = {
        "id": plan.slug,
        "type": "local",
        "dataset_type": "image",
        "instance_data_dir": _folder(plan),
        "caption_strategy": "textfile",
        "resolution": rule.resolution,
        "resolution_type": "pixel_area",
        "minimum_image_size": 512,
        # Both, or large photos are cropped without being reduced first.
        "maximum_image_size": 2048,
        "target_downsample_size": 1536,
        "crop": False,
        "repeats": rule.repeats - 1,
        "cache_dir_vae": "cache/vae",
    }
    texts = {
        "id": f"{plan.slug}-text",
        "type": "local",
        "dataset_type": "text_embeds",
        "default": True,
        "cache_dir": "cache/text",
    }
    return {"multidatabackend.json": _json([images, texts])}


def diffusers(plan: SetPlan) -> dict[str, str]:
    """Return metadata of an imagefolder and the arguments of the example scripts."""
    from propvault.targets.layouts.exchange import imagefolder

    arguments = [
        "--dataset_name .",
        "--image_column image",
        "--caption_column text",
        f"--instance_prompt {json.dumps(plan.trigger)}",
        f"--resolution {plan.preset.layout.resolution}",
    ]
    return imagefolder(plan) | {"arguments.txt": "\n".join(arguments) + "\n"}


def _folder(plan: SetPlan) -> str:
    return plan.photos[0].folder.rstrip("/")


def _quoted(text: str) -> str:
    """Return a TOML or YAML string: both read JSON's."""
    return json.dumps(text, ensure_ascii=False)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _yaml(value: Mapping[str, Any] | Sequence[Any], indent: int = 0) -> str:
    """Return block YAML of tables, lists and scalars; scalars are JSON, which YAML reads."""
    pad, lines = "  " * indent, []
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, Mapping | list):
                lines.append(f"{pad}{key}:\n{_yaml(item, indent + 1)}")
            else:
                lines.append(f"{pad}{key}: {_quoted_scalar(item)}\n")
    else:
        for item in value:
            text = _yaml(item, indent + 1) if isinstance(item, Mapping) else _quoted_scalar(item)
            lines.append(f"{pad}- {text.strip()}\n")
    return "".join(lines)


def _quoted_scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
