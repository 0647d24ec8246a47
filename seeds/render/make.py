"""Render the missing frames of the sample camera folder: ``python make.py --help``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import stage  # noqa: E402
from scenes import SCENES  # noqa: E402
from shots import Shot, load_shots  # noqa: E402


def view_of(shot: Shot, width: int) -> stage.View:
    """Return the camera of a shot, its long edge brought to ``width`` pixels."""
    long, short = width, round(width * 2 / 3 / 2) * 2
    size = (short, long) if shot.portrait else (long, short)
    return stage.View(shot.eye, shot.aim, shot.lens, shot.stop, shot.tilt, size)


def render_shot(shot: Shot, target: Path, width: int, samples: int) -> None:
    """Light, expose and render one shot of the scene that stands in memory."""
    started = time.monotonic()
    sun = stage.SUNS[shot.sun]
    stage.light(sun)
    stage.frame(view_of(shot, width))
    stage.settings(samples, 100)
    exposure = stage.meter(sun.key * shot.gain)
    draft = target.with_suffix(".part.png")
    stage.shoot(draft)
    facts = {"seconds": round(time.monotonic() - started, 1), "exposure": round(exposure, 2)}
    target.with_suffix(".json").write_text(json.dumps(facts) + "\n", encoding="utf-8")
    # A frame counts as done only under its final name, so a killed run resumes cleanly.
    draft.rename(target)
    print(f"{shot.name}: {facts['seconds']} s, {facts['exposure']:+.1f} EV", flush=True)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("frames", type=Path, help="folder for raw frames, outside the repository")
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of shot names")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--samples", type=int, default=12)
    parser.add_argument("--list", action="store_true", help="name the missing shots and stop")
    return parser.parse_args()


def main() -> None:
    """Render shots in order of importance; a scene is built once for shots in a row."""
    options = parse()
    options.frames.mkdir(parents=True, exist_ok=True)
    standing = ""
    for shot in sorted(load_shots(HERE / "walks"), key=lambda s: (s.turn > 3, s.scene)):
        target = options.frames / f"{shot.name}.png"
        wanted = not options.only or shot.name.startswith(tuple(options.only))
        if target.exists() or not wanted:
            continue
        if options.list:
            print(shot.name)
            continue
        if shot.scene != standing:
            stage.reset()
            SCENES[shot.scene]()
            standing = shot.scene
        render_shot(shot, target, options.width, options.samples)


if __name__ == "__main__":
    os.nice(5)
    main()
