"""A tree is written as a query that means the same."""

from __future__ import annotations

import pytest

from propvault.query.parser import parse
from propvault.query.tree import Node
from propvault.query.wording import written
from tests.query.conftest import FACETS
from tests.query.test_parse import TREES


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_written_and_read_again(text: str, tree: Node) -> None:
    assert parse(written(tree), FACETS) == tree
