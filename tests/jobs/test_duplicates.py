"""Repeats end to end on real renders: found, hidden, decided, remembered, discarded, undone."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from propvault.errors import UsageError
from propvault.jobs import find_duplicates as finding
from propvault.jobs.decide import Decisions, Trash, empty_trash
from propvault.jobs.find_duplicates import DuplicatesReport, find_duplicates
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.import_report import ImportReport
from propvault.jobs.list_groups import apply_rules, list_groups, open_groups, preview_rules
from propvault.jobs.review import Question, Verdict, review
from propvault.jobs.search import Searcher
from propvault.vault.vault import Vault

SEEDS = Path(__file__).parents[2] / "seeds" / "camera"
WALK = SEEDS / "DCIM" / "100PROPV"


def run(vault: Path, *roots: Path) -> ImportReport:
    *_, report = import_photos(ImportRequest(vault, roots, workers=0))
    assert isinstance(report, ImportReport)
    return report


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder: an original, a small copy, a quarter turn, a burst of two, another."""
    folder = tmp_path_factory.mktemp("card")
    for name in ("IMG_0005.JPG", "IMG_0010.JPG", "IMG_0011.JPG", "IMG_0020.JPG"):
        shutil.copy2(WALK / name, folder / name)
    with Image.open(WALK / "IMG_0005.JPG") as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.resize((640, 427)).save(folder / "small.jpg", quality=60)
    upright.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", quality=80)
    return folder


@pytest.fixture(scope="module")
def made(
    card: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, ImportReport]]:
    root = tmp_path_factory.mktemp("made") / "vault"
    yield root, run(root, card)


@pytest.fixture
def vault(made: tuple[Path, ImportReport], tmp_path: Path) -> Path:
    """Return a vault of its own with the card imported."""
    shutil.copytree(made[0], tmp_path / "vault")
    return tmp_path / "vault"


def groups(root: Path) -> dict[str, list[list[str]]]:
    with Vault(root) as opened:
        found = list_groups(opened)
    return {
        kind: sorted([p.name for p in g.photos] for g in found if g.kind == kind)
        for kind in ("same", "take")
    }


def decide(root: Path) -> Decisions:
    return Decisions(root, Path("/"))


FOUND = {
    "same": [["IMG_0005.JPG", "turned.jpg", "small.jpg"]],
    "take": [["IMG_0010.JPG", "IMG_0011.JPG"]],
}


def test_an_import_finds_repeats_and_takes(made: tuple[Path, ImportReport]) -> None:
    assert groups(made[0]) == FOUND
    assert made[1].new == 6 and made[1].near_duplicate == 2


def test_the_order_of_imports_does_not_matter(card: Path, tmp_path: Path) -> None:
    for name in ("turned.jpg", "IMG_0011.JPG", "IMG_0020.JPG", "small.jpg", "IMG_0005.JPG",
                 "IMG_0010.JPG"):  # fmt: skip
        run(tmp_path / "vault", card / name)
    assert groups(tmp_path / "vault") == FOUND


def names(root: Path, query: str) -> list[str]:
    with Vault(root) as opened:
        return sorted(hit.photo.name for hit in Searcher(opened).search(query, 50).hits)


def test_a_search_shows_keepers_and_one_of_a_stack(vault: Path) -> None:
    shown = names(vault, "")
    assert len(shown) == 3 and "IMG_0005.JPG" in shown and "IMG_0020.JPG" in shown
    assert len(names(vault, "is:any")) == 6
    assert names(vault, "is:keeper") == shown
    with Vault(vault) as opened:
        hits = {h.photo.name: h for h in Searcher(opened).search("a wall", 50).hits}
    assert hits["IMG_0005.JPG"].repeats == 2
    assert {hit.takes for hit in hits.values()} == {0, 2}


def test_a_rated_photo_is_never_hidden(vault: Path) -> None:
    with Vault(vault, "write") as opened, opened.transaction() as db:
        db.execute("UPDATE photo SET rating = 3, rating_source = 'person' WHERE name = 'small.jpg'")
    assert "small.jpg" in names(vault, "")


def test_nothing_is_compared_twice(vault: Path, card: Path) -> None:
    *_, report = find_duplicates(vault)
    assert isinstance(report, DuplicatesReport)
    assert (report.pairs, report.groups, report.stacks) == (0, 1, 1)
    assert run(vault, card).near_duplicate == 0


