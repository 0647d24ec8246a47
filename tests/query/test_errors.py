import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from propvault.errors import QueryError
from propvault.query.parser import parse
from propvault.reasons import word
from tests.query.conftest import FACETS

WRONG: list[tuple[str, int, str, str]] = [
    # text, position, code, what the message says
    ('wall "blue door', 5, "query.unclosed_quote", "never closed"),
    ("“", 0, "query.unclosed_quote", "Character 1"),
    ("(wall", 0, "query.unclosed_paren", "Add )"),
    ("a (b (c)", 2, "query.unclosed_paren", "never closed"),
    ("wall)", 4, "query.unexpected_paren", "Character 5"),
    ("a ）b", 2, "query.unexpected_paren", "no opening"),
    ("()", 0, "query.empty_paren", "expected"),
    ("a ( )", 2, "query.empty_paren", "brackets"),
    ('""', 0, "query.empty_quotes", "expected"),
    ('material:" "', 9, "query.empty_quotes", "Character 10"),
    ("OR wall", 0, "query.or_needs_both", "before and after"),
    ("wall OR", 5, "query.or_needs_both", "OR"),
    ("wall OR OR door", 5, "query.or_needs_both", "OR"),
    ("a || b", 2, "query.or_needs_both", "|"),
    ("wall -", 5, "query.minus_alone", "expected"),
    ("wall - rain", 5, "query.minus_alone", "no space"),
    ("--rain", 0, "query.minus_alone", "Character 1"),
    ("-(wall material:brick)", 0, "query.minus_group", "free text"),
    ("material:", 0, "query.no_value", "material"),
    ("a material: brick", 2, "query.no_value", "no space"),
    ("rating:(3)", 0, "query.no_value", "3.."),
    ("taken:someday", 6, "query.bad_value", "2026-01-13"),
    ("taken:last wall", 6, "query.bad_value", "last week"),
    ("taken:today..yesterday", 6, "query.bad_value", "expected"),
    ("iso:fast", 4, "query.bad_value", "1600.."),
    ("iso:800..100", 4, "query.bad_value", "800..100"),
    ("taken:2026-13", 6, "query.bad_value", "2026-13"),
    ("taken:2026-02-30", 6, "query.bad_value", "taken"),
    ("taken:2026..2025", 6, "query.bad_value", "expected"),
    ("taken:..", 6, "query.bad_value", "expected"),
    ("rating:6", 7, "query.bad_value", "0 … 5"),
    ("rating:4..2", 7, "query.bad_value", "4..2"),
    ("wall is:nice", 8, "query.bad_value", "keeper, any, untagged"),
    ("near:5.41", 5, "query.bad_value", "5.41,100.33,500m"),
    ("near:槟城", 5, "query.bad_value", "near"),
    ("near:91,0", 5, "query.bad_value", "91,0"),
    ("near:0,181", 5, "query.bad_value", "0,181"),
    ("near:5.41,100.33,0m", 5, "query.bad_value", "expected"),
    ("near:5.41,100.33,2miles", 5, "query.bad_value", "expected"),
    ("is:confirmd", 3, "query.bad_value_near", "the nearest is confirmed"),
    ("is：生", 3, "query.bad_value_near", "生成"),
    ("is：好看", 3, "query.bad_value", "keeper"),
    ("wall color:#7a5c", 11, "query.bad_value", "#7a5c3a"),
    ("colour:#7a5c3a~0", 7, "query.bad_value", "~10"),
    ("颜色：#ggg", 3, "query.bad_value", "#ggg"),
    ("like:", 0, "query.no_value", "IMG_2041"),
    ("like: IMG_2041", 0, "query.no_value", "no space"),
    ("-(like:IMG_2041 is:any)", 0, "query.minus_group", "free text"),
    ("2*material:brick", 0, "query.weight_alone", "Character 1"),
    ("wall 2*(door is:any)", 5, "query.weight_alone", "like:"),
    ("2*-rain", 0, "query.weight_alone", "2*"),
    ("-+rain", 0, "query.minus_alone", "expected"),
    ("+", 0, "query.minus_alone", "expected"),
    ("+OR", 0, "query.minus_alone", "expected"),
    ("matrial:brick", 0, "query.unknown_name", "material"),
    ("wall ratng:3", 5, "query.unknown_name", "rating"),
    ("材料质:竹", 0, "query.unknown_name", "材质"),
    ("foo:bar", 0, "query.unknown_name_far", "material, object"),
    ("at 12:30", 3, "query.unknown_name_far", "quotes"),
    ("http://example.org", 0, "query.unknown_name_far", "http"),
    ("(" * 60 + "a" + ")" * 60, 50, "query.too_deep", "50"),
]


@pytest.mark.parametrize(("text", "position", "code", "says"), WRONG)
def test_a_wrong_query_says_where_and_what(text: str, position: int, code: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, FACETS)
    reason = caught.value.reason
    assert (reason.get("position"), reason.code) == (position, code)
    assert says in str(caught.value)
    assert str(position + 1) in word(reason, "zh")


PARTS = st.sampled_from(
    [
        *'()（）：:"“”-－!！|. +＋*×2#~',
        "OR",
        "material:",
        "材质：",
        "rating:3..",
        "taken:",
        "like:",
        "color:",
        "near:",
        "2026-01",
        "墙",
        "a",
    ]
)


@given(st.one_of(st.text(), st.lists(PARTS).map("".join)))
@example("\ud800:")
@example("-" * 5000)
@example("(" * 5000)
@example("taken:0000")
@example("taken:9999-12..")
@example("rating:３")
@example("rating:٣")
def test_any_text_parses_or_is_a_query_error(text: str) -> None:
    try:
        parse(text, FACETS)
    except QueryError as error:
        position = error.reason.get("position")
        assert isinstance(position, int)
        assert 0 <= position <= len(text)
