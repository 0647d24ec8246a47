"""The parsed vocabulary is kept, equal to what the files say, and made again when they change."""

from __future__ import annotations

import platformdirs

from propvault.jobs.vocabulary import open_vocabulary
from propvault.language.vocabulary import load_vocabulary
from propvault.resources import library_folder


def test_the_kept_vocabulary_is_the_parsed_one() -> None:
    open_vocabulary()
    kept, parsed = open_vocabulary(), load_vocabulary(library_folder() / "vocabulary")
    assert kept == parsed
    assert kept.find("竹椅") == parsed.find("竹椅")


def test_a_person_s_own_word_is_found_at_once() -> None:
    assert not open_vocabulary().find("蚵壳墙")
    own = platformdirs.user_config_path("propvault", appauthor=False) / "vocabulary"
    own.mkdir(parents=True)
    (own / "structure.toml").write_text(
        '[[concept]]\nslug = "oyster-shell-wall"\nzh = "蚵壳墙"\nen = "oyster shell wall"\n',
        encoding="utf-8",
    )
    assert [c.tag for c in open_vocabulary().find("蚵壳墙")] == ["structure:oyster-shell-wall"]
