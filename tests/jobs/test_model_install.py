"""Installing end to end: from a hub, offline, killed, interrupted, and what it says."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from propvault.errors import ModelError, PropvaultError, UsageError
from propvault.jobs import model_install
from propvault.jobs.model_install import InstallReport, InstallRequest, install_model
from propvault.jobs.models import find_model, installed_models, models_folder
from propvault.vision.model import Model, check_files

if importlib.util.find_spec("open_clip") is None:
    pytest.skip("needs the extra propvault[clip]", allow_module_level=True)

from tests.vision.openclip.families import Tiny, make
from tests.vision.openclip.hub_server import Hub, serve

SCRIPT = """
import signal
import sys
from pathlib import Path
from propvault.jobs.model_install import InstallRequest, install_model
from tests.vision.openclip import families
# Tests started in the background of a shell inherit an ignored Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
folder = Path(sys.argv[1])
for event in install_model(InstallRequest("tiny", folder, None, folder / "open_clip_config.json")):
    code = getattr(getattr(event, "reason", None), "code", "")
    if code == "model.exporting":
        print(code, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    return make("clip", tmp_path_factory.mktemp("clip"))


def names() -> list[str]:
    return [info.name for info in installed_models()]


def left_over() -> list[str]:
    return [path.name for path in (models_folder() / ".installing").iterdir()]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("PROPVAULT_CACHE", str(tmp_path / "cache"))
    made = make("siglip2", tmp_path / "root" / "org" / "tiny-siglip2")
    tokenizer = tmp_path / "root" / "tiny" / "siglip2-tokenizer"
    tokenizer.mkdir(parents=True)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.move(made.folder / name, tokenizer / name)
    with serve(tmp_path / "root") as running:
        yield running


def test_a_model_from_a_hub_comes_whole(hub: Hub, tmp_path: Path) -> None:
    """A dropped connection, a tokenizer of another repository, then a second install of it."""
    hub.cut_after = 1500
    request = InstallRequest("hf-hub:org/tiny-siglip2", mirror=hub.url)
    *_, report = install_model(request)
    assert isinstance(report, InstallReport)
    assert min(report.exact_picture, report.exact_text) >= 0.9999
    assert not report.known and report.info == find_model("tiny-siglip2")
    assert report.info.version == "org/tiny-siglip2" and report.info.languages == ("en", "zh")
    check_files(report.info)
    vectors = Model(report.info).encode_texts(["一扇旧木窗", "a door"])
    assert vectors.shape == (2, report.info.dim)
    assert left_over() == ["lock"]
    fetched = [path for path in (tmp_path / "cache" / "downloads").rglob("*") if path.is_file()]
    assert not [path for path in fetched if path.suffix == ".safetensors"]
    assert [path for path, asked in hub.asked if asked]


def test_a_killed_or_interrupted_install_leaves_no_model(tiny: Tiny, tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tiny.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "model.exporting\n"
        assert names() == ["mini"]
        with pytest.raises(UsageError) as caught:
            list(install_model(InstallRequest("tiny", tiny.folder)))
        assert caught.value.reason.code == "model.installing"
        process.send_signal(number)
        process.stdin.close()
        process.wait(60)
        process.stdout.close()
        assert names() == ["mini"]
        left = [path for path in (models_folder() / ".installing").iterdir() if path.is_dir()]
        assert bool(left) == (number == signal.SIGKILL)
    with pytest.raises(ModelError):  # whatever comes next clears it away
        list(install_model(InstallRequest("MobileCLIP2-S0", tmp_path)))
    assert left_over() == ["lock"]


def fails(request: InstallRequest) -> PropvaultError:
    with pytest.raises(PropvaultError) as caught:
        list(install_model(request))
    assert names() == ["mini"]
    assert not list((models_folder() / ".installing").glob("*/"))
    return caught.value


def test_nothing_is_left_after_a_failure(tiny: Tiny, tmp_path: Path) -> None:
    other = tmp_path / "model.safetensors"
    other.write_bytes(b"\x10")
    for request, code in (
        (InstallRequest("ViT-B-23"), "model.unknown_architecture"),
        (InstallRequest("tiny", other, config=tiny.config), "model.weights_damaged"),
        (InstallRequest("ViT-B-32-256", tiny.weights), "model.other_weights"),
        (InstallRequest("tiny", config=tiny.config), "model.needs_weights"),
        (InstallRequest("tiny", tiny.folder / "x", config=tiny.config), "model.no_such_file"),
        (InstallRequest("MobileCLIP2-S0", tiny.config), "model.weights_kind"),
    ):
        assert fails(request).reason.code == code


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_install, "_NEEDED", ("torch", "no_such_package"))
    sentence = str(fails(InstallRequest("MobileCLIP2-S0")))
    assert 'pip install "propvault[clip]"' in sentence and "no_such_package" in sentence


def test_a_full_or_forbidden_disk_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    monkeypatch.setattr(model_install, "models_folder", lambda: blocker / "models")
    with pytest.raises(ModelError) as caught:
        list(install_model(InstallRequest("MobileCLIP2-S0")))
    assert caught.value.reason.code == "model.cannot_write"


def test_one_install_at_a_time() -> None:
    folder = models_folder() / ".installing"
    folder.mkdir(parents=True)
    with FileLock(folder / "lock"), pytest.raises(UsageError) as caught:
        list(install_model(InstallRequest("MobileCLIP2-S0")))
    assert caught.value.reason.code == "model.installing"
