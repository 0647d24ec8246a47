"""Reference sets."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "export.wrote_one": "1 picture written to {path}",
    "export.wrote": "{count} pictures written to {path}",
    "export.would_one": "1 picture would be written to {path}",
    "export.would": "{count} pictures would be written to {path}",
    "export.refusing": "refusing {name}: {why}",
    "target.preset_unreadable": "The preset {path} cannot be read: {detail}.",
    "target.preset_unknown_key": "The preset {path} has a key that nobody knows: {key}. Known here: {known}.",
    "target.preset_missing_key": "The preset {path} lacks the key {key}.",
    "target.preset_wrong_value": "The preset {path} has a wrong value for {key}; expected {expected}.",
    "target.preset_bad_name": "A preset's file name is lower-case letters, digits and hyphens, not {name} ({path}).",
    "target.preset_not_found": "There is no preset {name}. There are: {known}.",
    "target.in_order": "number {number} of the selection",
    "target.repeated": "it is in the selection already",
    "target.offline": "no disk with this photo is connected",
    "target.too_small": "{width}×{height} pixels; the target needs at least {least} on each side",
    "target.aspect": "{width}×{height} is {aspect} wide to one high; the target takes {least} to {most}",
    "target.over_count": "the target takes {most} pictures, and better ones were there",
    "target.over_bytes": "it cannot be made smaller than {most} bytes without going below the least size ({path})",
    "target.too_few": "Only {count} pictures; the target needs at least {least}.",
    "target.prompt_shortened": "The prompt ({language}) was shortened to the target's {most} characters.",
    "export.target_is_file": "{path} is a file. Name a folder that is not there yet, or an empty one.",
    "export.target_not_empty": "The folder {path} is not empty, and nothing in it is touched. Name a folder that is not there yet.",
    "export.target_is_set": "{path} already holds an unchanged reference set. Delete that folder to export anew, or name another.",
    "export.target_is_changed_set": "{path} already holds a reference set that was changed since ({count}: {files}). Name another folder, or move what you changed away first.",
    "export.disk_full": "The disk is full; no part of the set was left at {path}.",
    "export.cannot_write": "The set cannot be written to {path}: {detail}.",
    "export.source_changed": "{file} was made from a file that changed since it was imported.",
    "export.nothing_to_write": "No photo is left to export, so nothing was written.",
}
