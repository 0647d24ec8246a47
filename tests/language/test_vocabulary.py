import tomllib
from pathlib import Path

import pytest

from propvault.errors import LibraryError
from propvault.language.vocabulary import FACET_ORDER, Vocabulary, load_vocabulary
from propvault.reasons import word
from tests.language.conftest import VOCABULARY

REPOSITORY = VOCABULARY.parents[1]
COMPUTED = {
    *("light:morning", "light:noon", "light:afternoon", "people:unknown"),
    *("shot:vertical", "shot:horizontal", "shot:square", "shot:blurred"),
}
"""Known from numbers alone, so no model is asked."""


def test_shipped_facets_are_those_of_the_design(vocabulary: Vocabulary) -> None:
    assert tuple(vocabulary.facets) == FACET_ORDER
    assert len(vocabulary.concepts) >= 150


def test_every_concept_has_both_names_and_known_parents(vocabulary: Vocabulary) -> None:
    for tag, concept in vocabulary.concepts.items():
        assert concept.slug.isascii(), tag
        assert not concept.zh.isascii(), tag
        assert concept.en.isascii(), tag
        assert all(parent in vocabulary.concepts for parent in concept.parents), tag
        unseen = concept.facet in ("colour", "use", "origin") or tag in COMPUTED
        assert bool(concept.prompts_zh) is not unseen, tag
        assert all(other in vocabulary.concepts for other in concept.excludes), tag
        assert concept.caption_en and not concept.caption_zh.isascii(), tag
        assert bool(concept.prompts) is not unseen, tag
        assert all("{" not in prompt for prompt in concept.prompts), tag


def test_every_name_finds_its_concept(vocabulary: Vocabulary) -> None:
    for concept in vocabulary.concepts.values():
        for name in concept.names:
            assert vocabulary.find(name, concept.facet) == (concept,), name


def test_every_label_maps_to_a_concept(vocabulary: Vocabulary) -> None:
    sets = tomllib.loads((REPOSITORY / "benchmarks" / "tag_labels.toml").read_text())
    assert {tag for labels in sets.values() for tag in labels.values()} <= set(vocabulary.concepts)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("门", "object:door"),
        ("大門", "object:door"),
        ("Windows", "object:window"),
        ("ＷＩＮＤＯＷ", "object:window"),
        ("吉他", "object:instrument"),
        ("wet-street", "weather:after-rain"),
        ("a lattice window", "structure:lattice-window"),
        ("The doors", "object:door"),
        ("乌篷", "object:awning-boat"),
        ("背光", "light:backlit"),
        ("斑驳的", "surface:mottled"),
    ],
)
def test_find(vocabulary: Vocabulary, name: str, tag: str) -> None:
    assert vocabulary.find(name)[0].tag == tag


@pytest.mark.parametrize(
    ("name", "facet"),
    [
        ("材质", "material"),
        ("材質", "material"),
        ("Material", "material"),
        ("color", "colour"),
        ("colour", "colour"),
        ("颜色", "colour"),
        ("景别", "shot"),
        ("nonsense", None),
    ],
)
def test_facet_of(vocabulary: Vocabulary, name: str, facet: str | None) -> None:
    assert vocabulary.facet_of(name) == facet


def test_prompts_carry_the_right_article(vocabulary: Vocabulary) -> None:
    def first(tag: str) -> str:
        return vocabulary.concepts[tag].prompts[0]

    assert first("object:umbrella") == "a photo of an umbrella."
    assert first("object:utility-pole") == "a photo of a utility pole."
    assert first("object:shoes") == "a photo of a pair of shoes."


def test_what_excludes_another_is_excluded_by_it(vocabulary: Vocabulary) -> None:
    assert "light:daylight" in vocabulary.exclusions["light:night"]
    for tag, others in vocabulary.exclusions.items():
        assert tag not in others
        assert all(tag in vocabulary.exclusions[other] for other in others)
        parents = vocabulary.concepts[tag].parents
        assert not others & set(parents), f"{tag} excludes what it is a kind of"


