"""A sidecar says a photo's sure tags in the languages asked, and reads back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from propvault.language.vocabulary import load_vocabulary
from propvault.reasons import Language
from propvault.targets.sidecar import Keywords, sidecar_name, sidecar_text, signer
from propvault.values import Tag
from propvault.vision.metadata import parse_xmp

VOCABULARY = load_vocabulary(Path(__file__).parents[2] / "library" / "vocabulary")
BOTH = Keywords(VOCABULARY)
VAULT = "0123456789abcdef" * 2


def tag_of(name: str) -> Tag:
    concept = VOCABULARY.get(name)
    assert concept is not None
    return concept.as_tag()


def hierarchies(text: str) -> tuple[str, ...]:
    return parse_xmp(text.encode()).hierarchies


TAGS = [tag_of("material:bamboo"), tag_of("origin:phone")]


@pytest.mark.parametrize(
    ("languages", "flat", "nested"),
    [
        (("en",), ("bamboo", "phone"), ("material|bamboo", "origin|own photograph|phone")),
        (("zh",), ("竹", "手机拍摄"), ("材质|竹", "来源|实拍|手机拍摄")),
        (
            ("zh", "en"),
            ("竹", "bamboo", "手机拍摄", "phone"),
            ("材质|竹", "material|bamboo", "来源|实拍|手机拍摄", "origin|own photograph|phone"),
        ),
    ],
)
def test_keywords(
    languages: tuple[Language, ...], flat: tuple[str, ...], nested: tuple[str, ...]
) -> None:
    text = sidecar_text(TAGS, Keywords(VOCABULARY, languages))
    assert parse_xmp(text.encode()).subjects == flat
    assert hierarchies(text) == nested


def test_rights_come_along_and_read_back() -> None:
    text = sidecar_text(TAGS, BOTH, creator="林薇", rights="CC BY 4.0 & more")
    found = parse_xmp(text.encode())
    assert (found.creator, found.rights) == ("林薇", "CC BY 4.0 & more")


def test_without_tags_it_is_still_a_packet() -> None:
    assert parse_xmp(sidecar_text([], BOTH).encode()).subjects == ()


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5, unique=True))
def test_any_keyword_of_a_person_can_be_written(words: list[str]) -> None:
    text = sidecar_text([Tag("keyword", w, w, w) for w in words], BOTH)
    assert len(parse_xmp(text.encode("utf-8")).subjects) <= len(words)
    assert all(path.startswith("keyword|") for path in hierarchies(text))


def test_a_picture_and_a_raw_have_theirs_where_programs_look() -> None:
    assert sidecar_name("IMG_1.JPG") == "IMG_1.JPG.xmp"
    assert sidecar_name("IMG_1.CR3", is_raw=True) == "IMG_1.xmp"


def test_a_signed_text_is_known_until_it_is_changed() -> None:
    text = sidecar_text(TAGS, BOTH, vault=VAULT)
    assert signer(text) == VAULT
    assert signer(text.replace("bamboo", "rattan")) is None
    assert signer(text.replace(VAULT, VAULT[::-1])) is None
    assert signer(sidecar_text(TAGS, BOTH)) is None
    fromstring(text.split("?>\n", 1)[1].rsplit("<?xpacket", 1)[0])
