"""Selecting, embedding, checking and removing models, with the real built-in weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from propvault.errors import ModelError, UsageError
from propvault.jobs import embed as embedding
from propvault.jobs.embed import EmbedReport, embed, select_model
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.model_care import check_model, plan_removal, remove
from propvault.jobs.model_list import known_speed, suggestions
from propvault.jobs.models import answering_model, find_model, models_folder
from propvault.jobs.search import Searcher
from propvault.jobs.tag_quality import tag_uses
from propvault.settings import set_setting
from propvault.vault import embeddings
from propvault.vault.vault import Vault
from tests.conftest import PictureMaker


@pytest.fixture
def root(make_picture: PictureMaker, tmp_path: Path) -> Path:
    for seed in range(5):
        make_picture(f"IMG_{seed}.jpg", seed)
    root = tmp_path / "v"
    list(import_photos(ImportRequest(root, (tmp_path / "card",), workers=0)))
    return root


def run(root: Path, name: str, stop_after: int | None = None) -> EmbedReport:
    info, asked = select_model(root, name), iter(range(1000))
    events = list(embed(root, info, lambda: stop_after is not None and next(asked) >= stop_after))
    assert isinstance(events[-1], EmbedReport)
    return events[-1]


def answering(root: Path) -> str | None:
    with Vault(root) as vault:
        info = answering_model(vault).info
        return info.name if info else None


def vectors(root: Path, name: str) -> list[bytes]:
    with Vault(root) as vault:
        sql = "SELECT vector FROM embedding WHERE model_id = ? ORDER BY photo_id"
        return [row[0] for row in vault.db.execute(sql, (find_model(name).id,))]


def test_the_model_before_answers_until_the_new_one_has_seen_every_photo(
    root: Path, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 2)
    half = run(root, other, stop_after=1)
    assert (half.new, half.stopped, answering(root)) == (2, True, "mini")
    with Vault(root) as vault:
        answer = Searcher(vault).search("a wooden door")
    assert answer.hits[0].score is not None
    assert [n.code for n in answer.notices] == ["model.not_ready"]
    rest = run(root, other)
    assert (rest.new, rest.known, rest.stopped, answering(root)) == (3, 2, False, "other")
    again = run(root, "mini")
    assert (again.new, again.known, answering(root)) == (0, 5, "mini")


def test_vectors_made_again_from_previews_equal_those_of_the_import(
    root: Path, other: str, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "card")
    run(root, other)
    for made, imported in zip(vectors(root, other), vectors(root, "mini"), strict=True):
        a, b = (np.frombuffer(v, "<f2").astype(np.float32) for v in (made, imported))
        assert float(a @ b) > 0.9999


def test_without_any_complete_model_tags_and_text_answer(root: Path) -> None:
    with Vault(root, "write") as vault, vault.transaction() as db:
        db.execute("UPDATE embedding SET model_id = 'mini-00000000'")
    with Vault(root) as vault:
        answer = Searcher(vault).search("IMG_3")
    assert [n.code for n in answer.notices] == ["model.no_answer"]
    assert answer.hits[0].photo.name == "IMG_3.jpg" and answer.hits[0].score is None
    assert answer.found == 1
    report = run(root, "mini")
    assert report.new == 5 and answering(root) == "mini"


def test_a_selected_model_that_is_gone_is_named_and_the_other_answers(
    root: Path, other: str
) -> None:
    run(root, other)
    shutil.rmtree(models_folder() / "other")
    with Vault(root) as vault:
        answer = Searcher(vault).search("a wooden door")
        assert [use.tag.name for use in tag_uses(vault)]  # what is tagged stays listed
    assert [n.code for n in answer.notices] == ["model.gone_instead"]
    assert answer.hits[0].score is not None


def test_where_no_model_answers_and_the_selected_one_is_gone_both_are_said(root: Path) -> None:
    with Vault(root, "write") as vault, vault.transaction() as db:
        db.execute("UPDATE embedding SET model_id = 'other-00000000'")
    set_setting(root / "propvault.toml", "model", "other")
    with Vault(root) as vault:
        answer = Searcher(vault).search("IMG_3")
    assert [n.code for n in answer.notices] == ["model.gone"]
    assert answer.hits[0].photo.name == "IMG_3.jpg"


def test_a_missing_preview_costs_itself_only(root: Path, other: str) -> None:
    with Vault(root) as vault:
        sha256 = vault.db.execute("SELECT sha256 FROM photo LIMIT 1").fetchone()[0]
        preview = vault.folder.preview(sha256)
    kept = preview.read_bytes()
    preview.unlink()
    report = run(root, other)
    assert report.new == 4 and [s.reason.code for s in report.skipped] == ["model.no_preview"]
    assert answering(root) == "other"
    preview.write_bytes(kept)
    assert run(root, other).new == 1


def test_selecting_keeps_what_a_person_wrote_into_the_settings(root: Path, other: str) -> None:
    settings = root / "propvault.toml"
    settings.write_text("# mine\nworkers = 1\n" + settings.read_text(encoding="utf-8"))
    select_model(root, other)
    text = settings.read_text(encoding="utf-8")
    assert text.startswith("# mine\nworkers = 1\n") and 'model = "other"' in text
    with Vault(root) as vault:
        assert vault.settings.model == "other" and vault.settings.workers == 1


def test_removing_deletes_the_folder_and_its_vectors_only(root: Path, other: str) -> None:
    run(root, other)
    with Vault(root) as vault, pytest.raises(UsageError, match="selected"):
        plan_removal(other, vault)
    run(root, "mini")
    with Vault(root) as vault:
        removal = plan_removal(other, vault)
    assert removal.vectors == 5 and removal.size > 30e6
    remove(removal, root)
    with pytest.raises(ModelError):
        find_model(other)
    with Vault(root) as vault:
        assert embeddings.coverage(vault.db, removal.model_id).embedded == 0
    assert len(vectors(root, "mini")) == 5


def test_a_model_without_chinese_gets_a_translation_that_is_shown(root: Path, other: str) -> None:
    manifest = models_folder() / "other" / "model.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('["en", "zh"]', '["en"]'), encoding="utf-8")
    run(root, other)
    with Vault(root) as vault:
        assert Searcher(vault).search("厨房").translated == "kitchen"
    run(root, "mini")
    with Vault(root) as vault:
        assert Searcher(vault).search("厨房").translated is None


def test_check_runs_the_model_and_keeps_its_speed() -> None:
    info, speed = check_model("mini")
    assert known_speed(info.id) == speed and speed.provider == "CPU"


def test_suggestions_are_read() -> None:
    assert {"en", "zh"} == {lang for s in suggestions() for lang in s.languages}