def test_captions_and_prompts_come_in_both_languages(vocabulary: Vocabulary) -> None:
    piano = vocabulary.concepts["object:piano"]
    assert (piano.caption_en, piano.caption_zh) == ("a grand piano", "钢琴")
    assert piano.prompts_zh == ("一张钢琴的照片", "钢琴")


def test_own_concepts_add_and_win(tmp_path: Path) -> None:
    (tmp_path / "object.toml").write_text(
        '[[concept]]\nslug = "chair"\nzh = "椅"\nen = "my chair"\n'
        '[[concept]]\nslug = "throne"\nzh = "龙椅"\nen = "throne"\naliases_zh = ["圈椅"]\n',
        encoding="utf-8",
    )
    (tmp_path / "mood.toml").write_text(
        'zh = "情绪"\n[[concept]]\nslug="sad"\nzh="忧伤"\nen="sad"\n'
    )
    vocabulary = load_vocabulary(VOCABULARY, tmp_path, tmp_path / "not there")
    assert vocabulary.concepts["object:chair"].en == "my chair"
    assert vocabulary.concepts["object:throne"].prompts[0] == "a photo of a throne."
    assert [c.slug for c in vocabulary.find("圈椅")] == ["throne"]
    assert vocabulary.facet_of("情绪") == "mood"
    assert list(vocabulary.facets)[-1] == "mood"
    assert vocabulary.facet_of("物件") == "object"


GOOD = 'slug = "a"\nzh = "甲"\nen = "a"\n'


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("zh = \n", "language.not_toml", "line 1"),
        ('zhh = "x"\n', "language.unknown_key", "did you mean zh"),
        ('zh = "物"\nzhh = "x"\n', "language.unknown_key", "(line 2)"),
        (f"[[concept]]\n{GOOD}parent = []\n", "language.unknown_key", "(line 5)"),
        ('[[concept]]\nslug = "a"\nen = "a"\n', "language.bad_value", "(line 1)"),
        ('[[concept]]\nslug = "a"\nen = "a"\n', "language.bad_value", "zh must be text"),
        (f"[[concept]]\n{GOOD}alias_zh = []\n", "language.unknown_key", "aliases_zh"),
        (f'[[concept]]\n{GOOD}aliases_zh = "b"\n', "language.bad_value", "aliases_zh"),
        (f"[[concept]]\n{GOOD}narrower = []\n", "language.bad_value", "narrower"),
        ("concept = 3\n", "language.bad_value", "concept"),
        ('article = "yes"\n', "language.bad_value", "article"),
        ('[[concept]]\nslug = "a b"\nzh = "甲"\nen = "a"\n', "language.bad_slug", "a b"),
        (f"[[concept]]\n{GOOD}[[concept]]\n{GOOD}", "language.slug_twice", "(line 6)"),
        ('templates = ["a photo"]\n', "language.bad_value", "(line 1)"),
        ("[concept]\nx = 1\n", "language.bad_value", "(line 1)"),
        (f'[[concept]]\n{GOOD}excludes = ["b"]\n', "language.no_such_tag", "(line 5)"),
        (f'\n[[concept]]\n{GOOD}parents = ["object:a"]\n', "language.no_such_tag", "(line 6)"),
        (f'[[concept]]\n{GOOD}parents = ["a"]\n', "language.no_such_tag", "nearest is -"),
        (f"[[concept]]\n{GOOD}computed = 1\n", "language.bad_value", "computed"),
        (f"[[concept]]\n{GOOD}[[concept]]\nslug = 3\n", "language.bad_value", "(line 6)"),
        (
            f'[[concept]]\n{GOOD}[[concept]]\nslug = "b"\nzh = "甲"\nen = "b"\n',
            "language.twice",
            "甲 belongs to a",
        ),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, text: str, code: str, says: str) -> None:
    (tmp_path / "object.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        load_vocabulary(tmp_path)
    assert caught.value.reason.code == code
    assert says in str(caught.value)
    assert "object.toml" in word(caught.value.reason, "zh")