def test_a_stopped_search_goes_on(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Vault(vault, "write") as opened, opened.transaction() as db:
        for table in ("relation", "compared", "grouped", "keeper_fact"):
            db.execute(f"DELETE FROM {table}")
    monkeypatch.setattr(finding, "_BATCH", 2)
    asked = iter([False, True])
    *_, report = find_duplicates(vault, lambda: next(asked))
    assert report.stopped and report.pairs == 2
    *_, report = find_duplicates(vault)
    assert not report.stopped
    assert groups(vault) == FOUND


def test_an_older_vault_gets_the_fingerprints_it_lacks(vault: Path) -> None:
    with Vault(vault, "write") as opened, opened.transaction() as db:
        before = db.execute("SELECT * FROM fingerprint ORDER BY 1, 2").fetchall()
        db.execute("DELETE FROM fingerprint WHERE algorithm LIKE '%-turned'")
        db.execute("DELETE FROM relation")
        db.execute("DELETE FROM compared")
    list(find_duplicates(vault))
    assert groups(vault) == FOUND
    with Vault(vault) as opened:
        assert opened.db.execute("SELECT * FROM fingerprint ORDER BY 1, 2").fetchall() == before


def test_a_person_chooses_the_keeper_and_takes_it_back(vault: Path, card: Path) -> None:
    with decide(vault) as deciding:
        deciding.keep("small.jpg")
    chosen = {"same": [["small.jpg", "IMG_0005.JPG", "turned.jpg"]], "take": FOUND["take"]}
    assert groups(vault) == chosen
    run(vault, card)  # a new scan never undoes it
    assert groups(vault) == chosen
    with decide(vault) as deciding:
        deciding.keep("turned.jpg")
    assert groups(vault)["same"][0][0] == "turned.jpg"
    with decide(vault) as deciding:
        assert [step.action.code for step in deciding.undo(5)] == ["done.keep"] * 2
    assert groups(vault) == FOUND
    with decide(vault) as deciding:
        deciding.redo()
    assert groups(vault) == chosen


def test_what_a_person_said_of_a_pair_is_remembered(vault: Path, tmp_path: Path) -> None:
    with decide(vault) as deciding:
        deciding.split(["small.jpg"])
        deciding.relate("IMG_0010.JPG", "IMG_0011.JPG", "different")
        deciding.relate("IMG_0010.JPG", "IMG_0020.JPG", "same")
    after = {"same": [["IMG_0005.JPG", "turned.jpg"], ["IMG_0010.JPG", "IMG_0020.JPG"]], "take": []}
    assert groups(vault) == after
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    with Vault(vault) as opened:
        (stored,) = opened.db.execute(
            "SELECT stored FROM file WHERE stored LIKE '%small.jpg'"
        ).fetchone()
    shutil.copy2(vault / "stored" / stored, moved / "renamed.jpg")
    run(vault, moved)  # the same bytes under another name
    assert groups(vault) == after
    with decide(vault) as deciding:
        deciding.undo(3)
    assert groups(vault) == FOUND


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (lambda d: d.keep("IMG_0020.JPG"), "in no group"),
        (lambda d: d.split(["IMG_0020.JPG"]), "no group"),
        (lambda d: d.relate("IMG_0020.JPG", "IMG_0020.JPG", "same"), "named twice"),
        (lambda d: d.keep("nowhere.jpg"), "nowhere.jpg"),
        (lambda d: d.undo(), "nothing to undo"),
        (lambda d: d.redo(), "nothing to redo"),
    ],
)
def test_a_decision_without_sense_is_one_sentence(vault: Path, action: object, told: str) -> None:
    assert callable(action)
    with pytest.raises(UsageError, match=told), decide(vault) as deciding:
        action(deciding)
    assert groups(vault) == FOUND


def disk(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("stored", "trash")
        for path in (root / folder).rglob("*")
        if path.is_file()
    }


def test_a_discarded_photo_goes_and_comes_back(vault: Path, card: Path) -> None:
    before, originals = disk(vault), disk_of(card)
    with decide(vault) as deciding:
        assert deciding.discard(["IMG_0005.JPG", "IMG_0011.JPG"]) == 2
        assert deciding.discard(["IMG_0005.JPG"]) == 0
    gone = [name for name in disk(vault) if name.startswith("trash/")]
    assert sorted(Path(name).name for name in gone) == ["IMG_0005.JPG", "IMG_0011.JPG"]
    assert groups(vault) == {"same": [["turned.jpg", "small.jpg"]], "take": []}
    assert "IMG_0005.JPG" not in names(vault, "is:any")
    report = run(vault, card)
    assert (report.new, report.known) == (0, 6)
    assert sorted(disk(vault)) == sorted({*before, *gone} - {f"stored/{n[6:]}" for n in gone})
    with decide(vault) as deciding:
        deciding.undo()
    assert disk(vault) == before
    assert groups(vault) == FOUND
    assert disk_of(card) == originals


