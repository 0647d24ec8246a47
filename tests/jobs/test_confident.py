"""A search that says when nothing matches, on the sample library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from propvault.jobs import search
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.search import Searcher
from propvault.resources import seeds_folder
from propvault.vault.vault import Vault


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    root = tmp_path_factory.mktemp("confident") / "vault"
    walk = seeds_folder() / "camera" / "DCIM" / "100PROPV"
    list(import_photos(ImportRequest(root, (walk,), workers=0)))
    with Vault(root) as vault:
        yield Searcher(vault)


@pytest.mark.parametrize(
    "query", ["mosaic wall", "马赛克墙", "a lattice window", "窗", "stool", "IMG_0005"]
)
def test_what_is_there_is_found(searcher: Searcher, query: str) -> None:
    assert searcher.search(query).confident is True


@pytest.mark.parametrize("query", ["elephant", "摩托车", "pizza", "吉他", "下雪的街道"])
def test_what_is_not_there_is_said(searcher: Searcher, query: str) -> None:
    answer = searcher.search(query, 3)
    assert answer.confident is False
    assert len(answer.hits) == 3  # the nearest are shown as such


@pytest.mark.parametrize("query", ["", "rating:3..", "is:any"])
def test_filters_alone_are_neither(searcher: Searcher, query: str) -> None:
    assert searcher.search(query).confident is None


def test_a_model_nobody_measured_makes_no_claim(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "confidence_line", lambda model: None)
    assert searcher.search("elephant").confident is None
