"""The command line: exit statuses, JSON objects, and what a cold process loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from propvault.cli import main
from tests.conftest import PictureMaker


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as exit_:
        main(words)
    out, err = capsys.readouterr()
    return int(exit_.value.code or 0), out, err


@pytest.fixture
def vault(make_picture: PictureMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    for seed in range(3):
        make_picture(f"IMG_{seed}.jpg", seed)
    words = ["import", str(tmp_path / "card"), "--vault", str(tmp_path / "v"), "--workers", "0"]
    assert call(capsys, *words)[0] == 0
    return tmp_path / "v"


def test_import_json_has_the_stable_keys(
    make_picture: PictureMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_picture("a.jpg", 1)
    (tmp_path / "card" / "\x1b[31m[bold].jpg").write_bytes(b"")
    words = ["--json", "import", str(tmp_path / "card"), "--vault", str(tmp_path / "v")]
    status, out, _ = call(capsys, *words, "--workers", "0")
    report = json.loads(out)
    assert status == 1
    assert {"new", "known", "ignored", "skipped", "near_duplicate", "seconds"} <= report.keys()
    assert report["skipped"][0]["code"] == "picture.empty"
    assert "\x1b" not in out


def test_search_json_has_the_stable_keys(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["search", "厨房", "-n", "2", "--json", "--vault", str(vault)]
    status, out, _ = call(capsys, *words)
    answer = json.loads(out)
    assert status == 0 and answer["translated"] is None and answer["confident"] is False
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2]
    for hit in answer["hits"]:
        assert {"photo", "path", "rank", "score", "why", "tags"} <= hit.keys()
        assert Path(hit["path"]).is_file() and 0 <= hit["score"] <= 1 and hit["why"]


def test_show_knows_a_photo_by_each_of_its_names(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = set()
    for name in ("IMG_1.jpg", "img_1", str(tmp_path / "card" / "IMG_1.jpg")):
        status, out, _ = call(capsys, "show", name, "--json", "--vault", str(vault))
        assert status == 0
        ids.add(json.loads(out)["photo"])
    (photo,) = ids
    assert (
        json.loads(call(capsys, "show", photo[7:14], "--json", "--vault", str(vault))[1])["camera"]
        == "Canon EOS R6"
    )


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["show", "nonesuch"], 2, "photo.unknown"),
        (["search", "material:brik"], 2, "search.unknown_value"),
        (["search", "("], 2, "query."),
        (["nonsense"], 2, "usage.bad"),
        (["import"], 2, "usage.bad"),
        (["import", "/no/such/folder"], 3, "import.no_source"),
    ],
)
def test_failures_are_one_sentence(
    words: list[str],
    status: int,
    code: str,
    vault: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found, out, err = call(capsys, *words, "--vault", str(vault))
    if words == ["nonsense"]:
        found, out, err = call(capsys, *words)
    assert found == status and out == "" and err.count("\n") == 1
    words = (
        [*words, "--json"] if words == ["nonsense"] else [*words, "--json", "--vault", str(vault)]
    )
    found, out, _ = call(capsys, *words)
    assert found == status and json.loads(out)["error"]["code"].startswith(code)


def test_commands_that_read_never_make_a_vault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = call(capsys, "search", "door", "--vault", str(tmp_path / "none"))
    assert status == 3 and "is not a vault" in err
    assert not (tmp_path / "none").exists()


def test_messages_follow_the_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROPVAULT_LANG", "zh_CN.UTF-8")
    assert "建立了新的道具库" in call(capsys, "init", str(tmp_path / "v"))[1]
    assert "已经是道具库" in call(capsys, "init", str(tmp_path / "v"))[1]


def test_export_writes_a_set_and_a_dry_run_does_not(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", "", "--preset", "folder", "--to", str(tmp_path / "set")]
    words += ["--vault", str(vault), "--json"]
    status, out, _ = call(capsys, *words, "--dry-run")
    assert status == 0 and len(json.loads(out)["photos"]) == 3 and not (tmp_path / "set").exists()
    status, out, _ = call(capsys, *words)
    names = {path.name for path in (tmp_path / "set").iterdir()}
    assert status == 0 and {p["file"] for p in json.loads(out)["photos"]} <= names
    assert {"manifest.json", "prompt.zh.txt", "prompt.en.txt"} <= names


def test_doctor_finds_what_is_missing_and_makes_previews_again(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capsys, "doctor", "--vault", str(vault))[0] == 0
    next((vault / "previews").rglob("*.webp")).unlink()
    stored = next(p for p in (vault / "stored").rglob("*.jpg"))
    stored.write_bytes(stored.read_bytes() + b"x")
    status, out, _ = call(capsys, "doctor", "--json", "--vault", str(vault))
    codes = {finding["code"] for finding in json.loads(out)["findings"]}
    assert status == 1 and codes == {"doctor.preview_missing", "doctor.copy_changed"}
    call(capsys, "doctor", "--repair", "--vault", str(vault))
    out = call(capsys, "doctor", "--json", "--vault", str(vault))[1]
    assert {f["code"] for f in json.loads(out)["findings"]} == {"doctor.copy_changed"}


def test_a_cold_search_loads_neither_torch_nor_the_picture_side(vault: Path) -> None:
    program = (
        "import sys\nfrom propvault.cli import main\n"
        "try:\n    main(['search', '厨房', '--vault', sys.argv[1]])\n"
        "except SystemExit as e:\n    assert not e.code\n"
        "print(sorted({m.split('.')[0] for m in sys.modules}))"
    )
    words = [sys.executable, "-c", program, str(vault)]
    out = subprocess.run(words, capture_output=True, check=True, text=True, encoding="utf-8").stdout
    loaded = out.splitlines()[-1]
    assert "'onnxruntime'" in loaded
    for absent in ("torch", "imagehash", "scipy", "textual", "rich", "tzfpy", "pebble", "pandas"):
        assert f"'{absent}'" not in loaded, absent


def test_the_demo_never_clears_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "mine.jpg").write_bytes(b"mine")
    status, _, err = call(capsys, "demo", str(tmp_path))
    assert status == 2 and "is there already" in err
    assert (tmp_path / "set" / "mine.jpg").read_bytes() == b"mine"


def test_model_use_selects_and_says_what_it_saw(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = call(capsys, "model", "use", "mini", "--json", "--vault", str(vault))
    report = json.loads(out)
    assert (status, report["new"], report["known"], report["stopped"]) == (0, 0, 3, False)
    status, _, err = call(capsys, "model", "use", "nosuch", "--vault", str(vault))
    assert status == 3 and "nosuch" in err
    status, _, err = call(capsys, "model", "remove", "mini", "--yes", "--vault", str(vault))
    assert status == 2 and "selected" in err


def test_model_list_shows_what_is_installed_and_what_is_worth_it(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = call(capsys, "model", "list", "--json", "--vault", str(vault))
    listed = json.loads(out)
    assert status == 0 and listed["models"][0]["selected"]
    assert {s["name"] for s in listed["suggested"]} >= {"ViT-B-32-SigLIP2-256"}
    status, out, _ = call(capsys, "model", "list", "--vault", str(vault))
    assert "* mini-" in out and "XM3600 zh" in out
