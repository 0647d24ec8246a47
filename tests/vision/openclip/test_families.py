"""One tiny model of each family through the whole path: the folder gives open_clip's vectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from propvault.errors import ModelError
from propvault.vision.model import Model, model_input, read_info
from propvault.vision.openclip import proof
from propvault.vision.openclip.build import Stages
from propvault.vision.openclip.check_set import SENTENCES, pictures
from propvault.vision.openclip.choice import choose
from propvault.vision.openclip.files import Files, Given, gather
from propvault.vision.openclip.load import Loaded, load
from tests.vision.openclip.families import Tiny, make

BOTH, ENGLISH = ("en", "zh"), ("en",)
EXPECTED = {
    # family: resize, filter, mean of red, clean, padding, padding id, languages
    "clip": ("crop", "bicubic", 0.48145466, "lower", "longest", 0, ENGLISH),
    "quickgelu": ("crop", "bicubic", 0.48145466, "lower", "longest", 0, ENGLISH),
    "xlm-roberta": ("crop", "bicubic", 0.48145466, "whitespace", "longest", 1, BOTH),
    "mobileclip2": ("crop", "bilinear", 0.0, "lower", "context", 0, ENGLISH),
    "pe-core": ("squash", "bilinear", 0.5, "lower", "longest", 0, ENGLISH),
}


@dataclass(frozen=True)
class Built:
    tiny: Tiny
    files: Files
    stages: Stages
    loaded: Loaded


def files_of(tiny: Tiny) -> Files:
    steps = gather(
        choose(tiny.name, config=tiny.config), Given(tiny.folder / "downloads", tiny.folder)
    )
    with pytest.raises(StopIteration) as stopped:
        next(steps)
    files: Files = stopped.value.value
    return files


@pytest.fixture(scope="module", params=list(EXPECTED))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp(request.param)
    tiny = make(request.param, folder / "given")
    files = files_of(tiny)
    choice = choose(tiny.name, config=tiny.config)
    # int8 where a real one gets it: a tiny tower's weights lie mostly in its convolution.
    stages = Stages(choice, files, folder, "int8" if request.param == "clip" else "auto")
    codes = [reason.code for reason in stages.run()]
    assert codes[:3] == ["model.loading", "model.exporting", "model.proving"]
    return Built(tiny, files, stages, load(choice, files))


def test_the_export_is_open_clips_model(built: Built) -> None:
    assert min(built.stages.exact.picture, built.stages.exact.text) >= 0.9999
    assert min(built.stages.stored.picture, built.stages.stored.text) >= 0.99


def test_the_check_would_notice(built: Built) -> None:
    """Vectors of a random model differ from picture to picture and from text to text."""
    expected = proof.reference(built.loaded, pictures(), SENTENCES)
    for vectors in (expected.pictures, expected.texts):
        others = vectors @ vectors.T - np.eye(len(vectors))
        assert np.median(others) < 0.95


def test_the_manifest_says_what_open_clip_does(built: Built, request: object) -> None:
    info = read_info(built.stages.info.folder)
    assert info == built.stages.info
    family = built.tiny.name.removeprefix("tiny-")
    found = (info.resize, info.filter, info.mean[0], info.clean, info.pad, info.pad_id)
    assert (*found, info.languages) == EXPECTED[family]
    assert f"{built.stages.exact.picture:.5f}" in info.check
    assert not info.calibrated and info.scale > 1
    assert built.tiny.weights.name in info.source


def test_preprocessing_is_open_clips_to_the_pixel(built: Built) -> None:
    info = built.stages.info
    mean, std = np.array(info.mean, np.float32), np.array(info.std, np.float32)
    for image in pictures():
        expected = built.loaded.transform(image).numpy().transpose(1, 2, 0)
        found = (model_input(image, info).astype(np.float32) / 255 - mean) / std
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(built: Built) -> None:
    model = Model(read_info(built.stages.info.folder), threads=1)
    inputs = np.stack([model_input(image, model.info) for image in pictures()[:6]])
    alone = np.concatenate([model.encode_pictures(inputs[i : i + 1]) for i in range(6)])
    assert np.abs(model.encode_pictures(inputs) - alone).max() < 1e-5
    texts = ["a door", "一把旧竹椅", "a very long sentence " * 5]
    alone = np.concatenate([model.encode_texts([text]) for text in texts])
    assert np.abs(model.encode_texts(texts) - alone).max() < 1e-5


def test_other_weights_are_noticed(built: Built, tmp_path: Path) -> None:
    """The proof compares with the weights that were loaded, so another model's fail it."""
    if built.tiny.name != "tiny-clip":
        pytest.skip("one family is enough")
    other = make("clip", tmp_path, seed=1)
    expected = proof.reference(
        load(choose(other.name, config=other.config), files_of(other)), pictures(), SENTENCES
    )
    model = Model(read_info(built.stages.info.folder))
    assert proof.picture_cosine(expected, model) < 0.9
    assert proof.text_cosine(expected, model) < 0.9
    shifted = replace(expected, tokens=expected.tokens + 1)
    with pytest.raises(ModelError) as caught:
        proof.check_tokens(shifted, model)
    assert caught.value.reason.code == "model.tokens_differ"


def test_the_graph_of_quick_gelu_is_another(built: Built) -> None:
    """OpenAI's weights in a plain architecture are run with the GELU they were trained with."""
    if built.tiny.name != "tiny-quickgelu":
        pytest.skip("one family is enough")
    choice = choose(built.tiny.name, config=built.tiny.config)
    assert choice.quick_gelu and choose("ViT-B-32/openai").quick_gelu
    kinds = {
        name: _activations(load(c, built.files).model)
        for name, c in {
            "quick": choice,
            "plain": replace(
                choice, quick_gelu=False, config={**choice.config, "quick_gelu": False}
            ),
        }.items()
    }
    assert kinds == {"quick": {"QuickGELU"}, "plain": {"GELU"}}


def _activations(model: Any) -> set[str]:
    return {type(m).__name__ for m in model.modules() if "GELU" in type(m).__name__}
