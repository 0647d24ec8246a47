"""What was exported is known of each photo, as long as the set's folder holds it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from propvault.cli import main
from propvault.jobs.export_record import record
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.values import ExportedSet
from propvault.vault.vault import Vault
from tests.conftest import PictureMaker

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, make_picture: PictureMaker, capsys: pytest.CaptureFixture[str]) -> Run:
    """Import three pictures, and return what runs a command and returns what it prints."""
    for n in range(3):
        make_picture(f"IMG_{n}.jpg", n)
    list(import_photos(ImportRequest(tmp_path / "vault", (tmp_path / "card",), workers=0)))

    def call(*words: str) -> str:
        with pytest.raises(SystemExit):
            main([*words, "--vault", str(tmp_path / "vault")])
        return capsys.readouterr().out

    return call


def test_a_photo_says_in_which_sets_it_is(run: Run, tmp_path: Path) -> None:
    def sets(photo: str) -> list[tuple[str, str | None, str]]:
        found = json.loads(run("show", photo, "--json"))["exports"]
        return [(Path(e["to"]).name, e["query"], e["file"]) for e in found]

    def hits(query: str) -> set[str]:
        found = json.loads(run("search", query, "--json"))["hits"]
        return {Path(hit["path"]).name for hit in found}

    first, again = tmp_path / "第一组", tmp_path / "again"
    words = ("export", "in:all", "--preset", "folder", "--to", str(first))
    run("collect", "all", "IMG_0", "IMG_1")
    run(*words, "--dry-run")
    assert sets("IMG_0") == [] and hits("is:exported") == set()
    run(*words)
    assert sets("IMG_0")[0][:2] == ("第一组", "in:all") and sets("IMG_2") == []
    assert hits("is:已导出") == {"IMG_0.jpg", "IMG_1.jpg"}
    run(*words, "--without", "IMG_1")  # no longer in the set: not used
    assert sets("IMG_1") == [] and hits("!is:exported") == {"IMG_1.jpg", "IMG_2.jpg"}
    run("export", "--from-lock", str(first / "pack.lock"), "--to", str(again))
    assert [name for name, *_ in sets("IMG_0")] == ["again", "第一组"]
    assert (again / sets("IMG_0")[0][2]).is_file()
    run("discard", "IMG_0")
    run("empty-trash", "--yes")
    assert len(sets("IMG_0")) == 2
    assert f"in the set {again}" in run("show", "IMG_0")


def test_a_set_is_good_though_the_vault_cannot_note_it(tmp_path: Path) -> None:
    not_noted, why = record(tmp_path / "gone", ExportedSet("folder", tmp_path), [])
    assert not_noted.code == "export.not_recorded" and why.code == "vault.not_one"


def test_a_set_may_lie_anywhere_and_hold_photos_of_another_vault(tmp_path: Path) -> None:
    Vault.create(tmp_path / "vault").close()
    to = Path("/disk/\udcff", "é")
    assert (
        record(tmp_path / "vault", ExportedSet("folder", to), [("sha256:" + "0" * 64, "a.jpg")])
        == ()
    )
