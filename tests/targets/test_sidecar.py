"""A sidecar says a photo's sure tags in the languages asked, and reads back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from propvault.language.vocabulary import load_vocabulary
from propvault.targets.sidecar import sidecar_text
from propvault.values import PhotoTag, Tag, TagSource, TagState
from propvault.vision.metadata import parse_xmp

VOCABULARY = load_vocabulary(Path(__file__).parents[2] / "library" / "vocabulary")
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LR = "{http://ns.adobe.com/lightroom/1.0/}"


def given_tag(name: str, state: TagState = TagState.APPLIED) -> PhotoTag:
    concept = VOCABULARY.get(name)
    assert concept is not None
    return PhotoTag(concept.as_tag(), TagSource.AUTO, state)


def hierarchies(text: str) -> list[str | None]:
    body = text.split("?>\n", 1)[1].rsplit("<?xpacket", 1)[0]
    return [item.text for item in fromstring(body).findall(f".//{LR}hierarchicalSubject//{RDF}li")]


TAGS = [
    given_tag("material:bamboo"),
    given_tag("origin:phone", TagState.CONFIRMED),
    given_tag("light:backlit", TagState.SUGGESTED),
    given_tag("object:chair", TagState.REJECTED),
]


@pytest.mark.parametrize(
    ("languages", "flat", "nested"),
    [
        (("en",), ("bamboo", "phone"), ["material|bamboo", "origin|own photograph|phone"]),
        (("zh",), ("竹", "手机拍摄"), ["材质|竹", "来源|实拍|手机拍摄"]),
        (
            ("zh", "en"),
            ("竹", "bamboo", "手机拍摄", "phone"),
            ["材质|竹", "material|bamboo", "来源|实拍|手机拍摄", "origin|own photograph|phone"],
        ),
    ],
)
def test_keywords(languages: tuple[str, ...], flat: tuple[str, ...], nested: list[str]) -> None:
    text = sidecar_text(TAGS, VOCABULARY, languages=languages)  # type: ignore[arg-type]
    assert parse_xmp(text.encode()).subjects == flat
    assert hierarchies(text) == nested


def test_rights_come_along_and_read_back() -> None:
    text = sidecar_text(TAGS, VOCABULARY, creator="林薇", rights="CC BY 4.0 & more")
    found = parse_xmp(text.encode())
    assert (found.creator, found.rights) == ("林薇", "CC BY 4.0 & more")


def test_without_tags_it_is_still_a_packet() -> None:
    assert parse_xmp(sidecar_text([], VOCABULARY).encode()).subjects == ()


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5, unique=True))
def test_any_keyword_of_a_person_can_be_written(words: list[str]) -> None:
    tags = [PhotoTag(Tag("keyword", w, w, w), TagSource.SIDECAR, TagState.APPLIED) for w in words]
    text = sidecar_text(tags, VOCABULARY)
    subjects = parse_xmp(text.encode("utf-8")).subjects
    assert len(subjects) <= len(words)
    assert all(path is None or path.startswith("keyword|") for path in hierarchies(text))
