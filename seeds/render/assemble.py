"""Write ``camera/`` and ``manifest.toml`` from raw frames: ``python assemble.py FRAMES``."""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tags
from develop import develop
from PIL import Image, ImageOps
from shots import Shot, load_shots, load_walks

HERE = Path(__file__).resolve().parent
SEEDS = HERE.parent
LONG_EDGE, QUALITY = 1280, 82

BACKUPS = ("mosaic-front", "tiles-front", "bamboo-front", "boat-wide")
SENT = ("lattice-front", "door-front", "shutters-front", "rattan-front", "table-front")
TURNED, CROPPED = "shutters-front", "rattan-front"
BROKEN, WITH_SIDECAR = "peeling-front", "shutters-front"


@dataclass(frozen=True)
class Entry:
    """One file of the camera folder and what is true of it."""

    path: str
    role: str
    of: str = ""
    shot: Shot | None = None


def file_name(shot: Shot, walk: dict[str, Any], number: int) -> str:
    """Name a file as its device does: a card counts, a phone writes the time."""
    if walk["folder"].startswith("DCIM"):
        return f"{walk['folder']}/IMG_{number:04d}.JPG"
    when = tags.moment(shot, walk)
    tail = f"_{when.microsecond // 1000:03d}" if when.microsecond else ""
    return f"{walk['folder']}/IMG_{when:%Y%m%d_%H%M%S}{tail}.jpg"


def write_original(shot: Shot, frames: Path, target: Path, walk: dict, fraction: float) -> None:
    """Develop a frame and save it as the camera would, portraits lying on their side."""
    picture, orientation = develop(frames / f"{shot.name}.png", LONG_EDGE), 1
    if shot.portrait:
        orientation = 6 if walk["folder"].startswith("DCIM") else 8
        turn = Image.Transpose.ROTATE_90 if orientation == 6 else Image.Transpose.ROTATE_270
        picture = picture.transpose(turn)
    block = tags.exif(shot, walk, fraction, orientation)
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target, quality=QUALITY, optimize=True, exif=block, xmp=tags.xmp())


def originals(frames: Path, camera: Path) -> dict[str, Entry]:
    """Write every shot whose frame exists; return the entries by shot name."""
    entries: dict[str, Entry] = {}
    walks = {name: data["walk"] for name, data in load_walks(HERE / "walks").items()}
    number = 0
    for name, walk in sorted(walks.items(), key=lambda pair: pair[1]["day"]):
        shots = [s for s in load_shots(HERE / "walks") if s.walk == name]
        for index, shot in enumerate(shots):
            number += walk["folder"].startswith("DCIM")
            if not (frames / f"{shot.name}.png").exists():
                continue
            path = file_name(shot, walk, number)
            write_original(shot, frames, camera / path, walk, index / max(1, len(shots) - 1))
            entries[shot.name] = Entry(path, "take" if shot.take else "unique", shot.take, shot)
    return entries


def backups(camera: Path, entries: dict[str, Entry]) -> list[Entry]:
    """Exact copies under the names that a file manager gives."""
    made = []
    for name in filter(entries.__contains__, BACKUPS):
        source = Path(entries[name].path)
        target = f"备份/{source.stem} (1){source.suffix}"
        (camera / "备份").mkdir(exist_ok=True)
        shutil.copyfile(camera / source, camera / target)
        made.append(Entry(target, "exact", str(source), entries[name].shot))
    return made


def messages(camera: Path, entries: dict[str, Entry]) -> list[Entry]:
    """Re-encodes as a messenger makes them: smaller, rougher, without metadata."""
    made = []
    (camera / "微信图片").mkdir(exist_ok=True)
    for index, name in enumerate(filter(entries.__contains__, SENT)):
        source = entries[name].path
        picture = ImageOps.exif_transpose(Image.open(camera / source))
        if name == TURNED:
            picture = picture.transpose(Image.Transpose.ROTATE_90)
        if name == CROPPED:
            x, y = round(picture.width * 0.04), round(picture.height * 0.04)
            picture = picture.crop((x, y, picture.width - x, picture.height - y))
        picture.thumbnail((960, 960), Image.Resampling.LANCZOS)
        target = f"微信图片/mmexport{1762000000000 + index * 7_340_211}.jpg"
        # A fresh image carries over the pixels only, so no metadata can slip through.
        bare = Image.new("RGB", picture.size)
        bare.paste(picture)
        bare.save(camera / target, quality=62)
        made.append(Entry(target, "same", source, entries[name].shot))
    return made


def companions(camera: Path, entries: dict[str, Entry]) -> list[Entry]:
    """Return a picture cut off in mid-copy, a sidecar, and a file that is no picture."""
    made = []
    if BROKEN in entries:
        data = (camera / entries[BROKEN].path).read_bytes()
        target = "DCIM/100PROPV/IMG_0046.JPG"
        # A quarter keeps a whole header, so only decoding the pixels finds the damage.
        (camera / target).write_bytes(data[: len(data) // 4])
        made.append(Entry(target, "broken", entries[BROKEN].path))
    if WITH_SIDECAR in entries:
        source = Path(entries[WITH_SIDECAR].path)
        packet = tags.xmp(("window", "shutters", "绿色百叶窗"), rating=4)
        (camera / source.with_suffix(".XMP")).write_bytes(packet)
        made.append(Entry(str(source.with_suffix(".XMP")), "sidecar", str(source)))
    junk = "DCIM/100PROPV/._IMG_0001.JPG"
    (camera / junk).write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        ")
    return [*made, Entry(junk, "ignored")]


def manifest(entries: list[Entry]) -> str:
    """Return the truth about every file, as TOML."""
    lines = ["# Written by render/assemble.py; every picture is a render, none is a photograph."]
    for entry in sorted(entries, key=lambda e: e.path):
        fields: dict[str, Any] = {"path": entry.path, "role": entry.role}
        if entry.of:
            fields["of"] = entry.of
        if entry.shot:
            shot = entry.shot
            fields |= {"shot": shot.name, "scene": shot.scene, "view": shot.view, "light": shot.sun}
            fields |= {"shows": list(dict.fromkeys(shot.shows)), "zh": shot.zh, "en": shot.en}
        # A JSON string or list of strings is also valid TOML.
        lines += ["", "[[file]]"]
        lines += [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in fields.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the folder anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("frames", type=Path, help="the folder that make.py wrote")
    frames, camera = parser.parse_args().frames, SEEDS / "camera"
    shutil.rmtree(camera, ignore_errors=True)
    entries = originals(frames, camera)
    extra = backups(camera, entries) + messages(camera, entries) + companions(camera, entries)
    everything = [*entries.values(), *extra]
    (SEEDS / "manifest.toml").write_text(manifest(everything), encoding="utf-8")
    size = sum(p.stat().st_size for p in camera.rglob("*") if p.is_file())
    print(f"{len(entries)} pictures, {len(everything)} files, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
