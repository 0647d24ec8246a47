"""``propvault model install`` as a person types it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from propvault.cli.app import main

if importlib.util.find_spec("open_clip") is None:
    pytest.skip("needs the extra propvault[clip]", allow_module_level=True)

from tests.vision.openclip.families import make


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    return int(stopped.value.code or 0)


def test_install_list_and_install_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    tiny = make("clip-256", tmp_path / "given")
    config = ("--config", str(tiny.config), "--weights", str(tiny.folder))
    assert run("model", "install", "mine/v2", *config, "--precision", "f16", "--json") == 0
    out, err = capfd.readouterr()
    stated = json.loads(out)  # one object and nothing else, whatever the libraries would say
    assert not err
    assert stated["name"] == "mine" and stated["id"].startswith("mine-")
    assert stated["version"] == "v2" and stated["known"] is False
    assert min(stated["cosine"].values()) > 0.999
    assert min(stated["cosine_f32"].values()) > 0.9999
    assert (Path(stated["folder"]) / "model.toml").is_file()
    assert run("model", "list", "--json") == 0
    listed = json.loads(capfd.readouterr().out)["models"]
    assert [model["id"] for model in listed][1:] == [stated["id"]]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("ViT-B-23",), 2, "ViT-B-32"),
        (("ViT-B-16",), 2, "openai"),
        (("ViT-B-32/openai", "--mirror", "file:///etc"), 2, "mirror"),
        (("ViT-B-32/openai", "--precision", "int4"), 2, "int4"),
        (("MobileCLIP2-S0",), 3, "MobileCLIP2-S0-OpenCLIP/tree/main"),
        (("MobileCLIP2-S0", "--weights", "no-such-file"), 3, "no-such-file"),
    ],
)
def test_failures_are_one_sentence(
    words: tuple[str, ...],
    status: int,
    says: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert run("model", "install", *words) == status
    *_, last = capfd.readouterr().err.strip().splitlines()
    assert last.startswith("propvault: ") and says in last
    assert run("model", "install", *words, "--json") == status
    assert says in json.loads(capfd.readouterr().out)["error"]["text"]


def test_progress_of_a_download_is_in_megabytes() -> None:
    from propvault.cli.drawing import _worded
    from propvault.cli.state import State
    from propvault.events import Progress

    state = State(_language="en")
    half = Progress("download", 600_000_000, 1_200_000_000, 60.0)
    assert _worded(state, half) == "600 of 1200 MB, 10.0 MB/s, 1:00 left"
    assert _worded(state, Progress("download", 5_000_000, None, 1.0)) == "5 MB, 5.0 MB/s"
