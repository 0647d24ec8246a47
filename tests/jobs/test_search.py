"""What a search finds, in what order and why, on the sample library."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from propvault.errors import QueryError
from propvault.jobs import describe
from propvault.jobs.completing import complete, known_names
from propvault.jobs.decide import Decisions
from propvault.jobs.facets import FacetIndex
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.search import Searcher
from propvault.resources import seeds_folder
from propvault.vault.vault import Vault
from propvault.vision.model import Model

BASE = Path("/")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("search") / "vault"
    walk = seeds_folder() / "camera" / "DCIM" / "100PROPV"
    list(import_photos(ImportRequest(root, (walk,), workers=0)))
    return root


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "vault")
    return tmp_path / "vault"


def found(root: Path, query: str, limit: int = 50) -> list[str]:
    with Vault(root) as opened:
        return [hit.photo.name for hit in Searcher(opened, BASE).search(query, limit).hits]


def why(root: Path, query: str, name: str) -> dict[str, dict[str, object]]:
    with Vault(root) as opened:
        hits = Searcher(opened).search(query, 50).hits
    (hit,) = (hit for hit in hits if hit.photo.name == name)
    return {reason.code: dict(reason.arguments) for reason in hit.why}


def test_more_like_a_photo_leaves_that_photo_out(made: Path) -> None:
    names = found(made, "like:IMG_0005")
    assert "IMG_0005.JPG" not in names and len(names) > 5
    assert "IMG_0005.JPG" in found(made, "is:any -like:IMG_0005")
    assert names[0] != found(made, "-like:IMG_0005")[0]


def test_a_picture_file_can_be_the_query(made: Path) -> None:
    path = seeds_folder() / "camera" / "DCIM" / "100PROPV" / "IMG_0005.JPG"
    shutil.copy(path, made.parent / "somewhere else.jpg")
    assert found(made, f'like:"{made.parent}/somewhere else.jpg"')[0] == "IMG_0005.JPG"


def test_texts_and_pictures_add_up(made: Path) -> None:
    plain, shifted = found(made, "like:IMG_0005"), found(made, "like:IMG_0005 3*stool")
    stool = found(made, "stool")[0]
    assert shifted.index(stool) < plain.index(stool)
    without = found(made, "like:IMG_0005 -2*stool")
    assert without.index(stool) >= plain.index(stool)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("like:nothing", "search.unknown_photo"),
        ("wall like:IMG_00", "search.unknown_photo"),
        (f"like:{__file__}", "search.not_a_picture"),
        ("in:nothing", "search.unknown_set"),
        ("material:weelchair", "search.unknown_value"),
        (" ".join(["(a OR b OR c)"] * 4), "search.too_many_ways"),
    ],
)
def test_what_is_not_there_is_a_sentence(made: Path, query: str, code: str) -> None:
    with pytest.raises(QueryError) as error:
        found(made, query)
    assert error.value.reason.code == code
    assert error.value.reason.get("column") == query.find("like:") + 1 or "like:" not in query


def test_each_reason_says_which(vault: Path) -> None:
    describe.tag(vault, BASE, ["IMG_0005"], ["material:bamboo"], [])
    describe.note(vault, BASE, ["IMG_0005"], "squeaks 吱呀")
    describe.rate(vault, BASE, ["IMG_0005"], 4)
    reasons = why(vault, "竹 rating:3.. taken:2020..", "IMG_0005.JPG")
    assert reasons["why.confirmed"]["name"] == "竹 bamboo"
    assert reasons["why.filter"]["name"] in ("rating:3..5", "taken:2020-01-01..")
    assert "." in str(reasons["why.similar"]["likeness"])
    assert why(vault, "吱", "IMG_0005.JPG")["why.notes"]["text"] == "吱"
    assert why(vault, "IMG_0005", "IMG_0005.JPG")["why.names"]["text"] == "IMG_0005"


def test_a_confirmed_tag_comes_before_a_guess(vault: Path) -> None:
    last = found(vault, "bamboo")[-1]
    describe.tag(vault, BASE, [last], ["material:bamboo"], [])
    assert found(vault, "bamboo")[0] == last == found(vault, "竹")[0]


def test_a_subtracted_concept_excludes_where_it_is_confirmed(vault: Path) -> None:
    describe.tag(vault, BASE, ["IMG_0005"], ["material:bamboo"], [])
    assert "IMG_0005.JPG" not in found(vault, "chair -bamboo")
    assert "IMG_0005.JPG" in found(vault, "chair -rain")


def test_names_are_found_in_the_other_language(vault: Path, tmp_path: Path) -> None:
    folder = tmp_path / "card" / "gramophone"
    folder.mkdir(parents=True)
    shutil.copy(seeds_folder() / "camera" / "DCIM" / "100PROPV" / "IMG_0020.JPG", folder / "a.jpg")
    list(import_photos(ImportRequest(vault, (folder,), workers=0)))
    assert found(vault, "留声机")[0] == found(vault, "gramophone")[0] == "IMG_0020.JPG"
    assert why(vault, "留声机", "IMG_0020.JPG")["why.names"]["text"] == "gramophone"


def test_filters_alone_load_no_model(made: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from propvault.vault.vault import Vault\n"
        "from propvault.jobs.search import Searcher\n"
        f"with Vault(Path({str(made)!r})) as v:\n"
        "    hits = Searcher(v).search('taken:2020.. -material:brick is:any', 5).hits\n"
        "assert hits and 'onnxruntime' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tags_and_words_answer_while_the_model_loads(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe.tag(vault, Path("/"), ["IMG_0005.JPG"], ["object:gramophone"], [])
    is_open = threading.Event()
    load = Model.load_texts

    def slowly(model: Model) -> None:
        assert is_open.wait(60)
        load(model)

    monkeypatch.setattr(Model, "load_texts", slowly)
    with Vault(vault) as opened:
        searcher = Searcher(opened)
        early = searcher.rank("gramophone", 50, waits=False)
        assert early.sentence.is_partial and early.confident is None
        assert np.isnan(early.cosines).all()
        names = [hit.photo.name for hit in searcher.hits(early, 0, 50)]
        assert names == ["IMG_0005.JPG"]
        assert searcher.rank("rating:3..", 50, waits=False).sentence.is_empty
        is_open.set()
        whole = searcher.rank("gramophone", 50)
        assert not whole.sentence.is_partial and not np.isnan(whole.cosines).any()
        assert not searcher.rank("gramophone", 50, waits=False).sentence.is_partial
    assert len(whole.rows) > len(early.rows)


def test_an_answer_follows_what_changed_meanwhile(vault: Path) -> None:
    with Vault(vault) as opened:
        searcher = Searcher(opened)
        assert not searcher.search("rating:5").hits
        describe.rate(vault, BASE, ["IMG_0005"], 5)
        assert [h.photo.name for h in searcher.search("rating:5").hits] == ["IMG_0005.JPG"]
        with Decisions(vault, BASE) as deciding:
            deciding.undo()
        assert not searcher.search("rating:5").hits


def test_hits_of_a_window_are_those_of_the_whole(made: Path) -> None:
    with Vault(made) as opened:
        searcher = Searcher(opened)
        whole = searcher.search("old window", 9).hits
        ranking = searcher.rank("old window", 9)
        assert searcher.hits(ranking, 3, 6) == whole[3:6]
        assert ranking.rows.tolist() == list(dict.fromkeys(ranking.rows.tolist()))


def test_a_term_finds_the_kinds_of_what_it_names(vault: Path) -> None:
    describe.tag(vault, BASE, ["IMG_0005"], ["structure:lattice-window"], [])
    describe.tag(vault, BASE, ["IMG_0006"], ["object:awning-boat"], [])
    assert "IMG_0005.JPG" in found(vault, "object:窗")  # its parent is of another facet
    assert "IMG_0006.JPG" in found(vault, "物件:船")
    assert "IMG_0006.JPG" not in found(vault, "-物件:船")
    # A person's word on the wider tag outranks what follows from the narrower one.
    name = found(vault, "object:chair object:rattan-chair")[0]
    describe.tag(vault, BASE, [name], [], ["object:chair"])
    assert name in found(vault, "object:rattan-chair")
    assert name not in found(vault, "object:chair")


def test_generated_pictures_are_shown_only_when_asked_for(vault: Path) -> None:
    describe.tag(vault, BASE, ["IMG_0005"], ["origin:generated"], [])
    assert "IMG_0005.JPG" not in found(vault, "window") + found(vault, "")
    for query in ("is:generated", "origin:generated", "window is:any"):
        assert "IMG_0005.JPG" in found(vault, query), query


def test_a_search_bar_is_offered_what_the_vault_has(vault: Path) -> None:
    with Vault(vault) as opened:
        sources = Searcher(opened).sources
        known = known_names(sources)
        assert known_names(sources, FacetIndex(opened).totals()) == known
    offered = complete(known, "结构:窗", 4)
    assert offered[0].text.startswith("结构:") and offered[0].count
    offered = complete(known, "wall 窗", 6)
    assert offered[0].text.endswith(":窗") and offered[0].count
    assert complete(known, "camera:", 7)


def test_colours_and_places_that_are_not_there_yet_are_said(vault: Path) -> None:
    with Vault(vault, "write") as opened, opened.transaction() as db:
        db.execute("DELETE FROM photo_look WHERE photo_id = 1")
    with Vault(vault) as opened:
        searcher = Searcher(opened)
        told = [n for q in ("color:#7a5c3a", "place:槟城") for n in searcher.search(q).notices]
        assert [(n.code, n.get("count")) for n in told] == [("search.not_computed", 1)]
        assert not searcher.search("rating:3..").notices


def test_photos_that_come_during_a_search_are_left_for_the_next(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "card" / "gramophone"
    folder.mkdir(parents=True)
    with Vault(vault) as opened:
        searcher = Searcher(opened)
        before = {hit.photo.name for hit in searcher.search("is:any", 60).hits}
        phone = seeds_folder() / "camera" / "手机" / "IMG_20251025_163140.jpg"
        later = shutil.copy(phone, folder / "later.jpg")
        list(import_photos(ImportRequest(vault, (folder,), workers=0)))
        describe.tag(vault, BASE, [str(later)], ["object:gramophone"], [])
        # As if the import had ended after the search began.
        monkeypatch.setattr(searcher.sources, "refresh", lambda: None)
        for query in ("gramophone", "object:gramophone", "is:any", '"later"', "color:#7a5c3a~40"):
            names = {hit.photo.name for hit in searcher.search(query, 60).hits}
            assert names <= before, query
        monkeypatch.undo()
        assert "later.jpg" in {hit.photo.name for hit in searcher.search("gramophone").hits}
