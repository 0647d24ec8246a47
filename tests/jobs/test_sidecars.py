"""Tags written for other programs: what is read back, and what is never touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from propvault.jobs.describe import tag
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.keywords import keyword_tags
from propvault.jobs.set_facts import Chosen
from propvault.jobs.sidecars import remove_sidecars, write_sidecars
from propvault.jobs.vocabulary import open_vocabulary
from propvault.targets.sidecar import Keywords, sidecar_text
from propvault.values import TagSource
from propvault.vault.vault import Vault
from propvault.vault.views import photo_rows, photo_views
from propvault.vision.metadata import parse_xmp, read_sidecar
from tests.conftest import PictureMaker

ALL = Chosen(Path("/"), import_run=0)
FOREIGN = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 6.0"><rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
)


@pytest.fixture
def card(make_picture: PictureMaker) -> Path:
    return make_picture("IMG_1.jpg").parent


@pytest.fixture
def root(card: Path, tmp_path: Path) -> Path:
    root = tmp_path / "vault"
    bring(root, card)
    tag(root, card, ["IMG_1"], ["material:bamboo", "object:chair"], [])
    return root


def bring(root: Path, folder: Path) -> None:
    list(import_photos(ImportRequest(root, (folder,), workers=0)))


def names(root: Path, source: TagSource) -> set[str]:
    with Vault(root) as vault:
        views = photo_views(vault, photo_rows(vault))
    return {t.tag.name for view in views for t in view.tags if t.source is source}


def test_written_anew_removed_and_never_our_own_words_to_us(root: Path, card: Path) -> None:
    file = card / "IMG_1.jpg.xmp"
    assert write_sidecars(root, ALL, ("en",), dry_run=True).written == [file]
    assert not file.exists()
    assert write_sidecars(root, ALL, ("en",)).written == [file]
    assert {"bamboo", "chair"} <= set(read_sidecar(file).subjects)
    assert write_sidecars(root, ALL, ("en",)).same == 1
    bring(root, card)  # what this vault guessed does not come back as a sidecar's word
    assert not names(root, TagSource.SIDECAR)

    tag(root, card, ["IMG_1"], [], ["object:chair"])
    assert write_sidecars(root, ALL, ("zh", "en")).written == [file]
    assert "chair" not in read_sidecar(file).subjects
    assert remove_sidecars(root, ALL, dry_run=True).written == [file]
    assert file.exists()
    assert remove_sidecars(root, ALL).written == [file]
    assert sorted(p.name for p in card.iterdir()) == ["IMG_1.jpg"]


def test_another_vault_takes_the_words_as_they_were(root: Path, card: Path, tmp_path: Path) -> None:
    write_sidecars(root, ALL, ("zh", "en"))
    with Vault(root) as vault:
        (view,) = photo_views(vault, photo_rows(vault))
    bring(tmp_path / "other", card)
    sure = {t.tag.name for t in view.tags if t.state in ("applied", "confirmed")}
    assert names(tmp_path / "other", TagSource.SIDECAR) == sure


@pytest.mark.parametrize("is_edited", [False, True])
def test_a_sidecar_of_another_program_is_left_alone(
    root: Path, card: Path, is_edited: bool
) -> None:
    file = card / "IMG_1.jpg.xmp"
    if is_edited:
        write_sidecars(root, ALL, ("en",))
        text = file.read_text("utf-8").replace("bamboo", "rattan")
    else:
        text = FOREIGN
    file.write_text(text, encoding="utf-8")
    tag(root, card, ["IMG_1"], ["material:brick"], [])
    report = write_sidecars(root, ALL, ("en",))
    assert [s.reason.code for s in report.skipped] == ["sidecars.foreign"]
    assert not remove_sidecars(root, ALL).written
    assert file.read_text("utf-8") == text


def test_files_that_are_away_are_told(root: Path, card: Path) -> None:
    shutil.rmtree(card)
    report = write_sidecars(root, ALL, ("en",))
    assert [s.reason.code for s in report.skipped] == ["sidecars.nowhere"]


def test_every_word_of_the_vocabulary_reads_back_as_itself() -> None:
    vocabulary = open_vocabulary()
    for concept in vocabulary.concepts.values():
        for language in ("zh", "en"):
            words = Keywords(vocabulary, (language,))
            found = parse_xmp(sidecar_text([concept.as_tag()], words).encode())
            tags = keyword_tags(vocabulary, found.subjects, found.hierarchies)
            assert [t.tag.name for t in tags] == [concept.tag]
