"""What NAME[/PRETRAINED] means, and how a wrong one is answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from propvault.errors import ModelError, UsageError
from propvault.vision.openclip.choice import choose
from propvault.vision.openclip.languages import languages


@pytest.mark.parametrize(
    ("asked", "name", "tag", "repo", "quick", "reads"),
    [
        ("ViT-B-32-SigLIP2-256/webli", "ViT-B-32-SigLIP2-256", "webli",
         "timm/ViT-B-32-SigLIP2-256", False, ("en", "zh")),
        ("ViT-B-32-SigLIP2-256", "ViT-B-32-SigLIP2-256", "webli",
         "timm/ViT-B-32-SigLIP2-256", False, ("en", "zh")),
        ("xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k", "xlm-roberta-base-ViT-B-32",
         "laion5b_s13b_b90k", "laion/CLIP-ViT-B-32-xlm-roberta-base-laion5B-s13B-b90k", False,
         ("en", "zh")),
        ("ViT-B/32/openai", "ViT-B-32", "openai", "timm/vit_base_patch32_clip_224.openai", True,
         ("en",)),
        ("MobileCLIP2-S0/dfndr2b", "MobileCLIP2-S0", "dfndr2b",
         "timm/MobileCLIP2-S0-OpenCLIP", False, ("en",)),
        ("ViT-B-16-SigLIP-i18n-256", "ViT-B-16-SigLIP-i18n-256", "webli",
         "timm/ViT-B-16-SigLIP-i18n-256", False, ("en", "zh")),
        ("ViT-B-16-SigLIP/webli", "ViT-B-16-SigLIP", "webli", "timm/ViT-B-16-SigLIP", False,
         ("en",)),
    ],
)  # fmt: skip
def test_names(
    asked: str, name: str, tag: str, repo: str, quick: bool, reads: tuple[str, ...]
) -> None:
    choice = choose(asked)
    assert (choice.name, choice.tag, choice.quick_gelu) == (name, tag, quick)
    assert (choice.repo or "").lower() == repo.lower()
    assert languages(choice) == reads


def test_preprocessing_belongs_to_the_weights() -> None:
    """open_clip gives a local weights file its default colours; ours are those of the weights."""
    siglip = choose("ViT-B-32-SigLIP2-256", own_weights=True).preprocess
    assert (siglip["mean"], siglip["resize_mode"]) == ((0.5, 0.5, 0.5), "squash")
    mobile = choose("MobileCLIP2-S0").preprocess
    assert (mobile["mean"], mobile["interpolation"]) == ((0.0, 0.0, 0.0), "bilinear")


@pytest.mark.parametrize(
    ("asked", "own", "code", "says"),
    [
        ("ViT-B-23", False, "model.unknown_architecture", "ViT-B-32"),
        ("ViT-B-32/webli", False, "model.unknown_weights", "laion2b_s34b_b79k"),
        ("ViT-B-16", False, "model.which_weights", "openai"),
        # with local weights too: openai's were trained with another GELU than the rest
        ("ViT-B-16", True, "model.which_weights", "datacomp_xl_s13b_b90k"),
    ],
)
def test_wrong_names_say_what_there_is(asked: str, own: bool, code: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose(asked, own_weights=own)
    assert caught.value.reason.code == code
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "asked", "name", "tag"),
    [
        ({"model_cfg": {}}, "mine/v2", "mine", "v2"),
        ({}, "hf-hub:someone/My Model", "My-Model", "someone/My Model"),
    ],
)
def test_a_configuration_of_ones_own(
    content: dict[str, object], asked: str, name: str, tag: str, tmp_path: Path
) -> None:
    model = {"embed_dim": 8, "vision_cfg": {}, "text_cfg": {"hf_tokenizer_name": "a/b"}}
    whole = {"model_cfg": model, "preprocess_cfg": {"mean": [0, 0, 0]}} if content else model
    path = tmp_path / "config.json"
    path.write_text(json.dumps(whole))
    choice = choose(asked, config=path)
    assert (choice.name, choice.tag, choice.tokenizer_repo) == (name, tag, "a/b")
    assert choice.preprocess == ({"mean": [0, 0, 0]} if content else {})


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model_cfg": {"embed_dim": 1}}', None])
def test_a_bad_configuration(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ModelError) as caught:
        choose("mine", config=path)
    code = "model.no_such_file" if content is None else "model.bad_config"
    assert caught.value.reason.code == code
    assert str(path) in str(caught.value)
