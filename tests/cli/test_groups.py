"""The commands about repeats: JSON, exit statuses, one sentence for what cannot be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import click
import pytest
from PIL import Image

from propvault.cli import groups_review
from propvault.cli.state import State
from propvault.jobs.list_groups import list_groups
from propvault.jobs.review import Question
from propvault.vault.vault import Vault
from tests.cli.test_command_line import call

WALK = Path(__file__).parents[2] / "seeds" / "camera" / "DCIM" / "100PROPV"


@pytest.fixture
def vault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    card = tmp_path / "card"
    card.mkdir()
    for name in ("IMG_0005.JPG", "IMG_0010.JPG", "IMG_0011.JPG"):
        shutil.copy2(WALK / name, card / name)
    with Image.open(WALK / "IMG_0005.JPG") as opened:
        opened.resize((640, 427)).save(card / "small.jpg")
    words = ["import", str(card), "--vault", str(tmp_path / "v"), "--workers", "0", "--json"]
    status, out, _ = call(capsys, *words)
    assert status == 0 and json.loads(out)["near_duplicate"] == 1
    return tmp_path / "v"


def told(capsys: pytest.CaptureFixture[str], vault: Path, *words: str) -> Any:
    status, out, err = call(capsys, *words, "--json", "--vault", str(vault))
    assert status == 0, err
    return json.loads(out)


def test_groups_json_has_the_stable_keys(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, vault, "groups")["groups"]
    assert [group["kind"] for group in found] == ["same", "take"]
    for group in found:
        assert {"kind", "keeper", "photos", "why"} <= group.keys()
        assert group["photos"][0] == group["keeper"] and len(group["photos"]) == 2
    assert [g["kind"] for g in told(capsys, vault, "groups", "--kind", "take")["groups"]] == [
        "take"
    ]
    status, out, _ = call(capsys, "groups", "--vault", str(vault))
    assert status == 0 and "keeping IMG_0005.JPG" in out and "stacks of takes: 1" in out


def test_show_and_search_tell_of_repeats(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, vault, "show", "small.jpg")
    assert shown["group"]["keeper"] != shown["photo"] in shown["group"]["photos"]
    assert shown["stack"] is None and shown["discarded"] is False
    hits = told(capsys, vault, "search", "wall")["hits"]
    assert len(hits) == 2 and {(h["takes"], h["repeats"]) for h in hits} == {(0, 1), (2, 0)}


def test_decisions_are_listed_and_taken_back(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = told(capsys, vault, "groups")
    told(capsys, vault, "keep", "small.jpg")
    told(capsys, vault, "split", "IMG_0010.JPG")
    told(capsys, vault, "relate", "IMG_0010.JPG", "small.jpg", "take")
    assert told(capsys, vault, "discard", "IMG_0011.JPG") == {"discarded": 1}
    assert told(capsys, vault, "show", "IMG_0011.JPG")["discarded"] is True
    steps = told(capsys, vault, "history")["steps"]
    assert [step["code"] for step in steps] == [
        "done.discard", "done.relate_take", "done.split", "done.keep"]  # fmt: skip
    assert len(told(capsys, vault, "undo", "4")["steps"]) == 4
    assert told(capsys, vault, "groups") == before
    assert all(step["undone"] for step in told(capsys, vault, "history")["steps"])
    assert len(told(capsys, vault, "redo", "9")["steps"]) == 4
    told(capsys, vault, "undo")
    told(capsys, vault, "keep", "IMG_0005.JPG")
    status, _, err = call(capsys, "redo", "--vault", str(vault))
    assert status == 2 and "nothing to redo" in err


def test_rules_are_shown_before_they_apply(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, vault, "groups", "--rules", "pixels") == {"changes": [], "applied": False}
    for words, sentence in (
        (("--rules", "best"), "no keeper rule best"),
        (("--apply",), "--apply needs --rules"),
        (("--review",), "needs a terminal"),
    ):
        status, _, err = call(capsys, "groups", *words, "--vault", str(vault))
        assert status == 2 and sentence in err and err.count("\n") == 1
    told(capsys, vault, "groups", "--rules", "pixels", "--apply")
    assert 'keeper_rules = "pixels"' in (vault / "propvault.toml").read_text()


def test_the_trash_is_emptied_only_when_asked(
    vault: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(vault.parent / "card")
    told(capsys, vault, "discard", "small.jpg")
    monkeypatch.setattr(click, "confirm", lambda text, err: False)
    status, out, err = call(capsys, "empty-trash", "--vault", str(vault))
    assert status == 0 and "deleted: 0" in out and "on no other connected disk" in err
    assert told(capsys, vault, "empty-trash", "--yes") == {"deleted": 1}


def test_a_review_asks_by_keys(
    vault: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Vault(vault) as opened:
        group = list_groups(opened, "same")[0]
    keys = iter(["?", "k", "7", "k", "2", "\r"])
    monkeypatch.setattr(click, "getchar", lambda: next(keys))
    question = Question(group, 1, 3)
    verdict = groups_review.ask(State(_language="zh"), question)
    assert (verdict.answer, verdict.index) == ("keep", 1)
    assert groups_review.ask(State(_language="en"), question).answer == "right"
    out, _ = capsys.readouterr()
    assert "第 1 组，共 3 组" in out and "1 of 3" in out and "small.jpg" in out and "(kept)" in out
