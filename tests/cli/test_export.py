"""``export``, ``presets`` and ``verify`` as a person runs them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from propvault.cli import main
from propvault.jobs.import_photos import ImportRequest, import_photos
from tests.conftest import exif, picture

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Import four pictures once, one of them in place from a disk of its own."""
    home = tmp_path_factory.mktemp("cli-export")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("PROPVAULT_CACHE", str(home / "cache"))
        (home / "card").mkdir()
        (home / "disk").mkdir()
        for n in range(3):
            picture(n, (900, 600)).save(home / "card" / f"IMG_{n}.jpg", exif=exif())
        picture(7, (900, 600)).save(home / "disk" / "AWAY.jpg")
        list(import_photos(ImportRequest(home / "vault", (home / "card",))))
        list(import_photos(ImportRequest(home / "vault", (home / "disk",), in_place=True)))
    yield home


@pytest.fixture
def run(made: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([*words, "--vault", str(made / "vault")])
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return call


def contents(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


@pytest.mark.parametrize("preset", ["folder", "zip", "webdataset", "kohya", "sora-2"])
def test_a_lock_makes_the_same_bytes_again(run: Call, tmp_path: Path, preset: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    run("export", "", "--preset", preset, "--to", str(first))
    assert run("verify", str(first))[0] == 0
    status, _, err = run("export", "--from-lock", str(first / "pack.lock"), "--to", str(second))
    assert (status, err) == (0, "")
    assert contents(first) == contents(second)
    status, out, _ = run(
        "export", "--from-lock", str(first / "pack.lock"), "--to", str(first), "--json"
    )
    assert {change["what"] for change in json.loads(out)["changes"]} == {"same"}


@pytest.mark.parametrize("preset", ["folder", "zip", "webdataset", "kohya"])
def test_sidecars_are_part_of_the_set(run: Call, tmp_path: Path, preset: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    words = ("--preset", preset, "--sidecars", "zh")
    assert run("export", "", *words, "--creator", "林薇", "--to", str(first))[0] == 0
    assert json.loads((first / "manifest.json").read_text("utf-8"))["set"]["sidecars"] == ["zh"]
    texts = json.loads((first / "pack.lock").read_text("utf-8"))["texts"]
    sidecars = {name: text for name, text in texts.items() if name.endswith(".xmp")}
    pictures = json.loads((first / "manifest.json").read_text("utf-8"))["photos"]
    assert sorted(sidecars) == sorted(f"{photo['file']}.xmp" for photo in pictures)
    assert any("<rdf:li>来源|" in text for text in sidecars.values())
    assert run("verify", str(first))[0] == 0
    run("export", "--from-lock", str(first / "pack.lock"), "--to", str(second))
    assert contents(first) == contents(second)


def test_other_tools_are_named_when_bytes_differ(run: Call, tmp_path: Path) -> None:
    first = tmp_path / "first"
    run("export", "", "--preset", "contact-sheet", "--to", str(first))
    lock = json.loads((first / "pack.lock").read_text("utf-8"))
    lock["tools"]["pillow"] = "1.0"
    lock["pictures"][0]["step"]["quality"] = 40
    (tmp_path / "other.lock").write_text(json.dumps(lock), "utf-8")
    status, _, err = run(
        "export", "--from-lock", str(tmp_path / "other.lock"), "--to", str(tmp_path / "b")
    )
    assert status == 1 and "pillow 1.0 →" in err and "came out different" in err


def test_an_absent_disk_is_named(run: Call, made: Path, tmp_path: Path) -> None:
    gone = made / "disk" / "AWAY.jpg"
    shutil.move(gone, made / "away.jpg")
    try:
        status, out, _ = run(
            "export", "--with", "AWAY", "--with", "IMG_1", "--preset", "folder", "--to",
            str(tmp_path / "set"), "--json",
        )  # fmt: skip
    finally:
        shutil.move(made / "away.jpg", gone)
    (refused,) = json.loads(out)["refused"]
    assert status == 1 and refused["code"] == "target.offline_disk"
    assert len(json.loads(out)["photos"]) == 1


def test_a_dry_run_leaves_no_trace(run: Call, made: Path, tmp_path: Path) -> None:
    def tree(folder: Path) -> dict[str, int]:
        return {str(p): p.stat().st_mtime_ns for p in folder.rglob("*")}

    before = tree(made), tree(tmp_path)
    status, out, err = run(
        "export", "", "--preset", "runway-gen4-image", "--to", str(tmp_path / "set"), "--dry-run"
    )
    assert (tree(made), tree(tmp_path)) == before
    assert status == 0 and "would be written" in out and "position removed" in out
    assert "passing over" in err and "shortest side, pixels" in err


def test_swapping(run: Call, tmp_path: Path) -> None:
    words = ["export", "", "--preset", "gemini-2-5-flash-image", "--dry-run", "--json"]
    words += ["--to", str(tmp_path / "set")]
    first = [p["photo"] for p in json.loads(run(*words)[1])["photos"]]
    words += ["--with", "AWAY", "--without", first[0]]
    second = json.loads(run(*words)[1])["photos"]
    assert first[0] not in [p["photo"] for p in second] and len(second) == 3
    assert any("you asked for it" in p["why"] for p in second)


def test_what_goes_beside_takes_places(run: Call, tmp_path: Path) -> None:
    words = ["export", "", "--preset", "wan-2-7-r2v", "--to", str(tmp_path / "set"), "--json"]
    beside = run(*words, "--beside", "videos=3")[1]
    assert len(json.loads(beside)["photos"]) == 2
    status, out, _ = run(*words, "--beside", "smells=3")
    assert status == 2 and "smells" not in json.loads(out)["error"]["code"]
    framed = [*words[:-2], str(tmp_path / "frame"), "--json", "--first-frame"]
    files = [p["file"] for p in json.loads(run(*framed)[1])["photos"]]
    assert files[0].startswith("00-first-frame") and files[1].startswith("01-")
    status, out, _ = run(*words[:-2], str(tmp_path / "x"), "--json", "--preset", "pika-2-2-scenes",
                         "--first-frame")  # fmt: skip
    assert status == 2 and json.loads(out)["error"]["code"] == "target.no_first_frame"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["export", "x", "--to", "y"], "export.no_preset"),
        (["export", "--preset", "folder", "--to", "y"], "export.no_photos"),
        (["export", "--collection", "none", "--preset", "folder", "--to", "y"],
         "export.no_collection"),
        (["export", "x", "--preset", "seedance", "--to", "y"], "target.preset_not_found"),
        (["export", "x", "--preset", "flux-2", "--gateway", "z", "--to", "y"],
         "target.gateway_not_found"),
        (["export", "--from-lock", "no.lock", "--to", "y"], "rebuild.unreadable"),
        (["verify", "no-such-folder"], "verify.no_set"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence(run: Call, words: list[str], code: str) -> None:
    status, out, _ = run(*words, "--json")
    assert status == 2 and json.loads(out)["error"]["code"] == code


def test_presets_are_listed_and_explained(run: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, _ = run("presets")
    assert status == 0 and "seedance-2" in out and "(retired)" in out
    status, out, _ = run("presets", "flux-2")
    assert status == 0 and "[unverified]" in out and "klein" in out
    assert "max_mb" in {
        r["rule"].split(".")[1]
        for r in json.loads(run("presets", "flux-2", "--json")[1])["rules"]
        if "." in r["rule"]
    }
    monkeypatch.setenv("PROPVAULT_LANG", "zh")
    assert "未核实" in run("presets", "seedance-2-5")[1]


def test_creator_and_rights_are_filled_in(run: Call, tmp_path: Path) -> None:
    to = tmp_path / "set"
    run("export", "", "--preset", "api-safe", "--to", str(to), "--creator", "阿明",
        "--rights", "© 阿明", "--lang", "zh")  # fmt: skip
    photo = json.loads((to / "manifest.json").read_text("utf-8"))["photos"][0]
    assert photo["creator"] == "阿明" and photo["rights"] == "© 阿明"
    with Image.open(to / photo["file"]) as image:
        assert "阿明".encode() in image.info["xmp"]
    assert sorted(p.name for p in to.glob("prompt*")) == ["prompt.zh.txt"]
    assert photo["digital_source_type"] in ("digitalCapture", None)
