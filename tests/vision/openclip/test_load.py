"""Bad weights: damaged, of another model, or with code in them that must never run."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from propvault.errors import ModelError
from propvault.vision.openclip.choice import choose
from propvault.vision.openclip.files import Files
from propvault.vision.openclip.load import load
from tests.vision.openclip.families import Tiny, make


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    return make("clip", tmp_path_factory.mktemp("clip"))


class Code:
    """What a malicious checkpoint holds: unpickling it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def refused(tiny: Tiny, weights: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load(choose(tiny.name, config=tiny.config), Files(weights, (), None, ""))
    assert str(weights) in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("suffix", [".pt", ".bin", ".ckpt"])
@pytest.mark.parametrize("old", [True, False], ids=["pickle", "zip"])
def test_no_pickled_code_is_run(tiny: Tiny, tmp_path: Path, suffix: str, old: bool) -> None:
    weights, made = tmp_path / f"model{suffix}", tmp_path / "made-by-code"
    content = {"state_dict": load_file(tiny.weights), "extra": Code(made)}
    if old:
        weights.write_bytes(pickle.dumps(Code(made)))
    else:
        torch.save(content, weights)
    assert refused(tiny, weights).reason.code == "model.weights_unsafe"
    assert not made.exists()
    # The file would do it: whoever opens it in the usual way runs the code.
    torch.load(weights, weights_only=False) if not old else pickle.loads(weights.read_bytes())
    assert made.exists()


def test_a_torch_checkpoint_of_numbers_loads(tiny: Tiny, tmp_path: Path) -> None:
    weights = tmp_path / "model.pt"
    named = {f"module.{name}": value for name, value in load_file(tiny.weights).items()}
    torch.save({"epoch": 3, "state_dict": named}, weights)
    loaded = load(choose(tiny.name, config=tiny.config), Files(weights, (), None, ""))
    assert loaded.model.logit_scale.exp() > 1


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_weights_cut_short(tiny: Tiny, tmp_path: Path, suffix: str, share: float) -> None:
    weights = tmp_path / f"model{suffix}"
    if suffix == ".pt":
        torch.save(load_file(tiny.weights), weights)
    else:
        weights.write_bytes(tiny.weights.read_bytes())
    whole = weights.read_bytes()
    weights.write_bytes(whole[: int(len(whole) * share)])
    assert refused(tiny, weights).reason.code == "model.weights_damaged"


@pytest.mark.parametrize("what", ["fewer", "other shape", "nothing alike"])
def test_weights_of_another_model(tiny: Tiny, tmp_path: Path, what: str) -> None:
    tensors = load_file(tiny.weights)
    if what == "fewer":
        del tensors["visual.proj"]
    elif what == "other shape":
        tensors["visual.proj"] = torch.zeros(3, 3)
    else:
        tensors = {"weight": torch.zeros(2)}
    weights = tmp_path / "model.safetensors"
    save_file(tensors, weights)
    error = refused(tiny, weights)
    assert error.reason.code == "model.other_weights"
    if what != "nothing alike":
        assert "visual.proj" in str(error)


def test_a_tokenizer_that_lacks_its_configuration(tmp_path: Path) -> None:
    tiny = make("siglip2", tmp_path)
    tokenizer = tiny.folder / "tokenizer.json"
    with pytest.raises(ModelError) as caught:
        load(choose(tiny.name, config=tiny.config), Files(tiny.weights, (tokenizer,), None, ""))
    assert caught.value.reason.code == "model.bad_tokenizer"
    assert "tokenizer_config.json" in str(caught.value)
