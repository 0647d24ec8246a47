"""The language of what the model reads decides which line turns a cosine into a score."""

import pytest

from propvault.jobs.sentence import Sentence
from propvault.query.parser import parse


class English:
    """Sources of a model that reads no Chinese."""

    model = object()
    needs_english = True

    def in_english(self, text: str) -> str:
        return {"旧窗": "old window"}[text]


class Both:
    """Sources of a model that reads both."""

    model = object()
    needs_english = False


@pytest.mark.parametrize(
    ("query", "sources", "language"),
    [
        ("旧窗", Both(), "zh"),
        ("old window", Both(), "en"),
        ("old 窗", Both(), "zh"),
        ("旧窗", English(), "en"),
        ("rating:3..", Both(), None),
        ("like:IMG_2041", Both(), None),
    ],
)
def test_the_language_is_that_of_what_the_model_reads(
    query: str, sources: object, language: str | None
) -> None:
    assert Sentence.of(parse(query, {}), sources).language == language  # type: ignore[arg-type]
