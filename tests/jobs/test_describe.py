"""A person's tags and stars: they win, they stay, they can be taken back."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from propvault.errors import UsageError
from propvault.jobs import collect, describe
from propvault.jobs.collect import Placement
from propvault.jobs.decide import Decisions
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.search import Searcher, check_query
from propvault.jobs.set_facts import Chosen, set_rights, shift_time
from propvault.vault.vault import Vault

WALK = Path(__file__).parents[2] / "seeds" / "camera" / "DCIM" / "100PROPV"
NAMES = ("IMG_0005.JPG", "IMG_0010.JPG", "IMG_0011.JPG", "IMG_0020.JPG")
BASE = Path("/")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    card = tmp_path_factory.mktemp("card")
    for name in NAMES:
        shutil.copy2(WALK / name, card / name)
    root = tmp_path_factory.mktemp("made") / "vault"
    list(import_photos(ImportRequest(root, (card,), workers=0)))
    yield root


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "vault")
    return tmp_path / "vault"


def names(root: Path, query: str) -> set[str]:
    with Vault(root) as opened:
        return {hit.photo.name for hit in Searcher(opened).search(query, 50).hits}


def content(root: Path) -> list[list[tuple[object, ...]]]:
    queries = (
        "SELECT * FROM photo",
        "SELECT * FROM collection",
        "SELECT * FROM collection_photo",
        "SELECT * FROM saved_search",
        "SELECT photo_id, tag_id, source, state FROM photo_tag ORDER BY 1, 2, 3",
        "SELECT rowid, * FROM photo_text ORDER BY 1",
        "SELECT sha256_a, sha256_b, kind FROM relation WHERE source = 'person' ORDER BY 1, 2",
        "SELECT sha256 FROM chosen_keeper ORDER BY 1",
        "SELECT sha256 FROM discarded ORDER BY 1",
        "SELECT kind, photo_id, keeper_id FROM grouped ORDER BY 1, 2",
    )
    with Vault(root) as opened:
        return [opened.db.execute(query).fetchall() for query in queries]


def test_a_confirmed_tag_is_found_in_both_languages(vault: Path) -> None:
    assert "IMG_0020.JPG" not in names(vault, "object:wheelchair")
    describe.tag(vault, BASE, ["IMG_0020.JPG"], ["物件：轮椅"], [])
    for query in ("object:wheelchair", "is:confirmed", '"wheelchair"', '"轮椅"'):
        assert names(vault, query) == {"IMG_0020.JPG"}, query


def test_a_rejected_tag_never_comes_back(vault: Path) -> None:
    with Vault(vault) as opened:
        row, tag, state = opened.db.execute(
            "SELECT photo_id, facet || ':' || slug, state FROM photo_tag"
            " JOIN tag ON tag.id = tag_id WHERE source = 'auto' ORDER BY state, photo_id LIMIT 1"
        ).fetchone()
        sha = opened.db.execute("SELECT sha256 FROM photo WHERE id = ?", (row,)).fetchone()[0]
    assert state in ("applied", "suggested")
    with Vault(vault) as opened:
        name = opened.db.execute("SELECT name FROM photo WHERE id = ?", (row,)).fetchone()[0]
    assert name in names(vault, f"{tag} is:any")
    describe.tag(vault, BASE, [sha], [], [tag])
    assert name not in names(vault, f"{tag} is:any")
    with Decisions(vault, BASE) as deciding:
        deciding.undo()
    assert name in names(vault, f"{tag} is:any")


def test_a_persons_own_tag_is_simply_taken_away(vault: Path) -> None:
    before = content(vault)
    describe.tag(vault, BASE, ["IMG_0020.JPG"], ["object:wheelchair"], [])
    describe.tag(vault, BASE, ["IMG_0020.JPG"], [], ["object:wheelchair"])
    assert content(vault) == before


def test_a_kind_counts_for_its_parent_until_a_person_says_no(vault: Path) -> None:
    photo = "IMG_0020.JPG"
    describe.tag(vault, BASE, [photo], ["object:bamboo-chair"], [])
    assert photo in names(vault, "object:chair")
    describe.tag(vault, BASE, [photo], [], ["object:chair"])
    assert photo not in names(vault, "object:chair")
    assert photo in names(vault, "object:bamboo-chair")
    with Decisions(vault, BASE) as deciding:
        deciding.undo()
    assert photo in names(vault, "object:chair")


def test_stars_are_found_and_keep_a_photo_in_sight(vault: Path) -> None:
    assert describe.rate(vault, BASE, ["IMG_0005.JPG", "IMG_0020.JPG"], 4) == 2
    assert names(vault, "rating:4..") == {"IMG_0005.JPG", "IMG_0020.JPG"}
    describe.rate(vault, BASE, ["IMG_0005.JPG"], None)
    assert names(vault, "rating:4..") == {"IMG_0020.JPG"}


@pytest.mark.parametrize(
    ("photo", "tag", "told"),
    [
        ("IMG_0005.JPG", "wheelchair", "names no facet"),
        ("IMG_0005.JPG", "mood:happy", "names no facet"),
        ("IMG_0005.JPG", "object:weelchair", "nearest is wheelchair"),
        ("absent.jpg", "object:wheelchair", "absent.jpg"),
        ("IMG_0005", "竹", "竹 names no facet; write material:bamboo"),
    ],
)
def test_a_wrong_tag_is_one_sentence(vault: Path, photo: str, tag: str, told: str) -> None:
    before = content(vault)
    with pytest.raises(UsageError, match=told):
        describe.tag(vault, BASE, [photo], [tag], [])
    assert content(vault) == before


Act = Callable[[Path], object]
ACTS: list[Act] = [
    lambda root: describe.rate(root, BASE, ["IMG_0005.JPG", "IMG_0010.JPG"], 3),
    lambda root: describe.rate(root, BASE, ["IMG_0010.JPG"], None),
    lambda root: describe.tag(root, BASE, ["IMG_0020.JPG"], ["object:chair", "材质:竹"], []),
    lambda root: describe.tag(root, BASE, list(NAMES), [], ["object:chair", "object:window"]),
    lambda root: decided(root, lambda d: d.keep("IMG_0011.JPG")),
    lambda root: decided(root, lambda d: d.relate("IMG_0005.JPG", "IMG_0020.JPG", "same")),
    lambda root: decided(root, lambda d: d.relate("IMG_0005.JPG", "IMG_0020.JPG", "take")),
    lambda root: decided(root, lambda d: d.discard(["IMG_0020.JPG"])),
    lambda root: describe.note(root, BASE, ["IMG_0005.JPG", "IMG_0010.JPG"], "吱呀 squeaks"),
    lambda root: describe.note(root, BASE, ["IMG_0010.JPG"], ""),
    lambda root: collect.collect(
        root, BASE, "Board", ["IMG_0020.JPG", "IMG_0005.JPG"], Placement(subject="stool")
    ),
    lambda root: collect.collect(root, BASE, "board", ["IMG_0005.JPG"], Placement(position=1)),
    lambda root: collect.uncollect(root, BASE, "board", ["IMG_0020.JPG"]),
    lambda root: collect.rename(root, "board", "Lane"),
    lambda root: collect.delete(root, "lane"),
    lambda root: collect.save_search(root, "best", "rating:3..", check_query),
    lambda root: collect.forget_search(root, "best"),
    lambda root: shift_time(root, Chosen(BASE, ("IMG_0005.JPG",)), "+1:30"),
    lambda root: set_rights(root, Chosen(BASE, ("IMG_0005.JPG",)), creator="某人"),
]
"""Some make no sense after or before others and are refused, which has to leave nothing either."""


def decided(root: Path, act: Callable[[Decisions], object]) -> None:
    with Decisions(root, BASE) as deciding:
        act(deciding)


@pytest.mark.parametrize("seed", range(4))
def test_any_actions_undone_leave_nothing_and_redone_bring_all_back(vault: Path, seed: int) -> None:
    acts = random.Random(seed).sample(ACTS, len(ACTS))
    before = content(vault)
    for act in acts:
        here = content(vault)
        try:
            act(vault)
        except UsageError:
            assert content(vault) == here
    after = content(vault)
    assert after != before
    with Decisions(vault, BASE) as deciding:
        deciding.undo(99)
    assert content(vault) == before
    with Decisions(vault, BASE) as deciding:
        deciding.redo(99)
    assert content(vault) == after