def disk_of(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_an_emptied_trash_stays_empty_after_another_import(vault: Path, card: Path) -> None:
    with decide(vault) as deciding:
        deciding.discard(["IMG_0020.JPG"])
    asked: list[Trash] = []

    def refuse(found: Trash) -> bool:
        asked.append(found)
        return False

    assert empty_trash(vault, refuse) == 0
    assert asked == [Trash(1, (card / "IMG_0020.JPG").stat().st_size, 0)]
    assert empty_trash(vault, lambda found: True) == 1
    assert run(vault, card).new == 0
    assert not [name for name in disk(vault) if name.endswith("IMG_0020.JPG")]
    assert empty_trash(vault, lambda found: pytest.fail("there is nothing to ask")) == 0
    with decide(vault) as deciding:
        deciding.undo()
    run(vault, card)  # now its file is copied again
    assert [name for name in disk(vault) if name.endswith("IMG_0020.JPG")]


def test_a_discard_that_was_cut_off_is_finished(vault: Path, card: Path) -> None:
    with decide(vault) as deciding:
        deciding.discard(["IMG_0020.JPG"])
    (there,) = (vault / "trash").rglob("IMG_0020.JPG")
    back = vault / "stored" / there.relative_to(vault / "trash")
    there.replace(back)  # as if killed between the record and the move
    run(vault, card)
    assert there.is_file() and not back.exists()


def test_rules_are_previewed_before_they_apply(vault: Path, tmp_path: Path) -> None:
    with Image.open(WALK / "IMG_0005.JPG") as opened_picture:
        large = opened_picture.resize((1600, 1067))
    (tmp_path / "more").mkdir()
    large.save(tmp_path / "more" / "large.jpg", quality=90)
    run(vault, tmp_path / "more")
    before = [["IMG_0005.JPG", "large.jpg", "turned.jpg", "small.jpg"]]
    with Vault(vault, "write") as opened:
        assert preview_rules(opened, "original, oldest") == []
        (change,) = preview_rules(opened, "pixels")
        assert (change.keeper.name, change.why.code) == ("large.jpg", "keeper.pixels")
        assert groups(vault)["same"] == before
        apply_rules(opened, "pixels,oldest")
    assert groups(vault)["same"][0][0] == "large.jpg"
    with Vault(vault) as opened:
        assert opened.settings.keeper_rules == "pixels, oldest"


def test_a_review_asks_each_group_once(vault: Path) -> None:
    script = iter([Verdict("keep", 1), Verdict("right"), Verdict("skip"), Verdict("quit")])
    seen: list[list[str]] = []

    def decider(question: Question) -> Verdict:
        seen.append([photo.name for photo in question.group.photos])
        return next(script)

    assert review(vault, decider) == 1
    assert seen == [FOUND["same"][0], ["turned.jpg", "IMG_0005.JPG", "small.jpg"],
                    FOUND["take"][0]]  # fmt: skip
    with Vault(vault) as opened:
        assert [group.kind for group in open_groups(opened)] == ["take"]
    assert review(vault, lambda question: Verdict("different")) == 1
    assert groups(vault)["take"] == []
    assert review(vault, lambda question: pytest.fail("asked again")) == 0


def test_a_review_takes_back_and_removes_one(vault: Path) -> None:
    script = iter([Verdict("undo"), Verdict("split", 2), Verdict("undo"), Verdict("split", 2),
                   Verdict("discard", 1), Verdict("right")])  # fmt: skip
    review(vault, lambda question: next(script))
    assert groups(vault) == {"same": [], "take": FOUND["take"]}
    assert "turned.jpg" not in names(vault, "is:any") and "small.jpg" in names(vault, "")


def test_a_wrong_rule_is_said_before_anything_is_done(vault: Path, card: Path) -> None:
    settings = vault / "propvault.toml"
    settings.write_text('keeper_rules = "best"\n' + settings.read_text())
    with pytest.raises(UsageError, match="no keeper rule best"):
        run(vault, card)
    with pytest.raises(UsageError, match="no keeper rule best"):
        decide(vault)
    assert groups(vault) == FOUND
