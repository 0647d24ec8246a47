from pathlib import Path

import pytest

from propvault.language.vocabulary import Vocabulary, load_vocabulary

VOCABULARY = Path(__file__).parents[2] / "library" / "vocabulary"


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary(VOCABULARY)
