"""``tags``, ``retag`` and ``set``: JSON, plain lines, one sentence for what cannot be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_command_line import call

WALK = Path(__file__).parents[2] / "seeds" / "camera" / "DCIM" / "100PROPV"


@pytest.fixture
def vault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    card = tmp_path / "card"
    card.mkdir()
    for name in ("IMG_0005.JPG", "IMG_0013.JPG", "IMG_0020.JPG"):
        shutil.copy2(WALK / name, card / name)
    words = ["import", str(card), "--vault", str(tmp_path / "v"), "--workers", "0", "--json"]
    assert call(capsys, *words)[0] == 0
    return tmp_path / "v"


def told(capsys: pytest.CaptureFixture[str], vault: Path, *words: str) -> Any:
    status, out, err = call(capsys, *words, "--json", "--vault", str(vault))
    assert status == 0, err
    return json.loads(out)


def said(capsys: pytest.CaptureFixture[str], vault: Path, *words: str) -> str:
    status, out, err = call(capsys, *words, "--vault", str(vault))
    assert status == 0, err
    return out


def test_tags_are_listed_with_counts(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {f"{t['facet']}:{t['tag']}": t for t in told(capsys, vault, "tags")["tags"]}
    assert found["origin:rendering"]["applied"] == 3
    assert found["colour:red"]["zh"] == "红"
    assert "rendering  三维渲染 3D rendering" in said(capsys, vault, "tags")


def test_quality_says_what_was_measured(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        f"{t['facet']}:{t['tag']}": t for t in told(capsys, vault, "tags", "--quality")["tags"]
    }
    assert found["object:piano"]["applied"] and found["object:piano"]["precision"] >= 0.8
    assert found["object:piano"]["precision_at_least"] <= found["object:piano"]["precision"]
    unmeasured = found["material:bamboo"]
    assert not unmeasured["applied"] and unmeasured["precision"] is None
    assert unmeasured["text"] == "unmeasured: suggested only"
    assert not any(tag.startswith(("colour:", "origin:", "use:")) for tag in found)


def test_retag_says_what_it_did(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, vault, "retag")
    assert found | {"seconds": 0} == {
        "dry_run": False, "model": found["model"], "looked": 0, "changed": 0, "measured": 0,
        "unseen": 0, "tags": [], "stopped": False, "seconds": 0,
    }  # fmt: skip
    assert said(capsys, vault, "retag", "--dry-run") == "tags are up to date\n"


def test_set_changes_and_undo_takes_back(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["set", "IMG_0005", "--creator", "林薇", "--time-shift", "-1:30"]
    assert told(capsys, vault, *words) == {"photos": 1}
    shown = told(capsys, vault, "show", "IMG_0005")
    assert shown["creator"] == "林薇" and shown["taken_local"] == "2025-03-08T10:41:25"
    assert shown["taken_camera"] == "2025-03-08T12:11:25"
    assert "the camera's clock said 2025-03-08 12:11:25" in said(capsys, vault, "show", "IMG_0005")
    said(capsys, vault, "undo", "2")
    shown = told(capsys, vault, "show", "IMG_0005")
    assert (shown["creator"], shown["taken_camera"]) == (None, None)


def test_show_names_the_place_and_says_why_of_tags(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = told(capsys, vault, "show", "IMG_0005")
    assert [n["zh"] for n in shown["place"]["names"]] == ["乔治市", "槟城", "马来西亚"]
    assert shown["colours"][0]["hex"].startswith("#") and 0 < shown["colours"][0]["share"] <= 1
    assert all(tag["reason"] for tag in shown["tags"])
    text = said(capsys, vault, "show", "IMG_0005")
    assert "George Town · Penang · Malaysia" in text
    assert "its IPTC digital source type is digitalCreation" in text


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["set", "IMG_0005"], 2, "nothing to set"),
        (["set", "--creator", "x"], 2, "name photos"),
        (["set", "IMG_0005", "--time-shift", "soon"], 2, "soon is no time shift"),
        (["set", "nowhere", "--creator", "x"], 2, "nowhere"),
    ],
)
def test_what_cannot_be_set(
    words: list[str], status: int, says: str, vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    got, _, err = call(capsys, *words, "--vault", str(vault))
    assert got == status and says in err


def test_a_wrong_word_of_the_vault_is_named_with_its_line(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = vault / "vocabulary"
    own.mkdir()
    (own / "object.toml").write_text(
        '[[concept]]\nslug = "x"\nzh = "甲"\nen = "x"\nexcludes = ["y"]\n'
    )
    status, _, err = call(capsys, "retag", "--vault", str(vault))
    assert status == 3 and "object.toml" in err and "(line 5)" in err


def test_sidecars_go_beside_the_files_and_away_again(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = vault.parent / "card"
    file = card / "IMG_0005.JPG.xmp"
    assert told(capsys, vault, "sidecars", "IMG_0005", "--dry-run")["files"] == [str(file)]
    assert not file.exists()
    assert "1 sidecar written" in said(capsys, vault, "sidecars", "IMG_0005", "--lang", "zh")
    assert "三维渲染" in file.read_text("utf-8")
    file.write_text("<x/>", encoding="utf-8")
    status, out, err = call(capsys, "sidecars", "IMG_0005", "--vault", str(vault))
    assert (status, "left alone" in err) == (1, True), out
    file.unlink()
    said(capsys, vault, "sidecars", "--import", "0")
    assert "3 sidecars removed" in said(capsys, vault, "sidecars", "--import", "0", "--remove")
    assert not list(card.glob("*.xmp"))
