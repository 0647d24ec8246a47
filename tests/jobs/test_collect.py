"""Collections keep an order and what was said of each photo; saved searches fill themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from propvault.errors import QueryError, UsageError
from propvault.jobs import collect, describe
from propvault.jobs.collect import Placement
from propvault.jobs.decide import Decisions
from propvault.jobs.search import Searcher, check_query
from propvault.values import BoardRole, BoardView, Collection
from propvault.vault import collections
from propvault.vault.vault import Vault
from tests.jobs.test_describe import made, names, vault

__all__ = ["made", "vault"]
BASE = Path("/")


def board(root: Path, name: str) -> Collection:
    with Vault(root) as opened:
        found = collections.find_collection(opened.db, name)
    assert found is not None
    return found


def order(root: Path, name: str) -> list[str]:
    with Vault(root) as opened:
        rows = [m.row for m in board(root, name).members]
        found = dict(opened.db.execute("SELECT id, name FROM photo").fetchall())
    return [found[row] for row in rows]


def test_a_collection_keeps_order_and_what_was_said(vault: Path) -> None:
    placed = Placement(BoardRole.SUBJECT, "bamboo chair", BoardView.FRONT)
    collect.collect(vault, BASE, "Lane at Dusk", ["IMG_0020", "IMG_0005"], placed)
    collect.collect(vault, BASE, "lane at dusk", ["IMG_0010"], Placement(position=1))
    collect.collect(vault, BASE, "LANE AT DUSK", ["IMG_0005"], Placement(note="left leg broken"))
    assert order(vault, "Lane at dusk") == ["IMG_0010.JPG", "IMG_0020.JPG", "IMG_0005.JPG"]
    last = board(vault, "lane at dusk").members[-1]
    assert (last.role, last.subject, last.view, last.note) == (
        BoardRole.SUBJECT, "bamboo chair", BoardView.FRONT, "left leg broken",
    )  # fmt: skip
    assert board(vault, "lane at dusk").name == "Lane at Dusk"


def test_what_is_in_a_collection_is_found_by_it(vault: Path) -> None:
    collect.collect(vault, BASE, "黃昏的巷子", ["IMG_0020", "IMG_0005"])
    both = {"IMG_0020.JPG", "IMG_0005.JPG"}
    for query in ('in:"黄昏的巷子"', "in:黃昏的巷子", "收藏：黄昏的巷子", '"黄昏的巷子"'):
        assert names(vault, query) == both, query
    assert not names(vault, "-in:黄昏的巷子 is:any") & both
    with pytest.raises(QueryError) as error, Vault(vault) as opened:
        Searcher(opened).search("in:黄昏的巷")
    assert error.value.reason.get("nearest") == "黃昏的巷子"


def test_taking_out_renaming_and_deleting_can_be_undone(vault: Path) -> None:
    collect.collect(vault, BASE, "a", ["IMG_0020", "IMG_0005", "IMG_0010"])
    before = board(vault, "a")
    assert collect.uncollect(vault, BASE, "a", ["IMG_0020", "IMG_0011"]) == 1
    collect.rename(vault, "a", "B")
    assert order(vault, "b") == ["IMG_0005.JPG", "IMG_0010.JPG"]
    collect.rename(vault, "b", "b")
    assert board(vault, "B").name == "b"
    assert collect.delete(vault, "b") == 2
    with Decisions(vault, BASE) as deciding:
        assert len(deciding.undo(4)) == 4
    assert board(vault, "a") == before
    assert names(vault, "in:a") == {"IMG_0020.JPG", "IMG_0005.JPG", "IMG_0010.JPG"}
    with Decisions(vault, BASE) as deciding:
        deciding.redo(4)
    with Vault(vault) as opened:
        assert [c.kind for c in collections.collections(opened.db)] == ["trip"]


def test_a_photo_in_a_collection_is_never_hidden(vault: Path) -> None:
    with Decisions(vault, BASE) as deciding:
        deciding.relate("IMG_0005", "IMG_0020", "same")
    hidden = {"IMG_0005.JPG", "IMG_0020.JPG"} - names(vault, "")
    assert len(hidden) == 1
    collect.collect(vault, BASE, "board", list(hidden))
    assert hidden <= names(vault, "")


def test_a_saved_search_fills_itself(vault: Path) -> None:
    collect.save_search(vault, "best", "rating:4..", check_query)
    assert names(vault, "in:best") == set()
    describe.rate(vault, BASE, ["IMG_0020"], 5)
    assert names(vault, "in:best") == {"IMG_0020.JPG"}
    collect.save_search(vault, "mine", "in:best OR rating:3", check_query)
    describe.rate(vault, BASE, ["IMG_0005"], 3)
    assert names(vault, "in:mine") == {"IMG_0020.JPG", "IMG_0005.JPG"}
    collect.forget_search(vault, "best")
    with pytest.raises(QueryError):
        names(vault, "in:best")


def test_a_saved_search_may_not_ask_itself(vault: Path) -> None:
    collect.save_search(vault, "a", "rating:4..", check_query)
    collect.save_search(vault, "b", "in:a", check_query)
    with pytest.raises(QueryError):
        collect.save_search(vault, "a", "in:b", check_query)


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("collect.no_name", lambda v: collect.collect(v, BASE, "  ", ["IMG_0005"])),
        ("photo.unknown", lambda v: collect.collect(v, BASE, "a", ["nothing"])),
        ("collect.unknown", lambda v: collect.uncollect(v, BASE, "nope", ["IMG_0005"])),
        ("collect.unknown", lambda v: collect.rename(v, "nope", "a")),
        ("collect.unknown", lambda v: collect.delete(v, "nope")),
        ("saved.unknown", lambda v: collect.forget_search(v, "nope")),
    ],
)
def test_what_makes_no_sense_says_so(vault: Path, code: str, act: object) -> None:
    with pytest.raises(UsageError) as error:
        act(vault)  # type: ignore[operator]
    assert error.value.reason.code == code


def test_one_name_is_a_collection_or_a_search(vault: Path) -> None:
    collect.collect(vault, BASE, "a", ["IMG_0005"])
    collect.save_search(vault, "b", "rating:4..", check_query)
    for act in (
        lambda: collect.save_search(vault, "A", "x", check_query),
        lambda: collect.collect(vault, BASE, "B", ["IMG_0005"]),
        lambda: collect.rename(vault, "a", "b"),
    ):
        with pytest.raises(UsageError):
            act()


def test_a_note_is_found_and_goes(vault: Path) -> None:
    describe.note(vault, BASE, ["IMG_0005"], "the legs squeak 吱呀")
    assert names(vault, '"legs squeak"') == {"IMG_0005.JPG"}
    assert names(vault, '"吱"') == {"IMG_0005.JPG"}
    describe.note(vault, BASE, ["IMG_0005"], "")
    assert names(vault, '"squeak"') == set()
