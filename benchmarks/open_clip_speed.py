"""What exporting an open_clip model brings: pictures a second in torch, ONNX float32 and as stored.

Takes real configurations with random weights through the whole install, as a person would with
local files, then times the three in turns in one process. Random weights cost what trained ones
cost; their cosines show that the path is right, not what a precision costs a trained model.
Tokenizers from the hub are stood in for by small ones of the same kind.

    .venv/bin/python benchmarks/open_clip_speed.py [--models NAME ...] [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

MODELS = (
    "ViT-B-32/laion2b_s34b_b79k",
    "ViT-B-32-256/datacomp_s34b_b86k",
    "ViT-B-32-SigLIP2-256/webli",
    "xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k",
    "MobileCLIP2-S0/dfndr2b",
    "PE-Core-S-16-384/meta",
)
PICTURES, QUERY = 4, "雨后的石板路 an old wooden window"


def make_files(name: str, folder: Path) -> None:
    """Write random weights of the real configuration, and a tokenizer where one is needed."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    from propvault.vision.openclip.choice import choose
    from propvault.vision.openclip.files import Files
    from propvault.vision.openclip.load import _register
    from propvault.vision.openclip.text_configs import KNOWN
    from tests.vision.openclip.families import write_tokenizer

    choice = choose(name)
    if choice.tokenizer_repo:
        write_tokenizer("xlm-roberta" if choice.text_repo else "siglip2", folder)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as temporary:
        files = Files(folder, (), KNOWN.get(choice.text_repo or ""), "")
        registered = _register(choice, files, Path(temporary))
        model = open_clip.create_model(registered, load_weights=False, pretrained_text=False)
    tensors = {key: value.contiguous() for key, value in model.state_dict().items()}
    save_file(tensors, folder / "open_clip_model.safetensors")


def best(action: Callable[[], object], rounds: int) -> float:
    """Return the least seconds of several runs."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return min(taken)


def measure(name: str, home: Path, rounds: int) -> str:
    """Install one model and return a table row."""
    import torch

    from propvault.jobs.model_install import InstallReport, InstallRequest, install_model
    from propvault.vision.model import Model
    from propvault.vision.openclip.choice import choose
    from propvault.vision.openclip.files import Given, gather
    from propvault.vision.openclip.load import load
    from propvault.vision.openclip.towers import PictureTower, export_picture

    given = home / name.replace("/", "-")
    given.mkdir()
    make_files(name, given)
    *_, report = install_model(InstallRequest(name, weights=given))
    assert isinstance(report, InstallReport)
    steps = gather(choose(name), Given(home / "downloads", given))
    while True:
        try:
            next(steps)
        except StopIteration as done:
            loaded = load(choose(name), done.value)
            break
    import onnxruntime

    path = given / "exact.onnx"
    export_picture(loaded.model, report.info.size, path)
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    exact = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    stored, tower = Model(report.info), PictureTower(loaded.model).eval()
    width, height = report.info.size
    inputs = np.random.default_rng(0).integers(0, 256, (PICTURES, height, width, 3), np.uint8)
    pixels = np.random.default_rng(0).standard_normal((PICTURES, 3, height, width))
    pixels = pixels.astype(np.float32)
    tensor = torch.from_numpy(pixels)
    runs: dict[str, Callable[[], object]] = {
        "torch": lambda: tower(tensor),
        "f32": lambda: exact.run(None, {"pixels": pixels}),
        "stored": lambda: stored.encode_pictures(inputs),
        "query": lambda: stored.encode_texts([QUERY]),
        "torch query": lambda: loaded.model.encode_text(loaded.tokenizer([QUERY])),
    }
    least = dict.fromkeys(runs, float("inf"))
    with torch.no_grad():
        for _ in range(rounds):
            for key, run in runs.items():
                least[key] = min(least[key], best(run, 2))
    rate = {key: PICTURES / least[key] for key in ("torch", "f32", "stored")}
    size = sum(file.stat().st_size for file in report.info.folder.iterdir()) / 1e6
    weights = next(given.glob("*.safetensors")).stat().st_size / 1e6
    path.unlink()
    return (
        f"| {name.partition('/')[0]} | {rate['torch']:.1f} | {rate['f32']:.1f} | "
        f"{rate['stored']:.1f} | {least['torch query'] * 1e3:.0f} | {least['query'] * 1e3:.0f} | "
        f"{report.exact_picture:.6f} / {report.exact_text:.6f} | "
        f"{report.picture:.4f} / {report.text:.4f} | {report.info.precision} | "
        f"{weights:.0f} | {size:.0f} | {report.seconds:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        # Away from the person's own models, and off the network whatever the machine has.
        os.environ |= {"XDG_DATA_HOME": str(home), "LOCALAPPDATA": str(home), "HOME": str(home)}
        os.environ |= {"PROPVAULT_CACHE": str(home / "cache"), "HF_HUB_OFFLINE": "1"}
        print(f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}")
        print(
            "| model | torch p/s | f32 p/s | stored p/s | torch query ms | query ms | "
            "cosine f32 | cosine stored | stored as | weights MB | folder MB | install s |\n"
            "|---|---|---|---|---|---|---|---|---|---|---|---|"
        )
        for name in chosen.models:
            print(measure(name, home, chosen.rounds), flush=True)


if __name__ == "__main__":
    main()
