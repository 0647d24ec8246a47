"""Downloads go on where they broke, are checked, and say at once that there is no network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from propvault.errors import ModelError
from propvault.events import Progress
from propvault.vision.openclip import hub as hub_module
from propvault.vision.openclip.choice import choose
from propvault.vision.openclip.files import Given, gather
from propvault.vision.openclip.hub import NoNetworkError, fetch
from tests.vision.openclip.hub_server import Hub, serve

CONTENT = bytes(range(256)) * 20_000


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(hub_module.time, "sleep", lambda seconds: None)
    file = tmp_path / "root" / "org" / "repo" / "model.safetensors"
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    with serve(tmp_path / "root") as running:
        yield running


def fetched(hub: Hub, folder: Path, name: str = "model.safetensors") -> Path | None:
    steps = fetch("org/repo", name, folder=folder, mirror=hub.url)
    while True:
        try:
            assert isinstance(next(steps), Progress)
        except StopIteration as done:
            found: Path | None = done.value
            return found


def test_a_file_comes_whole_and_once(hub: Hub, tmp_path: Path) -> None:
    first = fetched(hub, tmp_path / "downloads")
    assert first is not None and first.read_bytes() == CONTENT
    assert fetched(hub, tmp_path / "downloads") == first
    assert len(hub.asked) == 1
    assert [path.name for path in first.parent.iterdir()] == ["model.safetensors"]


def test_a_file_that_is_not_there(hub: Hub, tmp_path: Path) -> None:
    assert fetched(hub, tmp_path, "no.json") is None


@pytest.mark.parametrize("cut", [1, 2_000_000])
def test_a_dropped_connection_goes_on(hub: Hub, tmp_path: Path, cut: int) -> None:
    hub.cut_after = cut
    path = fetched(hub, tmp_path)
    assert path is not None and path.read_bytes() == CONTENT
    assert [asked for _, asked in hub.asked] == ["", f"bytes={cut}-"]


def test_a_killed_download_goes_on_in_the_next_process(hub: Hub, tmp_path: Path) -> None:
    steps = fetch("org/repo", "model.safetensors", folder=tmp_path, mirror=hub.url)
    next(steps)
    steps.close()
    (part,) = tmp_path.rglob("*.part")
    assert 0 < part.stat().st_size < len(CONTENT)
    path = fetched(hub, tmp_path)
    assert path is not None and path.read_bytes() == CONTENT
    assert hub.asked[-1][1].startswith("bytes=")


def test_a_file_that_changed_meanwhile_is_fetched_anew(hub: Hub, tmp_path: Path) -> None:
    steps = fetch("org/repo", "model.safetensors", folder=tmp_path, mirror=hub.url)
    next(steps)
    steps.close()
    other = CONTENT[::-1]
    (hub.root / "org" / "repo" / "model.safetensors").write_bytes(other)
    path = fetched(hub, tmp_path)
    assert path is not None and path.read_bytes() == other


def test_a_file_other_than_stated_is_dropped(hub: Hub, tmp_path: Path) -> None:
    hub.wrong_sha256 = True
    with pytest.raises(ModelError) as caught:
        fetched(hub, tmp_path)
    assert caught.value.reason.code == "model.bad_download"
    assert not list(tmp_path.rglob("*.part"))


def test_offline_asks_nobody(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(NoNetworkError, match="HF_HUB_OFFLINE"):
        fetched(hub, tmp_path)
    assert not hub.asked


def test_the_endpoint_of_the_environment_is_used(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"{hub.url}/")
    steps = fetch("org/repo", "model.safetensors", folder=tmp_path)
    for _ in steps:
        pass
    assert hub.asked[0][0] == "org/repo/model.safetensors"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("MobileCLIP2-S0",
         ("/timm/MobileCLIP2-S0-OpenCLIP/tree/main", "open_clip_model.safetensors",
          "--weights FILE", "MobileCLIP2-S0/dfndr2b")),
        ("ViT-B-32-SigLIP2-256/webli",
         ("/timm/ViT-B-32-SigLIP2-256/tree/main", "open_clip_model.safetensors", "tokenizer.json",
          "tokenizer_config.json", "one folder", "--weights FOLDER")),
        ("ViTamin-S", ("jienengchen/ViTamin-S", "pytorch_model.safetensors / pytorch_model.bin")),
    ],
)  # fmt: skip
def test_without_a_network_it_says_what_to_copy_from_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: tuple[str, ...]
) -> None:
    """Port 9 answers nobody; the sentence comes at once, not after minutes of trying."""
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    started = time.monotonic()
    with pytest.raises(ModelError) as caught:
        for _ in gather(choose(name), Given(tmp_path, mirror="http://127.0.0.1:9")):
            pass
    assert time.monotonic() - started < 5
    sentence = str(caught.value)
    assert all(part in sentence for part in ("http://127.0.0.1:9", *says)), sentence


def test_local_weights_without_their_tokenizer(tmp_path: Path) -> None:
    (tmp_path / "open_clip_model.safetensors").touch()
    with pytest.raises(ModelError) as caught:
        next(gather(choose("ViT-B-32-SigLIP2-256"), Given(tmp_path / "d", tmp_path)))
    sentence = str(caught.value)
    assert caught.value.reason.code == "model.no_tokenizer"
    assert "timm/ViT-B-32-SigLIP2-256" in sentence and "--tokenizer" in sentence


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a.bin", "open_clip_pytorch_model.bin", "open_clip_model.safetensors"],
         "open_clip_model.safetensors"),
        (["z.safetensors", "a.pt"], "z.safetensors"),
        (["notes.txt"], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_weights_in_a_folder(tmp_path: Path, names: list[str], found: str | None) -> None:
    for name in names:
        (tmp_path / name).touch()
    steps = gather(choose("MobileCLIP2-S0"), Given(tmp_path / "d", tmp_path))
    if found is None:
        with pytest.raises(ModelError) as caught:
            next(steps)
        assert caught.value.reason.code == "model.no_weights_here"
        return
    with pytest.raises(StopIteration) as stopped:
        next(steps)
    assert stopped.value.value.weights.name == found


def test_the_licence_is_that_of_the_model_card(tmp_path: Path) -> None:
    (tmp_path / "open_clip_model.safetensors").touch()
    (tmp_path / "README.md").write_text("---\ntags:\n- clip\nlicense: apple-amlr\n---\n# Card\n")
    with pytest.raises(StopIteration) as stopped:
        next(gather(choose("MobileCLIP2-S0"), Given(tmp_path / "d", tmp_path)))
    assert stopped.value.value.licence == "apple-amlr"
